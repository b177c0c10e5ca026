package dev.sallyport.write;

import dev.sallyport.parse.Node;
import dev.sallyport.parse.Node.ScalarType;
import java.util.List;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** How a scalar is written so that it is read back as the same text of the same type, here and by parsers of YAML 1.1. */
final class YamlScalar {

    private static final Pattern PLAIN = Pattern.compile("[\\p{L}0-9/][\\p{L}\\p{N}_.@/+*()&%$=;!?'~-]*+( "
            + "[\\p{L}\\p{N}_.@/+*()&%$=;!?'~-]++)*+");
    private static final Pattern DATE_TIME = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})");
    /** What YAML 1.1 or 1.2 takes for something else than text. */
    private static final Pattern NOT_TEXT = Pattern.compile(
            "(?i)null|true|false|yes|no|on|off|y|n|[-+]?[.]?[0-9][0-9_.,:]*(e[-+]?[0-9]+)?|0x[0-9a-f_]+"
                    + "|0o?[0-7_]+|0b[01_]+|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}");

    private YamlScalar() { }

    /** The value of a scalar; {@code isBlockAllowed} where it stands on its own behind a key or a dash of a block. */
    static Yaml.Value of(Node.Scalar scalar, boolean isBlockAllowed) {
        if (scalar.type() == ScalarType.NULL) {
            return new Yaml.Inline("null");
        }
        if (scalar.type() != ScalarType.TEXT) {
            return new Yaml.Inline(scalar.text());
        }
        if (isBlockAllowed && isBlock(scalar.text())) {
            return new Yaml.Block(scalar.text().endsWith("\n") ? "|" : "|-", List.of(scalar.text().split("\n")));
        }
        return new Yaml.Inline(text(scalar.text()));
    }

    /** Whether a text is shown best as lines: nothing in it needs an escape, and no line begins or ends with a space. */
    private static boolean isBlock(String text) {
        String[] lines = text.split("\n", -1);
        int last = lines[lines.length - 1].isEmpty() ? lines.length - 1 : lines.length;
        if (lines.length < 2 || last == 0) {
            return false;
        }
        for (int i = 0; i < last; i++) {
            if (i == 0 && lines[i].isEmpty() || i == last - 1 && lines[i].isEmpty() || !lines[i].strip().equals(lines[i])
                    || !isPrintable(lines[i])) {
                return false;
            }
        }
        return true;
    }

    static String key(String text) {
        return text(text);
    }

    static String text(String text) {
        if (PLAIN.matcher(text).matches() && !NOT_TEXT.matcher(text).matches() || DATE_TIME.matcher(text).matches()) {
            return text;
        }
        return quoted(text);
    }

    /** The text in double quotes, or in single quotes where these make it easier to read. */
    static String quoted(String text) {
        boolean hasSpecials = text.indexOf('"') >= 0 || text.indexOf('\\') >= 0;
        if (hasSpecials && isPrintable(text) && text.indexOf('\n') < 0) {
            return "'" + text.replace("'", "''") + "'";
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                default -> {
                    if (isPrintable(c)) {
                        quoted.appendCodePoint(c);
                    } else {
                        quoted.append(c > 0xFFFF ? String.format("\\U%08X", c) : String.format("\\u%04X", c));
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    private static boolean isPrintable(String text) {
        return text.codePoints().allMatch(c -> c == '\n' || isPrintable(c));
    }

    /** Whether a character may stand for itself: breaks of lines that not everybody takes for such, marks and tabs may not. */
    private static boolean isPrintable(int c) {
        return StreamReader.isPrintable(c) && c >= ' ' && c != 0x85 && c != 0x2028 && c != 0x2029 && c != 0xFEFF && c != 0xA0;
    }
}
