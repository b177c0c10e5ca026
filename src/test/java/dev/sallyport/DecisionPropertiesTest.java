package dev.sallyport;

import static dev.sallyport.fixtures.Property.SEED;
import static dev.sallyport.fixtures.Property.WORLDS;
import static dev.sallyport.fixtures.Property.decide;
import static dev.sallyport.fixtures.Property.everywhere;
import static dev.sallyport.fixtures.Property.haveEqualRulings;
import static dev.sallyport.fixtures.Property.holds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.Property;
import dev.sallyport.fixtures.Requests;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.fixtures.WorldYaml;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Agents;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Platforms;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Decision;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicySet.TermsOfUse;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Reference;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.Roles;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.Resources;
import dev.sallyport.write.DecisionWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What holds of decisions whatever the tenant and the request: each in worlds made up at random, {@code -Dsallyport.worlds} of
 * them from {@code -Dsallyport.seed}.
 */
class DecisionPropertiesTest {

    // ---- what takes no part

    @Test
    void rulings_whenReportOnlyAndDisabledPoliciesAreAdded_stay() {      // CA-STA-02, CA-STA-03, RO-01
        holds(scenario -> without(scenario), scenario -> withAdded(scenario, policy ->
                changed(policy, policy.displayName().length() % 2 == 0 ? PolicyState.REPORT_ONLY : PolicyState.DISABLED, policy.grantControls())),
                Decision::equals);
    }

    @Test
    void rulings_underReportOnlyPoliciesAlone_areThoseUnderNone() {      // RO-01
        holds(scenario -> scenario.with(scenario.policies().policies().stream()
                .map(policy -> changed(policy, PolicyState.REPORT_ONLY, policy.grantControls())).toList()), scenario -> scenario.with(List.of()),
                Decision::equals);
    }

    // ---- what makes stricter

    @Test
    void rulings_whenBlockPoliciesAreAdded_stayOrBecomeBlock() {         // GR-MUL-01
        GrantControls block = new GrantControls(false, Set.of(GrantControl.BLOCK), null, List.of(), List.of());
        holds(scenario -> without(scenario), scenario -> withAdded(scenario, policy -> changed(policy, PolicyState.ENABLED, block)),
                (before, after) -> after.outcome() == Outcome.BLOCK || haveEqualRulings(before, after));
    }

    @Test
    void rulings_whenEnabledPoliciesAreAdded_neverLetMoreIn() {          // EV-04, GR-MUL-02
        holds(scenario -> without(scenario),
                scenario -> withAdded(scenario, policy -> changed(policy, PolicyState.ENABLED, policy.grantControls())),
                (before, after) -> switch (before.outcome()) {
                    case ALLOW -> true;
                    case PROMPT_REGISTER, CHALLENGE -> after.outcome() != Outcome.ALLOW;
                    case BLOCK -> after.outcome() == Outcome.BLOCK;
                });
    }

    @Test
    void rulings_whenAPartOfAPolicyIsNotUnderstoodAnyMore_neverLoseABlock() {       // IMP-02, IMP-03
        holds(scenario -> scenario, scenario -> scenario.with(scenario.policies().policies().stream().map(DecisionPropertiesTest::lessUnderstood).toList()),
                (before, after) -> before.outcome() != Outcome.BLOCK || after.outcome() == Outcome.BLOCK);
    }

