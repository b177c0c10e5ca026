package dev.sallyport.model;

/** Whether a user is a member or a guest of the tenant, by its name in Microsoft Graph. */
public enum UserType implements GraphEnum {
    /** A member. */
    MEMBER("Member"),
    /** A guest. */
    GUEST("Guest");

    private final String graphName;

    UserType(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}
