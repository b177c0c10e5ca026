package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Gap.Witness;
import dev.sallyport.cli.DecisionWords;
import dev.sallyport.cli.Examples;
import dev.sallyport.cli.RuleBook;
import dev.sallyport.cli.Shell;
import dev.sallyport.decide.Condition;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.workbench.WhatIfView.Applied;
import dev.sallyport.workbench.WhatIfView.Cell;
import dev.sallyport.workbench.WhatIfView.Copy;
import dev.sallyport.workbench.WhatIfView.Decider;
import dev.sallyport.workbench.WhatIfView.Grid;
import dev.sallyport.workbench.WhatIfView.Policy;
import dev.sallyport.workbench.WhatIfView.Requirement;
import dev.sallyport.workbench.WhatIfView.Row;
import dev.sallyport.workbench.WhatIfView.Verdict;
import dev.sallyport.write.Json;
import dev.sallyport.write.WhatIfWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decisions as What if shows them. */
final class Verdicts {

    /** The policies that are shown at first; a page with hundreds of rows stutters. */
    static final int MOST_ROWS = 40;

    private static final int MOST_APPLIED = 20;
    private static final String REPORT_ONLY = "reportOnly";
    private static final Cell NOT_CONFIGURED = new Cell("open", "·", "not configured");
    private static final Cell NOT_LOOKED_AT = new Cell("open", "–", "not looked at");
    private static final Cell MET = new Cell("met", "✓", "met");
    private static final Cell NOT_MET = new Cell("missed", "✗", "not met");

    private final Desk desk;
    private final PolicyEngine engine;
    private final DecisionWords words;
    private final RuleBook book;
    private final NoteWords notes;

    Verdicts(Desk desk, PolicyEngine engine, RuleBook book) {
        this.desk = desk;
        this.engine = engine;
        this.words = new DecisionWords(engine);
        this.book = book;
        this.notes = new NoteWords(engine.policySet(), book);
    }

    /** The outcome in big words. */
    static String headline(Decision decision) {
        return switch (decision.outcome()) {
            case ALLOW -> "Allowed";
            case CHALLENGE -> decision.requiredControls().isEmpty() ? "Must sign in again"
                    : decision.requiredControls().equals(List.of("mfa")) ? "Must do MFA" : "Must prove more";
            case PROMPT_REGISTER -> "Must register";
            case BLOCK -> "Blocked";
        };
    }

    /** What a gateway does then, with controls as the portal calls them. */
    static String toDo(Request request, Decision decision) {
        return decision.outcome() != Outcome.CHALLENGE || decision.requiredControls().isEmpty() ? DecisionWords.whatToDo(request, decision)
                : "ask for " + decision.requiredControls().stream().map(ChangeSentences::control).collect(Collectors.joining(", then "));
    }

    Verdict verdict(WhatIfForm form, Request request, Decision decision, Instant time) {
        List<PolicyResult> applied = decision.policies().stream().filter(PolicyResult::applies).sorted(DecisionWords.first(decision))
                .toList();
        Integer error = decision.errorCode();
        String change = decision.stateChange() == null ? "" : DecisionWords.stateChange(decision.stateChange());
        return new Verdict(decision.outcome().toString(), headline(decision), Objects.requireNonNullElse(request.signIn().name(), ""),
                sentence(decision.reason().message()), DecisionWords.words(decision.reason().code().toString()),
                error == null || error == 0 ? "" : "AADSTS" + error, sentence(toDo(request, decision)),
                because(decision), decision.requirements().stream().map(this::requirement).toList(),
                registration(decision), DecisionWords.sessionControls(decision.sessionControls()), change,
                decision.findings().stream().map(each -> notes.of(sentence(each))).toList(),
                decision.diagnostics().stream().map(each -> notes.of(sentence(each))).toList(), grid(decision, form, MOST_ROWS),
                applied.stream().limit(MOST_APPLIED).map(this::applied).toList(), Math.max(0, applied.size() - MOST_APPLIED),
                decision.decidedBy().stream().map(this::decider).toList(), copies(form, request, decision, time));
    }

    private static String registration(Decision decision) {
        Decision.RegistrationPrompt prompt = decision.registration();
        return prompt == null ? "" : DecisionWords.registration(prompt) + (prompt.methods().isEmpty() ? "" : ": "
                + String.join(", ", prompt.methods()));
    }

