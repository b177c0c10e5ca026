package dev.sallyport.attack;

import static dev.sallyport.fixtures.Attack.BLOCK;
import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.ann;
import static dev.sallyport.fixtures.Attack.assertInvalid;
import static dev.sallyport.fixtures.Attack.engine;
import static dev.sallyport.fixtures.Attack.outcome;
import static dev.sallyport.fixtures.Attack.policy;
import static dev.sallyport.fixtures.Attack.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sallyport.PolicyEngine;
import dev.sallyport.decide.Facts;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.fixtures.Property;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.fixtures.RequestFacts;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.fixtures.Shrinker;
import dev.sallyport.fixtures.Targets;
import dev.sallyport.model.AppPasswords;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SecurityAttributes;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import dev.sallyport.replay.Change;
import dev.sallyport.replay.Disagreement;
import dev.sallyport.replay.Replayer;
import dev.sallyport.replay.Summary;
import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request may leave out, or fill with nonsense: in strict mode nothing that is missing lets in. */
class StrictAttacksTest {

    private static final String STRICT = "---\nkind: evaluationSettings\nunknownSignals: strict\n";
    private static final String AREA = "---\nkind: countryNamedLocation\ndisplayName: Area\ncountriesAndRegions: [KP, GB, GR]\nincludeUnknownCountriesAndRegions: %s\n"
            + "countryLookupMethod: %s\n";
    private static final String IN_AREA = "locations: { includeLocations: [Area] }\n";

    // ---- countries

