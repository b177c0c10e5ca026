/**
 * The public API: the engine that decides sign-ins, its options, and the engine that reloads its files.
 *
 * <p>Begin with {@link dev.sallyport.PolicyEngine}; a gateway whose files change uses {@link dev.sallyport.ReloadingPolicyEngine}. The
 * package uses diagnose, model, parse, read, decide, explain and userstate. Check, suite, log, replay, report and cli are above it: it
 * must not use them.
 */
@NullMarked
package dev.sallyport;

import org.jspecify.annotations.NullMarked;
