package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Decision.RegistrationPrompt;
import dev.sallyport.model.Decision.Requirement;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Request;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Decisions for people: a table of many, or the whole story of one. */
final class DecisionText {

    private static final int POLICIES_IN_TABLE = 3;
    private static final int MISSED_IN_TRACE = 5;

    private final DecisionWords words;
    private final Terminal terminal;

    DecisionText(PolicyEngine engine, Terminal terminal) {
        this.words = new DecisionWords(engine);
        this.terminal = terminal;
    }

    /** A decision, named after the place of its request, and the request. */
    record Answer(Request request, Decision decision) {

        String title() {
            String name = request.signIn().name();
            return name == null || name.isBlank() ? decision.request() : name;
        }
    }

    // ---- many

    /** One row a decision. */
    void table(List<Answer> answers) {
        if (answers.isEmpty()) {
            return;
        }
        Table table = new Table(0).header("REQUEST", "OUTCOME", "WHY", "WHAT TO DO");
        for (Answer answer : answers) {
            table.row(Cell.of(answer.title()), outcome(answer.decision()), Cell.of(why(answer.decision())),
                    Cell.of(DecisionWords.whatToDo(answer.request(), answer.decision())));
        }
        table.print(terminal);
        terminal.out().println();
    }

    /**
     * How many decisions there are of each outcome.
     *
     * @param malformed how many requests made no sense
     */
    void summary(List<Answer> answers, int malformed) {
        int all = answers.size() + malformed;
        if (all == 0) {
            return;
        }
        List<String> counts = new ArrayList<>();
        for (Outcome outcome : List.of(Outcome.ALLOW, Outcome.CHALLENGE, Outcome.PROMPT_REGISTER, Outcome.BLOCK)) {
            long count = answers.stream().filter(answer -> answer.decision().outcome() == outcome).count();
            if (count > 0) {
                counts.add(count + " " + outcome);
            }
        }
        if (malformed > 0) {
            counts.add(malformed + " malformed");
        }
        terminal.out().println(Terminal.count(all, "request") + ": " + String.join(", ", counts));
    }

    private static Cell outcome(Decision decision) {
        Style style = switch (decision.outcome()) {
            case ALLOW -> Style.GREEN;
            case CHALLENGE -> Style.YELLOW;
            case PROMPT_REGISTER -> Style.CYAN;
            case BLOCK -> Style.RED;
        };
        return new Cell(decision.outcome().toString(), style);
    }

    private static String why(Decision decision) {
        List<String> policies = decision.reason().policies();
        String reason = DecisionWords.words(decision.reason().code().toString());
        if (policies.isEmpty()) {
            return reason;
        }
        int more = policies.size() - POLICIES_IN_TABLE;
        return reason + ": " + String.join(", ", policies.subList(0, Math.min(policies.size(), POLICIES_IN_TABLE)))
                + (more > 0 ? " and " + more + " more" : "");
    }

    // ---- one

    /** Everything about one decision that was explained: what it asks for, every requirement, and how every policy fared. */
    void explain(Answer answer) {
        Decision decision = answer.decision();
        new Table(0).row(new Cell(answer.title(), Style.BOLD)).print(terminal);
        new Table(2).row(outcome(decision), Cell.of(DecisionWords.reason(decision))).print(terminal);
        facts(answer).print(terminal);
        section("requirements", requirements(decision.requirements()));
        List<PolicyResult> applied = decision.policies().stream().filter(PolicyResult::applies)
                .sorted(DecisionWords.first(decision)).toList();
        if (!applied.isEmpty()) {
            heading("policies that apply");
            applied.forEach(this::policy);
        }
        section("policies that do not apply", missed(decision.policies()));
        section("decided by", list(decision.decidedBy().stream()
                .map(rule -> "rule \"" + rule.rule() + "\" " + rule.source() + " [" + String.join(", ", rule.ids()) + "]").toList()));
        section("diagnostics", list(decision.diagnostics()));
        section("findings", list(decision.findings()));
        terminal.out().println();
    }

    /** The answer, and what to do about it; not how every policy fared. */
    void brief(Answer answer) {
        Decision decision = answer.decision();
        new Table(0).row(new Cell(answer.title(), Style.BOLD)).print(terminal);
        new Table(2).row(outcome(decision), Cell.of(DecisionWords.reason(decision))).print(terminal);
        Table facts = new Table(2);
        fact(facts, "because of", String.join(", ", decision.reason().policies()));
        facts.print(terminal);
        section("findings", list(DecisionWords.answers(decision)));
    }

