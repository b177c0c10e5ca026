package dev.sallyport.check;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds characters that nobody sees, or takes for others: with them two names look alike, or a text reads in another order than it is
 * compared.
 */
public final class HiddenCharacters {

    private static final Pattern QUOTED = Pattern.compile(
            "(?s)[\u201C\u201D\u201E\u2018\u2019\u201A\u00AB\u00BB].*[\u201C\u201D\u2018\u2019\u00AB\u00BB]");
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final int IDEOGRAPHIC_SPACE = 0x3000;
    private static final int BLACK_FLAG = 0x1F3F4;
    private static final int FIRST_TAG = 0xE0020;
    private static final int LAST_TAG = 0xE007F;

    private HiddenCharacters() { }

    /** Looks at every text of these documents, keys included. */
    public static void check(List<Sources.Document> documents, Diagnostics out) {
        documents.forEach(document -> check(document.root(), false, out));
    }

    /** @param isProse whether nothing is compared with the text, so that the blanks of its language are fine */
    private static void check(Node node, boolean isProse, Diagnostics out) {
        if (node instanceof Node.Sequence list) {
            list.items().forEach(item -> check(item, isProse, out));
        } else if (node instanceof Node.Mapping mapping) {
            for (Node.Entry entry : mapping.entries()) {
                check(entry.key(), false, out);
                check(entry.value(), entry.key().text().equalsIgnoreCase("description"), out);
            }
        } else if (node instanceof Node.Scalar scalar) {
            int hidden = hidden(scalar.text(), isProse);
            if (hidden >= 0) {
                out.warning("SP1508", scalar.position(), String.format("`%s` contains the hidden character U+%04X", scalar.text(), hidden),
                        "remove it, or type the text again: two names that look the same may differ in it");
            }
            if (QUOTED.matcher(scalar.text()).matches()) {
                out.warning("SP1821", scalar.position(), "the quotes of `" + scalar.text() + "` are part of the text",
                        "use plain quotes, or none");
            }
        }
    }

    /**
     * The first hidden character of a text, or -1: a blank that is no space looks like one. Line ends and tabs are fine, and so are joiners
     * inside scripts and emoji that need them, and
     * the tags that spell the flags of Scotland, Wales and England.
     */
    private static int hidden(String text, boolean isProse) {
        boolean inFlag = false;
        for (int i = 0, c, before = ' '; i < text.length(); i += Character.charCount(c), before = c) {
            c = text.codePointAt(i);
            boolean joins = (c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER) && before > 0x2FF && i + 1 < text.length();
            boolean breaks = c == '\n' || c == '\r' || c == '\t';
            inFlag = c == BLACK_FLAG || inFlag && c >= FIRST_TAG && c <= LAST_TAG;
            if (c >= ' ' && c < 0x7F || joins || breaks || inFlag) {
                continue;
            }
            int type = Character.getType(c);
            boolean isBlank = type == Character.SPACE_SEPARATOR && c != ' ' && !(c == IDEOGRAPHIC_SPACE && Character.isIdeographic(before));
            if (isBlank && !isProse || type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                return c;
            }
        }
        return -1;
    }
}
