package dev.sallyport.model;

/**
 * A traffic profile of Global Secure Access, by its name in Microsoft Graph: an audience of its own, which policies target as an
 * application (DEC-15). The ids are from Entra, reference-resources-change.md, 26 June 2024.
 */
public enum TrafficProfile implements GraphEnum {
    /** The traffic to Microsoft's applications. */
    M365("m365", "c08f52c9-8f03-4558-a0ea-9a4c878cf343", "Microsoft apps with Global Secure Access"),
    /** The traffic to the internet. */
    INTERNET("internet", "5dc48733-b5df-475c-a49b-fa307ef00853", "All internet resources with Global Secure Access"),
    /** The traffic to private applications. */
    PRIVATE("private", "e92b9b37-1b47-4c01-9fbc-91d84450870e", "All private resources with Global Secure Access");

    /** The traffic to the internet, as a literal of a policy. */
    public static final String ALL_INTERNET_RESOURCES = "AllInternetResourcesWithGlobalSecureAccess";

    private final String graphName;
    private final String appId;
    private final String displayName;

    TrafficProfile(String graphName, String appId, String displayName) {
        this.graphName = graphName;
        this.appId = appId;
        this.displayName = displayName;
    }

    @Override
    public String graphName() {
        return graphName;
    }

    /** The id of the application. */
    public String appId() {
        return appId;
    }

    /** The name of the application. */
    public String displayName() {
        return displayName;
    }
}
