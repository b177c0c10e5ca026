package dev.sallyport.analyse;

/** What opens a request to an attacker. */
public enum Opening {
    /** The password of the user; of a service principal or an agent, its credential. */
    PASSWORD_ALONE("passwordAlone"),
    /** The password of a user who has not registered: the attacker is asked to register, and owns the account then (REG-50). */
    REGISTERING_FIRST("registeringFirst");

    private final String text;

    Opening(String text) {
        this.text = text;
    }

    /** The word in output, such as {@code passwordAlone}. */
    @Override
    public String toString() {
        return text;
    }
}
