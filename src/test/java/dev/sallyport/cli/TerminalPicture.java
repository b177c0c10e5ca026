package dev.sallyport.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An SVG picture of what a command prints on a terminal with colours. */
final class TerminalPicture {

    private static final Pattern STYLE = Pattern.compile("\033\\[([0-9;]*)m");
    private static final Map<String, String> CLASSES = Map.of("1", "b", "2", "d", "31", "r", "32", "g", "33", "y", "36", "c", "1;31", "b r");
    private static final double WIDTH = 8.4;
    private static final int HEIGHT = 20;
    private static final int MARGIN = 16;

    private TerminalPicture() {
    }

    /** The picture of a text, whose styles are ANSI escapes within a line. */
    static String of(String text) {
        List<String> lines = text.lines().toList();
        int columns = lines.stream().mapToInt(line -> STYLE.matcher(line).replaceAll("").length()).max().orElse(0);
        int width = (int) Math.ceil(columns * WIDTH) + 2 * MARGIN;
        int height = lines.size() * HEIGHT + 2 * MARGIN;
        StringBuilder svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " + height + "\" width=\"" + width + "\">\n"
                + "<style>text{font:14px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#e6e9ef;white-space:pre}"
                + ".b{font-weight:700}.d{fill:#98a2b3}.r{fill:#ff7a6e}.g{fill:#4cc38a}.y{fill:#f0b93a}.c{fill:#63b4e0}</style>\n"
                + "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#181e27\"/>\n");
        for (int i = 0; i < lines.size(); i++) {
            line(lines.get(i), MARGIN + i * HEIGHT + 14, svg);
        }
        return svg.append("</svg>\n").toString();
    }

    /** Each part of a line has a place of its own, so that another font moves no column. */
    private static void line(String line, int y, StringBuilder svg) {
        Matcher style = STYLE.matcher(line);
        String now = "";
        int from = 0;
        int column = 0;
        while (from <= line.length()) {
            boolean found = style.find();
            String part = line.substring(from, found ? style.start() : line.length());
            Matcher word = Pattern.compile("\\S+(?: \\S+)*").matcher(part);
            while (word.find()) {
                svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\" textLength=\"%.1f\" lengthAdjust=\"spacingAndGlyphs\"%s>%s</text>\n",
                        MARGIN + (column + word.start()) * WIDTH, y, word.group().length() * WIDTH, now.isEmpty() ? "" : " class=\"" + now + "\"",
                        word.group().replace("&", "&amp;").replace("<", "&lt;")));
            }
            column += part.length();
            if (!found) {
                return;
            }
            now = CLASSES.getOrDefault(style.group(1), "");
            from = style.end();
        }
    }
}
