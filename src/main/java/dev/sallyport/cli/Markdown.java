package dev.sallyport.cli;

/** Texts of others within Markdown, where they are text and nothing else. */
final class Markdown {

    private Markdown() { }

    /** A text within a line or a cell of a table. */
    static String cell(String text) {
        StringBuilder cell = new StringBuilder();
        Glyphs.visible(text).codePoints().forEach(c -> {
            switch (c) {
                case '<' -> cell.append("&lt;");
                case '>' -> cell.append("&gt;");
                case '&' -> cell.append("&amp;");
                case '@' -> cell.append("&#64;");           // mentions nobody
                case '|', '`', '*', '_', '[', ']', '\\', '#', '!', '~' -> cell.append('\\').appendCodePoint(c);
                default -> cell.appendCodePoint(c);
            }
        });
        return cell.toString();
    }

    /** A text within HTML. */
    static String html(String text) {
        return Glyphs.visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;");
    }

    /** A block of code, with a fence that is longer than any in it. */
    static String block(String language, String code) {
        String fence = "```";
        while (code.contains(fence)) {
            fence += "`";
        }
        return fence + language + "\n" + code + (code.endsWith("\n") ? "" : "\n") + fence;
    }
}
