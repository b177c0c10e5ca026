package dev.sallyport.decide;

import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.Quote;
import java.util.Collection;
import java.util.function.Supplier;

/**
 * A request that makes no sense; the message names the field. What was meant instead is searched for only when a reader of the command line
 * asks for it: a stranger can send as many unknown names as they like, and a search among all names takes long.
 */
public final class InvalidRequestException extends Exception {

    private static final long serialVersionUID = 1;

    private final String field;
    private final String before;
    private final String value;
    private final String after;
    private final String otherwise;
    private String shown;
    private final transient Supplier<? extends Collection<String>> known;

    /** About one field. */
    public InvalidRequestException(String field, String message) {
        this(field, message, null, "", null, null);
    }

    /**
     * About a field with a value that is not known.
     *
     * @param before    what the message says before the value, which is quoted, and {@code after} it
     * @param otherwise what to do when nothing is near, or {@code null}
     * @param known     the values that there are, or {@code null} for none that could be meant
     */
    InvalidRequestException(String field, String before, String value, String after, String otherwise,
            Supplier<? extends Collection<String>> known) {
        super(null, null, false, false);
        this.field = field;
        this.before = before;
        this.value = value;
        this.after = after;
        this.otherwise = otherwise;
        this.known = known;
    }

    /** The field of the request that is wrong. */
    public String field() {
        return field;
    }

    @Override
    public String getMessage() {
        return message("", "", otherwise);
    }

    /** The field and the message. */
    public String said() {
        return message(field, ": ", otherwise);
    }

    /** The message with what was most likely meant, where something is near; searched for now. */
    public String suggestion() {
        String near = known == null || value.length() > Suggestions.LONGEST ? null : Suggestions.didYouMean(value, known.get());
        return message("", "", near == null ? otherwise : near);
    }

    /** The value that is not known as messages show it, or {@code null}. */
    public String shown() {
        if (shown == null) {
            shown = Quote.shown(value);
        }
        return shown;
    }

    /** In one piece, without another on the way: a stranger chooses how often a gateway does this. */
    private String message(String about, String colon, String help) {
        String semicolon = help == null ? "" : "; ";
        String end = help == null ? "" : help;
        return value == null ? String.join("", about, colon, before, semicolon, end)
                : String.join("", about, colon, before, "`", shown(), "`", after, semicolon, end);
    }
}
