/**
 * The facts: policies, directory, users, requests and decisions, as immutable values with the names of Microsoft Graph.
 *
 * <p>Begin with {@link dev.sallyport.model.SignIn} and {@link dev.sallyport.model.Decision}, then
 * {@link dev.sallyport.model.ConditionalAccessPolicy} and {@link dev.sallyport.model.UserState}. The package uses diagnose only. It reads
 * no file, clock, network or locale; {@link dev.sallyport.model.AppPasswords} alone uses random numbers, which the caller passes.
 */
@NullMarked
package dev.sallyport.model;

import org.jspecify.annotations.NullMarked;
