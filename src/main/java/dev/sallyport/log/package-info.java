/**
 * Sign-in logs: opens logs of Graph, Azure Monitor, Log Analytics and of a decision point, and turns records into requests.
 *
 * <p>Begin with {@link dev.sallyport.log.LogFile}, then {@link dev.sallyport.log.Mapper}. The package uses diagnose, model, parse, read,
 * and, for {@link dev.sallyport.log.SampleLog}, what its caller passes.
 */
package dev.sallyport.log;
