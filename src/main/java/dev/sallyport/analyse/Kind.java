package dev.sallyport.analyse;

/** A kind of request; each has conditions and controls of its own, and is analysed by itself. */
public enum Kind {
    /** A sign-in of a client with modern authentication. */
    SIGN_IN("signIn"),
    /** A sign-in of a client with legacy authentication, with a password or an app password. */
    LEGACY("legacy"),
    /** The registration of security information. */
    REGISTRATION("registration"),
    /** The registration of a device. */
    DEVICE("device");

    private final String text;

    Kind(String text) {
        this.text = text;
    }

    /** The word in output, such as {@code signIn}. */
    @Override
    public String toString() {
        return text;
    }
}