    /** The policy as an export is read in which one more part is not understood: which one hangs on its id. */
    private static ConditionalAccessPolicy lessUnderstood(ConditionalAccessPolicy policy) {
        Conditions old = policy.conditions();
        GrantControls grant = policy.grantControls();
        Applications what = old.applications();
        Set<ClientAppType> clients = old.clientAppTypes();
        Platforms platforms = old.platforms();
        Locations locations = old.locations();
        Set<RiskLevel> signInRisk = old.signInRiskLevels();
        Set<TransferMethod> flows = old.transferMethods();
        Reference all = new Reference("All", "All", null);
        switch (Math.floorMod(policy.id().hashCode(), 7)) {
            case 0 -> what = new Applications(what.includeApplications(), what.excludeApplications(), what.includeUserActions(),
                    what.includeAuthenticationContextClassReferences(), what.filter(), true);
            case 1 -> clients = Set.of(ClientAppType.ALL);
            case 2 -> platforms = platforms == null ? null : new Platforms(Set.of(DevicePlatform.ALL), platforms.exclude());
            case 3 -> locations = locations == null ? null : new Locations(Stream.concat(locations.include().stream(), Stream.of(all)).toList(), locations.exclude());
            case 4 -> signInRisk = signInRisk.isEmpty() ? signInRisk : EnumSet.allOf(RiskLevel.class);
            case 5 -> flows = flows.isEmpty() ? flows : EnumSet.allOf(TransferMethod.class);
            default -> grant = grant == null ? null : new GrantControls(true, grant.builtInControls(), grant.authenticationStrength(), grant.termsOfUse(),
                    grant.customAuthenticationFactors(), List.of("verifiedIdRequirement"));
        }
        Conditions conditions = new Conditions(old.users(), old.clientApplications(), old.agents(), what, clients, platforms, locations, signInRisk, old.userRiskLevels(),
                old.servicePrincipalRiskLevels(), old.agentIdRiskLevels(), old.insiderRiskLevels(), old.deviceFilter(), old.excludedDeviceStates(), flows, old.times());
        return new ConditionalAccessPolicy(policy.id(), policy.displayName(), policy.state(), conditions, grant, policy.sessionControls(), policy.notEvaluated(),
                policy.source());
    }

    /** About a third of a world's policies, the same ones wherever they stand: they are the ones that are added. */
    private static boolean isAdded(ConditionalAccessPolicy policy) {
        return policy.id().hashCode() % 3 == 0;
    }

    private static Scenario without(Scenario scenario) {
        return scenario.with(scenario.policies().policies().stream().filter(policy -> !isAdded(policy)).toList());
    }

    private static Scenario withAdded(Scenario scenario, UnaryOperator<ConditionalAccessPolicy> as) {
        return scenario.with(scenario.policies().policies().stream().map(policy -> isAdded(policy) ? as.apply(policy) : policy).toList());
    }

    // ---- what makes no difference

    @Test
    void rulings_underPoliciesInAnotherOrder_stay() {
        holds(scenario -> {
            PolicySet set = scenario.policies();
            return scenario.with(new PolicySet(shuffled(set.policies()), shuffled(set.namedLocations()), shuffled(set.strengths()),
                    shuffled(set.termsOfUse()), shuffled(set.authenticationContexts()), set.securityDefaults(), set.mfaSettings(),
                    set.evaluationSettings(), set.catalogue(), set.authzenMapping(), set.version()));
        }, Property::haveEqualRulings);
    }

    @Test
    void decisions_onDocumentsInAnotherOrder_areEqualToTheByte() {
        everywhere(scenario -> List.of(inOrder(scenario, false), inOrder(scenario, true)),
                (scenario, engines) -> explained(engines.get(0), scenario).equals(explained(engines.get(1), scenario)),
                scenario -> explained(inOrder(scenario, false), scenario) + "\n" + explained(inOrder(scenario, true), scenario));
    }

    private static PolicyEngine inOrder(Scenario scenario, boolean another) {
        List<Sources.Document> documents = new ArrayList<>();
        for (Node node : WorldYaml.policySet(scenario.policies())) {
            documents.add(new Sources.Document("world.yaml", node));
        }
        List<Sources.Document> ordered = another ? shuffled(documents) : documents;
        return scenario.with(Resources.of(ordered, new Diagnostics()).policySet()).engine();
    }

    private static String explained(PolicyEngine engine, Scenario scenario) {
        return DecisionWriter.toJson(engine.explain(scenario.request(), scenario.user()));
    }

    @Test
    void decisions_onTheSameInput_areEqualToTheByte() {                  // interface 3
        everywhere(scenario -> List.of(scenario.engine(), scenario.engine()), DecisionPropertiesTest::isTheSame,
                scenario -> "evaluate: " + decide(scenario.engine(), scenario) + "\nexplain:  " + scenario.engine().explain(scenario.request(), scenario.user()));
    }

