package dev.sallyport.model;

/** The authentication flow (CA-FLW-01). */
public enum TransferMethod implements GraphEnum {
    /** No special flow. */
    NONE("none"),
    /** The device code flow. */
    DEVICE_CODE_FLOW("deviceCodeFlow"),
    /** Authentication transfer from one device to another. */
    AUTHENTICATION_TRANSFER("authenticationTransfer");

    private final String graphName;

    TransferMethod(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}
