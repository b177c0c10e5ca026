/**
 * Reports about users: who is protected by MFA, and which methods are registered; and what reports look like.
 *
 * <p>Begin with {@link dev.sallyport.report.MfaReport}. {@link dev.sallyport.report.Design} is the look of all
 * pages. The package uses model and the public API.
 */
package dev.sallyport.report;