    @ParameterizedTest
    @ValueSource(strings = {"XX", "ZZ", "EU", "AP", "UK", "AA", "QQ", "EL", "xx", "uk", "00", "99", "12"})
    void attack_78_codeOfNoCountry_isAnUnknownCountry_andNoForeignOne(String code) throws Exception {
        String set = policy("p", IN_AREA, BLOCK);
        assertThat(outcome(engine(AREA.formatted("true", "clientIpAddress"), set), ann().country(code))).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine(AREA.formatted("true", "clientIpAddress"), set, STRICT), told().country(code))).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine(AREA.formatted("false", "clientIpAddress"), set, STRICT), told().country(code))).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine(AREA.formatted("false", "clientIpAddress"), set), ann().country(code))).as("CA-UNK-06").isEqualTo(Outcome.ALLOW);
    }

    @ParameterizedTest
    @CsvSource({"KP, BLOCK", "gb, BLOCK", "NL, ALLOW", "nl, ALLOW", "XK, ALLOW", "xk, ALLOW", "AX, ALLOW"})
    void attack_78_codeOfACountry_isThatCountryInAnyCase(String code, Outcome expected) throws Exception {
        assertThat(outcome(engine(AREA.formatted("true", "clientIpAddress"), policy("p", IN_AREA, BLOCK)), ann().country(code))).isEqualTo(expected);
    }

    /** As in attack 50: what is not written like a code at all is a mistake of the caller. */
    @ParameterizedTest
    @ValueSource(strings = {"", "X", "N1", "1N", "GBR", "840", "\u0661\u0662", "\uFF38\uFF38", "--", "  "})
    void attack_78_textThatIsNoCode_isInvalid(String code) throws Exception {
        PolicyEngine engine = engine(AREA.formatted("true", "clientIpAddress"), policy("p", IN_AREA, BLOCK));
        assertInvalid(engine, ann().country(code).build(), "country");
        assertInvalid(engine, ann().gps(new SignIn.Gps(code)).build(), "gps.country");
    }

    @ParameterizedTest
    @ValueSource(strings = {"XX", "uk", "99"})
    void attack_78_positionInNoCountry_isNoPosition_andBlocks(String code) throws Exception {
        for (String unknown : List.of("true", "false")) {
            PolicyEngine engine = engine(AREA.formatted(unknown, "authenticatorAppGps"), policy("p", IN_AREA, BLOCK));
            assertThat(outcome(engine, ann().gps(new SignIn.Gps("NL")))).isEqualTo(Outcome.ALLOW);
            assertThat(outcome(engine, ann().gps(new SignIn.Gps(code)))).as("CA-LOC-17").isEqualTo(Outcome.BLOCK);
        }
    }

    @Test
    void attack_78_codeOfNoCountryInWhatIfAndInALog_isUnknownThereToo() throws Exception {
        PolicyEngine engine = engine(AREA.formatted("true", "clientIpAddress"), policy("p", IN_AREA, BLOCK));
        String body = "{\"signInIdentity\":{\"@odata.type\":\"#microsoft.graph.userSignIn\",\"userId\":\"u1\"},\"signInContext\":"
                + "{\"@odata.type\":\"#microsoft.graph.applicationContext\",\"includeApplications\":[\"a1\"]},\"signInConditions\":{\"country\":\"%s\"}}";
        assertThat(engine.whatIf(body.formatted("XX"))).contains("\"policyApplies\":true");
        assertThat(engine.whatIf(body.formatted("NL"))).contains("\"policyApplies\":false");
        String log = "{\"id\":\"1\",\"createdDateTime\":\"2026-11-22T08:00:00Z\",\"userId\":\"u1\",\"appId\":\"a1\",\"resourceId\":\"a1\",\"clientAppUsed\":\"Browser\","
                + "\"isInteractive\":true,\"ipAddress\":\"198.51.100.7\",\"status\":{\"errorCode\":0},\"location\":{\"countryOrRegion\":\"%s\"}}";
        assertThat(replayed(engine, log.formatted("XX"))).isEqualTo(Outcome.BLOCK);
        assertThat(replayed(engine, log.formatted("99"))).isEqualTo(Outcome.BLOCK);
        assertThat(replayed(engine, log.formatted("NL"))).isEqualTo(Outcome.ALLOW);
    }

    /** How the one record of a log is decided now. */
    private static Outcome replayed(PolicyEngine engine, String log) throws Exception {
        try (Replayer replayer = new Replayer(engine, NOBODY, 1)) {
            replayer.read("log.json", new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)));
            Summary summary = replayer.summary();
            assertThat(summary.decided()).isEqualTo(1);
            return Arrays.stream(Outcome.values()).filter(outcome -> summary.now(outcome) == 1).findFirst().orElseThrow();
        }
    }

    private static final Replayer.Listener NOBODY = new Replayer.Listener() {
        @Override
        public void change(Change change) { }

        @Override
        public void disagreement(Disagreement disagreement) { }

        @Override
        public void progress(int records) { }

        @Override
        public void malformed(String file, int line, int column, String message) {
            throw new AssertionError(message);
        }
    };

    // ---- strict mode

    /** How many facts are removed: {@code mvn test -Dtest=StrictAttacksTest -Dsallyport.facts=1000000}. */
    private static final long FACTS = Long.getLong("sallyport.facts", 20_000);

    /** What the property never removes from a random request: an app password is verified at the cost of a tenth of a second; it has a case of its own. */
    private static final Set<String> NOT_DRAWN = Set.of("authentication.appPassword");

    /** Tells the time of the request that is decided, so that one that no longer says it happens when it did. */
    private static final class RequestClock extends Clock {
        private Instant now;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private record Strict(PolicyEngine engine, RequestClock clock) {

        static Strict of(Scenario scenario) {
            try {
                RequestClock clock = new RequestClock();
                PolicyEngine engine = PolicyEngine.of(scenario.policies(), scenario.directory(), clock, new Diagnostics());
                return new Strict(engine.with(engine.policySet().evaluationSettings().with(UnknownSignals.STRICT)), clock);
            } catch (PolicyLoadException e) {
                throw new IllegalArgumentException(e);
            }
        }

        Decision decide(Scenario scenario, Request request) {
            Instant said = scenario.request().signIn().createdDateTime();
            clock.now = said != null ? said : scenario.clock();
            Decision decision = engine.evaluate(request, scenario.user());
            assertThat(decision.reason().code()).as(decision.reason().message()).isNotEqualTo(ReasonCode.EVALUATION_FAILED);
            return decision;
        }
    }

    /** Whether a fact less lets more in: a block is lost, or what was asked for is not asked for any more. */
    private static boolean lets(Strict strict, Scenario scenario, String fact) {
        if (!RequestFacts.of(scenario.request()).contains(fact)) {
            return false;
        }
        Decision before = strict.decide(scenario, scenario.request());
        Decision after = strict.decide(scenario, RequestFacts.without(scenario.request(), fact));
        return switch (before.outcome()) {
            case BLOCK -> before.reason().code() != ReasonCode.INVALID_REQUEST && after.outcome() != Outcome.BLOCK;
            case CHALLENGE, PROMPT_REGISTER -> after.outcome() == Outcome.ALLOW && !isOfTheToken(fact, scenario.request().signIn())
                    && !isOfNoMfa(fact, scenario);
            case ALLOW -> false;
        };
    }

    /** Whether a request is asked for less without a fact, which docs/gateway.md tells: of the token, or the session that it comes with. */
    private static boolean isOfTheToken(String fact, SignIn signIn) {
        return fact.equals("session.primaryRefreshTokenDateTime") || fact.equals("session") && signIn.session().primaryRefreshTokenDateTime() != null;
    }

    /**
     * MFA that a user cannot do here is asked for again where a request tells how old it is: nothing that could be asked for otherwise. Users
     * without a method cannot, and users of a shared channel, who have none here (SD-11).
     */
    private static boolean isOfNoMfa(String fact, Scenario scenario) {
        boolean remembered = fact.equals("session.rememberedMfaDateTime") || fact.equals("session") && scenario.request().signIn().session().rememberedMfaDateTime() != null;
        boolean cannot = !userOf(scenario).isMfaRegistered() || userOf(scenario).guestType() == GuestType.B2B_DIRECT_CONNECT_USER;
        return cannot && (remembered || fact.equals("authentication.mfaDateTime"));
    }

    private static UserState userOf(Scenario scenario) {
        return scenario.user() != null ? scenario.user() : scenario.directory().user(scenario.request().signIn().user());
    }

    @Test
    void attack_80_factLess_inStrictMode_neverLiftsABlock_norWhatWasAskedFor() {
        long removed = 0;
        Map<String, Long> blocked = new TreeMap<>();
        for (int w = 0; removed < FACTS; w++) {
            RandomWorld world = Property.world(w);
            Scenario first = world.scenario(0).loadable();
            Strict strict = Strict.of(first);
            for (int i = 0; i < 40; i++) {
                Scenario scenario = world.scenario(i).with(first.policies());
                Decision before = strict.decide(scenario, scenario.request());
                if (before.outcome() == Outcome.ALLOW || before.reason().code() == ReasonCode.INVALID_REQUEST) {
                    continue;
                }
                for (String fact : RequestFacts.of(scenario.request())) {
                    removed++;
                    if (before.outcome() == Outcome.BLOCK) {
                        blocked.merge(fact, 1L, Long::sum);
                    }
                    if (lets(strict, scenario, fact)) {
                        Scenario small = Shrinker.shrink(scenario, each -> lets(Strict.of(each), each, fact));
                        fail("%s, request %d, seed %d, without %s%n%s%n%s%n%s", world, i, Property.SEED, fact, Strict.of(small).decide(small, small.request()),
                                Strict.of(small).decide(small, RequestFacts.without(small.request(), fact)), small.describe());
                    }
                }
            }
        }
        Set<String> never = new TreeSet<>(RequestFacts.all());
        never.removeAll(blocked.keySet());
        never.removeIf(fact -> NOT_DRAWN.contains(fact) || fact.equals("device.texts") || fact.equals("device.collections"));
        assertThat(never).as("facts that were never removed from a blocked request, of %d", removed).isEmpty();
    }

    /** Of which everything is told that any of the policies below asks about. */
    private static SignIn.Builder told() {
        return ann().authenticationContext("none").authenticationFlow("none").scopes(List.of("Mail.Read")).device(device("Surface"))
                .authentication(SignIn.Authentication.builder().credential("password").methods(List.of("password")).signInDateTime(NOW)
                        .firstFactor("passed").homeTenantMfa(false).build())
                .session(SignIn.Session.INTERACTIVE.toBuilder().startedDateTime(NOW).originalTransferMethod("none").build());
    }

    private static final Instant NOW = Targets.CLOCK.instant();

    private static Device device(String model) {
        return new Device("d1", null, true, true, "AzureAD", model == null ? Map.of("deviceId", "d1") : Map.of("deviceId", "d1", "model", model), Map.of());
    }

    @Test
    void attack_80_factOnWhichABlockHangs_isUnknownWhenItIsAbsent_inStrictMode() throws Exception {
        String context = policy("p", "{ includeUsers: [All] }", "{ includeAuthenticationContextClassReferences: [c1] }", "", BLOCK);
        assertBlocks(context, told().authenticationContext("c1"), told().authenticationContext(null), told());
        String model = policy("p", "devices: { deviceFilter: { mode: include, rule: 'device.model -eq \"Rooted\"' } }\n", BLOCK);
        assertBlocks(model, told().device(device("Rooted")), told().device(device(null)), told());
        assertBlocks(model, told().device(device("Rooted")), told().device(device("Rooted")).session(SignIn.Session.INTERACTIVE.toBuilder()
                .isPrivateBrowsing(null).startedDateTime(NOW).originalTransferMethod("none").build()), told());
        String flow = policy("p", "authenticationFlows: { transferMethods: deviceCodeFlow }\n", BLOCK);
        assertBlocks(flow, told().session(SignIn.Session.INTERACTIVE.toBuilder().startedDateTime(NOW)
                .originalTransferMethod("deviceCodeFlow").build()),
                told().session(SignIn.Session.INTERACTIVE.toBuilder().startedDateTime(NOW).build()), told());
        String scopes = policy("p", "{ includeUsers: [All] }", "{ includeApplications: [All], excludeApplications: [Payroll] }", "", BLOCK) + "---\nkind: evaluationSettings\n"
                + "unknownSignals: strict\nlowPrivilegeScopes: evaluated\n";
        assertBlocks(scopes, told().scopes(List.of("User.Read")), told().scopes(List.of()), told());
    }

    private static void assertBlocks(String set, SignIn.Builder given, SignIn.Builder removed, SignIn.Builder otherwise) throws Exception {
        PolicyEngine engine = engine(set, set.contains("unknownSignals") ? "" : STRICT);
        assertThat(outcome(engine, given)).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine, removed)).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine, otherwise)).isEqualTo(Outcome.ALLOW);
    }

    @Test
    void attack_80_factThatHasToBeGiven_isInvalidWhenItIsAbsent_inStrictModeOnly() throws Exception {
        PolicyEngine strict = engine(policy("p", "", MFA), STRICT);
        PolicyEngine entra = engine(policy("p", "", MFA));
        SignIn.Builder noCredential = told().authentication(SignIn.Authentication.builder().methods(List.of("password"))
                .signInDateTime(NOW).firstFactor("passed").homeTenantMfa(false).build());
        SignIn.Builder noFactor = told().authentication(SignIn.Authentication.builder().credential("password")
                .methods(List.of("password")).signInDateTime(NOW).homeTenantMfa(false).build());
        assertInvalid(strict, noCredential.build(), "authentication.credential");
        assertInvalid(strict, noFactor.build(), "authentication.firstFactor");
        Directory.ServicePrincipal daemon = Directory.ServicePrincipal.builder().id("s1").appId("s1").displayName("Nightly import")
                .build();
        Decision workload = entra.evaluateWorkload(SignIn.builder().servicePrincipal("s1").authentication(SignIn.Authentication.ofAppPassword("abcdefghijklmnop")).build(), daemon);
        assertThat(workload.reason().code()).as(workload.reason().message()).isEqualTo(ReasonCode.INVALID_REQUEST);
        assertInvalid(strict, new Registration(told().build(), null, null), "method");
        assertThat(outcome(entra, noCredential)).isEqualTo(outcome(entra, noFactor)).isEqualTo(Outcome.CHALLENGE);
        assertThat(strict.evaluate(new Registration(told().build(), "none", null)).reason()).isEqualTo(entra.evaluate(new Registration(told().build(), null, null)).reason());
    }

    @Test
    void attack_80_sessionOfARevokedUser_signsInAfreshUnlessItIsKnownToBeLater_inStrictMode() throws Exception {
        Directory revoked = Attack.directory(Attack.PEOPLE.replace("userPrincipalName: ann@contoso.com,", "userPrincipalName: ann@contoso.com, signInSessionsValidFromDateTime: 2026-11-20T16:00:00Z,"));
        PolicyEngine engine = engine(revoked, "kind: mfaSettings\n", STRICT);
        assertThat(engine.evaluate(told().session(SignIn.Session.INTERACTIVE.toBuilder().isInteractive(false).startedDateTime(NOW)
                .originalTransferMethod("none").build()).build()).outcome()).isEqualTo(Outcome.ALLOW);
        for (SignIn.Builder less : List.of(told().session(SignIn.Session.INTERACTIVE.toBuilder().isInteractive(null)
                .startedDateTime(NOW.minusSeconds(864_000)).originalTransferMethod("none").build())
                        .authentication(SignIn.Authentication.builder().credential("password").methods(List.of("password"))
                                .signInDateTime(NOW.minusSeconds(864_000)).firstFactor("passed").homeTenantMfa(false).build()),
                told().session(SignIn.Session.INTERACTIVE.toBuilder().isInteractive(false).originalTransferMethod("none").build()),
                told().session(SignIn.Session.INTERACTIVE.toBuilder().isInteractive(false).startedDateTime(NOW)
                        .originalTransferMethod("none").build()).authentication(SignIn.Authentication.builder().credential("password")
                                .methods(List.of("password")).firstFactor("passed").homeTenantMfa(false).build()))) {
            assertThat(engine.evaluate(less.build()).reason().code()).isEqualTo(ReasonCode.SESSION_REVOKED);
            assertThat(engine.explain(less.build()).reason().code()).isEqualTo(ReasonCode.SESSION_REVOKED);
        }
        PolicyEngine blocking = engine(revoked, policy("p", "", BLOCK), STRICT);
        assertThat(blocking.evaluate(told().session(SignIn.Session.INTERACTIVE.toBuilder().isInteractive(null)
                .originalTransferMethod("none").build()).build()).outcome()).as("a challenge comes before no block").isEqualTo(Outcome.BLOCK);
    }

    @Test
    void attack_80_appPasswordThatIsClaimedAndNotGiven_isNotAccepted_inStrictMode() throws Exception {
        Directory people = Attack.directory(Attack.PEOPLE.replace("perUserMfaState: enabled }", "perUserMfaState: enforced, authenticationMethods: [{ method: sms }], appPasswords: [{ id: p1, displayName: printer, "
                + "createdDateTime: 2026-01-01T00:00:00Z, hash: '" + AppPasswords.hash("abcdefghijklmnop", new SecureRandom()) + "' }] }"));
        SignIn.Builder given = user("bob@contoso.com").clientAppType("other").authentication(SignIn.Authentication.builder()
                .credential("appPassword").signInDateTime(NOW).firstFactor("passed").homeTenantMfa(false).appPassword("abcdefghijklmnop")
                .build());
        SignIn.Builder claimed = user("bob@contoso.com").clientAppType("other").authentication(SignIn.Authentication.builder()
                .credential("appPassword").signInDateTime(NOW).firstFactor("passed").homeTenantMfa(false).build());
        String settings = "kind: mfaSettings\nallowAppPasswords: true\n";
        assertThat(outcome(engine(people, settings, STRICT), given)).isEqualTo(Outcome.ALLOW);
        assertThat(outcome(engine(people, settings, STRICT), claimed)).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine(people, settings), claimed)).isEqualTo(Outcome.ALLOW);
    }

    @Test
    void strictMode_isToldOfInTheGatewaysPage_factByFact() throws Exception {
        String page = Files.readString(Path.of("docs/gateway.md"));
        String table = page.substring(page.indexOf("## Strict mode"), page.indexOf("## It fails closed"));
        assertThat(RequestFacts.all()).hasSizeGreaterThan(50).allSatisfy(fact -> assertThat(table).contains("`" + fact + "`"));
    }

    @Test
    void blockThatHangsOnAClientThatIsNotSaid_tellsSo() throws Exception {
        PolicyEngine engine = engine(policy("legacy", "clientAppTypes: [exchangeActiveSync, other]\n", BLOCK));
        for (Decision decision : List.of(engine.evaluate(ann().clientAppType(null).build()), engine.explain(ann().clientAppType(null).build()))) {
            assertThat(decision.outcome()).isEqualTo(Outcome.BLOCK);
            assertThat(decision.diagnostics()).singleElement().asString().contains("`clientAppType` is missing");
        }
        assertThat(engine.evaluate(ann().clientAppType("other").build()).diagnostics()).isEmpty();
        assertThat(engine(policy("everywhere", "", BLOCK)).evaluate(ann().clientAppType(null).build()).diagnostics()).isEmpty();
    }

    // ---- what a stranger's name costs

    private static final String[] STRANGERS = {"user9999x@contoso.com", "usar.namber5x@cantaso.cam", "mallory@evil.example", "x", "user 1", "ÄÖÜ@contoso.com", "a".repeat(180), "é".repeat(180), "\u03a9".repeat(180),
        "a".repeat(181), "user1@contoso.com".repeat(100_000), " ".repeat(1_000_000), "a\0b", "\ud800".repeat(100)};

    private static final long MOST_BYTES = 2_048;
    /** Many times what it may cost: the machine may be busy. A search among all names took a thousand times as long. */
    private static final long MOST_NANOSECONDS = 300_000;

    private static Directory company(int users) {
        List<UserState> people = IntStream.range(0, users).mapToObj(i -> UserState.builder().id("id-" + i)
                .userPrincipalName("user" + i + "@contoso.com").displayName("User " + i).build()).toList();
        List<Directory.Application> applications = IntStream.range(0, users / 10).mapToObj(i ->
                new Directory.Application("app-" + i, "Application number " + i, Set.of(), SecurityAttributes.NONE)).toList();
        List<Device> devices = IntStream.range(0, users / 10).mapToObj(i -> new Device("device-" + i, "LAPTOP-" + i, false, false, "AzureAD", Map.of(), Map.of())).toList();
        return new Directory(Directory.Organization.DEFAULT, people, List.of(), applications, devices, List.of());
    }

    @ParameterizedTest
    @ValueSource(ints = {10_000, 100_000})
    void attack_81_unknownName_costsLittleWhateverTheNameAndTheSizeOfTheDirectory(int users) throws Exception {
        PolicyEngine engine = engine(company(users), policy("p", "", BLOCK));
        Map<String, Function<String, Request>> fields = Map.of("user", name -> SignIn.builder().user(name).build(),
                "application", name -> SignIn.builder().user("user1@contoso.com").application(name).build(),
                "device", name -> SignIn.builder().user("user1@contoso.com").deviceName(name).build(),
                "servicePrincipal", name -> SignIn.builder().servicePrincipal(name).build());
        fields.forEach((field, request) -> {
            for (String name : STRANGERS) {
                assertInvalid(engine, request.apply(name), field);
                Request stranger = request.apply(name);
                long least = Long.MAX_VALUE;
                long fastest = Long.MAX_VALUE;
                for (int round = 0; round < 40 && (least > MOST_BYTES || fastest > MOST_NANOSECONDS); round++) {
                    long time = System.nanoTime();
                    long before = allocated();
                    for (int i = 0; i < 500; i++) {
                        engine.evaluate(stranger);
                    }
                    least = Math.min(least, (allocated() - before) / 500);
                    fastest = Math.min(fastest, (System.nanoTime() - time) / 500);
                }
                assertThat(least).as(field + " of " + name.length()).isLessThanOrEqualTo(MOST_BYTES);
                assertThat(fastest).as("nanoseconds for a " + field + " of " + name.length()).isLessThanOrEqualTo(MOST_NANOSECONDS);
            }
        });
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    @Test
    void attack_81_suggestion_isForReadersOfTheCommandLine() throws Exception {
        PolicyEngine engine = engine(policy("p", "", BLOCK));
        SignIn slip = SignIn.builder().user("an@contoso.com").build();
        Decision decision = engine.evaluate(slip);
        assertThat(decision.reason().message()).isEqualTo("user: unknown user `an@contoso.com`");
        assertThat(engine.explain(slip).reason().message()).isEqualTo(decision.reason().message());
        assertThat(Facts.suggestion(slip, engine.directory(), engine.policySet().evaluationSettings(), "")).isEqualTo("user: unknown user `an@contoso.com`; did you mean `ann@contoso.com`?");
        assertThat(Facts.suggestion(ann().application("Payrol").build(), engine.directory(), engine.policySet().evaluationSettings(), ""))
                .isEqualTo("application: unknown application `Payrol`; did you mean `Payroll`?");
        assertThat(Facts.suggestion(ann().clientAppType("brwser").build(), engine.directory(), engine.policySet().evaluationSettings(), "")).endsWith("; did you mean `browser`?");
    }

    // ---- what a stranger's text does to messages and sources

    private static final String HOSTILE = "x`\r\n2026-11-28 INFO user=admin outcome=allow\u001b[2J\u0085\u2028\u202e\u0007";

    @Test
    void attack_82_textOfARequestInAMessage_isOneShortLine() throws Exception {
        PolicyEngine engine = engine(policy("p", "", BLOCK));
        String longest = HOSTILE + "z".repeat(1_000_000);
        for (Function<String, Request> request : List.<Function<String, Request>>of(text -> SignIn.builder().user(text).build(), text -> ann().application(text).build(),
                text -> ann().clientAppType(text).build(), text -> ann().devicePlatform(text).build(), text -> ann().ipAddress(text).build(), text -> ann().country(text).build(),
                text -> ann().deviceName(text).build(), text -> ann().authenticationContext(text).build(), text -> ann().signInRiskLevel(text).build(),
                text -> ann().authenticationFlow(text).build(), text -> ann().externalUserType(text).build(), text -> ann().securityDefaultsPrompt(text).build(),
                text -> ann().gps(new SignIn.Gps(text)).build(), text -> new Registration(ann().build(), text, null), text -> SignIn.builder().servicePrincipal(text).build(),
                text -> ann().authentication(SignIn.Authentication.builder().credential(text).homeTenantMfa(false).build()).build(),
                text -> ann().authentication(SignIn.Authentication.builder().methods(List.of(text)).homeTenantMfa(false).build()).build(),
                text -> ann().authentication(SignIn.Authentication.builder().firstFactor(text).homeTenantMfa(false).build()).build(),
                text -> ann().session(SignIn.Session.INTERACTIVE.toBuilder().originalTransferMethod(text).build()).build(),
                text -> ann().session(SignIn.Session.INTERACTIVE.toBuilder().corporateIpAddress(text).build()).build())) {
            for (String text : List.of(HOSTILE, longest)) {
                for (Decision decision : List.of(engine.evaluate(request.apply(text)), engine.explain(request.apply(text)))) {
                    assertThat(decision.outcome()).isEqualTo(Outcome.BLOCK);
                    assertThat(decision.reason().code()).as(decision.reason().message()).isEqualTo(ReasonCode.INVALID_REQUEST);
                    assertThat(decision.reason().message()).hasSizeLessThan(600).doesNotContainPattern(STEERING);
                    assertThat(decision.user()).hasSizeLessThan(200).doesNotContainPattern(STEERING);
                }
            }
        }
    }

    private static final String STEERING = "[\\p{Cntrl}\\p{Cf}\\u0085\\u2028\\u2029]";

    @Test
    void attack_82_failureOfASource_isOneLine_andAKnownUserIsNamedOnOne() throws Exception {
        PolicyEngine failing = engine(policy("p", "", BLOCK)).withUserStates(name -> {
            throw new IllegalStateException("row is wrong\n  help: mend\tit\u001b[31m");
        });
        Decision failed = failing.evaluate(ann().build());
        assertThat(failed.reason().code()).isEqualTo(ReasonCode.EVALUATION_FAILED);
        assertThat(failed.reason().message()).contains("row is wrong help: mend").doesNotContainPattern(STEERING);
        UserState odd = UserState.builder().id("u9").userPrincipalName("odd\nname@contoso.com").build();
        assertThat(engine(policy("p", "", BLOCK)).evaluate(SignIn.builder().user("u9").build(), odd).user()).isEqualTo("odd\\nname@contoso.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann\0@contoso.com", "\0", "ann@contoso.com\ud83d", "\udc00ann@contoso.com"})
    void attack_83_nulOrHalfASurrogatePairInAName_isInvalidWithEverySource(String name) throws Exception {
        UserState ann = engine(policy("p", "", BLOCK)).directory().user("ann@contoso.com");
        List<String> asked = new ArrayList<>();
        PolicyEngine sourced = engine(policy("p", "", MFA)).withUserStates(each -> {
            asked.add(each);
            throw new IllegalStateException("invalid byte sequence");
        });
        assertInvalid(sourced, user(name).build(), "user");
        assertThat(asked).isEmpty();
        PolicyEngine engine = engine(policy("p", "", MFA));
        assertInvalid(engine, user(name).build(), "user");
        Decision brought = engine.evaluate(user(name).build(), ann);
        assertThat(brought.reason().code()).isEqualTo(ReasonCode.INVALID_REQUEST);
        assertInvalid(engine, SignIn.builder().servicePrincipal(name).build(), "servicePrincipal");
        assertInvalid(engine, ann().application(name).build(), "application");
        assertInvalid(engine, ann().applications(List.of("Payroll", name)).build(), "application");
        assertInvalid(engine, ann().deviceName(name).build(), "device");
        assertInvalid(engine, ann().device(new Device("d1", name, true, true, null, Map.of(), Map.of())).build(), "device");
        assertInvalid(engine, ann().device(new Device("d1", null, true, true, null, Map.of("model", name), Map.of())).build(), "device");
        assertInvalid(engine, ann().device(new Device("d1", null, true, true, null, Map.of(), Map.of("systemLabels", List.of(name)))).build(), "device");
        assertInvalid(engine, ann().authenticationContext(name).build(), "authenticationContext");
        assertInvalid(engine, ann().externalTenantId(name).build(), "externalTenantId");
        assertInvalid(engine, ann().name(name).build(), "name");
        assertInvalid(engine, ann().scopes(List.of(name)).build(), "scopes");
        assertInvalid(engine, ann().satisfied(new SignIn.Satisfied(List.of(name), false, false, List.of())).build(), "satisfied.termsOfUse");
        assertInvalid(engine, ann().satisfied(new SignIn.Satisfied(List.of(), false, false, List.of(name))).build(), "satisfied.customAuthenticationFactors");
        assertInvalid(engine, new Registration(ann().build(), "fido2", name), "displayName");
    }

    // ---- what callers of the library leave null

    @Test
    void attack_94_nullInABuilder_isAbsent() throws Exception {
        PolicyEngine engine = engine(policy("p", "", MFA));
        SignIn.Builder nulls = SignIn.builder().name(null).user("ann@contoso.com").servicePrincipal(null).application(null).applications(null).authenticationContext(null)
                .clientAppType(null).devicePlatform(null).ipAddress(null).country(null).deviceName(null).device(null).signInRiskLevel(null).userRiskLevel(null)
                .insiderRiskLevel(null).servicePrincipalRiskLevel(null).agentIdRiskLevel(null).authenticationFlow(null).createdDateTime(null).scopes(null).gps(null).compliantNetwork(null)
                .securityDefaultsPrompt(null).externalTenantId(null).externalUserType(null);
        assertThat(nulls.build()).isEqualTo(SignIn.builder().user("ann@contoso.com").build());
        assertThat(engine.evaluate(nulls.build()).reason().code()).isNotIn(ReasonCode.INVALID_REQUEST, ReasonCode.EVALUATION_FAILED);
    }

    @Test
    void attack_94_nullWhereThereHasToBeSomething_isInvalid() throws Exception {
        PolicyEngine engine = engine(policy("p", "", MFA));
        List<String> holed = Arrays.asList("Payroll", null);
        assertInvalid(engine, null, "request");
        assertInvalid(engine, new Registration(null, null, null), "signIn");
        assertThat(engine.evaluate(null, engine.directory().user("ann@contoso.com")).reason().code()).isEqualTo(ReasonCode.INVALID_REQUEST);
        assertThat(engine.evaluateWorkload(null, null).reason().code()).isEqualTo(ReasonCode.INVALID_REQUEST);
        assertInvalid(engine.withUserStates(name -> null), null, "request");
        assertInvalid(engine, ann().session(null).build(), "session");
        assertInvalid(engine, ann().authentication(null).build(), "authentication");
        assertInvalid(engine, ann().clientApplication(null).build(), "clientApplication");
        assertInvalid(engine, ann().satisfied(null).build(), "satisfied");
        assertInvalid(engine, ann().applications(holed).build(), "application");
        assertInvalid(engine, ann().scopes(holed).build(), "scopes");
        assertInvalid(engine, ann().authentication(SignIn.Authentication.builder().methods(null).homeTenantMfa(false)
                .build()).build(), "authentication.methods");
        assertInvalid(engine, ann().authentication(SignIn.Authentication.builder().methods(holed).homeTenantMfa(false)
                .build()).build(), "authentication.methods");
        assertInvalid(engine, ann().authentication(SignIn.Authentication.builder().homeTenantMfa(false).certificatePolicyOids(null)
                .build()).build(), "authentication.certificatePolicyOids");
        assertInvalid(engine, ann().authentication(SignIn.Authentication.builder().homeTenantMfa(false).certificatePolicyOids(holed)
                .build()).build(), "authentication.certificatePolicyOids");
        assertInvalid(engine, ann().satisfied(new SignIn.Satisfied(null, false, false, List.of())).build(), "satisfied.termsOfUse");
        assertInvalid(engine, ann().satisfied(new SignIn.Satisfied(List.of(), false, false, holed)).build(), "satisfied.customAuthenticationFactors");
        assertInvalid(engine, ann().device(new Device("d1", null, true, true, null, null, Map.of())).build(), "device");
        assertInvalid(engine, ann().device(new Device("d1", null, true, true, null, Map.of(), null)).build(), "device");
        assertInvalid(engine, ann().device(new Device("d1", null, true, true, null, Collections.singletonMap("model", null), Map.of())).build(), "device");
        assertInvalid(engine, ann().device(new Device("d1", null, true, true, null, Map.of(), Map.of("systemLabels", holed))).build(), "device");
        assertInvalid(engine, withoutLists(ann().build()), "application");
    }

    /** As the record's own constructor makes it, which no builder can. */
    private static SignIn withoutLists(SignIn s) {
        return new SignIn(null, s.user(), null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, s.authentication(), s.session(),
                s.clientApplication(), List.of(), null, false, null, null, null, s.satisfied(), null, null);
    }
}
