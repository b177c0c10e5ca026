package dev.sallyport.model;

/** The decision about a request: what a gateway has to do. */
public enum Outcome {
    /** Everything that applies is satisfied: let in, and honour the session controls. */
    ALLOW("allow"),
    /** The user has to register security information first: send to registration. */
    PROMPT_REGISTER("prompt-register"),
    /** The user can satisfy what is missing now: ask for the required controls, first one first. */
    CHALLENGE("challenge"),
    /** Nothing the user can do in this sign-in helps: refuse. */
    BLOCK("block");

    private final String text;

    Outcome(String text) {
        this.text = text;
    }

    /** The word in files and output, such as {@code prompt-register}. */
    @Override
    public String toString() {
        return text;
    }
}
