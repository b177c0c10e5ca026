package dev.sallyport.workbench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replay found.
 *
 * @param log the name of the log
 * @param headline how many sign-ins end differently, in one sentence; {@code null} if the log has no sign-in
 * @param problems what cannot be read, with its line
 * @param isBroken whether a part of the log was not read
 * @param report the report as HTML; empty without a sign-in
 * @param text the report as the lines that the command writes; empty without a sign-in
 * @param disagreements the first sign-ins of which the log says something else
 */
public record ReplayView(String log, @Nullable String headline, List<String> problems, boolean isBroken, String report, String text,
        List<Item> disagreements) {

    /**
     * A sign-in of which the log says something else.
     *
     * @param title who opens what and when
     * @param differences what differs, a sentence each
     * @param missing what the log does not tell; empty for nothing
     * @param story the decision with every policy, in lines of text
     */
    public record Item(String title, List<String> differences, String missing, String story) { }
}
