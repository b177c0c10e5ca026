package dev.sallyport.server;

/** Settings with which the decision point does not start. */
public final class SettingsException extends Exception {

    private static final long serialVersionUID = 1;

    private final String help;

    /**
     * @param message what is wrong
     * @param help what to do
     */
    public SettingsException(String message, String help) {
        super(message);
        this.help = help;
    }

    /** What to do. */
    public String help() {
        return help;
    }
}
