package dev.sallyport.decide;

/** A request that makes no sense; the message names the field. */
public final class InvalidRequestException extends Exception {

    private static final long serialVersionUID = 1;

    private final String field;

    /** About one field. */
    public InvalidRequestException(String field, String message) {
        super(message, null, false, false);
        this.field = field;
    }

    /** The field of the request that is wrong. */
    public String field() {
        return field;
    }
}
