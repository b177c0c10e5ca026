/**
 * Findings about a policy set that need no request: errors, values that Entra refuses, and mistakes.
 *
 * <p>Begin with {@link dev.sallyport.check.Check}. The package uses diagnose, model, parse, read and decide, and
 * the doors and analyse for the question of who is locked out.
 */
package dev.sallyport.check;
