package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Gap;
import dev.sallyport.analyse.Invariants;
import dev.sallyport.analyse.Opening;
import dev.sallyport.cli.AcceptedGap;
import dev.sallyport.cli.GapsReport;
import dev.sallyport.cli.GapsReport.Entry;
import dev.sallyport.cli.GapsReport.Part;
import dev.sallyport.cli.GapsReport.Search;
import dev.sallyport.cli.GapsReport.Whose;
import dev.sallyport.cli.InvariantFiles;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.TextChange;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Fingerprint;
import dev.sallyport.model.PolicyState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a password alone opens, and what it would open without one of the policies. */
final class GapsPages {

    /** How many gaps of a kind are shown, as the command does. */
    private static final int MOST = 100;
    private static final Duration FOR_WRITERS = Duration.ofSeconds(5);

    private final Desk desk;
    private final Views views;
    private final Sandboxes sandboxes;

    GapsPages(Desk desk, Views views, Sandboxes sandboxes) {
        this.desk = desk;
        this.views = views;
        this.sandboxes = sandboxes;
    }

    void addTo(Map<String, Page> pages) {
        pages.put("GET /gaps", this::page);
        pages.put("GET /gaps/run", visit -> Live.of(views, progress -> found(visit, progress)));
        pages.put("GET /gaps/accept", this::accept);
        pages.put("POST /gaps/accept", this::accept);
    }

    private Reply page(Visit visit) throws UnusableException {
        Whose whose = whose(visit);
        boolean withReportOnly = visit.has("report-only");
        String without = visit.get("without");
        PolicyEngine engine = sandboxes.engine(visit);
        Map<String, String> policies = new LinkedHashMap<>();
        engine.policySet().policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED).forEach(policy -> policies.put(
                policy.id(), policy.displayName()));
        if (!without.isEmpty()) {
            without(engine, without);
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("whose", name(whose));
        parameters.put("report-only", withReportOnly ? "on" : "");
        parameters.put("without", without);
        return views.html("gaps.jte", Map.of("frame", views.frame("Gaps", "gaps", visit.session()), "isAccepted", visit.has(
                "accepted"), "choice", new GapsView.Choice(
                name(whose), withReportOnly, without, policies, Beside.names(Beside.paths(desk, "invariants")), Workbench.ROOT
                        + "gaps/run" + Links.query(parameters))));
    }

    private static String name(Whose whose) {
        return whose.name().toLowerCase(Locale.ROOT);
    }

    private static Whose whose(Visit visit) throws UnusableException {
        for (Whose each : Whose.values()) {
            if (name(each).equals(visit.get("whose"))) {
                return each;
            }
        }
        if (visit.has("whose")) {
            throw new UnusableException(400, "Unknown choice of people.", "Choose one on the page.");
        }
        return Whose.PEOPLE;
    }

    /** The engine without one of its policies. */
    private static PolicyEngine without(PolicyEngine engine, String id) throws UnusableException {
        List<ConditionalAccessPolicy> others = engine.policySet().policies().stream().filter(policy -> !policy.id().equals(id)).toList();
        if (others.size() == engine.policySet().policies().size()) {
            throw new UnusableException(404, "Unknown policy.", "Choose one on the page.");
        }
        return engine.plain(engine.policySet().withPolicies(others));
    }

    private String found(Visit visit, Live.Progress progress) throws PolicyLoadException, UnusableException {
        List<Path> files = Beside.paths(desk, "invariants");
        Search search = new Search(whose(visit), visit.has("report-only"), Set.of(), MOST, 1, files.isEmpty() ? List.of()
                : InvariantFiles.load(files).accepted());
        PolicyEngine engine = sandboxes.engine(visit);
        String id = visit.get("without");
        double part = id.isEmpty() ? 1 : 0.5;
        GapsReport now = search(engine, search, progress, 0, part);
        visit.session().keep(LastSearch.class, LastSearch::new).found = new Found(search, now);
        if (id.isEmpty()) {
            return views.text("gapsresult.jte", Map.of("view", view(now, now.entries(), headline(now, now.entries().size()),
                    engine == desk.engine())));
        }
        GapsReport after = search(without(engine, id), search, progress, part, part);
        Set<String> before = now.entries().stream().map(GapsPages::key).collect(Collectors.toSet());
        List<Entry> fresh = after.entries().stream().filter(entry -> !before.contains(key(entry))).toList();
        String headline = fresh.isEmpty() ? "Removing this policy opens nothing." : "Removing this policy opens " + Links.number(fresh
                .size())
                + (fresh.size() == 1 ? " class" : " classes") + " of requests.";
        return views.text("gapsresult.jte", Map.of("view", view(after, fresh, headline, false)));
    }

    // ---- accepting

    /** The last search of a browser. */
    static final class LastSearch {

        private volatile @Nullable Found found;
    }

    private record Found(Search search, GapsReport report) { }

