package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Comparison;
import dev.sallyport.analyse.Comparison.Change;
import dev.sallyport.analyse.Comparison.Direction;
import dev.sallyport.analyse.Coverages;
import dev.sallyport.analyse.Gap;
import dev.sallyport.cli.DiffReport;
import dev.sallyport.cli.DiffReport.Entry;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.EditException;
import dev.sallyport.edit.PolicyFiles;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Fingerprint;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Registration;
import dev.sallyport.model.SignIn;
import dev.sallyport.parse.Sources;
import dev.sallyport.workbench.PolicyViews.Bar;
import dev.sallyport.workbench.PolicyViews.Card;
import dev.sallyport.workbench.PolicyViews.Cards;
import dev.sallyport.workbench.PolicyViews.Changes;
import dev.sallyport.workbench.PolicyViews.Detail;
import dev.sallyport.workbench.PolicyViews.Field;
import dev.sallyport.workbench.PolicyViews.Finding;
import dev.sallyport.workbench.PolicyViews.Findings;
import dev.sallyport.workbench.PolicyViews.Group;
import dev.sallyport.workbench.PolicyViews.Line;
import dev.sallyport.workbench.PolicyViews.State;
import dev.sallyport.workbench.PolicyViews.Summary;
import dev.sallyport.workbench.PolicySets.Known;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The policies in plain sentences, their texts, and a sandbox in which they are switched and edited before anything is written. */
final class PolicyPages {

    private static final String SECTION = "policies";
    private static final String PATH = "policies/";
    private static final int MOST_CARDS = 60;
    private static final int MOST_NAMES = 30;
    private static final int MOST_FINDINGS = 100;
    private static final int MOST_IN_FULL = 3;
    /** How long a page waits for a comparison before it shows that it runs. */
    private static final long PATIENCE = 250;
    private static final Duration FOR_WRITERS = Duration.ofSeconds(5);
    /** Pages of their own; a policy with such an id is named in the query. */
    private static final Set<String> RESERVED = Set.of("source", "check", "state", "changes", "patch", "write", "discard", "removal", "summary");

    private final Desk desk;
    private final Views views;
    private final PolicySets sets;

    PolicyPages(Desk desk, Views views) {
        this.desk = desk;
        this.views = views;
        this.sets = new PolicySets(desk);
    }

    void addTo(Map<String, Page> pages) {
        pages.put("GET /policies", telling(this::list));
        pages.put("GET /policies/", telling(this::policy));
        pages.put("GET /policies/source", telling(this::source));
        pages.put("POST /policies/check", telling(this::check));
        pages.put("POST /policies/state", telling(this::state));
        pages.put("POST /policies/discard", telling(this::discard));
        pages.put("GET /policies/changes", telling(this::changes));
        pages.put("GET /policies/changes/events", telling(this::changesEvents));
        pages.put("GET /policies/patch", telling(this::patch));
        pages.put("GET /policies/write", telling(this::writeDialog));
        pages.put("GET /policies/write/events", telling(this::writeEvents));
        pages.put("POST /policies/write", telling(this::write));
        pages.put("GET /policies/removal", telling(this::removal));
        pages.put("GET /policies/removal/events", telling(this::removalEvents));
    }

    /** What keeps files from being read or changed is told, and what to do. */
    private static Page telling(Page page) {
        return visit -> {
            try {
                return page.answer(visit);
            } catch (EditException e) {
                throw new UnusableException(409, sentence(String.valueOf(e.getMessage())), e.help() == null ? "" : sentence(e.help()));
            } catch (PolicyLoadException e) {
                throw new UnusableException(409, "The files cannot be read. " + e.diagnostics().stream().filter(Diagnostic::isError).findFirst()
                        .map(Diagnostic::toString).orElse(""), "Correct them, and reload the page.");
            }
        };
    }

