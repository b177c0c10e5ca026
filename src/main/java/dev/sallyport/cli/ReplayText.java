package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.replay.Change;
import dev.sallyport.replay.Disagreement;
import dev.sallyport.replay.Summary;
import dev.sallyport.replay.Summary.Agreement;
import dev.sallyport.replay.Summary.By;
import dev.sallyport.replay.Summary.Counted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What a replay finds, for people. */
public final class ReplayText {

    private static final int MOST = 5;

    private final Terminal terminal;
    private final String now;
    private final String against;

    /** @param against the other policy set, or {@code null} */
    ReplayText(Terminal terminal, String now, String against) {
        this.terminal = terminal;
        this.now = now;
        this.against = against;
    }

    String now() {
        return now;
    }

    String against() {
        return against;
    }

    // ---- disagreements

    /** The whole story of each. */
    void disagreements(PolicyEngine engine, List<Disagreement> shown, Function<Disagreement, Decision> explain) {
        DecisionText text = new DecisionText(engine, terminal);
        for (Disagreement each : shown) {
            Table table = new Table(0).row(new Cell(each.record().subject() + " opens " + each.record().application() + " at "
                    + each.record().created(), Style.BOLD));
            table.print(terminal);
            Table differences = new Table(2);
            each.differences().forEach(difference -> differences.row(new Cell("differs", Style.YELLOW), Cell.of(difference)));
            if (!each.hangsOn().isEmpty()) {
                differences.row(new Cell("unknown", Style.DIM), Cell.of("missing from the log: " + String.join(", ", each.hangsOn())));
            }
            differences.print(terminal);
            Decision decision = explain.apply(each);
            text.explain(new DecisionText.Answer(dev.sallyport.model.SignIn.builder().build(), decision));
        }
    }

    /**
     * The decision on a sign-in of which the log says something else, with every policy, in lines of text.
     *
     * @param engine the policies under which it was decided
     * @param decision the decision, explained
     */
    public static String story(PolicyEngine engine, Decision decision) {
        return Terminal.text(terminal -> new DecisionText(engine, terminal).explain(new DecisionText.Answer(dev.sallyport.model.SignIn
                .builder().build(), decision)));
    }

    /**
     * What a replay found, in the lines that the command writes.
     *
     * @param now what the policy set is called
     */
    public static String text(Summary summary, String now) {
        return Terminal.text(terminal -> new ReplayText(terminal, now, null).summary(summary));
    }

    // ---- summary

    void summary(Summary summary) {
        intro(summary);
        outcomes(summary);
        if (against == null) {
            agreement(summary);
        }
        changes(summary);
        unknown(summary);
        conclusion(summary);
    }

    private void intro(Summary summary) {
        String span = summary.first() == null ? "" : " from " + day(summary.first()) + (day(summary.first()).equals(day(summary.last()))
                ? "" : " to " + day(summary.last()));
        line(count(summary.records(), "record") + span + ": " + count(summary.decided(), "sign-in") + " decided under " + now
                + (against == null ? "" : " and " + against));
        left(summary.firstFactor(), "skipped, because the first factor failed");
        left(summary.federation(), "skipped, because they are from AD FS or RADIUS servers");
        left(summary.undecided(), "skipped, because the request is invalid or not in the log");
        left(summary.malformed(), "malformed");
        line("  " + Summary.TODAY);
        line("");
    }

    private void left(long number, String why) {
        if (number > 0) {
            line("  " + number(number) + " " + why);
        }
    }

    private void outcomes(Summary summary) {
        boolean hasLog = summary.comparable() > 0;
        Table table = new Table(0);
        List<String> header = new ArrayList<>(List.of("OUTCOME"));
        if (hasLog) {
            header.add("IN THE LOG");
        }
        header.add(against == null ? "NOW" : now);
        if (against != null) {
            header.add(against);
        }
        table.header(header.toArray(String[]::new));
        for (Outcome outcome : List.of(Outcome.ALLOW, Outcome.CHALLENGE, Outcome.PROMPT_REGISTER, Outcome.BLOCK)) {
            List<String> cells = new ArrayList<>(List.of(outcome.toString()));
            if (hasLog) {
                cells.add(number(summary.recorded(outcome)));
            }
            cells.add(number(summary.now(outcome)));
            if (against != null) {
                cells.add(number(summary.against(outcome)));
            }
            table.row(right(cells, header));
        }
        if (hasLog && summary.recorded((Outcome) null) > 0) {
            List<String> cells = new ArrayList<>(List.of("(other error)", number(summary.recorded((Outcome) null)), ""));
            if (against != null) {
                cells.add("");
            }
            table.row(right(cells, header));
        }
        table.print(terminal);
        line("");
    }

    /** Numbers stand under each other by their last digit. */
    private static Cell[] right(List<String> cells, List<String> header) {
        Cell[] row = new Cell[cells.size()];
        for (int i = 0; i < row.length; i++) {
            String text = cells.get(i);
            int width = i == 0 ? 0 : Math.max(11, header.get(i).length());
            row[i] = Cell.of(text.isEmpty() ? "" : " ".repeat(Math.max(0, width - text.length())) + text);
        }
        return row;
    }