    /** A gap is accepted in steps: what for, then the change of the file and what it accepts, then the file. */
    private Reply accept(Visit visit) throws Exception {
        Found last = visit.session().keep(LastSearch.class, LastSearch::new).found;
        Entry entry = last == null ? null : last.report().entries().stream().filter(each -> String.valueOf(each.number()).equals(visit.get(
                "gap"))).findFirst().orElse(null);
        if (last == null || entry == null || entry.isAnybody()) {
            throw new UnusableException(409, "The gap is not part of the last search.", "Reload the page, and try again.");
        }
        Path file = accepting();
        LocalDate today = LocalDate.ofInstant(desk.now(), ZoneOffset.UTC);
        String name = visit.has("name") ? visit.get("name") : free(GapsReport.title(entry.gap()), last.report().acceptable().stream().map(
                Invariants.Accepted::name).toList());
        GapsView.Accepting view = new GapsView.Accepting(entry.number(), GapsReport.title(entry.gap()) + ": " + entry.gap().people().text(),
                name, visit.get("reason"), visit.get("until"), file.toString(), today.toString(), List.of());
        if (visit.get("reason").isEmpty()) {
            return views.html("gapaccept.jte", Map.of("gap", view, "token", visit.session().formToken(), "problem", visit.values()
                    .containsKey("reason") ? "Write a reason." : ""));
        }
        LocalDate until;
        TextChange change;
        AcceptedGap accepted;
        try {
            until = visit.has("until") ? LocalDate.parse(visit.get("until")) : null;
            if (until != null && until.isBefore(today)) {
                return views.html("gapaccept.jte", Map.of("gap", view, "token", visit.session().formToken(), "problem",
                        "The last day is over. Choose " + today + " or a later day."));
            }
            accepted = AcceptedGap.of(last.report().engine(), entry.gap(), name, visit.get("reason"), until);
            change = accepted.addedTo(file);
        } catch (DateTimeException e) {
            return views.html("gapaccept.jte", Map.of("gap", view, "token", visit.session().formToken(), "problem",
                    "Write the last day as a date."));
        } catch (PolicyLoadException e) {
            return views.html("gapaccept.jte", Map.of("gap", view, "token", visit.session().formToken(), "problem", e.diagnostics().get(0)
                    .toString()));
        }
        String key = Fingerprint.ofAll(List.of(change.diff()));
        if (visit.get("confirmed").equals(key)) {
            change.write(FOR_WRITERS);
            return new Reply.Content(200, Reply.HTML, new byte[0], Map.of("HX-Redirect", Workbench.ROOT + "gaps?accepted=yes&whose="
                    + name(last.search().whose()) + (last.search().withReportOnly() ? "&report-only=on" : "")));
        }
        GapsReport after = GapsReport.found(last.report().engine(), new Search(last.search().whose(), last.search().withReportOnly(), last
                .search().kinds(), MOST, 1, Stream.concat(last.search().accepted().stream(), Invariants.parse(file.toString(),
                accepted.document()).accepted().stream()).toList()), desk.policies(), desk.directory(), null, (any, kind, done, of) -> { });
        int before = last.report().entries().size();
        int now = after.entries().size();
        Set<String> left = after.entries().stream().map(GapsPages::key).collect(Collectors.toSet());
        String consequence = left.contains(key(entry)) ? "This entry does not accept the whole gap: a part of it stays in the list."
                : before - now <= 1 ? "This gap will be accepted. " + Links.count(now, "gap") + " will be left."
                : "This gap and " + Links.count(before - now - 1, "other gap") + " will be accepted. "
                + Links.count(now, "gap") + " will be left.";
        return views.html("gapaccepted.jte", Map.of("gap", new GapsView.Accepting(view.number(), view.title(), name, view.reason(), view
                .until(), view.file(), view.today(), accepted.wider()), "lines", ChangeWords.lines(change.diff()), "consequence",
                consequence, "key", key, "token", visit.session().formToken()));
    }

    /** A name with a number, if others have it already. */
    private static String free(String name, List<String> taken) {
        String free = name;
        for (int i = 2; taken.contains(free); i++) {
            free = name + " " + i;
        }
        return free;
    }

    /** The file that gets accepted gaps: one in the first folder of invariants, the first file of them in YAML, or a new one. */
    private Path accepting() {
        List<Path> beside = Beside.paths(desk, "invariants");
        return beside.stream().filter(Files::isDirectory).map(folder -> folder.resolve("accepted.yaml")).findFirst().orElseGet(() -> beside
                .stream().filter(path -> path.toString().endsWith(".yaml")).findFirst().orElseGet(() -> desk.policies().get(0)
                .toAbsolutePath().normalize().resolveSibling("invariants.yaml")));
    }

    /** Two gaps with the same key are the same. */
    private static String key(Entry entry) {
        Gap gap = entry.gap();
        return entry.isAnybody() + " " + gap.kind() + " " + gap.opening() + " " + gap.people() + " " + gap.box();
    }

