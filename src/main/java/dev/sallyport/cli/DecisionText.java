package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.decide.SpecEvaluator;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Decision.RegistrationPrompt;
import dev.sallyport.model.Decision.Requirement;
import dev.sallyport.model.Decision.Rule;
import dev.sallyport.model.Directory;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.Roles;
import dev.sallyport.model.WellKnown;
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
    /** The log names the location condition twice (RES-51). */
    private static final String IP_TWIN = "ipAddressSeenByAzureAD";

    private final PolicyEngine engine;
    private final Terminal terminal;

    DecisionText(PolicyEngine engine, Terminal terminal) {
        this.engine = engine;
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
            table.row(Cell.of(answer.title()), outcome(answer.decision()), Cell.of(why(answer.decision())), Cell.of(whatToDo(answer)));
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
        String reason = words(decision.reason().code().toString());
        if (policies.isEmpty()) {
            return reason;
        }
        int more = policies.size() - POLICIES_IN_TABLE;
        return reason + ": " + String.join(", ", policies.subList(0, Math.min(policies.size(), POLICIES_IN_TABLE)))
                + (more > 0 ? " and " + more + " more" : "");
    }

    /** What a gateway does then, such as {@code ask for mfa}. */
    static String whatToDo(Answer answer) {
        Decision decision = answer.decision();
        return switch (decision.outcome()) {
            case ALLOW -> allow(answer);
            case CHALLENGE -> decision.requiredControls().isEmpty() ? "ask to sign in again" : "ask for " + String.join(", then ",
                    decision.requiredControls());
            case PROMPT_REGISTER -> "send to registration";
            case BLOCK -> "refuse";
        };
    }

    private static String allow(Answer answer) {
        Decision decision = answer.decision();
        List<String> parts = new ArrayList<>();
        parts.add(answer.request() instanceof Registration ? "let register" : "let in");
        parts.addAll(sessionControls(decision.sessionControls()));
        if (decision.registration() != null && decision.registration().dueDateTime() != null) {
            parts.add(registration(decision.registration()));
        }
        if (decision.stateChange() != null) {
            parts.add(stateChange(decision.stateChange()));
        }
        return String.join("; ", parts);
    }

    private static List<String> sessionControls(Decision.SessionControls controls) {
        List<String> parts = new ArrayList<>();
        SignInFrequency frequency = controls.signInFrequency();
        if (frequency != null) {
            parts.add("sign-in frequency " + (frequency.everyTime() ? "every time"
                    : Terminal.count(frequency.value(), frequency.days() ? "day" : "hour")));
        }
        if (controls.persistentBrowser() != null) {
            parts.add("persistent browser " + controls.persistentBrowser().graphName());
        }
        if (controls.cloudAppSecurity() != null) {
            parts.add("cloud app security " + controls.cloudAppSecurity().graphName());
        }
        if (controls.applicationEnforcedRestrictions()) {
            parts.add("application enforced restrictions");
        }
        if (controls.continuousAccessEvaluation() != null) {
            parts.add("continuous access evaluation " + controls.continuousAccessEvaluation().graphName());
        }
        if (controls.disableResilienceDefaults()) {
            parts.add("no resilience defaults");
        }
        return parts;
    }

    private static String registration(RegistrationPrompt registration) {
        return registration.required() ? "register now" : registration.dueDateTime() == null ? "may add" : "may register until "
                + registration.dueDateTime();
    }

    private static String stateChange(Decision.StateChange change) {
        return "per-user MFA goes from " + change.from().graphName() + " to " + change.to().graphName();
    }

    // ---- one

    /** Everything about one decision that was explained: what it asks for, every requirement, and how every policy fared. */
    void explain(Answer answer) {
        Decision decision = answer.decision();
        new Table(0).row(new Cell(answer.title(), Style.BOLD)).print(terminal);
        new Table(2).row(outcome(decision), Cell.of(reason(decision))).print(terminal);
        facts(answer).print(terminal);
        section("requirements", requirements(decision.requirements()));
        List<PolicyResult> applied = decision.policies().stream().filter(PolicyResult::applies)
                .sorted(Comparator.comparing((PolicyResult policy) -> rank(policy, decision)).thenComparing(PolicyResult::id)).toList();
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
        new Table(2).row(outcome(decision), Cell.of(reason(decision))).print(terminal);
        Table facts = new Table(2);
        fact(facts, "because of", String.join(", ", decision.reason().policies()));
        facts.print(terminal);
        section("findings", list(answers(decision)));
    }

    /**
     * The findings that answer why; without what an explanation says of the request in general, and without absent facts unless they may be
     * why it is refused.
     */
    static List<String> answers(Decision decision) {
        return decision.findings().stream().filter(finding -> !finding.equals(SpecEvaluator.UNVERIFIED_PLATFORM)
                && (decision.outcome() == Outcome.BLOCK || !finding.contains(SpecEvaluator.IS_ABSENT))).toList();
    }

    private static String reason(Decision decision) {
        String code = decision.errorCode() == null || decision.errorCode() == 0 ? "" : " (AADSTS" + decision.errorCode() + ")";
        return decision.reason().code() + code + ": " + decision.reason().message();
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
        fact(facts, "to do", whatToDo(answer));
        boolean isNew = decision.outcome() == Outcome.PROMPT_REGISTER && Boolean.TRUE.equals(answer.request().signIn().session()
                .isNewDevice());
        fact(facts, "device", isNew ? "new; asked at the first sign-in" : "");
        fact(facts, "because of", String.join(", ", decision.reason().policies()));
        RegistrationPrompt registration = decision.registration();
        fact(facts, "registration", registration == null ? "" : registration(registration) + ": " + String.join(", ",
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

    /** Policies that decided come first, then those that are not satisfied, then the satisfied ones, then report-only. */
    private static int rank(PolicyResult policy, Decision decision) {
        return decision.reason().policies().contains(policy.id()) ? 0 : switch (policy.result()) {
            case "failure" -> 1;
            case "success" -> 2;
            default -> 3;
        };
    }

    private void policy(PolicyResult policy) {
        new Table(4).row(new Cell(policy.id(), Style.BOLD), status(policy.result())).print(terminal);
        Table details = new Table(6);
        fact(details, "name", policy.displayName());
        for (String condition : policy.conditionsSatisfied()) {
            if (!condition.equals(IP_TWIN)) {
                condition(details, condition, policy.includeRulesSatisfied().stream().filter(rule -> rule.condition().equals(condition))
                        .toList());
            }
        }
        fact(details, "grant", String.join(", ", policy.enforcedGrantControls()));
        fact(details, "session", String.join(", ", policy.enforcedSessionControls()));
        fact(details, "source", policy.source());
        details.print(terminal);
    }

    /** A condition that holds stands out where it asks for something in particular. */
    private void condition(Table details, String condition, List<Rule> matched) {
        boolean matchesAnything = !matched.isEmpty() && matched.stream().allMatch(DecisionText::matchesAnything);
        String rules = matched.isEmpty() ? "matches" : String.join(", ", matched.stream().map(this::rule).toList());
        details.row(new Cell(words(condition), Style.DIM), new Cell(rules, matchesAnything ? Style.PLAIN : Style.BOLD));
    }

    private static boolean matchesAnything(Rule rule) {
        return switch (rule.rule()) {
            case "allApps", "allUsers", "allLocations", "allDevicePlatforms" -> true;
            default -> false;
        };
    }

    /** The policies that do not apply, grouped by the condition that missed and by what excluded the request. */
    private Table missed(List<PolicyResult> policies) {
        Map<String, List<String>> groups = new TreeMap<>();
        for (PolicyResult policy : policies) {
            if (!policy.applies()) {
                groups.computeIfAbsent(whyNot(policy), any -> new ArrayList<>()).add(policy.id());
            }
        }
        Table table = new Table(4);
        groups.forEach((reason, ids) -> table.row(new Cell(reason, Style.BOLD), Cell.of(String.join(", ", ids))));
        return table;
    }

    private String whyNot(PolicyResult policy) {
        List<String> excluded = policy.excludeRulesSatisfied().stream().filter(rule -> policy.conditionsNotSatisfied()
                .contains(rule.condition()))
                .map(this::rule).toList();
        return switch (policy.analysisReasons()) {
            case "policyNotEnabled" -> "disabled";
            case "notSet" -> "not evaluated";
            default -> words(policy.analysisReasons()) + (excluded.isEmpty() ? "" : ", excluded: " + String.join(", ", excluded));
        };
    }

    /** A rule that matched, such as {@code group Staff}. */
    String rule(Rule rule) {
        return matched(rule) + (rule.through() == null ? "" : " through " + application(rule.through()));
    }

    private String matched(Rule rule) {
        Directory directory = engine.directory();
        return switch (rule.rule()) {
            case "allApps", "allUsers", "allLocations", "allDevicePlatforms" -> "all";
            case "allAgentUsers" -> "all agent users";
            case "allAgentIdentities" -> "all agent identities";
            case "allAgentResources" -> "all agent resources";
            case "allTrustedLocations" -> "all trusted locations";
            case "groupId" -> "group " + directory.groups().stream().filter(group -> group.id().equalsIgnoreCase(rule.id()))
                    .map(Directory.Group::displayName).findFirst().orElse(rule.id());
            case "roleId" -> "role " + Roles.IDS.entrySet().stream().filter(role -> role.getValue().equalsIgnoreCase(rule.id()))
                    .map(Map.Entry::getKey).findFirst().orElse(rule.id());
            case "userId" -> "user " + (directory.user(rule.id()) == null ? rule.id() : directory.user(rule.id()).userPrincipalName());
            case "appId" -> "application " + application(rule.id());
            case "agentIdentity" -> agent(rule.id());
            case "locationId" -> "location " + location(rule.id());
            case "acr", "devicePlatform", "insiderRisk" -> rule.id() == null ? words(rule.rule()) : rule.id();
            default -> rule.rule().equalsIgnoreCase(rule.id()) ? rule.id()
                    : words(rule.rule()) + (rule.id() == null ? "" : " " + rule.id());
        };
    }

    private String agent(String id) {
        Directory.ServicePrincipal principal = engine.directory().servicePrincipal(id);
        return (principal != null && principal.isAgentIdentityBlueprint() ? "blueprint " : "agent ") + application(id);
    }

    private String application(String id) {
        Directory.Application application = engine.directory().application(id);
        Directory.ServicePrincipal principal = application == null ? engine.directory().servicePrincipal(id) : null;
        return application != null ? application.displayName() : principal != null ? principal.displayName() : id;
    }

    private String location(String id) {
        return id.equals(WellKnown.MFA_TRUSTED_IPS) ? "MFA Trusted IPs" : engine.policySet().namedLocations().stream()
                .filter(location -> location.id().equalsIgnoreCase(id)).map(NamedLocation::displayName).findFirst().orElse(id);
    }

    /** {@code blockedByConditionalAccess} as {@code blocked by Conditional Access}. */
    static String words(String code) {
        StringBuilder words = new StringBuilder();
        for (char c : code.toCharArray()) {
            words.append(Character.isUpperCase(c) ? " " + Character.toLowerCase(c) : c);
        }
        return words.toString().replace("conditional access", "Conditional Access").replace("mfa", "MFA").replace("sign in", "sign-in");
    }
}
