package dev.sallyport.analyse;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** A kind of request; each has conditions and controls of its own, and is analysed by itself. */
public enum Kind {
    /** A sign-in of a client with modern authentication. */
    SIGN_IN("signIn"),
    /** A sign-in of a client with legacy authentication, with a password or an app password. */
    LEGACY("legacy"),
    /** The registration of security information. */
    REGISTRATION("registration"),
    /** The registration of a device. */
    DEVICE("device"),
    /** The creation of an app password (AP-23). */
    APP_PASSWORD("appPassword"),
    /** A sign-in that steps up to an authentication context (CA-ACX-03), of an application or by itself. */
    AUTHENTICATION_CONTEXT("authenticationContext"),
    /** A sign-in of a service principal that is not an agent; no control can be met, so what is not blocked is let in (CA-WID-09). */
    WORKLOAD("workload"),
    /** A sign-in of an agent, by its identity or its user account; no control but that on its device can be met (AGT-08). */
    AGENT("agent");

    private final String text;

    Kind(String text) {
        this.text = text;
    }

    /** Whether people make such requests, and not service principals and agents. */
    boolean isOfPeople() {
        return this != WORKLOAD && this != AGENT;
    }

    /** Those of people. */
    static Set<Kind> ofPeople() {
        return Arrays.stream(values()).filter(Kind::isOfPeople).collect(Collectors.toCollection(() -> EnumSet.noneOf(Kind.class)));
    }

    /** Whether something is opened; otherwise something is registered. */
    boolean isSignIn() {
        return this != REGISTRATION && this != DEVICE && this != APP_PASSWORD;
    }

    /** The word in output, such as {@code signIn}. */
    @Override
    public String toString() {
        return text;
    }
}
