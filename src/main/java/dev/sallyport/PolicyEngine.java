package dev.sallyport;

import dev.sallyport.decide.Facts;
import dev.sallyport.decide.FastEvaluator;
import dev.sallyport.decide.InvalidRequestException;
import dev.sallyport.decide.Ruling;
import dev.sallyport.decide.SpecEvaluator;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.explain.Findings;
import dev.sallyport.explain.PolicyRows;
import dev.sallyport.explain.PrivateAddresses;
import dev.sallyport.explain.WhatIf;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Quote;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.DirectoryCache;
import dev.sallyport.read.References;
import dev.sallyport.read.Resources;
import dev.sallyport.read.WhatIfReader;
import dev.sallyport.userstate.UserStateSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides sign-ins and registrations under one policy set and one directory. Immutable and thread-safe: a gateway makes one and shares
 * it.
 *
 * <p>{@link #evaluate} decides at full speed. {@link #explain} decides the same, adds a row per policy, and names the absent facts on
 * which the decision depends. Neither throws: an invalid request is {@code block} with the reason {@code invalidRequest}, and an internal
 * failure is {@code block} with the reason {@code evaluationFailed}.
 */
public final class PolicyEngine {

    private final PolicySet set;
    private final Directory directory;
    private final Clock clock;
    private final List<Diagnostic> warnings;
    /** {@code null} in a {@linkplain #plain} engine. */
    private final @Nullable FastEvaluator fast;
    private final SpecEvaluator naive;
    private final PolicyRows rows;
    /** {@code null} when users are looked up in the directory. */
    private final @Nullable UserStateSource states;
    /** {@code null} for nobody. */
    private final @Nullable DecisionListener listener;

    private PolicyEngine(PolicySet set, Directory directory, Clock clock, List<Diagnostic> warnings, @Nullable FastEvaluator fast,
            @Nullable UserStateSource states, @Nullable DecisionListener listener) {
        this.set = set;
        this.directory = directory;
        this.clock = clock;
        this.warnings = warnings;
        this.fast = fast;
        this.naive = new SpecEvaluator(set, directory);
        this.rows = new PolicyRows(set.policies(), set.evaluationSettings());
        this.states = states;
        this.listener = listener;
    }

    private PolicyEngine(PolicyEngine same, @Nullable UserStateSource states, @Nullable DecisionListener listener) {
        this.set = same.set;
        this.directory = same.directory;
        this.clock = same.clock;
        this.warnings = same.warnings;
        this.fast = same.fast;
        this.naive = same.naive;
        this.rows = same.rows;
        this.states = states;
        this.listener = listener;
    }

    /**
     * Loads a policy set. Exports load leniently; requests without a time happen now.
     *
     * @param policies a file, or a folder with all files below it
     * @param directory the directory
     * @throws PolicyLoadException if a file cannot be read or is wrong, or if the set holds no policy, security defaults or MFA settings
     *     (IMP-10); nothing is in force then
     */
    public static PolicyEngine load(Path policies, Directory directory) throws PolicyLoadException {
        return load(List.of(policies), directory, Clock.systemUTC());
    }

    /**
     * Loads a policy set and a directory. Exports load leniently; requests without a time happen now.
     *
     * @param policies a file, or a folder with all files below it
     * @param directory a file, or a folder with all files below it
     * @throws PolicyLoadException if a file cannot be read or is wrong, or if the set holds no policy, security defaults or MFA settings
     *     (IMP-10); nothing is in force then
     */
    public static PolicyEngine load(Path policies, Path directory) throws PolicyLoadException {
        return load(policies, loadDirectory(directory));
    }

    /**
     * Loads a directory from files of the own format and from Graph exports of users, groups, applications and devices.
     *
     * @param paths files, and folders with all files below them
     * @throws PolicyLoadException if a file cannot be read or is wrong
     */
    public static Directory loadDirectory(Path... paths) throws PolicyLoadException {
        Diagnostics diagnostics = new Diagnostics();
        Directory directory = DirectoryCache.load(List.of(paths), diagnostics);
        if (diagnostics.hasErrors()) {
            throw new PolicyLoadException(diagnostics.toList());
        }
        return directory;
    }

    /**
     * Loads a policy set. Exports load leniently. Groups, applications and other objects beside the policies of an export are added to
     * the directory.
     *
     * @param policies files, and folders with all files below them
     * @param directory the directory
     * @param clock the clock for requests without a time
     * @throws PolicyLoadException if a file cannot be read or is wrong, or if the set holds no policy, security defaults or MFA settings
     *     (IMP-10); nothing is in force then
     */
    public static PolicyEngine load(List<Path> policies, Directory directory, Clock clock) throws PolicyLoadException {
        return load(policies, directory, clock, LoadOptions.lenient());
    }

    /**
     * Loads a policy set with options. Groups, applications and other objects beside the policies of an export are added to the
     * directory.
     *
     * @param policies files, and folders with all files below them
     * @param directory the directory
     * @param clock the clock for requests without a time
     * @param options the options
     * @throws PolicyLoadException if YAML is wrong, an export is broken or incomplete, or the set holds no policy, security defaults or
     *     MFA settings (IMP-10); nothing is in force then
     */
    public static PolicyEngine load(List<Path> policies, Directory directory, Clock clock, LoadOptions options) throws PolicyLoadException {
        Objects.requireNonNull(policies, "the paths of the policies are null");
        Objects.requireNonNull(directory, "the directory is null; use Directory.empty() if you have none");
        Diagnostics diagnostics = new Diagnostics(options.isStrict() ? Diagnostics.Exports.STRICT : Diagnostics.Exports.LOADED);
        Resources resources = Resources.read(policies, diagnostics);
        PolicySet set = resources.policySet();
        Resources.refuseNothing(set, policies, diagnostics);
        if (Resources.isNothing(set) && !diagnostics.hasErrors()) {
            diagnostics.warning("SP1117", Position.of(policies.get(0).toString()), "the policy set contains no policy",
                    "every request is allowed");
        }
        return of(set, directory.with(resources.directory()), clock, diagnostics);
    }

    /**
     * Makes an engine without policies on purpose. It allows every user of the directory, unless the state of the user asks for
     * something, such as a disabled account or per-user MFA.
     */
    public static PolicyEngine withoutPolicies(Directory directory, Clock clock) {
        try {
            return of(Resources.of(List.of(), new Diagnostics()).policySet(), directory, clock, new Diagnostics());
        } catch (PolicyLoadException e) {
            throw new IllegalStateException("no policy refers to anything", e);
        }
    }

    /**
     * Makes an engine of resources that are already read.
     *
     * @param set the resources
     * @param directory the directory
     * @param clock the clock for requests without a time
     * @param diagnostics the diagnostics about the resources so far; those about references are added
     * @throws PolicyLoadException if one of the diagnostics is an error
     */
    public static PolicyEngine of(PolicySet set, Directory directory, Clock clock, Diagnostics diagnostics) throws PolicyLoadException {
        Objects.requireNonNull(clock, "the clock is null; use Clock.systemUTC()");
        Directory known = directory.with(set.catalogue());
        PolicySet resolved = References.resolve(set, known, diagnostics);
        if (diagnostics.hasErrors()) {
            throw new PolicyLoadException(diagnostics.toList());
        }
        return new PolicyEngine(resolved, known, clock, diagnostics.toList(), new FastEvaluator(resolved, known), null, null);
    }

    /** This engine with other settings for what Microsoft leaves open; it shares the compiled policies. */
    public PolicyEngine with(EvaluationSettings settings) {
        PolicySet other = set.with(set.securityDefaults(), set.mfaSettings(), settings);
        return new PolicyEngine(other, directory, clock, warnings, fast == null ? null : fast.with(other), states, listener);
    }

    /**
     * An engine for a variant of the policy set that does not compile it: quick to make, and slower per decision. For many variants that
     * decide a few requests each.
     *
     * @param variant the variant, with resolved references
     */
    public PolicyEngine plain(PolicySet variant) {
        return new PolicyEngine(variant, directory, clock, warnings, null, states, listener);
    }

    /**
     * This engine with a source for the states of users, instead of the directory. Groups, roles, applications and devices still come
     * from the directory.
     */
    public PolicyEngine withUserStates(UserStateSource source) {
        return new PolicyEngine(this, Objects.requireNonNull(source), listener);
    }

    /** This engine with a listener for every decision; it replaces a listener from before. */
    public PolicyEngine withListener(DecisionListener told) {
        return new PolicyEngine(this, states, Objects.requireNonNull(told));
    }

    /** The policy set in force, with resolved references. */
    public PolicySet policySet() {
        return set;
    }

    /** The directory in force. */
    public Directory directory() {
        return directory;
    }

    /** The time of requests that do not say when they happen. */
    public Instant now() {
        return Objects.requireNonNull(clock.instant(), "the clock returned null");
    }

    /** The warnings about the policy set. */
    public List<Diagnostic> warnings() {
        return warnings;
    }

    /** Decides a request about a user of the directory, or of the source of user states if there is one. */
    public Decision evaluate(Request request) {
        return evaluate(request, null);
    }

    /**
     * Decides a request about a user whose state the caller brings.
     *
     * @param request the request
     * @param user the state; {@code null} looks the user up. The state of another user than the request names is {@code block} with the
     *     reason {@code evaluationFailed}
     */
    public Decision evaluate(Request request, @Nullable UserState user) {
        long start = started();
        return told(request, decided(request, user, null, false), start);
    }

    /**
     * Decides a request of a workload identity that the caller brings.
     *
     * @param request the request
     * @param principal the workload identity; {@code null}, and another one than the request names, is {@code block} with the reason
     *     {@code evaluationFailed}
     */
    public Decision evaluateWorkload(Request request, Directory.@Nullable ServicePrincipal principal) {
        long start = started();
        return told(request, decided(request, null, principal, true), start);
    }

    /**
     * What is decided; nothing is thrown, and what goes wrong is a block. Without {@code isWorkload}, a {@code user} of {@code null} is
     * looked up.
     */
    private Decision decided(Request request, @Nullable UserState user, Directory.@Nullable ServicePrincipal principal,
            boolean isWorkload) {
        try {
            Facts facts = facts(request, user, principal, isWorkload);
            return decision(facts, ruling(facts), List.of(), List.of(), null, List.of(), List.of());
        } catch (Throwable e) {
            return refusal(request, e);
        }
    }

    private Facts facts(Request request, @Nullable UserState user, Directory.@Nullable ServicePrincipal principal, boolean isWorkload)
            throws InvalidRequestException, StateException {
        EvaluationSettings settings = set.evaluationSettings();
        return isWorkload ? new Facts(request, workload(given(request), principal), directory, settings, now(request))
                : new Facts(request, state(given(request), user), directory, settings, now(request));
    }

    private Ruling ruling(Facts facts) {
        return fast == null ? naive.decide(facts) : fast.decide(facts);
    }

    /**
     * The prompt of a ruling, {@code null} for none; for a user who may open the Security info page, what may be added there: each of it
     * decided (REG-01, AP-02, AP-23).
     */
    private Decision.@Nullable RegistrationPrompt registration(Facts facts, Ruling ruling) throws InvalidRequestException {
        if (!facts.opensSecurityInfo() || ruling.outcome() != Outcome.ALLOW || ruling.registration() != null) {
            return ruling.registration();
        }
        List<String> methods = new ArrayList<>();
        for (AuthenticationMethodMode method : Lifecycle.ADDABLE) {
            Facts adding = facts.registering(method.graphName(), set.evaluationSettings());
            if (Lifecycle.mayRegister(facts.user(), method) && ruling(adding).outcome() == Outcome.ALLOW) {
                methods.add(method.graphName());
            }
        }
        return new Decision.RegistrationPrompt(false, null, methods);
    }

    /** The block that stands for what went wrong. */
    private Decision refusal(Request request, Throwable failure) {
        if (failure instanceof InvalidRequestException e) {
            return refusal(request, ReasonCode.INVALID_REQUEST, e.said(), e.field().equals("user") || e.field().equals("servicePrincipal")
                    ? e.shown() : null);
        }
        return refusal(request, ReasonCode.EVALUATION_FAILED, failure instanceof StateException e ? e.said
                : "the evaluation failed: " + said(failure), null);
    }

    /** Decides a request about a user who is looked up, and adds a row per policy. */
    public Decision explain(Request request) {
        return explain(request, null);
    }

    /**
     * Decides a request about a user whose state the caller brings, and adds a row per policy.
     *
     * @param request the request
     * @param user the state; {@code null} looks the user up
     */
    public Decision explain(Request request, @Nullable UserState user) {
        return explain(request, user, null);
    }

    /**
     * Decides a request, and adds the rows of some policies.
     *
     * @param request the request
     * @param user the state; {@code null} looks the user up
     * @param policies the ids of the policies; {@code null} for all. With some of them the decision has no
     *     {@code conditionalAccessStatus}
     */
    public Decision explain(Request request, @Nullable UserState user, @Nullable Set<String> policies) {
        long start = started();
        return told(request, explained(request, user, null, false, policies), start);
    }

    /**
     * Decides a request of a workload identity that the caller brings, and adds a row per policy.
     *
     * @param request the request
     * @param principal the workload identity, as for {@link #evaluateWorkload}
     */
    public Decision explainWorkload(Request request, Directory.@Nullable ServicePrincipal principal) {
        long start = started();
        return told(request, explained(request, null, principal, true, null), start);
    }

    private Decision explained(Request request, @Nullable UserState user, Directory.@Nullable ServicePrincipal principal,
            boolean isWorkload, @Nullable Set<String> policies) {
        try {
            Facts facts = facts(request, user, principal, isWorkload);
            SpecEvaluator.Explanation explanation = naive.explain(facts, policies);
            FastEvaluator.Explanation decided = fast == null ? new FastEvaluator.Explanation(explanation.ruling(), List.of())
                    : fast.explain(facts);
            Ruling ruling = decided.ruling();
            if (!explanation.ruling().equals(ruling)) {
                throw new IllegalStateException("the two evaluators disagree: " + ruling + " and " + explanation.ruling());
            }
            List<Decision.PolicyResult> results = rows.of(explanation.rows());
            List<String> findings = new ArrayList<>(
                    Findings.of(facts, ruling, explanation.rows(), directory.organization(), set, !naive.isTrustedLocation(facts)));
            findings.addAll(explanation.hangs());
            findings.addAll(naive.caveats(explanation.rows()));
            return decision(facts, ruling, explanation.requirements(), results,
                    policies == null ? PolicyRows.conditionalAccessStatus(results) : null, decided.decidedBy(),
                    PrivateAddresses.added(List.copyOf(findings), set, request.signIn()));
        } catch (Throwable e) {
            return refusal(request, e);
        }
    }

    /** When a request happens: when it says so, and else now. */
    private Instant now(Request request) {
        Instant said = request.signIn().createdDateTime();
        return said != null ? said : Objects.requireNonNull(clock.instant(), "the clock returned null");
    }

    /** The workload identity that is given, if it is that of the request. */
    private static Directory.ServicePrincipal workload(Request request, Directory.@Nullable ServicePrincipal given) throws StateException {
        String name = request.signIn().servicePrincipal();
        if (given == null || name == null) {
            throw new StateException("give a request that names a service principal, and that service principal");
        }
        if (!given.isNamed(name)) {
            throw new StateException("the given state belongs to another service principal");
        }
        return given;
    }

    /**
     * The state that is given or that a source has, if it is that of the user of a request; {@code null} leaves the user to the directory.
     */
    private @Nullable UserState state(Request request, @Nullable UserState given) throws InvalidRequestException, StateException {
        String user = request.signIn().user();
        if (given != null && user == null && request.signIn().servicePrincipal() != null) {
            throw new StateException("the state of a user was given for a request from a service principal");
        }
        if (user == null) {
            return given;
        }
        Facts.requireName("user", user);
        if (user.isBlank()) {
            return given;
        }
        if (given != null && !given.isNamed(user)) {
            throw new StateException("the given state belongs to another user");
        }
        if (states == null || given != null) {
            return given;
        }
        UserState found;
        try {
            found = states.find(user);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StateException("interrupted while loading the user's state");
        } catch (Throwable e) {
            throw new StateException("cannot load the user's state: " + said(e));
        }
        if (found == null) {
            throw new InvalidRequestException("user", "unknown user " + Quote.of(user));
        }
        if (!found.isNamed(user)) {
            throw new StateException("the source returned the state of another user");
        }
        return found;
    }

    /** The request itself; one that is {@code null}, or has no sign-in, is invalid (attack 94). */
    private static Request given(Request request) throws InvalidRequestException {
        if (request == null || request.signIn() == null) {
            throw new InvalidRequestException(request == null ? "request" : "signIn", "it is null");
        }
        return request;
    }

    /** The user is known or not, nobody can tell. */
    private static final class StateException extends Exception {

        private static final long serialVersionUID = 1;

        private final String said;

        StateException(String said) {
            super(said, null, false, false);
            this.said = said;
        }
    }

    private long started() {
        return listener == null ? 0 : System.nanoTime();
    }

    private Decision told(Request request, Decision decision, long start) {
        if (listener != null) {
            try {
                listener.decided(request, decision, System.nanoTime() - start);
            } catch (Throwable e) {
                // a listener that fails must not change decisions
            }
        }
        return decision;
    }

    /**
     * Answers the body of Graph's {@code POST /identity/conditionalAccess/evaluate} as Graph would: which enabled and report-only
     * policies apply to a sign-in, and why the others do not (semantics, section 14).
     *
     * @param body JSON with {@code signInIdentity}, {@code signInContext}, {@code signInConditions} and {@code appliedPoliciesOnly}
     * @return a collection of {@code whatIfAnalysisResult} as JSON on one line, sorted by id; {@code @sallyport.warnings} lists what the
     *     answer ignores. With {@code unknownSignals: strict} a policy that depends on data which the body lacks applies, because of
     *     {@code notEnoughInformation} (WI-61); otherwise it does not (WI-04)
     * @throws WhatIfException if the body is malformed, the user or service principal is unknown, or the evaluation failed; nothing else
     *     is thrown
     */
    public String whatIf(String body) throws WhatIfException {
        Diagnostics found = new Diagnostics();
        String text = body == null ? "" : body.startsWith("\uFEFF") ? body.substring(1) : body;
        if (text.length() > WhatIfReader.MOST_CHARACTERS) {
            found.error("SP1003", Position.of("body"), "the body is longer than " + WhatIfReader.MOST_CHARACTERS + " characters", null);
        }
        List<Sources.Document> documents = found.hasErrors() ? List.of() : Sources.parse("body", text, found);
        if (documents.size() != 1 && !found.hasErrors()) {
            found.error("SP1402", Position.of("body"), "expected one JSON value, found " + documents.size(), "write one object");
        }
        Instant now = null;
        try {
            now = Objects.requireNonNull(clock.instant(), "the clock returned null");
        } catch (Throwable e) {
            found.error("SP1404", Position.of("body"), "the evaluation failed: " + said(e), null);
        }
        String answer = found.hasErrors() ? null : new WhatIf(set, directory, naive).answer(documents.get(0).root(), now, found);
        if (answer == null) {
            throw new WhatIfException(found.toList());
        }
        return answer;
    }

    private Decision decision(Facts facts, Ruling ruling, List<Decision.Requirement> requirements, List<Decision.PolicyResult> rows,
            @Nullable String status, List<Decision.DecisionRule> decidedBy, List<String> findings) throws InvalidRequestException {
        return new Decision(facts.signIn().name(), Quote.escaped(facts.subjectName()), ruling.outcome(),
                Decision.Reason.of(ruling.reason(), ruling.policies()), ruling.errorCode(), ruling.requiredControls(),
                registration(facts, ruling), ruling.sessionControls(), requirements, rows, status, ruling.stateChange(), decidedBy,
                diagnostics(facts, ruling), findings,
                set.version(), directory.version(), facts.now());
    }

    private List<String> diagnostics(Facts facts, Ruling ruling) throws InvalidRequestException {
        String missed = naive.missedGroupings(facts);
        boolean hangs = hangsOnTheClient(facts, ruling);
        if (facts.diagnostics().isEmpty() && missed == null && !hangs && !facts.isStrict()) {
            return ruling.notes();
        }
        List<String> diagnostics = new ArrayList<>(facts.diagnostics());
        if (missed != null) {
            diagnostics.add(missed);
        }
        if (hangs) {
            diagnostics.add("`clientAppType` is missing and counts as a legacy client: the block depends on it [CA-UNK-03]");
        }
        diagnostics.addAll(ruling.notes());
        if (facts.isStrict()) {
            diagnostics.addAll(naive.unknownSignals(facts));
        }
        return List.copyOf(diagnostics);
    }

    /** Decides a block by an unknown client anew; no other request pays for it. */
    private boolean hangsOnTheClient(Facts facts, Ruling ruling) throws InvalidRequestException {
        Facts inABrowser = ruling.outcome() == Outcome.BLOCK && facts.signIn().clientAppType() == null ? facts.inABrowser() : null;
        return inABrowser != null && (fast == null ? naive.decide(inABrowser) : fast.decide(inABrowser)).outcome() != Outcome.BLOCK;
    }

    /** @param shown the user as messages show them, where that is made already; {@code null} to make it */
    private Decision refusal(@Nullable Request request, ReasonCode reason, String message, @Nullable String shown) {
        SignIn signIn = request == null ? null : request.signIn();
        Instant now = signIn == null || signIn.createdDateTime() == null ? timeOrEpoch() : signIn.createdDateTime();
        String subject = signIn == null ? null : signIn.user() != null ? signIn.user() : signIn.servicePrincipal();
        return new Decision(signIn == null ? null : signIn.name(), shown != null ? shown : Quote.shown(subject), Outcome.BLOCK,
                new Decision.Reason(reason, Quote.line(message), List.of()), null, List.of(), null, Decision.SessionControls.NONE,
                List.of(), List.of(), null, null,
                List.of(), List.of(), List.of(), set.version(), directory.version(), now);
    }

    /** The clock may be what failed. */
    private Instant timeOrEpoch() {
        try {
            return Objects.requireNonNullElse(clock.instant(), Instant.EPOCH);
        } catch (Throwable e) {
            return Instant.EPOCH;
        }
    }

    /** A failure in words; those who throw may fail at that too. */
    private static String said(Throwable failure) {
        try {
            return failure.toString();
        } catch (Throwable e) {
            return failure.getClass().getName();
        }
    }
}
