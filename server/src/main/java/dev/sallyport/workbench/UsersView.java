package dev.sallyport.workbench;

import java.util.List;

/**
 * The list of users, as it is filtered.
 *
 * @param filter what is searched and chosen
 * @param tiles how many users there are of each kind
 * @param rows the users of this page of the list
 * @param matching how many users match
 * @param matchingText the same in words, such as {@code 12 of 5,000 users match}
 * @param everyone how many users there are
 * @param page the page of the list, from 1
 * @param pages how many pages there are
 * @param elsewhere the ids of selected users who are not on this page
 * @param selected how many users are selected, in words
 * @param isAll whether all users that match are selected
 * @param findings what is worth knowing about the users
 */
public record UsersView(Filter filter, List<Tile> tiles, List<UserRow> rows, int matching, String matchingText, int everyone, int page,
        int pages, List<String> elsewhere, String selected, boolean isAll, List<Told> findings) {

    /**
     * What is searched and chosen; empty for everything.
     *
     * @param q a part of the name
     * @param state {@code disabled}, {@code enabled} or {@code enforced}
     * @param registered {@code yes} or {@code no}
     * @param opens where a password alone opens something: {@code anywhere}, {@code trusted} for trusted places only, or {@code nowhere};
     *     {@code disabled} for accounts that are
     * @param exposed {@code yes}
     */
    public record Filter(String q, String state, String registered, String opens, String exposed) {

        /** Whether it leaves users out. */
        public boolean isActive() {
            return !(q + state + registered + opens + exposed).isEmpty();
        }

        /** The address of the list with this filter. */
        public String address(int page) {
            StringBuilder query = query();
            add(query, "page", page > 1 ? String.valueOf(page) : "");
            return Workbench.ROOT + "users" + query;
        }

        /** The address of the report on the users of the list, as CSV. */
        public String report() {
            return Workbench.ROOT + "users/report" + query();
        }

        private StringBuilder query() {
            StringBuilder query = new StringBuilder();
            add(query, "q", q);
            add(query, "state", state);
            add(query, "registered", registered);
            add(query, "opens", opens);
            add(query, "exposed", exposed);
            return query;
        }

        private static void add(StringBuilder query, String name, String value) {
            if (!value.isEmpty()) {
                query.append(query.isEmpty() ? '?' : '&').append(name).append('=').append(UserWords.encoded(value));
            }
        }
    }

    /**
     * A number, which leads to those users.
     *
     * @param isCurrent whether the list shows them
     */
    public record Tile(String number, String name, String address, boolean isCurrent) { }

    /**
     * A finding.
     *
     * @param rule the rule that it follows from, by itself
     */
    public record Told(Prose rule, Prose text) { }
}
