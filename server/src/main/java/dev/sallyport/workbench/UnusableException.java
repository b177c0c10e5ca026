package dev.sallyport.workbench;

/** A request that cannot be answered as it is. */
final class UnusableException extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String help;

    /**
     * @param status the status code, such as 404
     * @param message what is wrong
     * @param help what to do
     */
    UnusableException(int status, String message, String help) {
        super(message);
        this.status = status;
        this.help = help;
    }

    int status() {
        return status;
    }

    String help() {
        return help;
    }
}
