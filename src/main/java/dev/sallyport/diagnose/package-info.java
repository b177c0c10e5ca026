/**
 * Diagnostics: what is wrong in which file, at which position, and what to do about it.
 *
 * <p>Begin with {@link dev.sallyport.diagnose.Diagnostic}. This is the lowest package: it uses none of the others.
 */
@NullMarked
package dev.sallyport.diagnose;

import org.jspecify.annotations.NullMarked;
