package dev.sallyport.model;

/** Member or guest. */
public enum UserType implements GraphEnum {
    MEMBER("Member"),
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
