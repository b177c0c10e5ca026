package dev.sallyport.edit;

/** A directory cannot be changed as asked; nothing was written. */
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
