package dev.sallyport.model;

/** Authentication flow (CA-FLW-01). */
public enum TransferMethod implements GraphEnum {
    NONE("none"),
    DEVICE_CODE_FLOW("deviceCodeFlow"),
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
