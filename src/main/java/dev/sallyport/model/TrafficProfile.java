package dev.sallyport.model;

/**
 * A traffic profile of Global Secure Access, by its name in Microsoft Graph: an audience of its own, which policies target as an
 * application (DEC-15). Its id is in the catalogue.
 */
public enum TrafficProfile implements GraphEnum {
    /** The traffic to Microsoft's applications. */
    M365("m365", "Microsoft apps with Global Secure Access"),
    /** The traffic to the internet. */
    INTERNET("internet", "All internet resources with Global Secure Access"),
    /** The traffic to private applications. */
    PRIVATE("private", "All private resources with Global Secure Access");

    /** The traffic to the internet, as a literal of a policy. */
    public static final String ALL_INTERNET_RESOURCES = "AllInternetResourcesWithGlobalSecureAccess";

    private final String graphName;
    private final String displayName;

    TrafficProfile(String graphName, String displayName) {
        this.graphName = graphName;
        this.displayName = displayName;
    }

    @Override
    public String graphName() {
        return graphName;
    }

    /** The id of the application. */
    public String appId() {
        return Catalogue.builtIn().applications().stream().filter(row -> displayName.equals(row.displayName())).findFirst().orElseThrow()
                .appId();
    }

    /** The name of the application. */
    public String displayName() {
        return displayName;
    }
}
