package dev.sallyport.server;

import dev.sallyport.server.Settings.ApplicationEntry;
import java.util.List;
import java.util.Locale;
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
            "(?i)%(2d|2e|2f|25|3b|5c|5f|7e|7f|[01][0-9a-f]|3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a]|(?![0-9a-f]{2}))");

    private final List<ApplicationEntry> entries;

    ApplicationTable(List<ApplicationEntry> entries) {
        this.entries = entries;
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
        String host = authority.replaceFirst(":[0-9]{1,5}$", "").replaceFirst("\\.$", "");
        int end = target.indexOf('?');
        String path = end < 0 ? target : target.substring(0, end);
        if (!isHost(host) || !path.startsWith("/")) {
            return null;
        }
        List<ApplicationEntry> rows = entries.stream().filter(each -> each.host().equalsIgnoreCase(host)).toList();
        if (rows.size() == 1 && rows.get(0).path().equals("/")) {
            return rows.get(0);
        }
        if (!isUnambiguous(path)) {
            return null;
        }
        ApplicationEntry found = longest(rows, path);
        String lower = path.toLowerCase(Locale.ROOT);
        ApplicationEntry inAnyCase = longest(rows.stream().map(each -> new ApplicationEntry(each.host(), each.path()
                .toLowerCase(Locale.ROOT), each.application(), each.clientAppType(), each.position())).toList(), lower);
        return found == null || inAnyCase == null || inAnyCase.path().length() != found.path().length() ? null : found;
    }

    private static boolean isUnambiguous(String path) {
        return hasPlainSegments(path) && !AMBIGUOUS_ESCAPE.matcher(path).find() && !STRANGE.matcher(path.replace('%', '/')).find();
    }

    private static @Nullable ApplicationEntry longest(List<ApplicationEntry> rows, String path) {
        ApplicationEntry found = null;
        for (ApplicationEntry each : rows) {
            String start = each.path().endsWith("/") ? each.path() : each.path() + "/";
            if ((path + "/").startsWith(start) && (found == null || found.path().length() < each.path().length())) {
                found = each;
            }
        }
        return found;
    }
}
