package dev.sallyport.edit;

/** Files cannot be changed as asked. Nothing was written, or the message names the files that were. */
public final class EditException extends Exception {

    private static final long serialVersionUID = 1;

    private final String help;

    EditException(String message, String help) {
        super(message);
        this.help = help;
    }

    /** What to do about it. */
    public String help() {
        return help;
    }
}
