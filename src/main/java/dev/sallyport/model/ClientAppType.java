package dev.sallyport.model;

/** The kind of client software, by its name in Microsoft Graph (CA-CLI-01). */
public enum ClientAppType implements GraphEnum {
    /** Every kind; in policies only (CA-CLI-02). */
    ALL("all"),
    /** A browser (CA-CLI-04). */
    BROWSER("browser"),
    /** A native app with modern authentication (CA-CLI-05). */
    MOBILE_APPS_AND_DESKTOP_CLIENTS("mobileAppsAndDesktopClients"),
    /** A client of Exchange ActiveSync. */
    EXCHANGE_ACTIVE_SYNC("exchangeActiveSync"),
    /** A client of Exchange ActiveSync on a supported platform. */
    EAS_SUPPORTED("easSupported"),
    /** Any other client: legacy authentication. */
    OTHER("other");

    private final String graphName;

    ClientAppType(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}
