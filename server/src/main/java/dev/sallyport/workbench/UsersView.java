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
     * @param protection {@code yes}, {@code partly}, {@code no} or {@code disabled}
     * @param exposed {@code yes}
     */
    public record Filter(String q, String state, String registered, String protection, String exposed) {

        /** Whether it leaves users out. */
        public boolean isActive() {
            return !(q + state + registered + protection + exposed).isEmpty();
        }

        /** The address of the list with this filter. */
        public String address(int page) {
            StringBuilder query = new StringBuilder();
            add(query, "q", q);
            add(query, "state", state);
            add(query, "registered", registered);
            add(query, "protection", protection);
            add(query, "exposed", exposed);
            add(query, "page", page > 1 ? String.valueOf(page) : "");
            return Workbench.ROOT + "users" + query;
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
     * @param rule the rule that it follows from
     */
    public record Told(String rule, Prose text) { }
}
