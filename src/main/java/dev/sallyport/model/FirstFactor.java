package dev.sallyport.model;

/** The result of the first factor (EV-01). */
public enum FirstFactor implements GraphEnum {
    /** The first factor was passed. */
    PASSED("passed"),
    /** The password was wrong. */
    WRONG_PASSWORD("wrongPassword"),
    /** The account is locked. */
    LOCKED_OUT("lockedOut"),
    /** The password has expired. */
    PASSWORD_EXPIRED("passwordExpired");

    private final String graphName;

    FirstFactor(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}
