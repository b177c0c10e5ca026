package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.DecisionWords;
import dev.sallyport.explain.Assignments;
import dev.sallyport.explain.Assignments.Assignment;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport;
import dev.sallyport.workbench.MatrixView.Chip;
import dev.sallyport.workbench.MatrixView.Column;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Users by how they are treated: what each application asks of them, and which policies are about them. */
final class MatrixPages {

    private static final int MOST_ROWS = 50;
    private static final int MOST_COLUMNS = 30;
    private static final int MOST_NAMES = 25;
    private static final List<String> FIELDS = List.of("view", "place", "client", "platform", "country", "q", "column");
    private static final List<String> PLATFORMS = List.of("", "windows", "macOS", "iOS", "android", "linux");
    private static final String POLICIES = "policies";

    private final Desk desk;
    private final Views views;
    private final Sandboxes sandboxes;

    MatrixPages(Desk desk, Views views, Sandboxes sandboxes) {
        this.desk = desk;
        this.views = views;
        this.sandboxes = sandboxes;
    }

    void addTo(Map<String, Page> pages) {
        pages.put("GET /matrix", this::page);
        pages.put("GET /matrix/table", this::table);
    }

    private Reply page(Visit visit) throws UnusableException {
        Map<String, String> values = values(visit);
        PolicyEngine engine = sandboxes.engine(visit);
        return views.html("matrix.jte", Map.of("frame", views.frame("Matrix", "matrix", visit.session()), "choice", new MatrixView.Choice(
                of(values, "view"), values, MfaReport.trusted(engine.policySet()), MfaReport.outside(engine.policySet()), Workbench.ROOT
                + "matrix/table" + Links.query(with(values, "page", visit.get("page"))))));
    }

    private static Map<String, String> with(Map<String, String> values, String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(values);
        all.put(name, value);
        return all;
    }

    /** The value of a field; {@link #values(Visit)} has all of them. */
    private static String of(Map<String, String> values, String field) {
        return values.getOrDefault(field, "");
    }

    /** What is chosen; what is missing is as the page begins. */
    private static Map<String, String> values(Visit visit) throws UnusableException {
        Map<String, String> values = new LinkedHashMap<>();
        FIELDS.forEach(field -> values.put(field, visit.get(field)));
        values.putIfAbsent("view", "");
        values.replace("view", POLICIES.equals(of(values, "view")) ? POLICIES : "applications");
        values.replace("place", List.of("here", "outside").contains(visit.get("place")) ? visit.get("place") : "both");
        values.replace("client", Links.CLIENTS.containsValue(visit.get("client")) ? visit.get("client") : "browser");
        if (!PLATFORMS.contains(visit.get("platform"))) {
            throw new UnusableException(400, "Unknown platform.", "Choose one on the page.");
        }
        if (!visit.get("country").matches("[A-Za-z]{0,2}")) {
            throw new UnusableException(400, "The country has two letters, such as DK.", "Change it, and try again.");
        }
        values.replace("country", visit.get("country").toUpperCase(Locale.ROOT));
        return values;
    }

    private Reply table(Visit visit) throws UnusableException {
        Map<String, String> values = values(visit);
        PolicyEngine engine = sandboxes.engine(visit);
        List<UserState> users = engine.directory().users().stream().filter(user -> holds(of(values, "q"), user.userPrincipalName(),
                user.displayName())).toList();
        MatrixView view = POLICIES.equals(of(values, "view")) ? policies(engine, users, values, number(visit)) : applications(engine, users,
                values, number(visit));
        return views.html("matrixtable.jte", Map.of("view", view));
    }

    private static int number(Visit visit) {
        return visit.get("page").matches("[0-9]{1,6}") ? Integer.parseInt(visit.get("page")) : 0;
    }

    private static boolean holds(String search, @Nullable String... texts) {
        String wanted = search.toLowerCase(Locale.ROOT);
        return Stream.of(texts).anyMatch(text -> text != null && text.toLowerCase(Locale.ROOT).contains(wanted));
    }

    /** Users with the same cells are one row. */
    private record Treated(UserState user, List<List<Chip>> cells) { }

