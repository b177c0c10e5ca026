package dev.sallyport.model;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The codes of countries: those of ISO 3166-1, and {@code XK} for Kosovo, which has none there. */
public final class Countries {

    /** Every code, in upper case. */
    public static final Set<String> CODES = codes();

    private Countries() { }

    private static Set<String> codes() {
        Set<String> codes = new HashSet<>(Arrays.asList(Locale.getISOCountries()));
        codes.add("XK");
        return Set.copyOf(codes);
    }

    /**
     * Whether a text is written as country codes are: two letters, or two digits as some databases of addresses have them for what is
     * no country.
     */
    public static boolean isCode(String text) {
        return text.length() == 2 && (isLetter(text.charAt(0)) && isLetter(text.charAt(1)) || isDigit(text.charAt(0))
                && isDigit(text.charAt(1)));
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
