package dev.sallyport.model;

/** The mode of Defender for Cloud Apps, mildest first (SS-02, SS-24). */
public enum CloudAppSecurityType implements GraphEnum {
    /** Sessions are monitored. */
    MONITOR_ONLY("monitorOnly"),
    /** The policies of Defender for Cloud Apps apply. */
    MCAS_CONFIGURED("mcasConfigured"),
    /** Downloads are blocked. */
    BLOCK_DOWNLOADS("blockDownloads");

    private final String graphName;

    CloudAppSecurityType(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}
