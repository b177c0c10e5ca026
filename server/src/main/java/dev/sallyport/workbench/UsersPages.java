package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.UsersCsv;
import dev.sallyport.model.Directory;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport.Protection;
import dev.sallyport.report.MfaReport.Row;
import dev.sallyport.workbench.UserReports.Entry;
import dev.sallyport.workbench.UserReports.Report;
import dev.sallyport.workbench.UsersView.Filter;
import dev.sallyport.workbench.UsersView.Tile;
import dev.sallyport.workbench.UsersView.Told;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** All users: what protects them, and what an administrator changes about many of them at once. */
final class UsersPages {

    private static final int ROWS = 100;
    private static final int MOST_SOURCES = 2;

    private final Desk desk;
    private final Views views;
    private final UserReports reports;
    private final UserChanges changes;
    private final SecurityInfoPages info;

    UsersPages(Desk desk, Views views) {
        this.desk = desk;
        this.views = views;
        this.reports = new UserReports();
        this.changes = new UserChanges(desk, views);
        this.info = new SecurityInfoPages(desk, views, reports, changes);
        changes.shows("users", this::part);
        Thread first = new Thread(() -> reports.of(desk.engine(), desk.now()), "first report of users");
        first.setDaemon(true);
        first.start();                                      // so that the first page of many users need not wait for all of it
    }

    void addTo(Map<String, Page> pages) {
        pages.put("GET /users", this::page);
        pages.put("POST /users/rows", this::rows);
        pages.put("GET /users/report", this::report);
        pages.put("POST /users/change", visit -> changes.change(visit, directory -> selected(visit, directory)));
        info.addTo(pages);
    }

    private Reply page(Visit visit) {
        UsersView view = view(visit, "page");
        return views.html("users.jte", Map.of("frame", views.frame("Users", "users", visit.session()), "view", view));
    }

    /** The list, searched or turned to another page; what is selected stays selected. */
    private Reply rows(Visit visit) {
        UsersView view = view(visit, "page");
        Reply.Content html = views.html("users-rows.jte", Map.of("view", view));
        return new Reply.Content(html.status(), html.type(), html.bytes(), Map.of("HX-Replace-Url", view.filter().address(view.page())));
    }

    /** The report on the users of the list, as {@code sallyport users report --format csv} makes it. */
    private Reply report(Visit visit) {
        Report report = reports.of(desk.engine(), desk.now());
        return Reply.file("users.csv", "text/csv", UsersCsv.of(report.entries().stream().filter(matches(filter(visit), report))
                .map(Entry::row).toList(), report.at()));
    }

    /** The list behind a dialog, with nothing selected any more. */
    private String part(Visit visit) {
        Visit fresh = new Visit(visit.path(), visit.rest(), without(visit.values(), "user", "all"), visit.session(), true, visit.body());
        return views.text("users-behind.jte", Map.of("view", view(fresh, "at")));
    }

    private static Map<String, List<String>> without(Map<String, List<String>> values, String... names) {
        Map<String, List<String>> rest = new TreeMap<>(values);
        List.of(names).forEach(rest::remove);
        return rest;
    }

    private static Filter filter(Visit visit) {
        return new Filter(visit.get("q"), visit.get("state"), visit.get("registered"), visit.get("opens"), visit.get("exposed"));
    }

    /** The users whom a form selects: those whose boxes are checked, all that match, or all. */
    private List<UserState> selected(Visit visit, Directory directory) throws UnusableException {
        if (visit.has(UserChanges.EVERYONE)) {
            return directory.users();
        }
        if (visit.has("all")) {
            Report report = reports.of(desk.engine(), desk.now());
            Predicate<Entry> matches = matches(filter(visit), report);
            List<UserState> all = new ArrayList<>();
            for (Entry entry : report.entries()) {
                UserState user = matches.test(entry) ? directory.user(entry.row().user().id()) : null;
                if (user != null) {
                    all.add(user);
                }
            }
            return all;
        }
        List<UserState> users = new ArrayList<>();
        for (String id : new LinkedHashSet<>(visit.all("user"))) {
            UserState user = directory.user(id);
            if (user == null) {
                throw new UnusableException(409, "A selected user is no longer in the directory.", "Reload the page.");
            }
            users.add(user);
        }
        return users;
    }

    private static Predicate<Entry> matches(Filter filter, Report report) {
        String q = filter.q().toLowerCase(Locale.ROOT);
        return entry -> {
            Row row = entry.row();
            return (q.isEmpty() || entry.text().contains(q))
                    && (filter.state().isEmpty() || row.user().perUserMfaState().graphName().equals(filter.state()))
                    && (filter.registered().isEmpty() || row.isActivated() == filter.registered().equals("yes"))
                    && (filter.opens().isEmpty() || opens(row).equals(filter.opens()))
                    && (filter.exposed().isEmpty() || row.isHijackable());
        };
    }

