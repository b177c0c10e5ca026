package dev.sallyport.workbench;

import dev.sallyport.cli.DecisionWords;
import dev.sallyport.cli.Names;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.edit.EditException;
import dev.sallyport.explain.Assignments;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.UserState;
import dev.sallyport.parse.Sources;
import dev.sallyport.workbench.PolicySets.Known;
import dev.sallyport.workbench.PolicyViews.Card;
import dev.sallyport.workbench.PolicyViews.Cards;
import dev.sallyport.workbench.PolicyViews.Detail;
import dev.sallyport.workbench.PolicyViews.Finding;
import dev.sallyport.workbench.PolicyViews.Findings;
import dev.sallyport.workbench.PolicyViews.SoughtUser;
import dev.sallyport.workbench.PolicyViews.State;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The policies in plain sentences, their texts, and a sandbox in which they are switched and edited before anything is written. */
final class PolicyPages {

    static final String SECTION = "policies";
    static final String PATH = "policies/";
    private static final int MOST_CARDS = 60;
    private static final int MOST_NAMES = 30;
    private static final int MOST_COMPLETIONS = 20;
    private static final int MOST_FINDINGS = 100;
    /** Pages of their own; a policy with such an id is named in the query. */
    private static final Set<String> RESERVED = Set.of("source", "check", "state", "asking", "changes", "patch", "write", "discard",
            "removal");

    private static final Reply REFRESH = new Reply.Content(200, Reply.HTML, new byte[0], Map.of("HX-Refresh", "true"));

    private final Desk desk;
    private final Views views;
    private final PolicySets sets;
    private final Sandboxes sandboxes;

    PolicyPages(Desk desk, Views views, PolicySets sets, Sandboxes sandboxes) {
        this.desk = desk;
        this.views = views;
        this.sets = sets;
        this.sandboxes = sandboxes;
    }

    void addTo(Map<String, Page> pages) {
        pages.put("GET /policies", Sandboxes.telling(this::list));
        pages.put("GET /policies/", Sandboxes.telling(this::policy));
        pages.put("GET /policies/source", Sandboxes.telling(this::source));
        pages.put("POST /policies/check", Sandboxes.telling(this::check));
        pages.put("POST /policies/state", Sandboxes.telling(this::state));
        pages.put("POST /policies/asking", visit -> asking(visit));
        pages.put("GET /policies/discard", Sandboxes.telling(visit -> views.html("policydiscard.jte", Map.of("changes", sandboxes.bar(visit)
                .changes(), "token", visit.session().formToken()))));
        pages.put("POST /policies/discard", Sandboxes.telling(this::discard));
        new SandboxPages(desk, views, sets, sandboxes).addTo(pages);
    }

    // ---- the list

    private Reply list(Visit visit) throws Exception {
        Cards cards = cards(visit);
        if (visit.isPart()) {
            return views.html("policycards.jte", Map.of("cards", cards, "token", visit.session().formToken()));
        }
        return views.html("policies.jte", Map.of("frame", views.frame("Policies", SECTION, visit.session()), "bar", sandboxes.bar(visit),
                "cards", cards, "written", visit.get("written").matches("[1-9][0-9]{0,4}") ? visit.get("written") : ""));
    }

    private Cards cards(Visit visit) throws EditException, PolicyLoadException {
        Known known = sandboxes.shown(visit);
        String query = visit.get("q");
        List<String> words = List.of(query.toLowerCase(Locale.ROOT).split("\\s+"));
        String state = PolicyViews.STATES.stream().map(State::value).filter(visit.get("show")::equals).findFirst().orElse("");
        List<Integer> found = new ArrayList<>();
        List<ConditionalAccessPolicy> policies = known.set().policies();
        for (int i = 0; i < policies.size(); i++) {
            ConditionalAccessPolicy policy = policies.get(i);
            if (state.isEmpty() || policy.state().graphName().equals(state)) {
                String text = String.join(" ", policy.displayName(), policy.id(), policy.source().file(), known.words().sentence(policy))
                        .toLowerCase(Locale.ROOT);
                if (words.stream().allMatch(text::contains)) {
                    found.add(i);
                }
            }
        }
        SoughtUser user = sought(visit.get("user"));
        Map<String, PolicyViews.Concern> concerns = concerns(known, user);
        String counts = user.found().isEmpty() ? "" : counts(found.stream().map(i -> concerns.get(policies.get(i).id())).toList());
        if (!user.found().isEmpty()) {
            found.removeIf(i -> !concerns.containsKey(policies.get(i).id()));
            found.sort(Comparator.comparing(i -> !Objects.requireNonNull(concerns.get(policies.get(i).id())).isIncluded()));
        }
        int most = visit.has("all") ? Integer.MAX_VALUE : MOST_CARDS;
        Map<String, State> force = states();
        return new Cards(found.stream().limit(most).map(i -> card(known, i, force, concerns.get(policies.get(i).id()))).toList(),
                found.size(), policies.size(), query, state, user, counts);
    }

