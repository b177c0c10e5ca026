/**
 * Values to facts: turns parsed files into policies, directories and requests, and resolves names to ids.
 *
 * <p>Begin with {@link dev.sallyport.read.Resources}, then {@link dev.sallyport.read.PolicyReader} and
 * {@link dev.sallyport.read.References}. The package uses diagnose, model and parse.
 */
package dev.sallyport.read;
