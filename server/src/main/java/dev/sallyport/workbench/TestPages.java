package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.ClassReport;
import dev.sallyport.cli.CoveragePage;
import dev.sallyport.cli.GapsReport;
import dev.sallyport.cli.StarterSuite;
import dev.sallyport.cli.TestText;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport;
import dev.sallyport.suite.Coverage;
import dev.sallyport.suite.Mutant;
import dev.sallyport.suite.Mutants;
import dev.sallyport.suite.SuiteReader;
import dev.sallyport.suite.TestCase;
import dev.sallyport.suite.TestRun;
import dev.sallyport.suite.TestRun.Result;
import dev.sallyport.suite.TestRun.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Policy tests, and what they leave untested. */
final class TestPages {

    private static final int MOST_CASES = 200;
    private static final int MOST_POLICIES = 60;
    private static final int MOST_SUITES = 200;
    private static final int MOST_USERS = 12;
    private static final int MOST_CELLS = 20;
    private static final int MOST_CLASSES = 50;
    private static final String COVERAGE = "coverage";
    private static final String NO_POLICIES = "SP1602";

    private final Desk desk;
    private final Views views;

    TestPages(Desk desk, Views views) {
        this.desk = desk;
        this.views = views;
    }

    void addTo(Map<String, Page> pages) {
        for (String page : List.of("tests", COVERAGE)) {
            pages.put("GET /" + page, visit -> page(page, visit));
            pages.put("GET /" + page + "/run", visit -> Live.of(views, progress -> run(page, visit, progress)));
        }
        pages.put("GET /tests/trace", this::trace);
        pages.put("GET /tests/starter", visit -> Reply.file("starter.yaml", "application/yaml", starter()));
    }

    /** The tests of the last run of a browser, for their traces. */
    static final class LastRun {

        private volatile List<Result> results = List.of();
    }

