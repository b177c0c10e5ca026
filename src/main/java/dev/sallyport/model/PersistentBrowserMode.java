package dev.sallyport.model;

/** Mode of the persistent browser control (SS-04). */
public enum PersistentBrowserMode implements GraphEnum {
    ALWAYS("always"),
    NEVER("never");

    private final String graphName;

    PersistentBrowserMode(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}
