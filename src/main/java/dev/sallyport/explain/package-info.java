/**
 * Explanations of decisions: rows per policy, findings, What If, and commands for the tenant as text.
 *
 * <p>Begin with {@link dev.sallyport.explain.PolicyRows}. The package uses diagnose, model, parse, read, write, compile and decide. It
 * reads no clock, network or locale.
 */
package dev.sallyport.explain;