    /** How many policies include a user and how many leave the user out, such as {@code 11 policies include}. */
    private static String counts(List<PolicyViews.@Nullable Concern> all) {
        long included = all.stream().filter(each -> each != null && each.isIncluded()).count();
        long others = all.stream().filter(Objects::isNull).count();
        long excluded = all.size() - included - others;
        return String.format(Locale.ROOT, "%,d %s this user, %,d %s the user out, %,d %s not name the user.", included, included == 1
                ? "policy includes" : "policies include", excluded, excluded == 1 ? "leaves" : "leave", others,
                others == 1 ? "does" : "do");
    }

    private SoughtUser sought(String name) {
        Directory directory = desk.engine().directory();
        List<Names.Entry> names = Names.users(name, directory, MOST_COMPLETIONS);
        if (name.isEmpty()) {
            return new SoughtUser(name, "", "", names);
        }
        try {
            return new SoughtUser(name, "", Names.user(name, directory, note -> { }).userPrincipalName(), names);
        } catch (PolicyLoadException e) {
            return new SoughtUser(name, names.isEmpty() ? "No user of the directory has this name." : Links.count(names.size(), "user")
                    + (names.size() == MOST_COMPLETIONS ? " or more" : "") + " have such a name. Write more of it.", "", names);
        }
    }

    /** What the policies are to the user who is searched for, by their ids; those that do not include the user are missing. */
    private Map<String, PolicyViews.Concern> concerns(Known known, SoughtUser sought) {
        Map<String, PolicyViews.Concern> concerns = new HashMap<>();
        UserState user = sought.found().isEmpty() ? null : desk.engine().directory().user(sought.found());
        if (user != null) {
            DecisionWords words = new DecisionWords(desk.engine());
            Assignments.of(known.set(), desk.engine().directory(), user, desk.now()).forEach(each -> {
                String included = SecurityInfoPages.by(each.includedBy(), words);
                concerns.put(each.policy().id(), new PolicyViews.Concern(each.isInScope(), each.isInScope() ? "through " + included
                        : "through " + SecurityInfoPages.by(each.excludedBy(), words) + "; otherwise included through " + included));
            });
        }
        return concerns;
    }

    private Map<String, State> states() {
        Map<String, State> states = new HashMap<>();
        sets.inForce().set().policies().forEach(policy -> states.put(policy.id(), state(policy.state())));
        return states;
    }

    private static State state(PolicyState state) {
        return PolicyViews.STATES.stream().filter(each -> each.value().equals(state.graphName())).findFirst().orElseThrow();
    }

    private Card card(Known known, int number, Map<String, State> force) {
        return card(known, number, force, null);
    }

    private Card card(Known known, int number, Map<String, State> force, PolicyViews.@Nullable Concern concern) {
        ConditionalAccessPolicy policy = known.set().policies().get(number);
        State state = state(policy.state());
        State was = force.getOrDefault(policy.id(), state);
        int people = known.coverages().count(policy.id());
        String who = policy.conditions().clientApplications() == null ? counted(people, "person", "people")
                : counted(people, "workload identity", "workload identities");
        return new Card(number, ChangeWords.encoded(policy.id()), policy.displayName(), path(policy.id()), state, !state.equals(was), was,
                Piece.of(known.words().sentence(policy), RulePages.book()), who, applications(known, policy),
                shown(policy.source().toString()),
                ChangeWords.encoded(policy.source().file()), concern);
    }

    private static String applications(Known known, ConditionalAccessPolicy policy) {
        Applications target = policy.conditions().applications();
        if (!target.targetsApplications()) {
            return "";
        }
        boolean isToAll = target.includeApplications().stream().anyMatch(each -> each.id().equalsIgnoreCase("All"));
        return isToAll ? PolicyViews.EVERY_APPLICATION : counted(known.coverages().applications(policy.id()).size(), "application",
                "applications");
    }

    /** A place without the folder of the policy set, which the page names below. */
    private String shown(String place) {
        return desk.policies().stream().map(path -> path + path.getFileSystem().getSeparator()).filter(place::startsWith).findFirst()
                .map(folder -> place.substring(folder.length())).orElse(place);
    }