    private static MatrixView view(List<Column> columns, int all, List<Treated> treated, Function<UserState, List<List<Chip>>> linked,
            Map<String, String> values, int page) {
        Map<List<List<Chip>>, List<UserState>> alike = new LinkedHashMap<>();
        treated.forEach(each -> alike.computeIfAbsent(each.cells(), any -> new ArrayList<>()).add(each.user()));
        List<List<UserState>> groups = alike.values().stream().sorted(Comparator.comparing((List<UserState> group) -> -group.size()))
                .toList();
        List<MatrixView.Row> rows = groups.stream().skip((long) page * MOST_ROWS).limit(MOST_ROWS).map(group -> new MatrixView.Row(
                group.get(0).userPrincipalName(), group.stream().skip(1).limit(MOST_NAMES).map(UserState::userPrincipalName).toList(),
                group.size() - 1, linked.apply(group.get(0)))).toList();
        long first = (long) page * MOST_ROWS;
        String summary = Links.count(treated.size(), "user") + " in " + Links.count(groups.size(), "row")
                + (groups.size() > MOST_ROWS ? ", rows " + Links.number(first + 1) + " to " + Links.number(first + rows.size())
                + " are shown" : "") + "; " + (all > columns.size() ? "the first " + columns.size() + " of " : "") + Links.number(all)
                + (POLICIES.equals(of(values, "view")) ? " policies" : " applications");
        return new MatrixView(columns, rows, summary, page == 0 ? null : address(values, page - 1), (page + 1) * MOST_ROWS >= groups.size()
                ? null : address(values, page + 1));
    }

    private static String address(Map<String, String> values, int page) {
        return Workbench.ROOT + "matrix" + Links.query(with(values, "page", String.valueOf(page)));
    }

    // ---- applications

    /** From where: the word for it, and the address. */
    private record Place(String words, String address) { }

    private MatrixView applications(PolicyEngine engine, List<UserState> users, Map<String, String> values, int page) {
        List<Directory.Application> all = applications(engine, of(values, "column"));
        List<Directory.Application> shown = all.stream().limit(MOST_COLUMNS).toList();
        List<Place> places = places(engine, of(values, "place"));
        Instant now = desk.now();
        List<Treated> treated = users.parallelStream().map(user -> new Treated(user, cells(engine, user, shown, places, values, now,
                false))).toList();
        return view(shown.stream().map(each -> new Column(each.displayName(), "", null)).toList(), all.size(), treated,
                user -> cells(engine, user, shown, places, values, now, true), values, page);
    }

    private static List<Place> places(PolicyEngine engine, String place) {
        String here = MfaReport.trusted(engine.policySet());
        List<Place> places = new ArrayList<>();
        if (here != null && !place.equals("outside")) {
            places.add(new Place("here", here));
        }
        if (here == null || !place.equals("here")) {
            places.add(new Place("outside", MfaReport.outside(engine.policySet())));
        }
        return places;
    }

    /** The applications of the directory, and those that policies name; of a search, all whose name holds it. */
    private static List<Directory.Application> applications(PolicyEngine engine, String search) {
        Directory directory = engine.directory();
        if (!search.isEmpty()) {
            return directory.applications().stream().filter(each -> holds(search, each.displayName(), each.appId()))
                    .sorted(Comparator.comparing(Directory.Application::displayName)).toList();
        }
        Set<Directory.Application> found = new LinkedHashSet<>();
        Stream.of("Office 365 Exchange Online", "Office 365 SharePoint Online").flatMap(name -> directory.applicationIds(name).stream())
                .map(directory::application).filter(each -> each != null).forEach(found::add);
        found.addAll(directory.declaredApplications());
        for (ConditionalAccessPolicy policy : engine.policySet().policies()) {
            Applications named = policy.conditions().applications();
            Stream.of(named.includeApplications(), named.excludeApplications()).flatMap(List::stream).map(Reference::id)
                    .map(directory::application).filter(each -> each != null).forEach(found::add);
        }
        return List.copyOf(found);
    }