    private void agreement(Summary summary) {
        if (summary.comparable() > 0) {
            line("The log has the same outcome in " + share(summary.outcomesAgreed(), summary.comparable()) + " sign-ins");
        }
        if (summary.statusCompared() > 0) {
            line("and, where it lists no policy of this set, the same status in " + share(summary.statusAgreed(),
                    summary.statusCompared()));
        }
        List<Agreement> all = summary.agreements();
        List<Agreement> differ = all.stream().filter(each -> each.agreed() < each.compared()).toList();
        if (all.size() > differ.size()) {
            long compared = all.stream().filter(each -> each.agreed() == each.compared()).mapToLong(Agreement::compared).sum();
            line(differ.isEmpty() ? "All " + all.size() + " policies that it lists have the same result, " + number(compared) + " times"
                    : (all.size() - differ.size()) + " policies have the same result wherever it lists them, " + number(compared)
                    + " times");
        }
        if (!differ.isEmpty()) {
            line("");
            Table table = new Table(0).header("POLICY", "IN THE LOG", "THE SAME", "WHAT DIFFERS");
            for (Agreement each : differ) {
                List<String> differences = new ArrayList<>();
                each.differences().forEach((words, count) -> differences.add(number(count) + " × " + words));
                table.row(Cell.of(each.policy()), Cell.of(number(each.compared())), new Cell(percent(each.agreed(), each.compared()),
                        Style.YELLOW),
                        Cell.of(String.join("; ", differences.subList(0, Math.min(3, differences.size())))));
            }
            table.print(terminal);
        }
        if (!summary.unknownPolicies().isEmpty()) {
            line(summary.unknownPoliciesInWords());
        }
        line("");
    }

    /** What changes for the sign-ins of the log, from one set to the other. */
    void changes(Summary summary) {
        String from = against == null ? "the log" : now;
        String to = against == null ? now : against;
        if (summary.changes() == 0) {
            line("From " + from + " to " + to + ", nothing changes");
            line("");
            return;
        }
        int users = summary.changesBy(By.USER).size();
        line("From " + from + " to " + to + ", " + count(summary.changes(), "sign-in") + " of " + count(users, "user")
                + (summary.changes() == 1 ? " ends" : " end") + " differently");
        line("");
        List<String> header = new ArrayList<>(List.of(""));
        List<Change.Kind> kinds = new ArrayList<>();
        for (Change.Kind kind : Change.Kind.values()) {
            if (summary.changes(kind) > 0) {
                kinds.add(kind);
                header.add(kind.toString().toUpperCase(Locale.ROOT));
            }
        }
        Table table = new Table(0).header(header.toArray(String[]::new));
        row(table, "all", kinds, header, kind -> summary.changes(kind), Style.BOLD);
        for (By by : By.values()) {
            List<Counted> counted = summary.changesBy(by);
            int shown = counted.size() == MOST + 1 ? MOST + 1 : Math.min(MOST, counted.size());
            row(table, "by " + by + (counted.size() > shown ? " (" + shown + " of " + number(counted.size()) + ")" : ""), List.of(), header,
                    kind -> 0L, Style.DIM);
            for (Counted each : counted.subList(0, shown)) {
                row(table, "  " + each.name(), kinds, header, kind -> each.changes()[kind.ordinal()], Style.PLAIN);
            }
        }
        table.print(terminal);
        line("");
    }

    private static void row(Table table, String name, List<Change.Kind> kinds, List<String> header, Function<Change.Kind, Long> counts,
            Style style) {
        List<Cell> cells = new ArrayList<>(List.of(new Cell(name, style)));
        for (int i = 1; i < header.size(); i++) {
            long count = kinds.isEmpty() ? 0 : counts.apply(kinds.get(i - 1));
            String text = kinds.isEmpty() ? "" : count == 0 ? "·" : number(count);
            cells.add(new Cell(text.isEmpty() ? "" : " ".repeat(Math.max(0, header.get(i).length() - text.length())) + text, style));
        }
        table.row(cells.toArray(Cell[]::new));
    }

    private void unknown(Summary summary) {
        if (summary.strangers() > 0) {
            line(summary.strangersInWords());
            line("");
        }
        Map<String, Long> facts = summary.hangsOn();
        if (facts.isEmpty()) {
            return;
        }
        Table table = new Table(0).header("MISSING FROM THE LOG", "DECISIONS THAT DEPEND ON IT");
        facts.forEach((fact, count) -> table.row(Cell.of(fact), Cell.of(" ".repeat(Math.max(0, 9 - number(count).length()))
                + number(count))));
        table.print(terminal);
        line("");
    }

    private void conclusion(Summary summary) {
        if (against == null && summary.disagreements() > 0) {
            line("The log differs for " + count(summary.disagreements(), "sign-in") + (summary.disagreementsHanging() > 0
                    ? "; " + number(summary.disagreementsHanging()) + " of them " + (summary.disagreementsHanging() == 1 ? "depends"
                    : "depend") + " on facts missing from the log" : "") + "; to see them, use --disagreements");
        } else if (against == null) {
            line("The log agrees for every sign-in");
        } else if (summary.changes() > 0) {
            line("To see all of them, use --changes FILE.csv or --html FILE");
        }
    }

    // ---- text

    private void line(String text) {
        if (text.isEmpty()) {
            terminal.out().println();
        } else {
            String words = text.stripLeading();
            new Table(text.length() - words.length()).row(Cell.of(words)).print(terminal);
        }
    }

    private static String day(java.time.Instant time) {
        return time.toString().substring(0, 10);
    }

    private static String share(long part, long all) {
        return number(part) + " of " + number(all) + " (" + percent(part, all) + ")";
    }

    private static String percent(long part, long all) {
        return String.format(Locale.ROOT, "%.1f %%", Math.floor(1000.0 * part / all) / 10);
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String count(long number, String thing) {
        return count(number, thing, thing + "s");
    }

    private static String count(long number, String one, String many) {
        return number(number) + " " + (number == 1 ? one : many);
    }
}
