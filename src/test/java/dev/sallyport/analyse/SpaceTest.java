package dev.sallyport.analyse;

import static dev.sallyport.fixtures.Attack.BLOCK;
import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.SignInFact;
import dev.sallyport.compile.Subject;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.fixtures.Exports;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.WellKnown;
import dev.sallyport.read.Resources;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A space holds everything that policies look at, each bit of it matters, and each name has a member. */
class SpaceTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC);
    /** A policy with every condition, and one that shares some of them. */
    private static final String[] POLICIES = {
        "---\nkind: ipNamedLocation\nid: office\ndisplayName: Office\nisTrusted: true\nipRanges: [{ cidrAddress: 198.51.100.0/24 }]\n",
        policy("every", "{ includeGroups: [Staff], excludeUsers: [bob@contoso.com] }", "{ includeApplications: [Payroll] }", """
                clientAppTypes: [browser]
                platforms: { includePlatforms: [windows] }
                locations: { includeLocations: [All], excludeLocations: [Office] }
                signInRiskLevels: [high]
                userRiskLevels: [low]
                insiderRiskLevels: minor
                devices: { deviceFilter: { mode: include, rule: 'device.model -startsWith "X"' } }
                authenticationFlows: { transferMethods: authenticationTransfer }
                """, MFA),
        policy("some", "{ includeUsers: [GuestsOrExternalUsers] }", "{ includeApplications: [Office 365 Exchange Online] }", "signInRiskLevels: [none, high]\n", BLOCK),
        "---\nkind: evaluationSettings\nmandatoryAdminPortalMfa: false\n"};

    private static List<int[]> points(Space space) {
        List<int[]> points = new ArrayList<>(List.of(new int[space.dimensions().size()]));
        for (int level = 0; level < space.dimensions().size(); level++) {
            List<int[]> more = new ArrayList<>();
            for (int[] point : points) {
                for (int c = 0; c < space.dimensions().get(level).size(); c++) {
                    int[] next = point.clone();
                    next[level] = c;
                    more.add(next);
                }
            }
            points = more;
        }
        return points;
    }

    private static List<Integer> values(Space space, long[][][] rows, List<Diagram.Asking> asking, List<int[]> points) {
        Diagram diagram = new Diagram(space.sets(), Profile::join, asking, rows);
        List<Integer> values = new ArrayList<>();
        for (int[] point : points) {
            for (int person = 0; person < space.sets().size(); person++) {
                values.add(diagram.value(point, person));
            }
        }
        return values;
    }

    @Test
    void everyBitOfARow_thatIsFlipped_isNoticed() throws Exception {
        PolicyEngine engine = Attack.engine(POLICIES);
        World world = new World(engine.policySet(), engine.directory(), CLOCK.instant());
        Space space = new Space(world, Kind.SIGN_IN, People.ofDirectory(world), new Requirements(), true);
        List<int[]> points = points(space);
        List<Diagram.Asking> asking = space.asking(Source.Demand::gap);
        List<Integer> right = values(space, space.rows(), asking, points);
        int flips = 0;
        for (int source = 0; source < space.sources().size(); source++) {
            if (asking.get(source).demands().isEmpty() || space.sources().get(source).policy() == null) {
                continue;
            }
            for (int level = 0; level < space.dimensions().size(); level++) {
                for (int c = 0; c < space.dimensions().get(level).size(); c++) {
                    long[][][] rows = space.rows();
                    rows[level][c] = rows[level][c].clone();
                    rows[level][c][0] ^= 1L << source;
                    assertThat(values(space, rows, asking, points)).as("source %d, dimension %s, class %d", source, space.dimensions().get(level).axis(), c).isNotEqualTo(right);
                    flips++;
                }
            }
            Diagram.Demand demand = asking.get(source).demands().get(0);
            for (int person = 0; person < space.sets().size(); person++) {
                long[] people = space.sets().bits(demand.people()).clone();
                people[0] ^= 1L << person;
                List<Diagram.Asking> changed = new ArrayList<>(asking);
                changed.set(source, new Diagram.Asking(List.of(new Diagram.Demand(demand.value(), space.sets().number(people)))));
                assertThat(values(space, space.rows(), changed, points)).as("source %d, person %d", source, person).isNotEqualTo(right);
                flips++;
            }
        }
        assertThat(flips).isGreaterThan(30);
        Oracle oracle = new Oracle(engine, world, world.set);
        for (int i = 0; i < points.size(); i++) {
            List<Signal> signals = signals(space, points.get(i));
            for (int person = 0; person < space.sets().size(); person++) {
                Person first = space.persons(person).get(0);
                Opening opening = oracle.opening(space.request(first, signals), first, oracle.decide(space.request(first, signals), first));
                int value = right.get(i * space.sets().size() + person);
                assertThat(Profile.isOpen(value) ? Opening.PASSWORD_ALONE : Profile.isOpenByRegistering(value) ? Opening.REGISTERING_FIRST : null).isEqualTo(opening);
            }
        }
    }

    private static List<Signal> signals(Space space, int[] point) {
        List<Signal> signals = new ArrayList<>();
        for (int level = 0; level < point.length; level++) {
            signals.add(space.dimensions().get(level).values(point[level]).get(0));
        }
        return signals;
    }

    // ---- names

    @Test
    void everyName_hasAMemberInTheOpenWorld() throws Exception {
        PolicyEngine engine = Attack.engine(policy("p", """
                { includeUsers: [ann@contoso.com, 6b8a9e5e-0000-4000-8000-000000000001, <User>], excludeUsers: [bob@contoso.com], includeGroups: [Staff, <Group>],
                  excludeGroups: [Break glass, 6b8a9e5e-0000-4000-8000-000000000002, <ExclusionPermGroup>], includeRoles: [Global Administrator],
                  excludeRoles: [Guest Inviter, 6b8a9e5e-0000-4000-8000-000000000003],
                  includeGuestsOrExternalUsers: { guestOrExternalUserTypes: "b2bCollaborationGuest,serviceProvider", externalTenants: { membershipKind: enumerated, members: [t1] } },
                  excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: otherExternalUser } }
                """.strip(), "{ includeApplications: [All] }", "", MFA));
        assertThat(named(engine)).isEqualTo(15);
    }

    @Test
    void everyNameOfPublishedPolicies_hasAMemberInTheOpenWorld() throws Exception {
        int names = 0;
        for (Path file : files(Exports.folder("corpora"))) {
            Diagnostics found = new Diagnostics();
            Resources resources = Resources.read(List.of(file), found);
            if (!found.hasErrors()) {
                names += named(PolicyEngine.of(resources.policySet(), Directory.empty(), CLOCK, found));
            }
        }
        assertThat(names).isGreaterThan(3_000);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
    }

    /** Asserts that for each name some person is included or excluded by it, in the words of the evaluator; returns how many names there are. */
    private static int named(PolicyEngine engine) {
        PolicySet set = OpenNames.bound(engine.policySet(), engine.directory());
        World world = new World(new PolicySet(set.policies().stream().map(SpaceTest::enabled).toList(), set.namedLocations(), set.strengths(), set.termsOfUse(),
                set.authenticationContexts(), set.securityDefaults(), set.mfaSettings(), set.evaluationSettings(), set.version()), engine.directory(), CLOCK.instant());
        People people = People.open(world);
        Oracle oracle = new Oracle(engine, world, world.set);
        Set<String> matched = new TreeSet<>();
        for (int i = 0; i < people.size(); i++) {
            Person person = people.person(i);
            if (person.standing() == Person.Standing.UNREGISTERED && person.names().size() == 1) {
                SignIn signIn = SignIn.builder().user(person.state().userPrincipalName()).clientAppType("browser").build();
                for (Decision.PolicyResult row : oracle.explain(signIn, person).policies()) {
                    row.includeRulesSatisfied().forEach(rule -> matched.add(row.id() + " + " + rule.rule() + " " + rule.id()));
                    row.excludeRulesSatisfied().forEach(rule -> matched.add(row.id() + " - " + rule.rule() + " " + rule.id()));
                }
            }
        }
        Set<String> named = new TreeSet<>();
        for (ConditionalAccessPolicy policy : world.set.policies()) {
            Users users = policy.conditions().users();
            boolean isAimed = policy.conditions().applications().targetsApplications() && policy.conditions().clientApplications() == null
                    && policy.conditions().applications().includeApplications().stream().anyMatch(each -> each.id().equals("All"));
            if (isAimed) {                                      // else the target hides the users (RES-51)
                names(named, policy.id() + " + ", users.includeUsers(), users.includeGroups(), users.includeRoles(), users.includeGuestsOrExternalUsers());
                names(named, policy.id() + " - ", users.excludeUsers(), users.excludeGroups(), users.excludeRoles(), users.excludeGuestsOrExternalUsers());
            }
        }
        assertThat(matched).containsAll(named);
        return named.size();
    }

    private static ConditionalAccessPolicy enabled(ConditionalAccessPolicy policy) {
        return new ConditionalAccessPolicy(policy.id(), policy.displayName(), dev.sallyport.model.PolicyState.ENABLED, policy.conditions(), policy.grantControls(),
                policy.sessionControls(), policy.notEvaluated(), policy.source());
    }

    private static void names(Set<String> named, String prefix, List<Reference> users, List<Reference> groups, List<Reference> roles, GuestsOrExternalUsers guests) {
        users.stream().filter(each -> !Set.of("None", "All", "AllAgentIdUsers").contains(each.id())).forEach(each -> named.add(prefix + (each.id().equals("GuestsOrExternalUsers") ? "guest " : "userId ")
                + each.id()));
        groups.forEach(each -> named.add(prefix + "groupId " + each.id()));
        roles.forEach(each -> named.add(prefix + "roleId " + each.id()));
        if (guests != null) {
            guests.types().forEach(type -> (guests.tenants() == null ? Set.of("null") : guests.tenants()).forEach(tenant ->
                    named.add(prefix + type.graphName() + " " + (tenant.equals("null") ? "null" : WellKnown.fold(tenant)))));
        }
    }

    @Test
    void everyNamedServicePrincipalAndAgent_isAskedInTheOpenWorld() throws Exception {
        PolicyEngine engine = Attack.engine(
                principals("workloads", "{ includeServicePrincipals: [6b8a9e5e-0000-4000-8000-000000000001], excludeServicePrincipals: [6b8a9e5e-0000-4000-8000-000000000002] }"),
                principals("agents", "{ includeAgentIdServicePrincipals: [6b8a9e5e-0000-4000-8000-000000000003], excludeAgentIdServicePrincipals: [6b8a9e5e-0000-4000-8000-000000000004] }"));
        World world = new World(engine.policySet(), engine.directory(), CLOCK.instant());
        Oracle oracle = new Oracle(engine, world, world.set);
        Set<String> matched = new TreeSet<>();
        for (Kind kind : List.of(Kind.WORKLOAD, Kind.AGENT)) {
            People people = People.of(List.of(world), kind, true);
            for (int i = 0; i < people.size(); i++) {
                Person person = people.person(i);
                for (Decision.PolicyResult row : oracle.explain(world.attack(person, kind, Credential.PASSWORD).build(), person).policies()) {
                    Stream.concat(row.includeRulesSatisfied().stream(), row.excludeRulesSatisfied().stream()).filter(rule -> rule.id() != null && rule.id().startsWith("6b8a9e5e"))
                            .forEach(rule -> matched.add(kind + " " + rule.id().substring(rule.id().length() - 1)));
                }
            }
        }
        assertThat(matched).contains("workload 1", "workload 2", "agent 3", "agent 4");
    }

    private static String principals(String id, String clients) {
        return policy(id, "{ includeUsers: [None] }", "{ includeApplications: [All] }", "clientApplications: " + clients + "\n", BLOCK);
    }

    @Test
    void everyNamedLocationAndApplication_hasAValue() throws Exception {
        PolicyEngine engine = Attack.engine("""
                ---
                { kind: ipNamedLocation, id: office, displayName: Office, isTrusted: true, ipRanges: [{ cidrAddress: 198.51.100.0/24 }] }
                ---
                { kind: ipNamedLocation, id: floor, displayName: Floor, ipRanges: [{ cidrAddress: 198.51.100.64/26 }, { cidrAddress: "2001:db8::/64" }] }
                ---
                { kind: countryNamedLocation, id: abroad, displayName: Abroad, countriesAndRegions: [BE], includeUnknownCountriesAndRegions: true }
                ---
                { kind: countryNamedLocation, id: beacon, displayName: Beacon, countriesAndRegions: [FR], countryLookupMethod: authenticatorAppGps }
                """, policy("p", "{ includeUsers: [All] }", "{ includeApplications: [Payroll, 6b8a9e5e-0000-4000-8000-000000000001, Office365], "
                + "excludeApplications: [Office 365 Exchange Online, <Application>] }", "locations: { includeLocations: [Office, Abroad, Beacon, 6b8a9e5e-0000-4000-8000-000000000002], "
                + "excludeLocations: [Floor, AllTrusted, <Location>] }\n", MFA));
        assertThat(valued(engine)).isEqualTo(12);
    }

    @Test
    void everyLocationAndApplicationOfPublishedPolicies_hasAValue() throws Exception {
        int names = 0;
        for (Path folder : List.of(Exports.folder("corpora").resolve("jsa2+caOptics"), Exports.folder("corpora").resolve("AlexFilipin+ConditionalAccess/PolicySets"))) {
            for (Path file : files(folder)) {
                Diagnostics found = new Diagnostics();
                Resources resources = Resources.read(List.of(file), found);
                if (!found.hasErrors()) {
                    names += valued(PolicyEngine.of(resources.policySet(), Directory.empty(), CLOCK, found));
                }
            }
        }
        assertThat(names).isGreaterThan(100);
    }

    /** Asserts that a policy on each name alone blocks some value of the space, in the words of the evaluator; returns how many names there are. */
    private static int valued(PolicyEngine engine) throws Exception {
        PolicySet set = OpenNames.bound(engine.policySet(), engine.directory());
        World world = new World(set.withPolicies(set.policies().stream().map(SpaceTest::enabled).toList()), engine.directory(), CLOCK.instant());
        People people = People.open(world);
        Space space = new Space(world, Kind.SIGN_IN, people, new Requirements(), false);
        ConditionalAccessPolicy block = Attack.engine(policy("block", "", BLOCK)).policySet().policies().get(0);
        int names = 0;
        Set<String> done = new TreeSet<>(List.of("All", "None"));
        for (ConditionalAccessPolicy policy : set.policies()) {
            ConditionalAccessPolicy.Conditions own = policy.conditions();
            List<ConditionalAccessPolicy> alone = new ArrayList<>();
            if (own.locations() != null) {
                Stream.concat(own.locations().include().stream(), own.locations().exclude().stream()).filter(each -> done.add(each.id()))
                        .forEach(each -> alone.add(at(block, block.conditions().applications(), new ConditionalAccessPolicy.Locations(List.of(each), List.of()))));
            }
            Stream.concat(own.applications().includeApplications().stream(), own.applications().excludeApplications().stream()).filter(each -> done.add(each.id()))
                    .forEach(each -> alone.add(at(block, new ConditionalAccessPolicy.Applications(List.of(each), List.of(), List.of(), List.of(), null, false), null)));
            for (ConditionalAccessPolicy each : alone) {
                Oracle oracle = new Oracle(engine, world, world.set.withPolicies(List.of(each)));
                Axis axis = each.conditions().locations() != null ? Axis.LOCATION : Axis.APPLICATION;
                assertThat(space.dimensions().stream().filter(dimension -> dimension.axis() == axis).flatMap(dimension -> IntStream.range(0, dimension.size())
                        .mapToObj(dimension::values)).flatMap(List::stream)).as(each.conditions().toString()).anySatisfy(signal ->
                        assertThat(oracle.decide(space.request(people.person(0), List.of(signal)), people.person(0)).outcome()).isEqualTo(Outcome.BLOCK));
                names++;
            }
        }
        return names;
    }

    private static ConditionalAccessPolicy at(ConditionalAccessPolicy block, ConditionalAccessPolicy.Applications applications, ConditionalAccessPolicy.Locations locations) {
        ConditionalAccessPolicy.Conditions own = block.conditions();
        return new ConditionalAccessPolicy(block.id(), block.displayName(), block.state(), new ConditionalAccessPolicy.Conditions(own.users(), null, null, applications,
                own.clientAppTypes(), null, locations, own.signInRiskLevels(), own.userRiskLevels(), own.servicePrincipalRiskLevels(), own.agentIdRiskLevels(), own.insiderRiskLevels(),
                null, own.excludedDeviceStates(), own.transferMethods(), null), block.grantControls(), block.sessionControls(), block.notEvaluated(), block.source());
    }

    // ---- what spaces do not know

    /** A new condition or control has to be added to the space, or told among what is approximated; then it is added here. */
    @Test
    void everyConditionAndControl_isKnownToTheSpaces() {
        assertThat(components(ConditionalAccessPolicy.Conditions.class)).containsExactly("users", "clientApplications", "agents", "applications", "clientAppTypes", "platforms",
                "locations", "signInRiskLevels", "userRiskLevels", "servicePrincipalRiskLevels", "agentIdRiskLevels", "insiderRiskLevels", "deviceFilter", "excludedDeviceStates",
                "transferMethods", "times");
        assertThat(components(Users.class)).containsExactly("includeUsers", "excludeUsers", "includeGroups", "excludeGroups", "includeRoles", "excludeRoles",
                "includeGuestsOrExternalUsers", "excludeGuestsOrExternalUsers");
        assertThat(components(ConditionalAccessPolicy.Applications.class)).containsExactly("includeApplications", "excludeApplications", "includeUserActions",
                "includeAuthenticationContextClassReferences", "filter", "includesUnknown");
        assertThat(components(ConditionalAccessPolicy.GrantControls.class)).containsExactly("isAnd", "builtInControls", "authenticationStrength", "termsOfUse",
                "customAuthenticationFactors", "notUnderstood");
        assertThat(components(ConditionalAccessPolicy.SessionControls.class)).containsExactly("signInFrequency", "persistentBrowser", "cloudAppSecurity",
                "applicationEnforcedRestrictions", "secureSignInSession", "continuousAccessEvaluation", "disableResilienceDefaults");
    }

    @Test
    void everyTestOfACompiledPolicy_isAskedByTheSpaces() {
        assertThat(Arrays.stream(CompiledPolicy.class.getDeclaredMethods()).map(Method::getName).filter(name -> name.startsWith("matches")))
                .containsExactlyInAnyOrder("matchesTarget", "matchesSubject", "matchesEnvironment", "matchesLocation", "matchesDevice");
        assertThat(Arrays.stream(SignInFact.class.getDeclaredFields()).map(Field::getName)).containsExactlyInAnyOrder("action", "applications", "lowPrivilege", "baselineTarget",
                "lowPrivilegeExempt", "scopesUnknown", "signInScopesOnly", "context", "contextUnknown", "subject", "environment", "locations", "possibleLocations", "now", "device", "deviceUnknown",
                "deviceThatMayLack", "literalExtensionAttributes", "hits");
        assertThat(components(Subject.class)).containsExactly("principals", "possible", "guestType", "includedAs", "tenant", "servicePrincipal", "workload", "agent", "attributes", "row",
                "roles");
    }

    private static List<String> components(Class<?> record) {
        return Arrays.stream(record.getRecordComponents()).map(RecordComponent::getName).collect(Collectors.toList());
    }
}