    /** Every engine says the same, asked twice, whether it explains or not; and none fails. */
    private static boolean isTheSame(Scenario scenario, List<PolicyEngine> engines) {
        Decision evaluated = decide(engines.get(0), scenario);
        Decision decision = engines.get(0).explain(scenario.request(), scenario.user());
        boolean same = haveEqualRulings(decision, evaluated) && decision.diagnostics().equals(evaluated.diagnostics())
                && decision.reason().code() != ReasonCode.EVALUATION_FAILED;
        for (PolicyEngine engine : engines) {
            Decision again = engine.explain(scenario.request(), scenario.user());
            same &= again.equals(decision) && DecisionWriter.toJson(again).equals(DecisionWriter.toJson(decision));
            same &= decide(engine, scenario).equals(evaluated);
        }
        return same;
    }

    @Test
    void rulings_onIpv4MappedAddresses_areThoseOnTheirIpv4Addresses() {  // CA-LOC-26
        holds(scenario -> {
            SignIn signIn = scenario.request().signIn();
            boolean inHexadecimal = signIn.applications().size() % 2 == 0;
            SignIn mapped = signIn.toBuilder().ipAddress(Requests.mapped(signIn.ipAddress(), inHexadecimal)).build();
            return scenario.with(Requests.with(scenario.request(), mapped));
        }, Decision::equals);
    }

    @Test
    void rulings_underReferencesByNameAndById_areAlike() {
        holds(scenario -> scenario.with(new Names(scenario, false).set()), scenario -> scenario.with(new Names(scenario, true).set()),
                Decision::equals);
    }

    /** Attack 66: in strict mode a fact that is missing never removes a block. */
    @Test
    void strictMode_withoutAFactThatWasKnown_neverLiftsABlock() {
        Map<String, UnaryOperator<SignIn>> removals = new TreeMap<>();
        // beside a context the application is no fact that is missing: without it the context alone is asked for (CA-ACX-04, AMB-04)
        removals.put("applications", signIn -> signIn.authenticationContext() != null ? signIn : signIn.toBuilder().applications(List.of()).build());
        removals.put("clientAppType", signIn -> signIn.toBuilder().clientAppType(null).build());
        removals.put("devicePlatform", signIn -> signIn.toBuilder().devicePlatform(null).build());
        removals.put("ipAddress", signIn -> signIn.toBuilder().ipAddress(null).build());
        removals.put("country", signIn -> signIn.toBuilder().country(null).build());
        removals.put("device", signIn -> signIn.toBuilder().device(null).deviceName(null).build());
        removals.put("signInRiskLevel", signIn -> signIn.toBuilder().signInRiskLevel(null).build());
        removals.put("userRiskLevel", signIn -> signIn.toBuilder().userRiskLevel(null).build());
        removals.put("insiderRiskLevel", signIn -> signIn.toBuilder().insiderRiskLevel(null).build());
        removals.put("servicePrincipalRiskLevel", signIn -> signIn.toBuilder().servicePrincipalRiskLevel(null).build());
        removals.put("agentIdRiskLevel", signIn -> signIn.toBuilder().agentIdRiskLevel(null).build());
        removals.put("authenticationFlow", signIn -> signIn.toBuilder().authenticationFlow(null).build());
        removals.put("gps", signIn -> signIn.toBuilder().gps(null).build());
        AtomicInteger blocks = new AtomicInteger();
        everywhere(scenario -> List.of(strict(scenario).engine()), (scenario, engines) -> {
            boolean blocked = isBlock(engines.get(0), scenario);
            blocks.addAndGet(blocked ? 1 : 0);
            return !blocked || removals.values().stream().allMatch(removal -> engines.get(0).evaluate(changed(scenario, removal).request(), scenario.user())
                    .outcome() == Outcome.BLOCK);
        }, scenario -> removals.entrySet().stream().filter(each -> !isBlock(strict(scenario).engine(), changed(scenario, each.getValue())))
                .map(each -> "without " + each.getKey()).collect(Collectors.joining(", ")));
        assertThat(blocks.get()).isGreaterThan(5 * WORLDS);
    }

