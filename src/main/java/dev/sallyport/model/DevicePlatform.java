package dev.sallyport.model;

/** The platform that the client claims to run on, by its name in Microsoft Graph (CA-PLT-01, CA-PLT-02). */
public enum DevicePlatform implements GraphEnum {
    /** Every platform; in policies only. */
    ALL("all"),
    /** Android. */
    ANDROID("android"),
    /** iOS and iPadOS. */
    IOS("iOS"),
    /** Windows. */
    WINDOWS("windows"),
    /** Windows Phone. */
    WINDOWS_PHONE("windowsPhone"),
    /** macOS. */
    MAC_OS("macOS"),
    /** Linux. */
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
