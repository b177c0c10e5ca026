package dev.sallyport.cli;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text as a terminal shows it: how wide it is, where a line may break, and nothing in it that moves the cursor. */
public final class Glyphs {

    /** First and last code point of each range that takes two columns (East Asian Width W and F, and flags), in order. */
    private static final int[] WIDE = {
        0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x23F0, 0x23F0, 0x23F3, 0x23F3, 0x25FD, 0x25FE, 0x2614, 0x2615,
        0x2648, 0x2653, 0x267F, 0x267F, 0x2693, 0x2693, 0x26A1, 0x26A1, 0x26AA, 0x26AB, 0x26BD, 0x26BE, 0x26C4, 0x26C5, 0x26CE, 0x26CE,
        0x26D4, 0x26D4, 0x26EA, 0x26EA, 0x26F2, 0x26F3, 0x26F5, 0x26F5, 0x26FA, 0x26FA, 0x26FD, 0x26FD, 0x2705, 0x2705, 0x270A, 0x270B,
        0x2728, 0x2728, 0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755, 0x2757, 0x2757, 0x2795, 0x2797, 0x27B0, 0x27B0, 0x27BF, 0x27BF,
        0x2B1B, 0x2B1C, 0x2B50, 0x2B50, 0x2B55, 0x2B55, 0x2E80, 0x303E, 0x3041, 0x3247, 0x3250, 0x4DBF, 0x4E00, 0xA4C6, 0xA960, 0xA97C,
        0xAC00, 0xD7A3, 0xF900, 0xFAD9, 0xFE10, 0xFE6B, 0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x1B2FB, 0x1F004, 0x1F004, 0x1F0CF,
        0x1F0CF,
        0x1F18E, 0x1F18E, 0x1F191, 0x1F19A, 0x1F1E6, 0x1F320, 0x1F32D, 0x1F335, 0x1F337, 0x1F37C, 0x1F37E, 0x1F393, 0x1F3A0, 0x1F3CA,
        0x1F3CF, 0x1F3D3, 0x1F3E0, 0x1F3F0, 0x1F3F4, 0x1F3F4, 0x1F3F8, 0x1F43E, 0x1F440, 0x1F440, 0x1F442, 0x1F4FC, 0x1F4FF, 0x1F53D,
        0x1F54B, 0x1F54E, 0x1F550, 0x1F567, 0x1F57A, 0x1F57A, 0x1F595, 0x1F596, 0x1F5A4, 0x1F5A4, 0x1F5FB, 0x1F64F, 0x1F680, 0x1F6C5,
        0x1F6CC, 0x1F6CC, 0x1F6D0, 0x1F6D2, 0x1F6D5, 0x1F6DF, 0x1F6EB, 0x1F6EC, 0x1F6F4, 0x1F6FC, 0x1F7E0, 0x1F7F0, 0x1F90C, 0x1F93A,
        0x1F93C, 0x1F945, 0x1F947, 0x1F9FF, 0x1FA70, 0x1FAF6, 0x20000, 0x3FFFD
    };
    private static final int EMOJI_PRESENTATION = 0xFE0F;
    private static final Set<UnicodeScript> WITHOUT_BLANKS = EnumSet.of(UnicodeScript.THAI, UnicodeScript.LAO, UnicodeScript.KHMER,
            UnicodeScript.MYANMAR);

    private Glyphs() { }

    /** The text with line ends, escapes, and characters that hide or reorder others written out, such as {@code \u202e}. */
    public static String visible(String text) {
        StringBuilder shown = null;
        for (int i = 0, c; i < text.length(); i += Character.charCount(c)) {
            c = text.codePointAt(i);
            if (!isHidden(c)) {
                if (shown != null) {
                    shown.appendCodePoint(c);
                }
                continue;
            }
            if (shown == null) {
                shown = new StringBuilder(text.substring(0, i));
            }
            shown.append(c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : String.format(c < 0x10000 ? "\\u%04x" : "\\u{%x}", c));
        }
        return shown == null ? text : shown.toString();
    }

