package dev.sallyport.diagnose;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prepares values of files for messages: short, and without secrets. */
public final class Echo {

    /**
     * The most UTF-16 characters that a message shows of an unexpected value, which may come from a foreign file such as a list of
     * passwords.
     */
    public static final int LONGEST_VALUE = 40;
    private static final int LONGEST_SPAN = 100;
    private static final Pattern SPAN = Pattern.compile("`([^`]{" + (LONGEST_SPAN + 1) + ",})`");
    /** What is written as the hash of an app password, and a hash in the usual form, or the end of one, wherever it is. */
    private static final Pattern HASH = Pattern.compile("(\\bhash\\b['\"]?\\s*:\\s*)('[^'\\n]*'?|\"[^\"\\n]*\"?|(?:[^\\s,}\\]]|,(?=\\w))+)"
            + "|(\\$argon2|\\bp=[0-9]+\\$)((?:[\\w+/=$.-]|,(?=\\w))*)", Pattern.CASE_INSENSITIVE);

    private Echo() { }

    /** The first characters of a text, and an ellipsis if there were more. */
    public static String cut(String text, int longest) {
        int end = text.length() > longest && Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.length() <= longest ? text : text.substring(0, end) + "…";
    }

    /** A message in which each value in backticks is cut. */
    public static String cut(String message) {
        return message.length() <= LONGEST_SPAN ? message
                : SPAN.matcher(message).replaceAll(span -> Matcher.quoteReplacement("`" + cut(span.group(1), LONGEST_SPAN) + "`"));
    }

    /** The text with an asterisk for each character of a hash of an app password. */
    public static String withoutHashes(String text) {
        return text.indexOf('$') < 0 && !text.contains("hash") ? text : HASH.matcher(text).replaceAll(found -> {
            int shown = found.group(1) == null ? 3 : 1;
            return Matcher.quoteReplacement(found.group(shown) + "*".repeat(found.group(shown + 1).length()));
        });
    }
}
