package dev.sallyport.model;

/** Mode of Defender for Cloud Apps, mildest first (SS-02, SS-24). */
public enum CloudAppSecurityType implements GraphEnum {
    MONITOR_ONLY("monitorOnly"),
    MCAS_CONFIGURED("mcasConfigured"),
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
