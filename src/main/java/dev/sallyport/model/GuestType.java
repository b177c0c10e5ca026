package dev.sallyport.model;

/** The kind of guest or external user, by its name in Microsoft Graph. */
public enum GuestType implements GraphEnum {
    /** A guest with an account of this tenant (CA-GST-01). */
    INTERNAL_GUEST("internalGuest"),
    /** A guest with an account of another tenant (CA-GST-02). */
    B2B_COLLABORATION_GUEST("b2bCollaborationGuest"),
    /** A member with an account of another tenant (CA-GST-03). */
    B2B_COLLABORATION_MEMBER("b2bCollaborationMember"),
    /** A user of another tenant without an object in the directory (CA-GST-04). */
    B2B_DIRECT_CONNECT_USER("b2bDirectConnectUser"),
    /** An external user of none of the other kinds (CA-GST-05). */
    OTHER_EXTERNAL_USER("otherExternalUser"),
    /** A user of a service provider (CA-GST-06). */
    SERVICE_PROVIDER("serviceProvider");

    private final String graphName;

    GuestType(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}
