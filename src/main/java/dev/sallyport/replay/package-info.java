/**
 * Recorded sign-ins, evaluated again (semantics, section 16). A log goes through in constant memory: it is cut into chunks of whole
 * records, chunks are read and judged on all cores, and what they say is put together in the order of the log.
 */
package dev.sallyport.replay;
