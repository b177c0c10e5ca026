package dev.sallyport.model;

/** What became of the first factor (EV-01). */
public enum FirstFactor implements GraphEnum {
    PASSED("passed"),
    WRONG_PASSWORD("wrongPassword"),
    LOCKED_OUT("lockedOut"),
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