    /** Whoever adds to a request what contradicts it, or asks for more with it, evades nothing (CA-ACX-04, CA-APP-12, WI-22). */
    @Test
    void factsThatAreAdded_neverLiftABlock() {
        Map<String, UnaryOperator<SignIn>> additions = new TreeMap<>();
        additions.put("a context", signIn -> signIn.applications().isEmpty() || signIn.authenticationContext() != null ? signIn
                : signIn.toBuilder().authenticationContext("c37").build());
        additions.put("an application", signIn -> signIn.applications().isEmpty() ? signIn
                : signIn.toBuilder().applications(Stream.concat(signIn.applications().stream(), Stream.of("22222222-0000-4000-8000-00000000beef")).toList()).build());
        additions.put("a service principal", signIn -> signIn.user() == null ? signIn : signIn.toBuilder().servicePrincipal("44444444-0000-4000-8000-00000000beef").build());
        additions.put("a kind of guest", signIn -> signIn.toBuilder().externalUserType("internalGuest").build());
        additions.put("the name of a device", signIn -> signIn.device() == null ? signIn : signIn.toBuilder().deviceName("LAPTOP").build());
        AtomicInteger blocks = new AtomicInteger();
        everywhere(scenario -> List.of(scenario.engine()), (scenario, engines) -> {
            boolean blocked = isBlock(engines.get(0), scenario);
            blocks.addAndGet(blocked ? 1 : 0);
            return !blocked || additions.entrySet().stream().filter(each -> isMore(each.getKey(), scenario))
                    .allMatch(each -> decide(engines.get(0), changed(scenario, each.getValue())).outcome() == Outcome.BLOCK);
        }, scenario -> additions.entrySet().stream().filter(each -> isMore(each.getKey(), scenario)).filter(each -> decide(scenario.engine(), changed(scenario, each.getValue())).outcome() != Outcome.BLOCK)
                .map(each -> "with " + each.getKey()).collect(Collectors.joining(", ")));
        assertThat(blocks.get()).isGreaterThan(2 * WORLDS);
    }

    /** In strict mode a request that names no context may ask for any: to name one asks for less (attack 80). */
    private static boolean isMore(String addition, Scenario scenario) {
        return !addition.equals("a context") || scenario.policies().evaluationSettings().unknownSignals() != UnknownSignals.STRICT;
    }

    private static boolean isBlock(PolicyEngine engine, Scenario scenario) {
        Decision decision = decide(engine, scenario);
        return decision.outcome() == Outcome.BLOCK && decision.reason().code() != ReasonCode.INVALID_REQUEST;
    }

    private static Scenario changed(Scenario scenario, UnaryOperator<SignIn> change) {
        return scenario.with(Requests.with(scenario.request(), change.apply(scenario.request().signIn())));
    }

    private static Scenario strict(Scenario scenario) {
        PolicySet set = scenario.policies();
        return scenario.with(set.with(set.securityDefaults(), set.mfaSettings(), set.evaluationSettings().with(UnknownSignals.STRICT)));
    }

    private static <T> List<T> shuffled(List<T> list) {
        List<T> shuffled = new ArrayList<>(list);
        Collections.shuffle(shuffled, new Random(SEED));
        return List.copyOf(shuffled);
    }

    private static ConditionalAccessPolicy changed(ConditionalAccessPolicy policy, PolicyState state, GrantControls grant) {
        return new ConditionalAccessPolicy(policy.id(), policy.displayName(), state, policy.conditions(), grant, policy.sessionControls(),
                policy.notEvaluated(), policy.source());
    }

    /** Writes a policy set with every reference as an id, or with every reference as a name where there is one that is unique. */
    private static final class Names {

        private static final Map<String, String> ROLES = Roles.IDS.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

        private final PolicySet resolved;
        private final Directory directory;
        private final boolean byName;

        Names(Scenario scenario, boolean byName) {
            this.resolved = scenario.resolved();
            this.directory = scenario.directory();
            this.byName = byName;
        }

        PolicySet set() {
            return Scenario.with(resolved, resolved.policies().stream().map(this::policy).toList());
        }

