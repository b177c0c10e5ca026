package dev.sallyport.model;

/** Kind of guest or external user (CA-GST-01..06). */
public enum GuestType implements GraphEnum {
    INTERNAL_GUEST("internalGuest"),
    B2B_COLLABORATION_GUEST("b2bCollaborationGuest"),
    B2B_COLLABORATION_MEMBER("b2bCollaborationMember"),
    B2B_DIRECT_CONNECT_USER("b2bDirectConnectUser"),
    OTHER_EXTERNAL_USER("otherExternalUser"),
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