    private Decider decider(Decision.DecisionRule rule) {
        return new Decider(rule.rule(), rule.source(), rule.ids().stream().map(id -> Piece.rule(id, book)).toList());
    }

    private static String sentence(String text) {
        String first = text.isEmpty() ? "" : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        return first.endsWith(".") || first.isEmpty() ? first : first + ".";
    }

    // ---- policies

    private Policy policy(String id) {
        return new Policy(id, notes.name(id), Workbench.ROOT + PolicyPages.path(id));
    }

    private List<Policy> policies(List<String> ids) {
        return ids.stream().map(this::policy).toList();
    }

    /** The policies that caused an outcome; if none did, what else asks for something. */
    private List<Policy> because(Decision decision) {
        return !decision.reason().policies().isEmpty() ? policies(decision.reason().policies()) : decision.requirements().stream()
                .filter(each -> each.policies().isEmpty() && !each.provider().equals("conditionalAccess")).map(each -> provider(each))
                .distinct().map(name -> new Policy("", name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1), "")).toList();
    }

    private static String provider(Decision.Requirement requirement) {
        return requirement.provider().equals("user") ? "per-user MFA" : DecisionWords.words(requirement.provider());
    }

    private Requirement requirement(Decision.Requirement requirement) {
        String css = switch (requirement.status()) {
            case "satisfied" -> "allow";
            case "failed" -> "block";
            default -> "challenge";
        };
        boolean isBlock = requirement.control().equals("block");
        String status = !requirement.status().equals("failed") ? requirement.status() : isBlock ? "blocked" : "not met";
        return new Requirement(provider(requirement), isBlock ? "" : ChangeSentences.control(requirement.control()), status, css,
                policies(requirement.policies()));
    }

    private static String css(String result) {
        return switch (result) {
            case "success", "reportOnlySuccess" -> "allow";
            case "failure", "reportOnlyFailure" -> "block";
            case "reportOnlyInterrupted" -> "challenge";
            default -> "";
        };
    }

    private Applied applied(PolicyResult policy) {
        return new Applied(policy(policy.id()), result(policy.result()), css(policy.result()), words.conditions(policy),
                String.join(", ", policy.enforcedGrantControls()), String.join(", ", policy.enforcedSessionControls()),
                Objects.requireNonNullElse(policy.source(), ""));
    }

    // ---- policies and conditions

    /** The first policies, those that decide before those that apply, and the others by how near they are to it. */
    Grid grid(Decision decision, WhatIfForm form, int most) {
        Set<String> used = new HashSet<>();
        decision.policies().forEach(row -> {
            used.addAll(row.conditionsSatisfied());
            used.addAll(row.conditionsNotSatisfied());
        });
        List<Condition> columns = Stream.of(Condition.USERS, Condition.SERVICE_PRINCIPALS, Condition.APPLICATION, Condition.CLIENT_TYPE,
                Condition.DEVICE_PLATFORM, Condition.LOCATION, Condition.SIGN_IN_RISK, Condition.USER_RISK, Condition.DEVICE_STATE,
                Condition.AUTHENTICATION_FLOWS, Condition.INSIDER_RISK, Condition.SERVICE_PRINCIPAL_RISK, Condition.AGENT_ID_RISK,
                Condition.TIME).filter(each -> used.contains(each.logName())).toList();
        Comparator<PolicyResult> applied = DecisionWords.first(decision);
        Comparator<PolicyResult> order = Comparator.comparing((PolicyResult row) -> !row.applies()).thenComparing((one, other) ->
                one.applies() ? applied.compare(one, other) : 0).thenComparing(row -> row.result().equals("notEnabled"))
                .thenComparing(row -> -row.conditionsSatisfied().size()).thenComparing(PolicyResult::id);
        return new Grid(columns.stream().map(Verdicts::column).toList(), decision.policies().stream().sorted(order).limit(most).map(row ->
                row(row, columns, decision)).toList(), decision.policies().size(), form.query());
    }

    private static String column(Condition condition) {
        String words = DecisionWords.words(condition.logName());
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private Row row(PolicyResult policy, List<Condition> columns, Decision decision) {
        Condition deciding = deciding(policy);
        boolean isHidden = policy.conditionsNotSatisfied().contains(Condition.APPLICATION.logName()) || policy.conditionsNotSatisfied()
                .contains(Condition.USERS.logName());
        boolean isOff = policy.result().equals("notEnabled");
        List<Cell> cells = new ArrayList<>();
        for (Condition column : columns) {
            boolean isMet = policy.conditionsSatisfied().contains(column.logName());
            boolean isMissed = policy.conditionsNotSatisfied().contains(column.logName());
            cells.add(column == deciding ? new Cell("hit", "✗", "not met, so the policy does not apply: " + words.whyNot(policy))
                    : isMet ? MET : isMissed ? NOT_MET : isHidden || isOff ? NOT_LOOKED_AT : NOT_CONFIGURED);
        }
        return new Row(policy(policy.id()), decision.reason().policies().contains(policy.id()), policy.applies(), result(policy.result()),
                css(policy.result()), cells);
    }

    /** The result of a policy in the words of the portal. */
    private static String result(String result) {
        return switch (result) {
            case "notEnabled" -> "Off";
            case "notApplied" -> "Not applied";
            case "reportOnlyInterrupted" -> "Report-only: user action required";
            default -> result.startsWith(REPORT_ONLY) ? "Report-only:" + DecisionWords.words(result.substring(REPORT_ONLY.length()))
                    : result.substring(0, 1).toUpperCase(Locale.ROOT) + result.substring(1);
        };
    }

    /** The condition because of which a policy does not apply: the first one that is not met, as What If looks at them. */
    private static @Nullable Condition deciding(PolicyResult policy) {
        List<Condition> missed = Arrays.stream(Condition.values()).filter(each -> policy.conditionsNotSatisfied().contains(each.logName()))
                .toList();
        return policy.applies() ? null : missed.stream().filter(each -> each.reason().equals(policy.analysisReasons())).findFirst().orElse(
                missed.isEmpty() ? null : missed.get(0));
    }

    // ---- the request in other forms

    private List<Copy> copies(WhatIfForm form, Request request, Decision decision, Instant time) {
        return List.of(
                new Copy("copy-test", "Test", "Save it as a YAML file where you run `sallyport test`.", test(request, decision, time)),
                new Copy("copy-command", "Command line", "It decides the same request at the same time.", Shell.line(command(form, time))),
                new Copy("copy-graph", "Graph What If", "The body of POST /identity/conditionalAccess/evaluate, which tells which policies "
                        + "apply. It has no place for proofs, the session and the time, and a policy that needs what is unknown does not "
                        + "apply.", body(request)));
    }

    private String test(Request request, Decision decision, Instant time) {
        UserState user = request.signIn().user() == null ? null : engine.directory().user(request.signIn().user());
        return new Examples(engine, desk.policies(), desk.directory()).suite(Objects.requireNonNullElse(request.signIn().name(), "request")
                + ": " + decision.outcome(), new Witness(request, user, null, true, List.of(), decision), time, Path.of(""), null);
    }

    /** The command that decides the request. */
    private List<String> command(WhatIfForm form, Instant time) {
        List<String> command = new ArrayList<>(List.of("sallyport", "evaluate"));
        desk.policies().forEach(path -> command.addAll(List.of("-p", path.toString())));
        desk.directory().forEach(path -> command.addAll(List.of("-d", path.toString())));
        if (desk.loading().isStrict()) {
            command.add("--strict");
        }
        command.addAll(form.options());
        command.add("--clock=" + time);
        return command;
    }

    private String body(Request request) {
        SignIn signIn = request.signIn();
        Directory directory = engine.directory();
        UserState user = signIn.user() == null ? null : directory.user(signIn.user());
        Device device = signIn.deviceName() != null ? directory.device(signIn.deviceName()) : signIn.device();
        Directory.ServicePrincipal principal = signIn.servicePrincipal() == null ? null : directory.servicePrincipal(
                signIn.servicePrincipal());
        Request asked = principal == null ? request : signIn.toBuilder().servicePrincipal(principal.id()).build();
        return Json.lines(WhatIfWriter.toJson(asked, user == null ? null : user.id(), name -> directory.applicationIds(name).stream()
                .findFirst().orElse(name), device == null || signIn.device() == null ? device : withoutId(device)));
    }

    /** What the form says of a device, without the id that stands for it. */
    private static Device withoutId(Device device) {
        Map<String, String> texts = new TreeMap<>(device.texts());
        texts.remove("deviceId");
        return new Device(null, null, device.isCompliant(), device.isManaged(), device.trustType(), texts, device.collections());
    }
}
