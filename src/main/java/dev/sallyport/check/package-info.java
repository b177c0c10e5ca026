/**
 * Findings about a policy set that need no request: errors, values that Entra refuses, and mistakes.
 *
 * <p>Begin with {@link dev.sallyport.check.Check}. The package uses diagnose, model, parse, read and decide.
 */
package dev.sallyport.check;
