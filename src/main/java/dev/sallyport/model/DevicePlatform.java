package dev.sallyport.model;

/** Platform that the client claims to run on (CA-PLT-01, CA-PLT-02). */
public enum DevicePlatform implements GraphEnum {
    ALL("all"),
    ANDROID("android"),
    IOS("iOS"),
    WINDOWS("windows"),
    WINDOWS_PHONE("windowsPhone"),
    MAC_OS("macOS"),
    LINUX("linux");

    private final String graphName;

    DevicePlatform(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}