    private GapsReport search(PolicyEngine engine, Search search, Live.Progress progress, double from, double part)
            throws PolicyLoadException {
        double half = search.whose() == Whose.BOTH ? 0.5 : 1;
        return GapsReport.found(engine, search, desk.policies(), desk.directory(), null, (isAnybody, kind, done, of) -> progress.at(
                (isAnybody ? "Users who could exist: " : "Today's users: ") + GapsReport.kind(kind), from + part * ((isAnybody
                && half < 1 ? half : 0) + half * done / of)));
    }

    private static String headline(GapsReport report, int gaps) {
        String proof = report.parts().stream().allMatch(part -> part.gaps().extents().isEmpty()) ? "" : report.isComplete()
                ? " Nothing else is open (proved)." : " There are more.";
        return (gaps == 0 ? "No gaps." : Links.count(gaps, "gap") + ".") + proof;
    }

    /** @param isOfFiles whether the gaps are those of the policies as they are written */
    private GapsView view(GapsReport report, List<Entry> entries, String headline, boolean isOfFiles) {
        NoteWords names = new NoteWords(report.engine().policySet(), RulePages.book());
        List<Tile> tiles = new ArrayList<>();
        tiles.add(new Tile(Links.number(entries.size()), entries.size() == 1 ? "gap" : "gaps"));
        for (Part part : report.parts()) {
            tiles.add(new Tile(GapsReport.percent(part.share()), "of " + GapsReport.number(part.requests()) + " kinds of requests of "
                    + (part.isAnybody() ? "users who could exist" : "today's users") + " are open"));
        }
        int accepted = report.accepted().values().stream().mapToInt(List::size).sum();
        tiles.add(new Tile(Links.number(accepted), "accepted"));
        tiles.add(new Tile(report.isComplete() ? "Complete" : "Not complete", report.isComplete() ? "nothing else is open (proved)"
                : "there are more gaps than are shown"));
        List<GapsView.Accepted> known = new ArrayList<>();
        report.accepted().forEach((each, gaps) -> known.add(new GapsView.Accepted(each.name(), GapsReport.reason(each), Links.count(
                gaps.size(), "gap"))));
        return new GapsView(headline, entries.isEmpty(), tiles, report.faults(), entries.stream().map(entry -> item(report, entry, names,
                isOfFiles))
                .toList(),
                known, pieces(warnings(report)), pieces(report.notes().stream().map(ChangeWords::sentence).toList()));
    }

    private static List<List<Piece>> pieces(List<String> sentences) {
        return sentences.stream().map(each -> Piece.of(each, RulePages.book())).toList();
    }

    private List<String> warnings(GapsReport report) {
        List<String> warnings = new ArrayList<>();
        report.parts().get(0).gaps().unused().stream().filter(each -> report.parts().stream().allMatch(part -> part.gaps().unused()
                .contains(each))).forEach(each -> warnings.add("The accepted gap `" + each.name()
                + "` is not there: no request of it is open ("
                + each.position() + "). Remove it."));
        report.acceptable().stream().filter(each -> !each.isInForce(desk.now())).forEach(each -> warnings.add("The accepted gap `"
                + each.name() + "` ended on " + each.until() + " (" + each.position() + "). Close the gap, or give `until` a later day."));
        return warnings;
    }

    private GapsView.Item item(GapsReport report, Entry entry, NoteWords names, boolean isOfFiles) {
        Gap gap = entry.gap();
        Map<String, String> links = new LinkedHashMap<>();
        Map<String, String> named = new HashMap<>();
        gap.because().stream().filter(each -> each.source() != null).forEach(each -> {
            String sentence = GapsReport.sentence(each);
            links.put(sentence, Links.policy(each.rule()));
            named.put(sentence, names.name(each.rule()) + sentence.substring(each.rule().length()));
        });
        boolean isKnown = gap.witness().isInDirectory();
        return new GapsView.Item(entry.number(), GapsReport.title(gap), gap.opening() == Opening.PASSWORD_ALONE, GapsReport.opens(gap),
                entry.isAnybody() ? "Users who could exist" : "Today's users", gap.people().text(), gap.people().names(),
                gap.people().names().isEmpty() ? 0
                : gap.people().count() - gap.people().names().size(), entry.joining() == null ? null : entry.joining().people().text(),
                GapsReport.box(gap), GapsReport.because(gap).stream().map(text -> new GapsView.Reason(Beside.shortened(named
                .getOrDefault(text, text), desk.policies()), links.get(text))).toList(),
                gap.mayProtect().stream().map(names::name).collect(Collectors.joining(", ")), report.example(gap), isKnown ? Links.whatIf(
                gap.witness().request()) : null, report.suite(entry, desk.now()), isOfFiles && !entry.isAnybody());
    }
}