    private static boolean isHidden(int c) {
        if (c >= ' ' && c < 0x7F) {
            return false;
        }
        boolean joins = c == 0x200C || c == 0x200D;
        return !joins && switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
            default -> false;
        };
    }

    /** How many columns a text takes. */
    static int width(String text) {
        if (isAscii(text)) {
            return text.length();
        }
        int width = 0;
        for (String glyph : split(text)) {
            width += glyphWidth(glyph);
        }
        return width;
    }

    /**
     * The lines of a text in a column. Words move to the next line, and stay whole even where one is wider than the column
     * ({@link #widestPiece}).
     */
    static List<String> wrap(String text, int columns) {
        if (width(text) <= columns) {
            return List.of(text);
        }
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int used = 0;
        for (String word : text.split(" ")) {
            String blank = line.length() == 0 ? "" : " ";
            for (String piece : pieces(word)) {
                int width = width(piece);
                if (used + blank.length() + width > columns && used > 0) {
                    lines.add(line.toString().stripTrailing());
                    line.setLength(0);
                    blank = "";
                    used = 0;
                }
                line.append(blank).append(piece);
                used += blank.length() + width;
                blank = "";
            }
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }

    /** How many columns a text needs at least: those of its widest part that does not break. */
    static int widestPiece(String text) {
        int widest = 0;
        for (String word : text.split(" ")) {
            for (String piece : pieces(word)) {
                widest = Math.max(widest, width(piece));
            }
        }
        return widest;
    }

    /**
     * A word in the pieces between which it may be broken: where a script has no blanks, at every character. Ids, user names and paths
     * are one piece, so that they can be copied and searched for.
     */
    private static List<String> pieces(String word) {
        if (isAscii(word)) {
            return List.of(word);
        }
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        for (String glyph : split(word)) {
            boolean breaks = glyphWidth(glyph) == 2 || WITHOUT_BLANKS.contains(UnicodeScript.of(glyph.codePointAt(0)));
            if (breaks && piece.length() > 0) {
                pieces.add(piece.toString());
                piece.setLength(0);
            }
            piece.append(glyph);
            if (breaks) {
                pieces.add(piece.toString());
                piece.setLength(0);
            }
        }
        if (piece.length() > 0) {
            pieces.add(piece.toString());
        }
        return pieces;
    }

    /** The beginning of a text in so many columns, with an ellipsis where some of it is left out. */
    static String head(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        StringBuilder head = new StringBuilder();
        int used = 1;
        for (String glyph : split(text)) {
            used += glyphWidth(glyph);
            if (used > columns) {
                break;
            }
            head.append(glyph);
        }
        return columns < 1 ? "" : head + "…";
    }

    /** The end of a text in so many columns, behind an ellipsis where some of it is left out. */
    static String tail(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        List<String> glyphs = split(text);
        int start = glyphs.size();
        int used = 1;
        while (start > 0 && used + glyphWidth(glyphs.get(start - 1)) <= columns) {
            used += glyphWidth(glyphs.get(--start));
        }
        return columns < 1 ? "" : "…" + String.join("", glyphs.subList(start, glyphs.size()));
    }

    /** What a reader takes for one character each: letters with their accents, emoji with theirs. */
    private static List<String> split(String text) {
        if (isAscii(text)) {
            return Arrays.asList(text.split(""));
        }
        List<String> glyphs = new ArrayList<>();
        Matcher glyph = Cluster.PATTERN.matcher(text);
        while (glyph.find()) {
            glyphs.add(glyph.group());
        }
        return glyphs;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7E) {
                return false;
            }
        }
        return true;
    }

    private static int glyphWidth(String glyph) {
        int width = 0;
        for (int i = 0, c; i < glyph.length(); i += Character.charCount(c)) {
            c = glyph.codePointAt(i);
            width = Math.max(width, c == EMOJI_PRESENTATION ? 2 : codePointWidth(c));
        }
        return width;
    }

    private static int codePointWidth(int c) {
        if (c < 0x300) {
            return 1;
        }
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        int at = Arrays.binarySearch(WIDE, c);
        boolean inside = at >= 0 || -(at + 1) % 2 == 1;
        return inside ? 2 : 1;
    }

    /** Compiled only when some text is not ASCII. */
    private static final class Cluster {
        static final Pattern PATTERN = Pattern.compile("\\X");
    }
}
