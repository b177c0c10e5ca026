package dev.sallyport.replay;

import dev.sallyport.PolicyEngine;
import dev.sallyport.log.LogRecord;
import dev.sallyport.log.LogRecord.Mfa;
import dev.sallyport.log.LoggedDecision;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserType;
import dev.sallyport.model.WellKnown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Judges recorded sign-ins under one policy set. Thread-safe.
 *
 * <h2>What a log does not say</h2>
 * Each sign-in is also decided with absent signals unknown ({@link UnknownSignals#STRICT}); where that gives another outcome, the
 * decision hangs on them. A user whom the directory does not know is taken for one without groups, roles and methods, and is also
 * decided as one in every group and role that a policy includes. A client, a platform or an address that the log does not name is also
 * tried with others.
 *
 * <h2>Sign-ins that are alike</h2>
 * People sign in to the same applications from the same places all day. A verdict is kept and used again for a sign-in that differs in
 * nothing that a policy can see ({@link SignInClasses}) but its time, if no policy has times and both times lie between the same dates:
 * those since which Entra decides otherwise, and the whole days after a date of the user, because every period is in days.
 */
public final class Judge {

    private static final int MAX_REMEMBERED = 100_000;
    private static final long NO_PHASE = -1;
    private static final long DAY = 86_400;
    private static final List<String> CLIENTS = List.of("browser", "mobileAppsAndDesktopClients", "other");
    private static final List<String> PLATFORMS = List.of("windows", "iOS", "android", "macOS", "linux");
    private static final String UNKNOWN = " are unknown: ";

    /**
     * Who signs in; {@code otherwise} is the opposite assumption about somebody the directory does not know, {@code alike} the same for all
     * whom policies cannot tell apart.
     */
    private record Who(UserState user, UserState otherwise, Directory.ServicePrincipal principal,
            Directory.ServicePrincipal otherwisePrincipal, Object alike) {

        boolean isStranger() {
            return otherwise != null || otherwisePrincipal != null;
        }

        Who opposite() {
            return new Who(otherwise, null, otherwisePrincipal, null, null);
        }
    }

    /** What a verdict depends on. */
    private record Key(SignIn signIn, Object who, long phase, boolean isStranger, Mfa mfa, boolean hasDevice, boolean strong) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && key.who == who && key.phase == phase && key.isStranger == isStranger && key.mfa == mfa
                    && key.hasDevice == hasDevice
                    && key.strong == strong && key.signIn.equals(signIn);
        }

        @Override
        public int hashCode() {
            // what differs most; everything takes too long
            int hash = Objects.hash(signIn.applications(), signIn.ipAddress(), signIn.country(), signIn.clientAppType(),
                    signIn.devicePlatform(),
                    signIn.authentication().methods(), signIn.signInRiskLevel(), mfa, strong);
            return (31 * hash + System.identityHashCode(signIn.device())) * 31 + System.identityHashCode(who);
        }
    }

    private final PolicyEngine engine;
    private final PolicyEngine strict;
    private final Directory directory;
    private final SignInClasses alike;
    private final boolean hasTimes;
    /** Since when Entra decides otherwise, in their order. */
    private final Instant[] dates;
    private final int graceDays;
    private final List<String> policyIds;
    /** The results of policies of which nothing is known. */
    private final List<String> nothing;
    private final Map<String, Integer> policiesByName = new HashMap<>();
    private final List<String> groupsOfOpposite = new ArrayList<>();
    private final List<String> rolesOfOpposite = new ArrayList<>();
    private final List<String> trustedAddresses;
    /** By all that a log says of a user or a workload identity: it may call two by one name. */
    private final Map<Record, Who> people = new ConcurrentHashMap<>();
    private final Map<Key, Verdict> verdicts = new ConcurrentHashMap<>();

    public Judge(PolicyEngine engine) {
        this.engine = engine;
        this.directory = engine.directory();
        PolicySet set = engine.policySet();
        this.strict = engine.with(set.evaluationSettings().with(UnknownSignals.STRICT));
        this.alike = new SignInClasses(set, directory);
        this.hasTimes = set.policies().stream().anyMatch(policy -> policy.conditions().times() != null);
        Integer ofDefaults = set.securityDefaults().registrationGracePeriodDays();
        this.graceDays = Math.max(Math.max(14, ofDefaults == null ? 0 : ofDefaults), set.mfaSettings().registrationGracePeriodDays());
        this.dates = Stream.of(Catalogue.builtIn().changes().stream().map(Catalogue.Change::date),
                Catalogue.builtIn().mandatoryMfa().stream().map(Catalogue.MandatoryMfa::since),
                Stream.of(set.evaluationSettings().approvedClientAppRetired()),
                Stream.ofNullable(set.evaluationSettings().mandatoryMfaPhase2From()))
                .flatMap(Function.identity()).distinct().sorted().toArray(Instant[]::new);
        this.policyIds = set.policies().stream().map(ConditionalAccessPolicy::id).sorted().toList();
        this.nothing = Collections.nCopies(policyIds.size(), null);
        for (int i = 0; i < policyIds.size(); i++) {
            policiesByName.put(WellKnown.fold(policyIds.get(i)), i);
        }
        Set<String> names = new HashSet<>();
        for (ConditionalAccessPolicy policy : set.policies()) {
            String name = "\0" + WellKnown.fold(policy.displayName());
            if (names.add(name)) {
                policiesByName.put(name, policyIds.indexOf(policy.id()));
            } else {
                policiesByName.remove(name);
            }
        }
        this.trustedAddresses = set.namedLocations().stream().filter(location -> location instanceof NamedLocation.Ip ip && !ip.ranges()
                .isEmpty())
                .map(location -> ((NamedLocation.Ip) location).ranges().get(0).text().replaceFirst("/.*", "")).toList();
        oppositeOf(set, Users::includeGroups, Users::excludeGroups, groupsOfOpposite);
        oppositeOf(set, Users::includeRoles, Users::excludeRoles, rolesOfOpposite);
    }

    private static void oppositeOf(PolicySet set, Function<Users, List<Reference>> include, Function<Users, List<Reference>> exclude,
            List<String> out) {
        Set<String> ids = new HashSet<>();
        set.policies().forEach(policy -> include.apply(policy.conditions().users()).forEach(reference -> ids.add(reference.id())));
        set.policies().forEach(policy -> exclude.apply(policy.conditions().users()).forEach(reference -> ids.remove(reference.id())));
        ids.stream().sorted().forEach(out::add);
    }

    Directory directory() {
        return directory;
    }

    /** Ids of the set's policies, sorted. */
    List<String> policyIds() {
        return policyIds;
    }

    /** The number of the policy that the log means, by id or else by a name that only one has; -1 for one that the set does not have. */
    int policy(LogRecord.Applied logged) {
        Integer number = logged.id() == null ? null : policiesByName.get(WellKnown.fold(logged.id()));
        if (number == null && logged.displayName() != null) {
            number = policiesByName.get("\0" + WellKnown.fold(logged.displayName()));
        }
        return number == null ? -1 : number;
    }

    /** Whether the directory does not know who signs in. */
    boolean isStranger(LogRecord record) {
        return who(record).isStranger();
    }

    /** The verdict on a sign-in that is decided for itself, whatever is remembered. */
    Verdict judgeAnew(LogRecord record) {
        return decide(record, who(record));
    }

    /** The verdict on a sign-in. */
    public Verdict judge(LogRecord record) {
        if (record.decision() != null) {
            return decide(record.decision());
        }
        Who who = who(record);
        long phase = hasTimes ? NO_PHASE : phase(who.user(), record.created());
        if (phase == NO_PHASE) {
            return decide(record, who);
        }
        Key key = new Key(alike.signIn(record.signIn()), who.alike(), phase, who.isStranger(), record.mfa(), record.hasDevice(),
                record.strong());
        Verdict known = verdicts.get(key);
        if (known == null) {
            known = decide(record, who);
            if (verdicts.size() >= MAX_REMEMBERED) {
                verdicts.clear();
            }
            verdicts.put(key, known);
        }
        return known;
    }

    /** The decision with everything that led to it. */
    Decision explain(LogRecord record) {
        return record.decision() != null ? engine.explain(record.decision().request()) : explain(at(record), who(record));
    }

    /** The log of a decision point holds the request as it was: nothing is guessed, and only what is masked is unknown. */
    private Verdict decide(LoggedDecision logged) {
        Decision decision = engine.evaluate(logged.request());
        return new Verdict(decision.outcome(), decision.reason().code(), decision.reason().policies(), null, nothing,
                logged.masked());
    }

    /** The request with its time. */
    private SignIn at(LogRecord record) {
        SignIn s = record.signIn();
        return at(record, s.clientAppType(), s.devicePlatform(), s.ipAddress());
    }

    /** Names who signs in as the directory does, whatever the log calls them: a user may be renamed since. */
    private SignIn at(LogRecord record, String clientAppType, String devicePlatform, String ipAddress) {
        SignIn s = record.signIn();
        Who who = who(record);
        SignIn.Authentication a = s.authentication();
        return s.toBuilder().name(record.file() + ":" + record.line())
                .user(who.user() == null ? null : who.user().id())
                .servicePrincipal(who.principal() == null ? null : who.principal().id())
                .clientAppType(clientAppType).devicePlatform(devicePlatform).ipAddress(ipAddress)
                .createdDateTime(record.created())
                .authentication(a.mfaDateTime() == null ? a : a.toBuilder().mfaDateTime(record.created()).build())
                .build();
    }

    // ---- decisions

    private Verdict decide(LogRecord record, Who who) {
        SignIn signIn = at(record);
        Decision decision = explain(signIn, who);
        List<String> results = decision.policies().size() != policyIds.size() ? nothing
                : decision.policies().stream().map(Decision.PolicyResult::result).toList();
        return new Verdict(decision.outcome(), decision.reason().code(), decision.reason().policies(), decision.conditionalAccessStatus(),
                results,
                hangsOn(record, signIn, who, decision));
    }

    private Decision explain(SignIn signIn, Who who) {
        return who.principal() != null ? engine.explainWorkload(signIn, who.principal()) : engine.explain(signIn, who.user());
    }

    private static Decision evaluate(PolicyEngine engine, SignIn signIn, Who who) {
        return who.principal() != null ? engine.evaluateWorkload(signIn, who.principal()) : engine.evaluate(signIn, who.user());
    }

    private List<String> hangsOn(LogRecord record, SignIn signIn, Who who, Decision decision) {
        List<String> facts = new ArrayList<>();
        Decision cautious = evaluate(strict, withWhatNoLogSays(signIn), who);
        if (cautious.outcome() != decision.outcome()) {
            unknownSignals(cautious, facts);
        }
        absentSignals(record, who, decision, facts);
        if (who.isStranger() && evaluate(engine, signIn, who.opposite()).outcome() != decision.outcome()) {
            facts.add(who.user() != null ? "groups, roles and methods of unknown users" : "tenant of unknown workload identities");
        }
        boolean asked = decision.outcome() == Outcome.CHALLENGE || decision.outcome() == Outcome.PROMPT_REGISTER;
        if (asked && record.mfa() == Mfa.UNKNOWN) {
            facts.add("whether MFA was done");
        } else if (asked && !record.strong() && decision.requiredControls().contains("authenticationStrength")) {
            facts.add("method of MFA");
        }
        if (asked && decision.requiredControls().contains("termsOfUse")) {
            facts.add("accepted terms of use");
        }
        if (decision.outcome() == Outcome.ALLOW && decision.sessionControls().signInFrequency() != null
                && (record.mfa() == Mfa.BY_CLAIM || Boolean.FALSE.equals(signIn.session().isInteractive()))) {
            facts.add("age of the sign-in");
        }
        switch (decision.reason().code()) {
            case DEVICE_NOT_COMPLIANT, DEVICE_NOT_DOMAIN_JOINED -> {
                if (!record.hasDevice()) {
                    facts.add("device");
                }
            }
            case APPLICATION_NOT_APPROVED, APPLICATION_NOT_PROTECTED -> facts.add("protection of the client app");
            default -> { }
        }
        return List.copyOf(facts);
    }

    /** In strict mode too, what no log tells of any sign-in is taken for what it mostly is: everything would hang on it. */
    private static SignIn withWhatNoLogSays(SignIn s) {
        SignIn.Authentication a = s.authentication();
        SignIn.Session session = s.session();
        Instant signedIn = a.signInDateTime() != null ? a.signInDateTime() : s.createdDateTime();
        return s.toBuilder()
                .authenticationContext(s.authenticationContext() == null ? "none" : s.authenticationContext())
                .authentication(a.toBuilder()
                        .credential(a.credential() == null ? "password" : a.credential())
                        .methods(a.methods().isEmpty() ? List.of("password") : a.methods())
                        .signInDateTime(signedIn)
                        .firstFactor(a.firstFactor() == null ? "passed" : a.firstFactor())
                        .build())
                .session(session.toBuilder()
                        .isInteractive(!Boolean.FALSE.equals(session.isInteractive()))
                        .isPrivateBrowsing(Boolean.TRUE.equals(session.isPrivateBrowsing()))
                        .startedDateTime(session.startedDateTime() == null ? signedIn : session.startedDateTime())
                        .originalTransferMethod(session.originalTransferMethod() == null ? "none" : session.originalTransferMethod())
                        .build())
                .scopes(s.scopes().isEmpty() ? List.of(".default") : s.scopes())
                .build();
    }

    /**
     * What Entra takes an absent signal for may itself be what decides: a client that is not named is a legacy one, and blocked
     * (CA-UNK-03).
     */
    private void absentSignals(LogRecord record, Who who, Decision decision, List<String> facts) {
        SignIn s = record.signIn();
        if (record.workload() == null && s.clientAppType() == null) {
            hangsOn("client app", CLIENTS, value -> at(record, value, s.devicePlatform(), s.ipAddress()), who, decision, facts);
        }
        if (record.workload() == null && s.devicePlatform() == null) {
            hangsOn("device platform", PLATFORMS, value -> at(record, s.clientAppType(), value, s.ipAddress()), who, decision, facts);
        }
        if (s.ipAddress() == null) {
            hangsOn("IP address", trustedAddresses, value -> at(record, s.clientAppType(), s.devicePlatform(), value), who, decision,
                    facts);
        }
    }

    private void hangsOn(String fact, List<String> values, Function<String, SignIn> request, Who who, Decision decision,
            List<String> facts) {
        if (!facts.contains(fact) && values.stream().anyMatch(value -> evaluate(engine, request.apply(value), who)
                .outcome() != decision.outcome())) {
            facts.add(fact);
        }
    }

    /** The signals that the engine names for the policies that decided. */
    private static void unknownSignals(Decision cautious, List<String> facts) {
        for (String note : cautious.diagnostics()) {
            int at = note.indexOf(UNKNOWN);
            boolean decides = at > 0 && cautious.reason().policies().stream().anyMatch(id -> note.startsWith("`" + id + "`"));
            for (String signal : decides ? note.substring(at + UNKNOWN.length()).split(", ") : new String[0]) {
                String name = words(signal);
                if (!facts.contains(name)) {
                    facts.add(name);
                }
            }
        }
        if (facts.isEmpty()) {
            facts.add("absent signals");
        }
    }

    /** {@code userRiskLevel} as {@code user risk level}. */
    private static String words(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    }

    /** Where a time lies among the dates that a decision may look at: the same sign-in has the same verdict at all times of a phase. */
    private long phase(UserState user, Instant time) {
        long phase = 0;
        while (phase < dates.length && !time.isBefore(dates[(int) phase])) {
            phase++;
        }
        if (user != null) {
            phase = within(phase, user.perUserMfaEnabledDateTime(), time, graceDays);
            phase = within(phase, user.firstSignInDateTime(), time, graceDays);
            phase = within(phase, user.signInSessionsValidFromDateTime(), time, 0);
        }
        return phase;
    }

    /**
     * A phase, divided by the days since a date, as far as periods reach. Close to a date, where clocks may differ, and in a second in
     * which a period may end, there is no phase.
     */
    private long within(long phase, Instant date, Instant time, int longest) {
        if (phase == NO_PHASE || date == null) {
            return phase == NO_PHASE ? phase : phase * (longest + 4);
        }
        long seconds = time.getEpochSecond() - date.getEpochSecond();
        if (seconds < -DAY) {
            return phase * (longest + 4) + 1;
        }
        if (seconds <= 1 || seconds % DAY <= 1 || seconds % DAY == DAY - 1) {
            return NO_PHASE;
        }
        return phase * (longest + 4) + 2 + Math.min(seconds / DAY, longest + 1);
    }

    // ---- who

    private Who who(LogRecord record) {
        Record key = record.workload() != null ? record.workload() : record.user();
        Who who = people.get(key);
        if (who == null) {
            who = record.workload() != null ? principal(record.workload()) : user(record.user());
            if (people.size() >= MAX_REMEMBERED) {
                people.clear();
            }
            Who other = people.putIfAbsent(key, who);
            return other != null ? other : who;
        }
        return who;
    }

    private Who user(LogRecord.User logged) {
        UserState known = logged.id() == null ? null : directory.user(logged.id());
        if (known == null && logged.userPrincipalName() != null) {
            known = directory.user(logged.userPrincipalName());
        }
        if (known != null) {
            boolean isToldByLog = logged.identityParentId() != null && !known.isAgentUser();                        // AGT-11
            UserState user = isToldByLog ? known.toBuilder().identityParentId(logged.identityParentId()).build() : known;
            return new Who(user, null, null, null, alike.user(user));
        }
        UserState stranger = stranger(logged, List.of(), List.of(), List.of());
        UserState otherwise = stranger(logged, groupsOfOpposite, rolesOfOpposite,
                List.of(new UserState.AuthenticationMethod(AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH, null, true, null, true)));
        return new Who(stranger, otherwise, null, null, alike.user(stranger));
    }

    private static UserState stranger(LogRecord.User logged, List<String> groups, List<String> roles,
            List<UserState.AuthenticationMethod> methods) {
        String name = logged.userPrincipalName() != null ? logged.userPrincipalName() : logged.id() != null ? logged.id() : "(no user)";
        boolean guest = "guest".equalsIgnoreCase(logged.userType());
        String homeTenant = logged.homeTenantId() == null || logged.homeTenantId().equalsIgnoreCase(logged.resourceTenantId()) ? null
                : logged.homeTenantId();
        return UserState.builder().id(logged.id() != null ? logged.id() : name).userPrincipalName(name).displayName(name)
                .userType(guest ? UserType.GUEST : UserType.MEMBER).externalUserType(guestType(logged, guest)).homeTenantId(homeTenant)
                .memberOf(groups).roles(roles).authenticationMethods(methods).identityParentId(logged.identityParentId()).build();
    }

    /** The kind of guest that the log tells of a user (LOG-02). */
    private static GuestType guestType(LogRecord.User logged, boolean guest) {
        String access = logged.crossTenantAccessType() == null ? "" : logged.crossTenantAccessType();
        return switch (access) {
            case "b2bCollaboration" -> guest ? GuestType.B2B_COLLABORATION_GUEST : GuestType.B2B_COLLABORATION_MEMBER;
            case "b2bDirectConnect" -> GuestType.B2B_DIRECT_CONNECT_USER;
            case "serviceProvider" -> GuestType.SERVICE_PROVIDER;
            default -> guest ? GuestType.B2B_COLLABORATION_GUEST : null;
        };
    }

    private Who principal(LogRecord.Workload logged) {
        for (String name : new String[] {logged.id(), logged.appId()}) {
            Directory.ServicePrincipal known = name == null ? null : directory.servicePrincipal(name);
            if (known != null) {
                boolean isToldByLog = known.isAgentIdentity() == null && logged.isAgent() != null;                  // AGT-11
                Directory.ServicePrincipal principal = isToldByLog ? told(known.toBuilder(), logged) : known;
                return new Who(null, null, principal, null, principal);
            }
        }
        boolean mayBeOwn = !logged.isManagedIdentity() && !logged.isMicrosofts();
        Directory.ServicePrincipal stranger = stranger(logged, mayBeOwn);
        return new Who(null, null, stranger, mayBeOwn ? stranger(logged, false) : stranger, stranger);
    }

    private static Directory.ServicePrincipal stranger(LogRecord.Workload logged, boolean isSingleTenant) {
        String id = logged.id() != null ? logged.id() : logged.appId();
        return told(Directory.ServicePrincipal.builder().id(id).appId(logged.appId() != null ? logged.appId() : id)
                .displayName(logged.displayName() != null ? logged.displayName() : id).isSingleTenant(isSingleTenant)
                .isManagedIdentity(logged.isManagedIdentity()), logged);
    }

    /** With what the log tells of agents (AGT-11). */
    private static Directory.ServicePrincipal told(Directory.ServicePrincipal.Builder principal, LogRecord.Workload logged) {
        return principal.isAgentIdentity(logged.isAgent()).agentIdentityBlueprintId(logged.blueprint())
                .isAgentIdentityBlueprint(logged.isBlueprint()).build();
    }
}