    private static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + (text.endsWith(".") ? "" : ".");
    }

    // ---- the sandbox of a browser

    private static Sandbox sandbox(Visit visit) {
        return visit.session().keep(Sandbox.class, Sandbox::new);
    }

    /** The policies that a browser sees: those of its sandbox if they can be loaded, else those in force. */
    private Known shown(Visit visit) throws EditException, PolicyLoadException {
        Sandbox.Change change = change(visit);
        if (change == null || change.isEmpty()) {
            return sets.inForce();
        }
        Known known = sets.of(change.after());
        return known.errors().isEmpty() ? known : sets.inForce();
    }

    /** The change of the sandbox; {@code null} while the files cannot be read. */
    private Sandbox.@Nullable Change change(Visit visit) throws EditException {
        try {
            return sandbox(visit).on(sets.files());
        } catch (PolicyLoadException e) {
            return null;                                        // the frame tells it
        }
    }

    private CompletableFuture<Comparisons.Result> compared(Visit visit, Sandbox.Change change) {
        return visit.session().keep(Comparisons.class, Comparisons::new).of(desk, change.after(), "the sandbox",
                () -> sets.engine(change.after()));
    }

    private Bar bar(Visit visit) throws EditException, PolicyLoadException, InterruptedException {
        Sandbox.Change change = change(visit);
        int size = change == null ? 0 : sandbox(visit).size(sets);
        if (change == null || change.isEmpty()) {
            return new Bar(0, "", null, List.of(), List.of());
        }
        List<String> errors = sets.of(change.after()).errors().stream().map(Diagnostic::toString).toList();
        Comparisons.Result result = errors.isEmpty() && change.overtaken().isEmpty() ? Comparisons.within(compared(visit, change), PATIENCE)
                : null;
        return new Bar(Math.max(size, 1), Integer.toHexString(System.identityHashCode(change.after())), result == null ? null : summary(result),
                errors, change.overtaken());
    }

    private static Summary summary(Comparisons.Result result) {
        DiffReport report = result.report();
        if (report == null) {
            return new Summary("no", "cannot be compared: " + result.errors().stream().map(Diagnostic::message).findFirst().orElse("?"));
        }
        Comparison comparison = report.comparison();
        boolean isLoosened = comparison.changes().stream().anyMatch(change -> change.direction() == Direction.LOOSENED);
        return new Summary(isLoosened ? "no" : comparison.isLoosened() ? "partly" : "yes", report.headline());
    }

    // ---- the list

    private Reply list(Visit visit) throws Exception {
        Cards cards = cards(visit);
        if (visit.isPart()) {
            return views.html("policycards.jte", Map.of("cards", cards, "token", visit.session().formToken()));
        }
        return views.html("policies.jte", Map.of("frame", views.frame("Policies", SECTION, visit.session()), "bar", bar(visit),
                "cards", cards, "written", visit.get("written").matches("[1-9][0-9]{0,4}") ? visit.get("written") : ""));
    }

    private Cards cards(Visit visit) throws EditException, PolicyLoadException {
        Known known = shown(visit);
        String query = visit.get("q");
        List<String> words = List.of(query.toLowerCase(Locale.ROOT).split("\\s+"));
        String state = PolicyViews.STATES.stream().map(State::value).filter(visit.get("show")::equals).findFirst().orElse("");
        List<Integer> found = new ArrayList<>();
        List<ConditionalAccessPolicy> policies = known.set().policies();
        for (int i = 0; i < policies.size(); i++) {
            ConditionalAccessPolicy policy = policies.get(i);
            if (state.isEmpty() || policy.state().graphName().equals(state)) {
                String text = (policy.displayName() + " " + policy.id() + " " + policy.source().file() + " " + known.words().sentence(policy))
                        .toLowerCase(Locale.ROOT);
                if (words.stream().allMatch(text::contains)) {
                    found.add(i);
                }
            }
        }
        int most = visit.has("all") ? Integer.MAX_VALUE : MOST_CARDS;
        Map<String, State> force = states();
        return new Cards(found.stream().limit(most).map(i -> card(known, i, force)).toList(), found.size(), policies.size(), query, state);
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
        ConditionalAccessPolicy policy = known.set().policies().get(number);
        State state = state(policy.state());
        State was = force.getOrDefault(policy.id(), state);
        Coverages coverages = known.coverages();
        boolean isToAll = policy.conditions().applications().includeApplications().stream().anyMatch(each -> each.id().equalsIgnoreCase("All"));
        int applications = isToAll || !policy.conditions().applications().targetsApplications() ? 0 : coverages.applications(policy.id()).size();
        return new Card(number, encoded(policy.id()), policy.displayName(), path(policy.id()), state, !state.equals(was), was,
                known.words().sentence(policy), counted(coverages.count(policy.id()), policy.conditions().clientApplications() == null ? "person"
                : "workload identity"), isToAll ? "every application" : !policy.conditions().applications().targetsApplications() ? ""
                : counted(applications, "application"), shown(policy.source().toString()), encoded(policy.source().file()));
    }

    /** A place without the folder of the policy set, which the page names below. */
    private String shown(String place) {
        return desk.policies().stream().map(path -> path + path.getFileSystem().getSeparator()).filter(place::startsWith).findFirst()
                .map(folder -> place.substring(folder.length())).orElse(place);
    }

    private static String counted(int number, String thing) {
        String many = thing.equals("person") ? "people" : thing.endsWith("y") ? thing.substring(0, thing.length() - 1) + "ies" : thing + "s";
        return number(number) + " " + (number == 1 ? thing : many);
    }

    private static String number(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** The page of a policy; an id that is not plain goes into the query. */
    static String path(String id) {
        return PATH + (id.matches("[A-Za-z0-9][A-Za-z0-9 _~-]*") && !RESERVED.contains(id) ? encoded(id) : "?id=" + encoded(id));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
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
        Known known = shown(visit);
        int number = number(known, id);
        ConditionalAccessPolicy policy = known.set().policies().get(number);
        List<String> people = List.copyOf(known.coverages().users(id));
        List<String> applications = List.copyOf(known.coverages().applications(id));
        String file = policy.source().file();
        Detail detail = new Detail(card(known, number, states()), people.stream().limit(MOST_NAMES).toList(), Math.max(0, people.size()
                - MOST_NAMES), applications.stream().limit(MOST_NAMES).toList(), Math.max(0, applications.size() - MOST_NAMES),
                shown(file), policy.source().line(), Sources.isJson(file) ? "application/json" : "yaml", PATH + "source?file=" + encoded(file));
        return views.html("policy.jte", Map.of("frame", views.frame(policy.displayName(), SECTION, visit.session()), "bar", bar(visit),
                "detail", detail, "scripts", List.of(views.asset("codemirror.js"), views.asset("codemirror-yaml.js"),
                views.asset("codemirror-javascript.js"), views.asset("codemirror-lint.js")), "styles", List.of(views.asset("codemirror.css"))));
    }

    private static int number(Known known, String id) throws UnusableException {
        return IntStream.range(0, known.set().policies().size()).filter(i -> known.set().policies().get(i).id().equals(id)).findFirst()
                .orElseThrow(() -> new UnusableException(404, "There is no such policy.", "Choose one from the list of policies."));
    }

    private Reply source(Visit visit) throws Exception {
        return Reply.text("text/plain", sandbox(visit).on(sets.files()).after().text(visit.raw("file")));
    }

    // ---- changing the sandbox

    private Reply check(Visit visit) throws Exception {
        String file = decoded(visit, "file");
        Sandbox sandbox = sandbox(visit);
        sandbox.edit(sets.files(), file, visit.raw("text"));
        List<Finding> own = new ArrayList<>();
        List<Finding> others = new ArrayList<>();
        for (Diagnostic each : sets.check(sandbox.on(sets.files()).after())) {
            boolean isOwn = each.position() != null && each.position().file().equals(file);
            (isOwn ? own : others).add(new Finding(each.severity().toString(), each.code(), each.message(), each.help() == null ? ""
                    : each.help(), each.position() == null ? 0 : each.position().line(), each.position() == null ? 0
                    : each.position().column(), each.position() == null ? "" : shown(each.position().toString())));
        }
        Known known = shown(visit);
        ConditionalAccessPolicy policy = known.policy(decoded(visit, "policy"));
        Map<String, Object> parameters = new HashMap<>(Map.of("findings", new Findings(own.stream().limit(MOST_FINDINGS).toList(), others.stream()
                .limit(MOST_FINDINGS).toList()), "bar", bar(visit), "token", visit.session().formToken()));
        parameters.put("card", policy == null ? null : card(known, known.set().policies().indexOf(policy), states()));
        return views.html("policyfindings.jte", parameters);
    }

    private Reply state(Visit visit) throws Exception {
        String id = decoded(visit, "policy");
        PolicyState state = GraphEnum.anyCase(PolicyState.class, visit.get("state"));
        if (state == null) {
            throw new UnusableException(400, "There is no such state.", "Choose On, Report-only or Off.");
        }
        sandbox(visit).change(sets.files(), sets, id, state);
        if (visit.has("page")) {
            return new Reply.Content(200, Reply.HTML, new byte[0], Map.of("HX-Refresh", "true"));      // the text in the editor is another one
        }
        Known known = shown(visit);
        return views.html("policyswitched.jte", Map.of("card", card(known, number(known, id), states()), "bar", bar(visit), "token",
                visit.session().formToken()));
    }

    private Reply discard(Visit visit) throws Exception {
        if (visit.has("file")) {
            sandbox(visit).discard(sets.files(), decoded(visit, "file"));
        } else {
            sandbox(visit).discard();
        }
        return new Reply.Content(200, Reply.HTML, new byte[0], Map.of("HX-Refresh", "true"));
    }

    // ---- what changes

    private Reply changes(Visit visit) throws Exception {
        Map<String, Object> parameters = new HashMap<>(Map.of("frame", views.frame("What the sandbox changes", SECTION, visit.session()), "bar",
                bar(visit)));
        Sandbox.Change change = change(visit);
        boolean canBeCompared = change != null && !change.isEmpty() && change.overtaken().isEmpty() && sets.of(change.after()).errors().isEmpty();
        Comparisons.Result result = canBeCompared ? Comparisons.within(compared(visit, change), PATIENCE) : null;
        parameters.put("isRunning", canBeCompared && result == null);
        parameters.put("changes", result == null || result.report() == null ? null : changes(result.report()));
        parameters.put("errors", result == null ? List.of() : result.errors().stream().map(Diagnostic::toString).toList());
        return views.html("policychanges.jte", parameters);
    }

    /** Two events: {@code summary}, for the bar, and {@code changes}; then {@code end}. */
    private Reply changesEvents(Visit visit) throws Exception {
        Sandbox.Change change = change(visit);
        CompletableFuture<Comparisons.Result> running = change == null || change.isEmpty() ? null : compared(visit, change);
        return new Reply.Stream(channel -> {
            Comparisons.Result result = running == null ? null : Comparisons.within(running, Duration.ofMinutes(10).toMillis());
            if (result != null) {
                channel.send("summary", views.text("policysummary.jte", Map.of("summary", summary(result))));
                channel.send("changes", result(result));
            }
            channel.send("end", "end");
        });
    }

    private String result(Comparisons.Result result) {
        return result.report() == null ? views.text("policyerrors.jte", Map.of("errors", result.errors().stream().map(Diagnostic::toString)
                .toList())) : views.text("policydiff.jte", Map.of("changes", changes(result.report())));
    }

    private static Changes changes(DiffReport report) {
        Comparison comparison = report.comparison();
        Map<String, List<Field>> fields = new LinkedHashMap<>();
        report.fields().forEach((resource, all) -> fields.put(all.get(0).name(), all.stream().map(field -> new Field(field.field(),
                DiffReport.change(field), DiffReport.source(field))).toList()));
        Map<String, List<String>> coverages = new LinkedHashMap<>();
        comparison.coverages().forEach(coverage -> coverages.put(coverage.policy(), DiffReport.sentences(coverage)));
        List<Group> groups = new ArrayList<>();
        report.entries().forEach((change, entries) -> groups.add(group(report, change, entries)));
        List<String> notes = new ArrayList<>(comparison.notCompared());
        notes.addAll(comparison.notes());
        notes.addAll(comparison.faults());
        return new Changes(summary(new Comparisons.Result(report, List.of())), report.proof(), report.extents(), fields, coverages, groups, notes);
    }

    private static Group group(DiffReport report, Change change, List<Entry> entries) {
        List<PolicyViews.Class> classes = entries.stream().map(entry -> new PolicyViews.Class(entry.number(), DiffReport.who(entry.shown()),
                entry.joining() == null ? "" : entry.joining().people().text(), DiffReport.requests(entry), DiffReport.box(entry.shown()),
                DiffReport.because(entry.shown()), report.request(entry.shown()), DiffReport.decided(entry.shown().example().before()),
                DiffReport.decided(entry.shown().example().after()), tryPath(entry.shown().example().before()))).toList();
        String direction = change.direction().toString();
        return new Group(direction.substring(0, 1).toUpperCase(Locale.ROOT) + direction.substring(1), switch (change.direction()) {
            case LOOSENED -> "no";
            case OTHERWISE -> "partly";
            case TIGHTENED -> "yes";
        }, DiffReport.title(change), classes.stream().limit(MOST_IN_FULL).toList(), classes.stream().skip(MOST_IN_FULL).toList());
    }

    /** The page that decides a request of a user of the directory, with the names of the command line's options. */
    private static String tryPath(Gap.Witness witness) {
        SignIn signIn = witness.request().signIn();
        if (!witness.isInDirectory() || witness.user() == null) {
            return "";
        }
        Map<String, @Nullable String> options = new LinkedHashMap<>();
        options.put("user", signIn.user());
        options.put("client", signIn.clientAppType() == null ? null : switch (signIn.clientAppType()) {
            case "browser" -> "browser";
            case "mobileAppsAndDesktopClients" -> "app";
            case "exchangeActiveSync", "easSupported" -> "activesync";
            default -> "legacy";
        });
        options.put("platform", signIn.devicePlatform());
        options.put("ip", signIn.ipAddress());
        options.put("country", signIn.country());
        options.put("risk", signIn.signInRiskLevel());
        options.put("user-risk", signIn.userRiskLevel());
        options.put("flow", signIn.authenticationFlow());
        options.put("register", witness.request() instanceof Registration registration ? registration.method() : null);
        StringBuilder path = new StringBuilder("what-if?");
        options.forEach((name, value) -> path.append(value == null || value.isEmpty() ? "" : name + "=" + encoded(value) + "&"));
        signIn.applications().forEach(application -> path.append("app=").append(encoded(application)).append('&'));
        return path.substring(0, path.length() - 1);
    }

    // ---- what removing a policy would open

    private Reply removal(Visit visit) throws Exception {
        String id = visit.raw("id");
        number(sets.inForce(), id);
        return views.html("policyremoval.jte", Map.of("path", PATH + "removal/events?id=" + encoded(id)));
    }

    private Reply removalEvents(Visit visit) throws Exception {
        String id = visit.raw("id");
        number(sets.inForce(), id);
        PolicyEngine engine = desk.engine();
        return new Reply.Stream(channel -> {
            channel.send("changes", result(Comparisons.compared(desk, engine, "without the policy", () -> engine.plain(engine.policySet()
                    .withPolicies(engine.policySet().policies().stream().filter(policy -> !policy.id().equals(id)).toList())), desk.now())));
            channel.send("end", "end");
        });
    }

    // ---- out of the sandbox

    private Sandbox.Change usable(Visit visit) throws Exception {
        Sandbox.Change change = sandbox(visit).on(sets.files());
        if (change.isEmpty()) {
            throw new UnusableException(409, "The sandbox is empty.", "Switch or edit a policy first.");
        }
        if (!change.overtaken().isEmpty()) {
            throw new UnusableException(409, "Another program changed " + String.join(", ", change.overtaken())
                    + " since you changed it in the sandbox.", "Nothing was written. Discard the sandbox, and make the change again.");
        }
        List<Diagnostic> errors = sets.of(change.after()).errors();
        if (!errors.isEmpty()) {
            throw new UnusableException(409, "The texts in the sandbox have errors: " + errors.get(0), "Correct them first.");
        }
        return change;
    }

    private Reply patch(Visit visit) throws Exception {
        Sandbox.Change change = usable(visit);
        return Reply.file("sallyport.patch", "text/x-diff", change.after().patch(change.before(), root()));
    }

    /** The folder in which a patch is applied: the working copy of Git that the policies are in, or else the current folder or theirs. */
    private Path root() {
        Path first = desk.policies().get(0).toAbsolutePath().normalize();
        for (Path folder = first; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(".git"))) {
                return folder;
            }
        }
        Path current = Path.of("").toAbsolutePath();
        return first.startsWith(current) ? current : Files.isDirectory(first) ? first : first.getParent();
    }

    private Reply writeDialog(Visit visit) throws Exception {
        Sandbox.Change change = usable(visit);
        Comparisons.Result result = Comparisons.within(compared(visit, change), PATIENCE);
        Map<String, Object> parameters = new HashMap<>(Map.of("lines", lines(change.after().diff(change.before(), root())), "files",
                change.after().changed(change.before()), "key", key(change), "token", visit.session().formToken()));
        parameters.put("consequences", result == null ? null : consequences(result));
        return views.html("policywrite.jte", parameters);
    }

    private Reply writeEvents(Visit visit) throws Exception {
        Sandbox.Change change = usable(visit);
        CompletableFuture<Comparisons.Result> running = compared(visit, change);
        return new Reply.Stream(channel -> {
            Comparisons.Result result = Comparisons.within(running, Duration.ofMinutes(10).toMillis());
            if (result != null) {
                channel.send("consequences", views.text("policyconsequences.jte", Map.of("consequences", consequences(result), "key", key(change),
                        "token", visit.session().formToken())));
            }
            channel.send("end", "end");
        });
    }

    /** Tells what was confirmed from what is written. */
    private String key(Sandbox.Change change) throws EditException {
        return Fingerprint.ofAll(List.of(change.after().diff(change.before(), root())));
    }

    private static List<String> consequences(Comparisons.Result result) {
        DiffReport report = result.report();
        if (report == null) {
            return List.of("What changes cannot be told: " + result.errors().stream().map(Diagnostic::message).findFirst().orElse("?") + ".");
        }
        List<String> texts = new ArrayList<>(List.of(sentence(report.headline() + "; " + report.proof())));
        report.entries().forEach((change, entries) -> entries.stream().limit(2).forEach(entry -> texts.add(sentence(change.direction() + ": "
                + DiffReport.title(change) + ": " + DiffReport.requests(entry) + " of " + DiffReport.who(entry.shown())))));
        return texts;
    }

    private static List<Line> lines(String diff) {
        return diff.lines().map(line -> new Line(line.startsWith("@@") || line.startsWith("diff ") || line.startsWith("---")
                || line.startsWith("+++") || line.startsWith("\\") ? "place" : line.startsWith("+") ? "added" : line.startsWith("-") ? "removed"
                : "same", line)).toList();
    }

    private Reply write(Visit visit) throws Exception {
        Sandbox.Change change = usable(visit);
        if (!key(change).equals(visit.get("confirmed"))) {
            throw new UnusableException(409, "The sandbox changed since it was shown. Nothing was written.",
                    "Close the dialog, and look at the changes again.");
        }
        PolicyEngine before = desk.engine();
        Collection<Path> written = change.after().write(desk.policies(), change.before(), FOR_WRITERS);
        sandbox(visit).discard();
        desk.awaitChange(before);
        return new Reply.Content(200, Reply.HTML, new byte[0], Map.of("HX-Redirect", Workbench.ROOT + SECTION + "?written=" + written.size()));
    }
}
