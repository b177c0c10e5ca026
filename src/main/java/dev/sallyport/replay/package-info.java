/**
 * Replays: evaluates recorded sign-ins again and compares the decisions (semantics, section 16).
 *
 * <p>A log is read in constant memory: it is cut into chunks of whole records, all cores read and judge chunks, and the results are joined
 * in the order of the log. Begin with {@link dev.sallyport.replay.Replayer}, then {@link dev.sallyport.replay.Judge}. The package uses
 * model, compile, log, report for the look of its page, and the public API.
 */
package dev.sallyport.replay;
