package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Gap.Witness;
import dev.sallyport.cli.DecisionText.Answer;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Request;
import dev.sallyport.suite.Coverage;
import dev.sallyport.suite.Coverage.Item;
import dev.sallyport.suite.Coverage.PolicyCoverage;
import dev.sallyport.suite.Expectation.Difference;
import dev.sallyport.suite.Mutant;
import dev.sallyport.suite.Mutants;
import dev.sallyport.suite.TestRun.Failure;
import dev.sallyport.suite.TestRun.Result;
import dev.sallyport.suite.TestRun.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Results of policy tests for people. */
public final class TestText {

    private static final long SLOW_NANOSECONDS = 1_000_000_000L;
    private static final int CELLS_IN_FULL = 3;
    private static final int CELLS_NAMED = 20;
    private static final int MOST_CLASSES = 10;

    private final Terminal terminal;

    TestText(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * What was expected beside what was decided, of each test that failed, and why each test was skipped; of a matrix the first cells in
     * full.
     */
    void failures(List<Result> results) {
        Map<Position, List<Result>> failed = new LinkedHashMap<>();
        results.stream().filter(result -> result.status() == Status.FAILED)
                .forEach(result -> failed.computeIfAbsent(result.test().position(), any -> new ArrayList<>()).add(result));
        for (List<Result> cells : failed.values()) {
            for (int i = 0; i < Math.min(CELLS_IN_FULL, cells.size()); i++) {
                failure(cells.get(i), i == 0);
            }
            if (cells.size() > CELLS_IN_FULL) {
                line(0, new Cell("FAILED", Style.BOLD_RED), new Cell(cells.get(0).test().name() + ", in "
                        + Terminal.count(cells.size() - CELLS_IN_FULL, "more cell"), Style.BOLD));
                cells.stream().skip(CELLS_IN_FULL).limit(CELLS_NAMED).forEach(each -> line(2, Cell.of(each.test().cell())));
                if (cells.size() > CELLS_IN_FULL + CELLS_NAMED) {
                    line(2, Cell.of("… `--format json` lists all of them"));
                }
                terminal.out().println();
            }
        }
        Table skipped = new Table(2);
        results.stream().filter(result -> result.status() == Status.SKIPPED)
                .forEach(result -> skipped.row(Cell.of(result.test().title()), new Cell(result.test().skip(), Style.DIM)));
        section("skipped", skipped);
    }

    /** @param traces whether to tell how the policies fared; once a test is enough of a matrix */
    private void failure(Result result, boolean traces) {
        line(0, new Cell("FAILED", Style.BOLD_RED), new Cell(result.test().title(), Style.BOLD));
        line(2, new Cell(result.test().position().toString(), Style.DIM));
        for (Failure failure : result.failures()) {
            if (result.test().steps().size() > 1) {
                line(2, Cell.of("at " + failure.step().at() + ", " + failure.step().written().position()));
            }
            Table table = new Table(2).header("FIELD", "EXPECTED", "ACTUAL", "LINE");
            for (Difference difference : failure.differences()) {
                Position position = difference.position();
                table.row(Cell.of(difference.path()), new Cell(difference.expected(), Style.GREEN), new Cell(difference.actual(),
                        Style.RED),
                        Cell.of(position.line() + ":" + position.column()));
            }
            table.print(terminal);
            if (traces) {
                terminal.out().println();
                new DecisionText(result.test().world().engine(), terminal).trace(new Answer(failure.step().request(), failure.decision()),
                        about(failure.decision(), failure.differences()));
            }
        }
        terminal.out().println();
    }

    /**
     * How the policies fared in a decision that was explained, in lines of text: those that a test is about, else those that apply.
     *
     * @param engine the policies under which it was decided
     * @param differences what was not as expected; empty for a test that passed
     */
    public static String trace(PolicyEngine engine, Request request, Decision decision, List<Difference> differences) {
        return Terminal.text(terminal -> new DecisionText(engine, terminal).trace(new Answer(request, decision), about(decision,
                differences)));
    }

    /** The policies that differ, and those that made the decision. */
    private static Set<String> about(Decision decision, List<Difference> differences) {
        Set<String> policies = new LinkedHashSet<>();
        differences.stream().map(Difference::policy).filter(id -> id != null).forEach(policies::add);
        policies.addAll(decision.reason().policies());
        return policies;
    }

    /** The slowest tests, as many as asked for; without being asked those that take longer than a second. */
    void slowest(List<Result> results, int wanted) {
        Table table = new Table(2);
        results.stream().filter(result -> wanted > 0 || result.nanoseconds() > SLOW_NANOSECONDS)
                .sorted(Comparator.comparingLong(Result::nanoseconds).reversed())
                .limit(wanted > 0 ? wanted : 5)
                .forEach(result -> table.row(Cell.of(String.format(Locale.ROOT, "%.1f ms", result.nanoseconds() / 1e6)),
                Cell.of(result.test().title())));
        section("slowest", table);
    }

    /** How many tests there are of each kind. */
    void summary(List<Result> results, double seconds) {
        List<String> counts = new ArrayList<>();
        for (Status status : List.of(Status.PASSED, Status.FAILED, Status.UNUSABLE, Status.SKIPPED)) {
            long count = results.stream().filter(result -> result.status() == status).count();
            if (count > 0) {
                counts.add(count + " " + (status == Status.UNUSABLE ? "with a malformed request" : status.name().toLowerCase(Locale.ROOT)));
            }
        }
        boolean fine = results.stream().allMatch(result -> result.status() == Status.PASSED || result.status() == Status.SKIPPED);
        line(0, new Cell(Terminal.count(results.size(), "test") + ": " + String.join(", ", counts) + String.format(Locale.ROOT,
                " in %.2f s", seconds),
                fine ? Style.GREEN : Style.RED));
    }

    // ---- coverage

    /** {@code coverage: 91.2 % (31 of 34), 9 policies}. */
    String covered(Coverage coverage) {
        return String.format(Locale.ROOT, "coverage: %.1f %% (%d of %d), %s", coverage.percent(), coverage.seen(), coverage.total(),
                coverage.policies().size() == 1 ? "1 policy" : coverage.policies().size() + " policies");
    }

    /** What no test exercises. */
    void coverage(Coverage coverage) {
        Table table = new Table(2);
        for (PolicyCoverage policy : coverage.policies()) {
            for (Item item : policy.items()) {
                if (item.count() == 0) {
                    table.row(new Cell(policy.policy().id(), Style.BOLD), Cell.of(words(item)), new Cell(item.position().toString(),
                            Style.DIM));
                }
            }
        }
        section("no test exercises", table);
    }

    /**
     * The classes of requests that no test enters, those first of which least is asked.
     *
     * @param folder where a test for each is written; {@code null} if none is
     */
    void classes(ClassReport report, @Nullable Path folder) {
        List<ClassReport.Entry> entries = report.entries();
        for (ClassReport.Entry entry : entries.subList(0, Math.min(MOST_CLASSES, entries.size()))) {
            line(0, Cell.of(entry.number() + "  Without a test: " + ClassReport.title(entry.missed()) + ", "
                    + GapsReport.percent(entry.missed().share()) + " of its kind"));
            Table table = new Table(4);
            ClassReport.rows(entry.missed()).forEach((label, text) -> table.row(new Cell(label, Style.DIM), Cell.of(text)));
            table.row(new Cell("for example", Style.DIM), Cell.of(ClassReport.example(entry)));
            if (folder != null) {
                table.row(new Cell("test", Style.DIM), Cell.of(folder.resolve(entry.number() + ".yaml").toString()));
            }
            table.print(terminal);
            terminal.out().println();
        }
        if (entries.size() > MOST_CLASSES) {
            line(0, Cell.of("… and " + (entries.size() - MOST_CLASSES) + " more: `--format json` lists all, `--witnesses DIR` writes a "
                    + "test for each"));
            terminal.out().println();
        }
        line(0, Cell.of("classes of requests: " + report.entered() + " of " + report.total() + " are tested"
                + (report.isComplete() ? "" : "; people and places differ too much to tell every class")));
        report.notes().forEach(note -> line(0, new Cell("note: " + note, Style.DIM)));
        terminal.out().println();
    }

    /** What there is to see of a policy, such as {@code users: excluded by Break glass}. */
    public static String words(Item item) {
        return switch (item.kind()) {
            case APPLIES -> "applies";
            case EXCLUDED -> DecisionWords.words(item.condition()) + ": excluded by " + item.entry();
            case NOT_INCLUDED -> DecisionWords.words(item.condition()) + ": not included";
        };
    }

    // ---- mutants

    /** The changes that no test notices, each with a request for a test that does. */
    void mutants(Mutants.Report report) {
        Table table = new Table(2);
        Table write = new Table(2);
        Map<String, Cell> advice = new LinkedHashMap<>();
        for (Mutants.Unnoticed unnoticed : report.unnoticed()) {
            Mutant mutant = unnoticed.mutant();
            table.row(new Cell(mutant.policy().id(), Style.BOLD), Cell.of(mutant.change()), new Cell(mutant.position().toString(),
                    Style.DIM));
            if (unnoticed.example() != null) {
                write.row(Cell.of(mutant.change()), Cell.of(example(unnoticed)));
            } else {
                advice.putIfAbsent(kind(mutant), Cell.of(advice(mutant)));
            }
        }
        section("no test notices", table);
        advice.forEach((kind, cell) -> write.row(Cell.of(kind), cell));
        section("what to write", write);
        Table same = new Table(2);
        report.equal().forEach(mutant -> same.row(new Cell(mutant.policy().id(), Style.BOLD), Cell.of(mutant.change()), new Cell(mutant
                .position().toString(), Style.DIM)));
        section("no test can notice, because no decision changes (proved)", same);
        int noticed = report.tried() - report.unnoticed().size() - report.equal().size();
        String rest = report.equal().isEmpty() ? "" : ", " + report.equal().size() + " change no decision (proved)";
        line(0, new Cell("mutants: " + noticed + " of " + Terminal.count(report.tried(), "change") + " noticed" + rest,
                report.unnoticed().isEmpty() ? Style.GREEN : Style.RED));
    }

    /** The request that shows a change, and what is decided before and after it; the change has an example. */
    public static String example(Mutants.Unnoticed unnoticed) {
        Witness before = unnoticed.example().before();
        Outcome after = unnoticed.example().after().decision().outcome();
        return new Examples(unnoticed.engine(), List.of(), List.of()).request(before) + ": " + before.decision().outcome() + ", and "
                + (after == before.decision().outcome() ? "for another reason" : after) + " after the change";
    }

    private static String kind(Mutant mutant) {
        return mutant.condition() != null ? "a condition" : mutant.isOfState() ? "the state" : "a control";
    }

    /** How a test would notice a change. */
    public static String advice(Mutant mutant) {
        String id = mutant.policy().id();
        boolean isReportOnly = mutant.policy().state() == PolicyState.REPORT_ONLY && !mutant.isOfState();
        if (mutant.condition() != null) {
            return "a request to which the policy does not apply only because of this condition; expect `policies: { " + id + ": "
                    + (isReportOnly ? "reportOnlyNotApplied" : "notApplied")
                    + " }`";
        }
        return mutant.isOfState() ? "a request to which the policy applies; expect its `outcome`, or `policies: { " + id + ": failure }`"
                : "a request that meets every other control of " + id + "; expect the `outcome` or `requiredControls` that are left";
    }

    private void section(String name, Table table) {
        if (!table.isEmpty()) {
            line(0, new Cell(name, Style.BOLD));
            table.print(terminal);
            terminal.out().println();
        }
    }

    private void line(int indent, Cell... cells) {
        new Table(indent).row(cells).print(terminal);
    }
}