    private static List<List<Chip>> cells(PolicyEngine engine, UserState user, List<Directory.Application> applications, List<Place> places,
            Map<String, String> values, Instant now, boolean isLinked) {
        String client = Links.CLIENTS.entrySet().stream().filter(each -> each.getValue().equals(of(values, "client")))
                .map(Map.Entry::getKey).findFirst().orElseThrow();
        List<List<Chip>> cells = new ArrayList<>();
        for (Directory.Application application : applications) {
            List<Chip> chips = new ArrayList<>();
            for (Place place : places) {
                SignIn signIn = Links.signIn(user.userPrincipalName(), application.appId(), client, of(values, "platform").isEmpty() ? null
                        : of(values, "platform"), place.address(), of(values, "country").isEmpty() ? null : of(values, "country"), now);
                Decision decision = engine.evaluate(signIn, user);
                chips.add(chip(engine, decision, places.size() > 1 ? place.words() : "", isLinked ? Links.whatIf(signIn) : null));
            }
            boolean isSame = chips.size() > 1 && chips.get(0).text().equals(chips.get(1).text()) && chips.get(0).title()
                    .equals(chips.get(1).title());
            cells.add(isSame ? List.of(new Chip(chips.get(1).text(), chips.get(1).kind(), "", chips.get(1).title(), chips.get(1).link()))
                    : chips);
        }
        return cells;
    }

    private static Chip chip(PolicyEngine engine, Decision decision, String place, @Nullable String link) {
        String text = decision.outcome() == Outcome.CHALLENGE && !decision.requiredControls().isEmpty()
                ? decision.requiredControls().stream().map(
                ChangeSentences::control).collect(Collectors.joining(" + ")) : decision.outcome() == Outcome.PROMPT_REGISTER ? "register"
                : decision.outcome().toString();
        List<String> policies = engine.policySet().policies().stream().filter(policy -> decision.reason().policies().contains(policy.id()))
                .map(ConditionalAccessPolicy::displayName).toList();
        return new Chip(text, decision.outcome().toString(), place, decision.outcome() + ": " + decision.reason().message()
                + (policies.isEmpty() ? "" : " (" + String.join(", ", policies) + ")"), link);
    }

    // ---- policies

    private MatrixView policies(PolicyEngine engine, List<UserState> users, Map<String, String> values, int page) {
        List<ConditionalAccessPolicy> all = engine.policySet().policies().stream().filter(policy -> policy.conditions()
                .clientApplications() == null && holds(of(values, "column"), policy.id(), policy.displayName())).toList();
        List<ConditionalAccessPolicy> shown = all.stream().limit(MOST_COLUMNS).toList();
        PolicySet set = engine.policySet().withPolicies(shown);
        DecisionWords words = new DecisionWords(engine);
        Instant now = desk.now();
        Function<UserState, List<List<Chip>>> cells = user -> {
            Map<String, Assignment> assigned = new HashMap<>();
            Assignments.of(set, engine.directory(), user, now).forEach(each -> assigned.put(each.policy().id(), each));
            return shown.stream().map(policy -> List.of(chip(assigned.get(policy.id()), words))).toList();
        };
        List<Treated> treated = users.parallelStream().map(user -> new Treated(user, cells.apply(user))).toList();
        return view(shown.stream().map(policy -> new Column(policy.displayName(), policy.state() == PolicyState.ENABLED ? ""
                : policy.state() == PolicyState.DISABLED ? "off" : "report-only", Links.policy(policy.id()))).toList(), all.size(), treated,
                cells, values, page);
    }

    private static Chip chip(@Nullable Assignment assigned, DecisionWords words) {
        if (assigned == null) {
            return new Chip("not included", "", "", "no include rule matches", null);
        }
        String included = SecurityInfoPages.by(assigned.includedBy(), words);
        String excluded = SecurityInfoPages.by(assigned.excludedBy(), words);
        return assigned.isInScope() ? new Chip("applies", "accent", included.equals("all users") ? "" : included, "included: " + included,
                null) : new Chip("excluded", "challenge", excluded, "excluded: " + excluded, null);
    }
}