    /**
     * How these policies fared in a decision that was explained, and what made it what it is.
     *
     * @param policies ids; with none of them, the policies that apply
     */
    void trace(Answer answer, Collection<String> policies) {
        Decision decision = answer.decision();
        new Table(2).row(outcome(decision), Cell.of(decision.reason().code() + ": " + decision.reason().message())).print(terminal);
        List<PolicyResult> rows = decision.policies().stream().filter(row -> policies.isEmpty() ? row.applies()
                : policies.contains(row.id())).toList();
        rows.stream().filter(PolicyResult::applies).forEach(this::policy);
        section("does not apply because of", missed(rows));
        if (rows.isEmpty() && !decision.policies().isEmpty()) {
            int most = Math.min(MISSED_IN_TRACE, decision.policies().size());
            section("no policy applies; the closest ones do not apply because of", missed(decision.policies().stream()
                    .sorted(Comparator.comparing((PolicyResult row) -> row.conditionsSatisfied().size()).reversed()
                    .thenComparing(PolicyResult::id)).limit(most).toList()));
        }
    }

    private static Table facts(Answer answer) {
        Decision decision = answer.decision();
        Table facts = new Table(2);
        fact(facts, "request", decision.request() + " at " + decision.evaluatedDateTime());
        fact(facts, "user", decision.user());
        fact(facts, "to do", DecisionWords.whatToDo(answer.request(), decision));
        boolean isNew = decision.outcome() == Outcome.PROMPT_REGISTER && Boolean.TRUE.equals(answer.request().signIn().session()
                .isNewDevice());
        fact(facts, "device", isNew ? "new; asked at the first sign-in" : "");
        fact(facts, "because of", String.join(", ", decision.reason().policies()));
        RegistrationPrompt registration = decision.registration();
        fact(facts, "registration", registration == null ? "" : DecisionWords.registration(registration) + ": " + String.join(", ",
                registration.methods()));
        return facts;
    }

    private static void fact(Table facts, String name, String value) {
        if (value != null && !value.isEmpty()) {
            facts.row(new Cell(name, Style.DIM), Cell.of(value));
        }
    }

    private void heading(String name) {
        new Table(2).row(new Cell(name, Style.DIM)).print(terminal);
    }

    private void section(String name, Table table) {
        if (!table.isEmpty()) {
            heading(name);
            table.print(terminal);
        }
    }

    private static Table requirements(List<Requirement> requirements) {
        Table table = new Table(4);
        for (Requirement requirement : requirements) {
            table.row(Cell.of(requirement.provider()), Cell.of(requirement.control()), status(requirement.status()),
                    Cell.of(String.join(", ", requirement.policies())));
        }
        return table;
    }

    private static Cell status(String status) {
        return new Cell(status, switch (status) {
            case "satisfied", "success" -> Style.GREEN;
            case "pending" -> Style.YELLOW;
            case "failed", "failure" -> Style.RED;
            default -> Style.DIM;
        });
    }

    private static Table list(List<String> lines) {
        Table table = new Table(4);
        lines.forEach(line -> table.row(Cell.of(line)));
        return table;
    }

    private void policy(PolicyResult policy) {
        new Table(4).row(new Cell(policy.id(), Style.BOLD), status(policy.result())).print(terminal);
        Table details = new Table(6);
        fact(details, "name", policy.displayName());
        words.conditions(policy).forEach(each -> details.row(new Cell(each.name(), Style.DIM), new Cell(each.text(), each.isParticular()
                ? Style.BOLD : Style.PLAIN)));
        fact(details, "grant", String.join(", ", policy.enforcedGrantControls()));
        fact(details, "session", String.join(", ", policy.enforcedSessionControls()));
        fact(details, "source", policy.source());
        details.print(terminal);
    }

    /** The policies that do not apply, grouped by the condition that missed and by what excluded the request. */
    private Table missed(List<PolicyResult> policies) {
        Map<String, List<String>> groups = new TreeMap<>();
        for (PolicyResult policy : policies) {
            if (!policy.applies()) {
                groups.computeIfAbsent(words.whyNot(policy), any -> new ArrayList<>()).add(policy.id());
            }
        }
        Table table = new Table(4);
        groups.forEach((reason, ids) -> table.row(new Cell(reason, Style.BOLD), Cell.of(String.join(", ", ids))));
        return table;
    }
}
