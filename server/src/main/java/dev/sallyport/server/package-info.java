/**
 * The decision point: answers gateways over HTTP with the decisions of one engine. Everything but {@code ALLOW} is a no.
 *
 * <p>{@link dev.sallyport.server.DecisionPoint} starts and stops it. {@link dev.sallyport.server.HttpServer} turns requests into an
 * {@link dev.sallyport.server.Exchange}, admits the caller, and gives it to the one {@link dev.sallyport.server.Protocol} of its path.
 * {@link dev.sallyport.server.EnvoyGrpc} unpacks a call of gRPC into the request of a client for {@link dev.sallyport.server.ForwardAuth}.
 * {@link dev.sallyport.server.Tokens} verifies who the client is. {@link dev.sallyport.server.Decider} asks the engine, and hands the
 * decision to {@link dev.sallyport.server.DecisionLog}, {@link dev.sallyport.server.Metrics} and {@link dev.sallyport.server.Traces}.
 * {@link dev.sallyport.server.Outcomes} says what each outcome becomes on the wire.
 */
@NullMarked
package dev.sallyport.server;

import org.jspecify.annotations.NullMarked;