        private ConditionalAccessPolicy policy(ConditionalAccessPolicy policy) {
            Conditions old = policy.conditions();
            Users users = old.users();
            Users who = new Users(all(users.includeUsers(), this::user), all(users.excludeUsers(), this::user), all(users.includeGroups(), this::group),
                    all(users.excludeGroups(), this::group), all(users.includeRoles(), this::role), all(users.excludeRoles(), this::role),
                    users.includeGuestsOrExternalUsers(), users.excludeGuestsOrExternalUsers());
            ClientApplications principals = old.clientApplications() == null ? null
                    : new ClientApplications(all(old.clientApplications().includeServicePrincipals(), this::principal),
                            all(old.clientApplications().excludeServicePrincipals(), this::principal), old.clientApplications().filter(),
                            all(old.clientApplications().includeAgentIdServicePrincipals(), this::agent),
                            all(old.clientApplications().excludeAgentIdServicePrincipals(), this::agent), old.clientApplications().agentFilter());
            Agents agents = old.agents() == null ? null : new Agents(all(old.agents().includeAgentUsers(), this::agentUser),
                    all(old.agents().excludeAgentUsers(), this::agentUser));
            Applications what = new Applications(all(old.applications().includeApplications(), this::application),
                    all(old.applications().excludeApplications(), this::application), old.applications().includeUserActions(),
                    old.applications().includeAuthenticationContextClassReferences(), old.applications().filter(), old.applications().includesUnknown());
            Locations where = old.locations() == null ? null : new Locations(all(old.locations().include(), this::location), all(old.locations().exclude(), this::location));
            GrantControls grant = policy.grantControls();
            GrantControls controls = grant == null ? null : new GrantControls(grant.isAnd(), grant.builtInControls(),
                    grant.authenticationStrength() == null ? null : all(List.of(grant.authenticationStrength()), this::strength).get(0),
                    all(grant.termsOfUse(), this::terms), grant.customAuthenticationFactors(), grant.notUnderstood());
            Conditions conditions = new Conditions(who, principals, agents, what, old.clientAppTypes(), old.platforms(), where, old.signInRiskLevels(),
                    old.userRiskLevels(), old.servicePrincipalRiskLevels(), old.agentIdRiskLevels(), old.insiderRiskLevels(), old.deviceFilter(), old.excludedDeviceStates(),
                    old.transferMethods(), old.times());
            return new ConditionalAccessPolicy(policy.id(), policy.displayName(), policy.state(), conditions, controls, policy.sessionControls(),
                    policy.notEvaluated(), policy.source());
        }

        private List<Reference> all(List<Reference> references, UnaryOperator<String> name) {
            List<Reference> written = new ArrayList<>();
            for (Reference reference : references) {
                String named = byName ? name.apply(reference.id()) : null;
                String text = named == null ? reference.id() : named;
                String any = text.hashCode() % 3 == 0 ? text.toUpperCase(Locale.ROOT) : text;
                written.add(new Reference(any, any, reference.position()));
            }
            return List.copyOf(written);
        }

        private String user(String id) {
            UserState user = directory.user(id);
            return user == null ? null : user.userPrincipalName();
        }

        private String group(String id) {
            return directory.groups().stream().filter(group -> group.id().equalsIgnoreCase(id)).map(Directory.Group::displayName)
                    .filter(name -> directory.groupIds(name).equals(List.of(id))).findFirst().orElse(null);
        }

        private String role(String id) {
            return ROLES.get(id);
        }

        private String principal(String id) {
            Directory.ServicePrincipal principal = directory.servicePrincipal(id);
            return principal == null ? null : principal.displayName();
        }

        private String agent(String id) {
            Directory.ServicePrincipal principal = directory.servicePrincipal(id);
            return principal == null || !principal.mayBeAgent() && !principal.isAgentIdentityBlueprint() ? null : principal.displayName();
        }

        private String agentUser(String id) {
            UserState user = directory.user(id);
            return user == null || !user.isAgentUser() ? null : user.userPrincipalName();
        }

        private String application(String id) {
            Directory.Application application = directory.application(id);
            return application == null || directory.applicationIds(application.displayName()).size() != 1 ? null : application.displayName();
        }

        private String location(String id) {
            return id.equals(WellKnown.MFA_TRUSTED_IPS) ? "MFA trusted IPs" : name(resolved.namedLocations(), id, NamedLocation::id, NamedLocation::displayName);
        }

        private String strength(String id) {
            return name(Stream.concat(AuthenticationStrength.builtIn().stream(), resolved.strengths().stream()).toList(), id, AuthenticationStrength::id,
                    AuthenticationStrength::displayName);
        }

        private String terms(String id) {
            return name(resolved.termsOfUse(), id, TermsOfUse::id, TermsOfUse::displayName);
        }

        private static <T> String name(List<T> resources, String id, Function<T, String> idOf, Function<T, String> nameOf) {
            return resources.stream().filter(each -> idOf.apply(each).equalsIgnoreCase(id)).map(nameOf).findFirst().orElse(null);
        }
    }
}