    private Reply page(String page, Visit visit) throws UnusableException {
        List<String> suites = suites();
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String name : List.of("suite", "under", "q", "failed", "mutants")) {
            parameters.put(name, visit.get(name));
        }
        chosen(visit);
        Path folder = desk.policies().get(0).toAbsolutePath().normalize().resolveSibling("tests");
        return views.html("tests.jte", Map.of("frame", views.frame(page.equals(COVERAGE) ? "Coverage" : "Tests", page, visit.session()),
                "choice", new TestsView.Choice(page, suites, visit.get("suite"), isOfSuite(page, visit) ? "suite" : "workbench",
                visit.get("q"),
                visit.has("failed"), visit.has("mutants"), Workbench.ROOT + page + "/run" + Links.query(parameters), folder.toString())));
    }

    /** Whether each suite is run under the policies that it names; coverage is measured so unless told otherwise. */
    private static boolean isOfSuite(String page, Visit visit) {
        return visit.get("under").equals("suite") || page.equals(COVERAGE) && !visit.has("under");
    }

    // ---- which suites

    /** Folders with tests, and the files in them. */
    private List<String> suites() {
        Set<String> suites = new LinkedHashSet<>();
        for (Path path : Beside.paths(desk, "tests")) {
            suites.add(path.toString());
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.walk(path)) {
                    files.filter(file -> file.toString().matches(".*\\.(yaml|yml|json)")).sorted().limit(MOST_SUITES).map(Path::toString)
                            .forEach(suites::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return List.copyOf(suites);
    }

    private List<Path> chosen(Visit visit) throws UnusableException {
        if (!visit.has("suite")) {
            return Beside.paths(desk, "tests");
        }
        if (!suites().contains(visit.get("suite"))) {
            throw new UnusableException(404, "Unknown suite.", "Choose one on the page.");
        }
        return List.of(Path.of(visit.get("suite")));
    }

    // ---- runs

    private String run(String page, Visit visit, Live.Progress progress) throws UnusableException {
        Diagnostics found = new Diagnostics(Diagnostics.Exports.LOADED);
        boolean isOfSuite = isOfSuite(page, visit);
        List<TestCase> tests = read(isOfSuite, chosen(visit), found);
        if (tests.isEmpty() && isOfSuite && !visit.has("under") && found.toList().stream().allMatch(each -> each.code().equals(
                NO_POLICIES))) {
            found = new Diagnostics(Diagnostics.Exports.LOADED);            // no suite names any: those of the workbench are meant
            tests = read(false, chosen(visit), found);
        }
        if (tests.isEmpty() && !found.hasErrors()) {
            throw new UnusableException(404, "The suites contain no tests.", "Write a suite with `kind: policyTests`.");
        }
        boolean isCoverage = page.equals(COVERAGE) && !tests.isEmpty();
        Coverage coverage = isCoverage ? new Coverage(tests) : null;
        Mutants mutants = isCoverage && visit.has("mutants") ? new Mutants(tests) : null;
        List<TestRun.Observer> observers = Stream.of(coverage, mutants).<TestRun.Observer>map(each -> (TestRun.Observer) each)
                .filter(Objects::nonNull).toList();
        int all = tests.size();
        AtomicInteger done = new AtomicInteger();
        List<Result> results = new TestRun(isCoverage, new TestRun.Observer() {

            @Override
            public void decided(int number, TestCase test, Decision decision) {
                observers.forEach(each -> each.decided(number, test, decision));
            }

            @Override
            public void ended(int number, TestCase test, Status status) {
                observers.forEach(each -> each.ended(number, test, status));
                int now = done.incrementAndGet();
                progress.at(Links.number(now) + " of " + Links.count(all, "test"), (double) now / all);
            }
        }).run(tests);
        visit.session().keep(LastRun.class, LastRun::new).results = results;
        Set<String> problems = new LinkedHashSet<>();
        found.toList().forEach(each -> problems.add(each.toString()));
        results.stream().map(Result::unusable).filter(Objects::nonNull).map(Diagnostic::toString).forEach(problems::add);
        TestsView.Untested untested = isCoverage ? untested(results, progress, problems) : null;
        TestsView.Changes changes = mutants == null ? null : changes(mutants, results, progress);
        return views.text("testsresult.jte", Map.of("page", page, "view", view(results, List.copyOf(problems), visit, coverage, untested,
                changes)));
    }

    private List<TestCase> read(boolean isOfSuite, List<Path> suites, Diagnostics found) {
        return new SuiteReader(isOfSuite ? List.of() : desk.policies(), isOfSuite ? List.of() : desk.directory(), desk.now().truncatedTo(
                ChronoUnit.SECONDS), found).read(suites);
    }

    private TestsView view(List<Result> results, List<String> problems, Visit visit, @Nullable Coverage coverage,
            TestsView.@Nullable Untested untested, TestsView.@Nullable Changes changes) {
        List<Tile> tiles = new ArrayList<>(List.of(new Tile(Links.number(results.size()), results.size() == 1 ? "test" : "tests")));
        for (Status status : List.of(Status.PASSED, Status.FAILED, Status.UNUSABLE, Status.SKIPPED)) {
            long count = results.stream().filter(result -> result.status() == status).count();
            if (count > 0 || status == Status.PASSED || status == Status.FAILED) {
                tiles.add(new Tile(Links.number(count), status == Status.UNUSABLE ? "with a malformed request" : name(status)));
            }
        }
        boolean isFine = !results.isEmpty() && results.stream().allMatch(result -> result.status() == Status.PASSED
                || result.status() == Status.SKIPPED);
        long failed = results.stream().filter(result -> result.status() == Status.FAILED).count();
        String headline = isFine ? "All tests pass." : failed > 0 ? Links.count(failed, "test") + (failed == 1 ? " fails." : " fail.")
                : "The suites have errors.";
        String wanted = visit.get("q").toLowerCase(Locale.ROOT);
        Map<Object, List<Integer>> told = new LinkedHashMap<>();
        for (Status status : List.of(Status.FAILED, Status.UNUSABLE, Status.SKIPPED, Status.PASSED)) {
            for (int i = 0; i < results.size(); i++) {
                Result result = results.get(i);
                boolean isShown = result.status() == status && (status == Status.FAILED || !visit.has("failed") && coverage == null)
                        && result.test().title().toLowerCase(Locale.ROOT).contains(wanted);
                if (isShown) {                                  // the cells of a matrix that passed are one row
                    told.computeIfAbsent(status == Status.PASSED ? result.test().position() : i, any -> new ArrayList<>()).add(i);
                }
            }
        }
        List<TestsView.Case> cases = told.values().stream().limit(MOST_CASES).map(numbers -> item(numbers, results)).toList();
        int left = told.size() - cases.size();
        return new TestsView(headline, isFine, tiles, problems, cases, left, coverage == null ? null : CoveragePage.parts(coverage,
                MOST_POLICIES, Links::policy), untested, changes);
    }

    /** The classes of requests that no test enters; {@code null} if they cannot be told, which is a problem. */
    private TestsView.@Nullable Untested untested(List<Result> results, Live.Progress progress, Set<String> problems) {
        progress.at("Looking for requests that no test enters", 1);
        try {
            ClassReport report = ClassReport.of(results, desk.now().truncatedTo(ChronoUnit.SECONDS));
            List<ClassReport.Entry> entries = report.entries();
            Path folder = desk.policies().get(0).toAbsolutePath().normalize().resolveSibling("tests");
            return new TestsView.Untested("Tests enter " + Links.number(report.entered()) + " of " + Links.number(report.total())
                    + (report.total() == 1 ? " class" : " classes") + " of requests that the policies treat differently."
                    + (report.isComplete() ? ""
                    : " People and places differ too much to tell every class."), entries.stream().limit(MOST_CLASSES).map(entry ->
                    new TestsView.UntestedClass(entry.number(), ClassReport.title(entry.missed()), GapsReport.percent(entry.missed()
                    .share()), ClassReport.rows(entry.missed()), ClassReport.example(entry), entry.missed().witness().isInDirectory()
                    ? Links.whatIf(entry.missed().witness().request()) : null, report.suite(entry, folder))).toList(), Math.max(0,
                    entries.size() - MOST_CLASSES), report.notes());
        } catch (PolicyLoadException e) {
            e.diagnostics().forEach(each -> problems.add(each.toString()));
            return null;
        }
    }

    private static String name(Status status) {
        return status == Status.UNUSABLE ? "malformed" : status.name().toLowerCase(Locale.ROOT);
    }

    /** One row of tests that ended alike; all but the first are named in its note. */
    private TestsView.Case item(List<Integer> numbers, List<Result> results) {
        Result result = results.get(numbers.get(0));
        TestCase test = result.test();
        Diagnostic unusable = result.unusable();
        int cells = numbers.size();
        String others = numbers.stream().skip(1).limit(MOST_CELLS).map(each -> results.get(each).test().cell()).collect(Collectors.joining(
                "]; [", "Also with [", "]" + (cells - 1 > MOST_CELLS ? " and " + (cells - 1 - MOST_CELLS) + " more" : "") + "."));
        String note = test.skip() != null ? test.skip() : unusable != null ? unusable.toString() : cells > 1 ? others : "";
        Request request = Stream.concat(result.failures().stream().map(TestRun.Failure::step), test.steps().stream())
                .map(TestCase.Step::request).filter(Objects::nonNull).findFirst().orElse(null);
        List<TestsView.Difference> differences = result.failures().stream().flatMap(failure -> failure.differences().stream())
                .map(each -> new TestsView.Difference(each.path(), each.expected(), each.actual(), each.position().line() + ":"
                + each.position().column())).toList();
        return new TestsView.Case(numbers.get(0), cells > 1 ? test.name() + " (" + cells + " cells)" : test.title(),
                name(result.status()), result.status() == Status.PASSED ? "yes" : result.status() == Status.SKIPPED ? "" : "no",
                Beside.shortened(test.position().toString(), Beside.paths(desk, "tests")), note, differences, request == null ? null
                : Links.whatIf(request));
    }

    /** Changes to the policies, which are tried only if all tests pass. */
    private static TestsView.Changes changes(Mutants mutants, List<Result> results, Live.Progress progress) {
        if (results.stream().anyMatch(result -> result.status() != Status.PASSED && result.status() != Status.SKIPPED)) {
            return new TestsView.Changes("Changes to the policies are tried only if all tests pass.", List.of(), List.of());
        }
        progress.at("Trying changes to the policies", 1);
        Mutants.Report report = Mutants.proved(mutants.report());
        int noticed = report.tried() - report.unnoticed().size() - report.equal().size();
        return new TestsView.Changes("Tests notice " + Links.number(noticed) + " of " + Links.count(report.tried(), "change")
                + " to a policy"
                + (report.equal().isEmpty() ? "." : "; " + report.equal().size() + " change no decision (proved)."),
                report.unnoticed().stream().map(each -> change(each.mutant(), each.example() != null ? TestText.example(each)
                : TestText.advice(each.mutant()))).toList(), report.equal().stream().map(each -> change(each, "")).toList());
    }

    private static TestsView.Change change(Mutant mutant, String advice) {
        return new TestsView.Change(mutant.policy().id(), Links.policy(mutant.policy().id()), mutant.change(), mutant.position().toString(),
                advice);
    }

    // ---- one test

    private Reply trace(Visit visit) throws UnusableException {
        List<Result> results = visit.session().keep(LastRun.class, LastRun::new).results;
        int number = visit.get("case").matches("[0-9]{1,9}") ? Integer.parseInt(visit.get("case")) : -1;
        if (number < 0 || number >= results.size()) {
            throw new UnusableException(404, "The test is not part of the last run.", "Run the tests again.");
        }
        TestCase test = results.get(number).test();
        List<Decision> decisions = new ArrayList<>();
        Result again = new TestRun(true, (place, any, decision) -> decisions.add(decision)).run(List.of(test)).get(0);
        List<TestCase.Step> steps = test.steps().stream().filter(step -> step.request() != null).toList();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < decisions.size(); i++) {
            TestCase.Step step = steps.get(i);
            text.append(step.written().position()).append(" at ").append(step.at()).append('\n').append(TestText.trace(test.world()
                    .engine(),
                    step.request(), decisions.get(i), again.failures().stream().filter(failure -> failure.step() == step)
                    .flatMap(failure -> failure.differences().stream()).toList())).append('\n');
        }
        return views.html("trace.jte", Map.of("text", text.isEmpty() ? "The test was not decided.\n"
                : Beside.shortened(text.toString(), Stream.concat(Beside.paths(desk, "tests").stream(), desk.policies().stream())
                .toList())));
    }

    // ---- a suite to begin with

    /** A suite that expects what is decided today, for some users and applications, here and outside. */
    private String starter() {
        PolicyEngine engine = desk.engine();
        Directory directory = engine.directory();
        List<String> applications = Stream.of("Office 365 Exchange Online", "Office 365 SharePoint Online").filter(name -> directory
                .applicationIds(name).size() == 1).toList();
        Map<String, String> places = new LinkedHashMap<>();
        places.put("outside", MfaReport.outside(engine.policySet()));
        String here = MfaReport.trusted(engine.policySet());
        if (here != null) {
            places.put("here", here);
        }
        List<Request> requests = new ArrayList<>();
        for (UserState user : directory.users().stream().limit(MOST_USERS).toList()) {
            for (String application : applications) {
                places.forEach((place, address) -> {
                    SignIn signIn = Links.signIn(user.userPrincipalName(), application, "browser", "windows", address, null, desk.now()
                            .truncatedTo(ChronoUnit.SECONDS));
                    requests.add(signIn.toBuilder().name(user.userPrincipalName() + " opens " + application + " from " + place)
                            .createdDateTime(null).build());
                });
            }
        }
        return StarterSuite.of(engine, desk.policies().stream().map(Path::toAbsolutePath).toList(), desk.directory().stream()
                .map(Path::toAbsolutePath).toList(), requests);
    }
}