    private static String counted(int number, String thing, String things) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? thing : things);
    }

    /** The page of a policy; an id that is not plain goes into the query. */
    static String path(String id) {
        boolean isPlain = id.matches("[A-Za-z0-9][A-Za-z0-9 _~-]*") && !RESERVED.contains(id);
        return PATH + (isPlain ? "" : "?id=") + ChangeWords.encoded(id);
    }

    /** A name as a page sent it back. */
    private static String decoded(Visit visit, String name) throws UnusableException {
        try {
            return URLDecoder.decode(visit.raw(name), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new UnusableException(400, "There is no such " + name + ".", "Reload the page.");
        }
    }

    // ---- one policy

    private Reply policy(Visit visit) throws Exception {
        String id = visit.rest().isEmpty() ? visit.raw("id") : visit.rest();
        Known known = sandboxes.shown(visit);
        int number = number(known, id);
        ConditionalAccessPolicy policy = known.set().policies().get(number);
        List<String> people = List.copyOf(known.coverages().users(id));
        List<String> applications = List.copyOf(known.coverages().applications(id));
        String file = policy.source().file();
        Detail detail = new Detail(card(known, number, states()), people.stream().limit(MOST_NAMES).toList(), Math.max(0, people.size()
                - MOST_NAMES), applications.stream().limit(MOST_NAMES).toList(), Math.max(0, applications.size() - MOST_NAMES),
                shown(file), policy.source().line(), Sources.isJson(file) ? "application/json" : "yaml", PATH + "source?file="
                + ChangeWords.encoded(file));
        return views.html("policy.jte", Map.of("frame", views.frame(policy.displayName(), SECTION, visit.session()),
                "bar", sandboxes.bar(visit), "detail", detail, "style", views.asset("codemirror.css"), "scripts",
                Stream.of("codemirror.js", "codemirror-yaml.js", "codemirror-javascript.js", "codemirror-lint.js").map(views::asset)
                .toList()));
    }

    static int number(Known known, String id) throws UnusableException {
        return IntStream.range(0, known.set().policies().size()).filter(i -> known.set().policies().get(i).id().equals(id)).findFirst()
                .orElseThrow(() -> new UnusableException(404, "There is no such policy.", "Choose one from the list of policies."));
    }

    private Reply source(Visit visit) throws Exception {
        return Reply.text("text/plain", Sandboxes.sandbox(visit).on(sets.files()).after().text(visit.raw("file")));
    }

    // ---- changing the sandbox

    private Reply check(Visit visit) throws Exception {
        String file = decoded(visit, "file");
        Sandbox sandbox = Sandboxes.sandbox(visit);
        sandbox.edit(sets.files(), file, visit.raw("text"));
        List<Finding> own = new ArrayList<>();
        List<Finding> others = new ArrayList<>();
        for (Diagnostic each : sets.check(sandbox.on(sets.files()).after())) {
            boolean isOwn = each.position() != null && each.position().file().equals(file);
            (isOwn ? own : others).add(finding(each));
        }
        Known known = sandboxes.shown(visit);
        ConditionalAccessPolicy policy = known.policy(decoded(visit, "policy"));
        Findings findings = new Findings(own.stream().limit(MOST_FINDINGS).toList(), others.stream().limit(MOST_FINDINGS).toList());
        Map<String, Object> parameters = new HashMap<>(Map.of("findings", findings, "bar", sandboxes.bar(visit), "token",
                visit.session().formToken()));
        parameters.put("card", policy == null ? null : card(known, known.set().policies().indexOf(policy), states()));
        return views.html("policyfindings.jte", parameters);
    }

    private Finding finding(Diagnostic found) {
        String help = found.help() == null ? "" : found.help();
        Position position = found.position() == null ? new Position("", 0, 0) : found.position();
        return new Finding(found.severity().toString(), found.code(), found.message(), help, position.line(), position.column(),
                shown(position.toString()));
    }

    private Reply state(Visit visit) throws Exception {
        String id = decoded(visit, "policy");
        PolicyState state = GraphEnum.anyCase(PolicyState.class, visit.get("state"));
        if (state == null) {
            throw new UnusableException(400, "There is no such state.", "Choose On, Report-only or Off.");
        }
        Sandboxes.sandbox(visit).change(sets.files(), sets, id, state);
        if (visit.has("page")) {
            return REFRESH;                                     // the text in the editor is another one
        }
        Known known = sandboxes.shown(visit);
        return views.html("policyswitched.jte", Map.of("card", card(known, number(known, id), states()), "bar", sandboxes.bar(visit),
                "token", visit.session().formToken()));
    }

    /** Whether the other pages ask the sandbox. */
    private static Reply asking(Visit visit) {
        Sandboxes.sandbox(visit).ask(visit.get("ask").equals("sandbox"));
        return REFRESH;
    }

    private Reply discard(Visit visit) throws Exception {
        if (visit.has("file")) {
            Sandboxes.sandbox(visit).discard(sets.files(), decoded(visit, "file"));
        } else {
            Sandboxes.sandbox(visit).discard();
        }
        return REFRESH;
    }
}
