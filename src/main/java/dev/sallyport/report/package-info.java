/**
 * Reports about users: who is protected by MFA, and which methods are registered.
 *
 * <p>Begin with {@link dev.sallyport.report.MfaReport}. The package uses model and the public API.
 */
package dev.sallyport.report;
