/**
 * Proofs about a policy set in place of samples: which sign-ins and registrations a password alone opens, and that no others are open.
 *
 * <p>A {@link dev.sallyport.analyse.Space} holds every request of one kind, as the values that policies can tell apart. A
 * {@link dev.sallyport.analyse.Diagram} tells for each of its points what is asked of which people.
 * {@link dev.sallyport.analyse.Regions} turns that into few boxes that people can read.
 *
 * <p>Begin with {@link dev.sallyport.analyse.Analysis}. The package uses the public API, parse, read, write, model, compile and
 * decide, and reads no file, clock, network or locale.
 */
package dev.sallyport.analyse;
