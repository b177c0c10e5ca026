package dev.sallyport.workbench;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Users who are treated alike, and how.
 *
 * @param columns the applications or policies
 * @param rows the users, those of the largest group first
 * @param summary how many users and columns are shown of how many
 * @param previous the page before; {@code null} for none
 * @param next the page after; {@code null} for none
 */
public record MatrixView(List<Column> columns, List<Row> rows, String summary, @Nullable String previous, @Nullable String next) {

    /**
     * An application or a policy.
     *
     * @param name its name
     * @param detail what is said of it too; empty for nothing
     * @param link its page; {@code null} for none
     */
    public record Column(String name, String detail, @Nullable String link) { }

    /**
     * Users who are treated alike.
     *
     * @param first the name of one of them
     * @param names more names
     * @param more the number of all others
     * @param cells one per column
     */
    public record Row(String first, List<String> names, int more, List<List<Chip>> cells) { }

    /**
     * What happens.
     *
     * @param text the outcome
     * @param kind the class of its colour
     * @param place from where, or through which group or role; empty for any
     * @param title why
     * @param link the page that decides it; {@code null} for none
     */
    public record Chip(String text, String kind, String place, String title, @Nullable String link) { }

    /**
     * What may be chosen.
     *
     * @param view {@code applications} or {@code policies}
     * @param values the values of the fields by name
     * @param here the address that counts as here; {@code null} if no place is trusted
     * @param outside the address that counts as outside
     * @param table the address of the table
     */
    public record Choice(String view, Map<String, String> values, @Nullable String here, String outside, String table) {

        /** Whether a field has a value. */
        public boolean is(String name, String value) {
            return values.getOrDefault(name, "").equals(value);
        }
    }
}
