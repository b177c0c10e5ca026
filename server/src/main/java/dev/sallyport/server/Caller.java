package dev.sallyport.server;

/**
 * The gateway that asks.
 *
 * @param name the name in the configuration
 * @param isTrusted whether it may see reasons, and the names of policies
 */
public record Caller(String name, boolean isTrusted) { }
