package dev.sallyport.server;

import dev.sallyport.server.Settings.ApplicationEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells which application a URL belongs to: the row of its host with the longest path. Where the rows of a host differ by path, a path
 * that a server could read in two ways belongs to none, so that no spelling leads around a row.
 */
final class ApplicationTable {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+]");
    /** What no part of a plain path holds: escapes, separators of other systems, parameters, controls. */
    private static final Pattern STRANGE = Pattern.compile("[%\\\\;?#\\x00-\\x20\\x7f-\\uffff]");
    /** An escaped character that nobody needs to escape, and those that a server may read as a separator or as an escape. */
    private static final Pattern AMBIGUOUS_ESCAPE = Pattern.compile(
            "(?i)%(23|2d|2e|2f|25|3b|3f|5c|5f|7e|7f|[01][0-9a-f]|3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a]|(?![0-9a-f]{2}))");

    /** A space or a dot at an end of a segment, which some file systems ignore. */
    private static final Pattern LOOSE_END = Pattern.compile("(%20|\\.)(/|$)|/%20");
    private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");

    /** The rows by their host in lower case. */
    private final Map<String, List<Row>> rows = new HashMap<>();

    /**
     * A row with the beginnings of its paths.
     *
     * @param start the path as it is written, with a slash at its end
     * @param lower the same in lower case
     */
    private record Row(ApplicationEntry entry, String start, String lower) { }

    ApplicationTable(List<ApplicationEntry> entries) {
        for (ApplicationEntry each : entries) {
            String start = each.path().endsWith("/") ? each.path() : each.path() + "/";
            rows.computeIfAbsent(each.host().toLowerCase(Locale.ROOT), any -> new ArrayList<>()).add(new Row(each, start,
                    start.toLowerCase(Locale.ROOT)));
        }
    }

    static boolean isHost(String text) {
        return HOST.matcher(text).matches();
    }

    /** Whether a path of the table has one reading only. */
    static boolean isPlainPath(String path) {
        return path.startsWith("/") && !STRANGE.matcher(path).find() && hasPlainSegments(path);
    }

    private static boolean hasPlainSegments(String path) {
        return !path.contains("//") && !(path + "/").contains("/./") && !(path + "/").contains("/../");
    }

    /**
     * The row of a URL; {@code null} for none.
     *
     * @param authority the host with or without a port
     * @param target the path with or without a query, as the client sent it
     */
    @Nullable ApplicationEntry find(String authority, String target) {
        String withoutPort = PORT.matcher(authority).replaceFirst("");
        String host = withoutPort.endsWith(".") ? withoutPort.substring(0, withoutPort.length() - 1) : withoutPort;
        int end = target.indexOf('?');
        String path = end < 0 ? target : target.substring(0, end);
        if (!isHost(host) || !path.startsWith("/")) {
            return null;
        }
        List<Row> ofHost = rows.getOrDefault(host.toLowerCase(Locale.ROOT), List.of());
        if (ofHost.size() == 1 && ofHost.get(0).start().equals("/")) {
            return ofHost.get(0).entry();
        }
        if (!isUnambiguous(path)) {
            return null;
        }
        Row found = longest(ofHost, path, Row::start);
        Row inAnyCase = longest(ofHost, path.toLowerCase(Locale.ROOT), Row::lower);
        return found == null || inAnyCase == null || inAnyCase.start().length() != found.start().length() ? null : found.entry();
    }

    private static boolean isUnambiguous(String path) {
        return hasPlainSegments(path) && !AMBIGUOUS_ESCAPE.matcher(path).find() && !LOOSE_END.matcher(path).find()
                && !STRANGE.matcher(path.replace('%', '/')).find();
    }

    private static @Nullable Row longest(List<Row> rows, String path, Function<Row, String> start) {
        Row found = null;
        for (Row each : rows) {
            if ((path + "/").startsWith(start.apply(each)) && (found == null || found.start().length() < each.start().length())) {
                found = each;
            }
        }
        return found;
    }
}
