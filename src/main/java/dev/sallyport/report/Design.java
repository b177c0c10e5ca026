package dev.sallyport.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The look that all pages share: colours, cards, chips, tables, bars and charts. */
public final class Design {

    private static final String CSS = read();

    private Design() { }

    private static String read() {
        try (InputStream in = Design.class.getResourceAsStream("design.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The styles, as text of CSS without addresses of other files. */
    public static String css() {
        return CSS;
    }

    /**
     * The beginning of a page that needs nothing else, up to the content of its main part.
     *
     * @param title the title, as HTML
     * @param head more of the head, as HTML; empty for nothing
     */
    public static String begin(String title, String head) {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                + "content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n" + head
                + "<title>" + title + "</title>\n<style>\n" + CSS + "</style>\n</head>\n<body>\n<main>\n";
    }

    /**
     * A bar; the number beside it says the same.
     *
     * @param percent its length, from 0 to 100
     */
    public static String bar(double percent) {
        return String.format(Locale.ROOT, "<span class=\"bar\"><svg viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" "
                + "aria-hidden=\"true\"><rect class=\"good\" width=\"%.1f\" height=\"1\"/></svg></span>", percent);
    }
}