    /** Where a password alone opens something, as {@link Filter} says it. */
    private static String opens(Row row) {
        return row.protection() == Protection.ACCOUNT_DISABLED ? "disabled" : !row.passwordAlone().isEmpty() ? "anywhere"
                : row.onlyFromTrusted().isEmpty() ? "nowhere" : "trusted";
    }

    private UsersView view(Visit visit, String pageField) {
        PolicyEngine engine = desk.engine();
        Report report = reports.of(engine, desk.now());
        Filter filter = filter(visit);
        List<Entry> matching = report.entries().stream().filter(matches(filter, report)).toList();
        int pages = Math.max((matching.size() + ROWS - 1) / ROWS, 1);
        int page = Math.min(Math.max(number(visit.get(pageField)), 1), pages);
        Set<String> selected = new LinkedHashSet<>(visit.all("user"));
        List<UserRow> rows = matching.subList((page - 1) * ROWS, Math.min(page * ROWS, matching.size())).stream()
                .map(entry -> row(entry.row(), engine, report.at(), selected.contains(entry.row().user().id()))).toList();
        Set<String> elsewhere = new LinkedHashSet<>(selected);
        rows.forEach(row -> elsewhere.remove(row.id()));
        elsewhere.removeIf(id -> engine.directory().user(id) == null);
        int count = elsewhere.size() + (int) rows.stream().filter(UserRow::isSelected).count();
        int everyone = report.entries().size();
        String text = filter.isActive() ? UserWords.number(matching.size()) + " of " + UserWords.count(everyone, "user")
                : UserWords.count(everyone, "user");
        boolean isAll = visit.has("all");
        Set<String> policies = UserWords.policies(engine);
        return new UsersView(filter, tiles(report, filter), rows, matching.size(), text, everyone, page, pages, List.copyOf(elsewhere),
                UserWords.number(isAll ? matching.size() : count) + " selected", isAll, report.findings().stream()
                .filter(finding -> !finding.isCommand()).map(finding -> new Told(new Prose(List.of(Prose.rule(finding.rule()))),
                Prose.of(UserWords.sentence(finding.text().replaceFirst(":$", ".")), policies))).toList());
    }

    private static int number(String text) {
        return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 1;
    }

    private static UserRow row(Row row, PolicyEngine engine, Instant at, boolean isSelected) {
        UserState user = row.user();
        List<String> methods = user.authenticationMethods().stream().map(method -> UserWords.name(method.method()) + (method.isDefault()
                && user.authenticationMethods().size() > 1 ? " (default)" : "")).distinct().toList();
        List<String> by = row.protectedBy();
        return new UserRow(user.id(), user.displayName() == null ? user.userPrincipalName() : user.displayName(), user.userPrincipalName(),
                UserWords.address(user), UserWords.marks(row, engine.directory()),
                UserWords.state(user.perUserMfaState()), UserWords.chip(user.perUserMfaState()), methods,
                user.appPasswords().size(), UserWords.protection(row), UserWords.chip(row),
                UserWords.protectedBy(by.subList(0, Math.min(by.size(), MOST_SOURCES)), engine), Math.max(by.size() - MOST_SOURCES, 0),
                UserWords.opens(row.passwordAlone()), UserWords.opens(row.onlyFromTrusted()), registers(row, at), row.isHijackable(),
                isSelected);
    }

    /** When a user has to register: {@code now}, or {@code by} a date; empty for never. */
    static String registers(Row row, Instant at) {
        Instant due = row.registrationDue();
        return due == null ? "" : due.isAfter(at) ? "by " + UserWords.day(due) : "now";
    }

    private static List<Tile> tiles(Report report, Filter filter) {
        int trusted = (int) report.entries().stream().filter(entry -> entry.row().isHijackableFromTrusted()).count();
        List<Tile> tiles = new ArrayList<>();
        tiles.add(tile("users", report, filter, new Filter("", "", "", "", "")));
        tiles.add(tile("open with a password alone, anywhere", report, filter, new Filter("", "", "", "anywhere", "")));
        tiles.add(tile("open with a password alone, only from trusted places", report, filter, new Filter("", "", "", "trusted", "")));
        tiles.add(tile("closed to a password alone", report, filter, new Filter("", "", "", "nowhere", "")));
        tiles.add(tile("disabled accounts", report, filter, new Filter("", "", "", "disabled", "")));
        tiles.add(tile("exposed to first registration, anywhere" + (trusted == 0 ? "" : "; " + UserWords.number(trusted)
                + " more only from trusted places"), report, filter, new Filter("", "", "", "", "yes")));
        return tiles;
    }

    private static Tile tile(String name, Report report, Filter filter, Filter of) {
        int count = (int) report.entries().stream().filter(matches(of, report)).count();
        return new Tile(UserWords.number(count), name, of.address(1), of.equals(filter));
    }
}
