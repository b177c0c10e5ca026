/**
 * Policies to matchers: ordinals, bit masks, indexes and one Drools rule per enabled policy.
 *
 * <p>Begin with {@link dev.sallyport.compile.Snapshot}. The package uses model only, and reads no file, clock, network or locale. Only
 * {@link dev.sallyport.compile.AlphaNetwork} uses classes of Drools that are not public API.
 */
package dev.sallyport.compile;
