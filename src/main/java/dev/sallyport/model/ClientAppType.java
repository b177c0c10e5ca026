package dev.sallyport.model;

/** Kind of client software (CA-CLI-01). */
public enum ClientAppType implements GraphEnum {
    ALL("all"),
    BROWSER("browser"),
    MOBILE_APPS_AND_DESKTOP_CLIENTS("mobileAppsAndDesktopClients"),
    EXCHANGE_ACTIVE_SYNC("exchangeActiveSync"),
    EAS_SUPPORTED("easSupported"),
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
