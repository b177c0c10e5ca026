package dev.sallyport.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import de.siegmar.fastcsv.writer.CsvWriter;
import dev.sallyport.PolicyEngine;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Device;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * A made-up week of a company's sign-ins, as its log would have them under a policy set: offices, homes and travels, laptops and phones,
 * a copier that speaks SMTP, guesses at passwords. The same seed gives the same bytes; nothing else has a say.
 */
public final class SampleLog {

    /** In which dialect. */
    public enum Dialect {
        /** Graph: an object with the list {@code value}. */
        GRAPH,
        /** Azure Monitor: one record a line. */
        MONITOR,
        /** Log Analytics: a table, with nested parts as JSON. */
        CSV
    }

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Instant MONDAY = Instant.parse("2026-11-16T00:00:00Z");
    private static final int[] HOURS = {2, 1, 1, 1, 2, 8, 25, 60, 100, 95, 85, 70, 75, 90, 80, 65, 45, 25, 18, 15, 12, 10, 6, 4};
    private static final int[] DAYS = {100, 104, 101, 98, 86, 9, 7};

    private static final String[] GIVEN = {"Asta", "Bruno", "Clara", "David", "Elif", "Farid", "Gina", "Hugo", "Ines", "Jonas", "Karla",
            "Luca", "Mina", "Nils",
        "Olga", "Pavel", "Rosa", "Sami", "Tilde", "Umar", "Vera", "Wim", "Ylva", "Zoe"};
    private static final String[] FAMILY = {"Adler", "Bach", "Costa", "Dahl", "Engel", "Fischer", "Garcia", "Hansen", "Ivanov", "Jensen",
            "Kovac", "Larsen", "Moreau",
        "Nguyen", "Olsen", "Petrov", "Quist", "Rossi", "Sato", "Toft", "Ueda", "Vogel", "Winther", "Yilmaz"};

    private record App(String resourceId, String resource, String appId, String name, int weight) { }

    private static final List<App> APPS = List.of(
            new App("00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online", "5d661950-3475-41cd-a2c3-d671a3162bc1",
            "Microsoft Outlook", 34),
            new App("cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", "Microsoft Teams Services", "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
            "Microsoft Teams", 28),
            new App("00000003-0000-0ff1-ce00-000000000000", "Office 365 SharePoint Online", "08e18876-6177-487e-b8b5-cf950c1e598c",
            "SharePoint Online Web Client Extensibility", 18),
            new App("00000003-0000-0000-c000-000000000000", "Microsoft Graph", "4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome", 12),
            new App("aee00d36-68cc-48aa-a544-0a4d52f74ea3", "Customer CRM", "aee00d36-68cc-48aa-a544-0a4d52f74ea3", "Customer CRM", 6),
            new App("797f4846-ba00-4fd7-ba43-dac1f8f63013", "Windows Azure Service Management API", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
            "Azure Portal", 2));

    private record Place(String country, String city, String state, double latitude, double longitude, String network) { }

    private static final List<Place> PLACES = List.of(
            new Place("DK", "Copenhagen", "Hovedstaden", 55.6761, 12.5683, "198.51.100."), new Place("DK", "Aarhus", "Midtjylland", 56.1629,
            10.2039, "192.0.2."),
            new Place("SE", "Malmo", "Skane", 55.605, 13.0038, "203.0.113."), new Place("DE", "Hamburg", "Hamburg", 53.5511, 9.9937,
            "192.0.2."),
            new Place("FR", "Paris", "Ile-de-France", 48.8566, 2.3522, "203.0.113."), new Place("US", "Chicago", "Illinois", 41.8781,
            -87.6298, "203.0.113."),
            new Place("BR", "Recife", "Pernambuco", -8.0476, -34.877, "192.0.2."));

    private record Person(String id, String name, String displayName, UserType type, Place home, int homeHost, Hardware laptop,
            Hardware phone, UserState state) { }

    private record Hardware(String id, String name, String operatingSystem, String browser, boolean compliant, boolean managed,
            String trust) { }

    /** Everything about a sign-in but its time. */
    private record Scene(Person person, App app, Hardware device, Place place, String ip, String client, boolean interactive, String risk,
            boolean mfa) { }

    /** What the log says of a scene. */
    private record Ending(int errorCode, String status, List<Decision.PolicyResult> policies) { }

    private final PolicyEngine engine;
    private final long count;
    private final SplittableRandom dice;
    private final List<Person> people = new ArrayList<>();
    private final Map<Scene, Ending> endings = new HashMap<>();

    /**
     * A week of the users of the engine's directory.
     *
     * @param made how many more users to make up; the directory need not know anybody
     */
    public SampleLog(PolicyEngine engine, long count, long seed, int made) {
        this.engine = engine;
        this.count = count;
        this.dice = new SplittableRandom(seed);
        for (UserState user : made > 0 ? List.<UserState>of() : engine.directory().users()) {
            Person person = person(user.id(), user.userPrincipalName(), user.displayName(), user.userType(), user);
            int share = user.accountEnabled() && user.isMfaRegistered() ? 10 : 1;              // whoever is let in signs in more often
            for (int i = 0; i < share; i++) {
                people.add(person);
            }
        }
        for (int i = 0; i < made || people.isEmpty(); i++) {
            String given = GIVEN[dice.nextInt(GIVEN.length)];
            String family = FAMILY[dice.nextInt(FAMILY.length)];
            String name = given.toLowerCase(Locale.ROOT) + "." + family.toLowerCase(Locale.ROOT) + i + "@contoso.com";
            String id = uuid();
            people.add(person(id, name, given + " " + family, UserType.MEMBER, UserState.builder().id(id).userPrincipalName(name)
                    .displayName(given + " " + family)
                    .authenticationMethods(List.of(new UserState.AuthenticationMethod(AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH,
                    null, true, null, true)))
                    .build()));
        }
    }

    private Person person(String id, String name, String displayName, UserType type, UserState state) {
        boolean managed = dice.nextInt(10) < 8;
        boolean apple = dice.nextInt(4) == 0;
        Hardware laptop = new Hardware(managed ? uuid() : "", managed ? "LAPTOP-" + dice.nextInt(10_000) : "", apple ? "MacOs"
                : dice.nextBoolean() ? "Windows10" : "Windows 11",
                apple ? "Safari 18.1" : "Edge 131.0.0", managed && dice.nextInt(20) > 0, managed, managed ? dice.nextInt(3) == 0
                ? "Hybrid Azure AD joined" : "Azure AD joined" : "");
        boolean iphone = dice.nextBoolean();
        boolean registered = dice.nextInt(3) > 0;
        Hardware phone = new Hardware(registered ? uuid() : "", registered ? displayName + "'s phone" : "", iphone ? "Ios 18.1"
                : "Android 15", iphone ? "Mobile Safari" : "Chrome Mobile 131",
                registered, registered, registered ? "Azure AD registered" : "");
        return new Person(id, name.toLowerCase(Locale.ROOT), displayName, type, PLACES.get(1 + dice.nextInt(3)), 1 + dice.nextInt(254),
                laptop, phone, state);
    }

    /** Writes the log. */
    public void write(OutputStream out, Dialect dialect) throws IOException {
        Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        if (dialect == Dialect.CSV) {
            text.write('\ufeff');
            try (CsvWriter csv = CsvWriter.builder().build(text)) {
                csv.writeRecord(COLUMNS);
                for (long i = 0; i < count; i++) {
                    csv.writeRecord(row(scene(i), time(i)));
                }
            }
            return;
        }
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.setRootValueSeparator(null);
            if (dialect == Dialect.GRAPH) {
                json.writeStartObject();
                json.writeStringField("@odata.context", "https://graph.microsoft.com/beta/$metadata#auditLogs/signIns");
                json.writeArrayFieldStart("value");
            }
            for (long i = 0; i < count; i++) {
                json.writeRaw(i == 0 && dialect == Dialect.MONITOR ? "" : "\n");
                Scene scene = scene(i);
                if (dialect == Dialect.GRAPH) {
                    json.writeStartObject();
                    fields(json, scene, time(i));
                    json.writeEndObject();
                } else {
                    monitor(json, scene, time(i));
                }
            }
            if (dialect == Dialect.GRAPH) {
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeRaw('\n');
        }
    }

    // ---- what happens

    /** The i-th of all sign-ins lies in the week as working hours have it. */
    private Instant time(long i) {
        long total = 0;
        for (int day : DAYS) {
            for (int hour : HOURS) {
                total += (long) day * hour;
            }
        }
        double at = (i + 0.5) / count * total;
        for (int day = 0; day < DAYS.length; day++) {
            for (int hour = 0; hour < HOURS.length; hour++) {
                double weight = (double) DAYS[day] * HOURS[hour];
                if (at < weight) {
                    return MONDAY.plus(Duration.ofMillis((long) ((day * 24 + hour + at / weight) * 3_600_000)));
                }
                at -= weight;
            }
        }
        return MONDAY.plus(Duration.ofDays(7));
    }

    private Scene scene(long i) {
        Person person = people.get(dice.nextInt(people.size()));
        App app = app();
        int roll = dice.nextInt(1000);
        if (person.name().startsWith("copier") || roll < 4) {
            return new Scene(person, APPS.get(0), new Hardware("", "", "", "", false, false, ""), PLACES.get(0), PLACES.get(0)
                    .network() + 77, "Authenticated SMTP", false, "none", false);
        }
        boolean onPhone = roll % 3 == 0;
        Place place = roll < 20 ? PLACES.get(4 + dice.nextInt(PLACES.size() - 4)) : roll < 560 ? PLACES.get(0) : person.home();
        String ip = place.network() + (place == PLACES.get(0) ? 1 + dice.nextInt(4) : place == person.home() ? person.homeHost()
                : 1 + dice.nextInt(254));
        boolean browser = !onPhone && dice.nextInt(3) > 0;
        String risk = roll == 7 ? "high" : roll == 8 || roll == 9 ? "medium" : roll < 30 ? "low" : "none";
        return new Scene(person, app, onPhone ? person.phone() : person.laptop(), place, ip, browser ? "Browser"
                : "Mobile Apps and Desktop clients",
                dice.nextInt(5) < 2, risk, dice.nextInt(100) < 70);
    }

    private App app() {
        int at = dice.nextInt(100);
        for (App app : APPS) {
            at -= app.weight();
            if (at < 0) {
                return app;
            }
        }
        return APPS.get(0);
    }

    /** What the engine says of a scene is what the log says. */
    private Ending ending(Scene scene, Instant time) {
        if (endings.size() > 200_000) {
            endings.clear();
        }
        return endings.computeIfAbsent(scene, key -> {
            Hardware hardware = key.device();
            String platform = Mapper.platform(hardware.operatingSystem());
            Device device = Mapper.device(null, hardware.id(), hardware.name(), hardware.operatingSystem(), hardware.compliant(),
                    hardware.managed(), hardware.trust());
            SignIn signIn = SignIn.builder().user(key.person().id()).application(key.app().resourceId())
                    .clientAppType(Mapper.client(key.client())).devicePlatform(platform)
                    .ipAddress(key.ip()).country(key.place().country()).device(device).signInRiskLevel(key.risk())
                    .authenticationFlow("none").createdDateTime(time)
                    .session(SignIn.Session.INTERACTIVE.toBuilder().isInteractive(key.interactive()).build())
                    .authentication(key.mfa() ? SignIn.Authentication.builder().methods(List.of("password", "microsoftAuthenticatorPush"))
                            .mfaDateTime(time).homeTenantMfa(true).build() : SignIn.Authentication.NONE)
                    .build();
            Decision decision = engine.explain(signIn, key.person().state());
            Integer code = decision.errorCode();
            boolean allowed = decision.outcome() == Outcome.ALLOW;
            return new Ending(allowed ? 0 : code != null ? code : decision.outcome() == Outcome.BLOCK ? 53003 : 50074,
                    decision.conditionalAccessStatus(),
                    decision.policies().stream().filter(Decision.PolicyResult::applies).toList());
        });
    }

    // ---- Graph

    private void fields(JsonGenerator json, Scene scene, Instant time) throws IOException {
        boolean wrongPassword = dice.nextInt(200) == 0;
        Ending ending = wrongPassword ? new Ending(50126, "notApplied", List.of()) : ending(scene, time);
        String id = uuid();
        json.writeStringField("id", id);
        json.writeStringField("createdDateTime", time.toString());
        json.writeStringField("userDisplayName", scene.person().displayName());
        json.writeStringField("userPrincipalName", scene.person().name());
        json.writeStringField("userId", scene.person().id());
        json.writeStringField("userType", scene.person().type() == UserType.GUEST ? "guest" : "member");
        json.writeStringField("appId", scene.app().appId());
        json.writeStringField("appDisplayName", scene.app().name());
        json.writeStringField("resourceId", scene.app().resourceId());
        json.writeStringField("resourceDisplayName", scene.app().resource());
        json.writeStringField("ipAddress", scene.ip());
        json.writeStringField("clientAppUsed", scene.client());
        json.writeStringField("userAgent", userAgent(scene));
        json.writeStringField("correlationId", uuid());
        json.writeStringField("originalRequestId", id);
        json.writeStringField("conditionalAccessStatus", ending.status());
        json.writeBooleanField("isInteractive", scene.interactive());
        json.writeStringField("tokenIssuerType", "AzureAD");
        json.writeStringField("authenticationProtocol", "oAuth2");
        json.writeStringField("incomingTokenType", "none");
        json.writeStringField("crossTenantAccessType", scene.person().type() == UserType.GUEST ? "b2bCollaboration" : "none");
        json.writeStringField("riskDetail", "none");
        json.writeStringField("riskLevelAggregated", scene.risk());
        json.writeStringField("riskLevelDuringSignIn", scene.risk());
        json.writeStringField("riskState", scene.risk().equals("none") ? "none" : "atRisk");
        json.writeStringField("authenticationRequirement", scene.mfa() && !wrongPassword ? "multiFactorAuthentication"
                : "singleFactorAuthentication");
        json.writeFieldName("status");
        status(json, ending);
        json.writeFieldName("deviceDetail");
        device(json, scene.device());
        json.writeFieldName("location");
        location(json, scene.place());
        json.writeFieldName("authenticationDetails");
        steps(json, scene, time, wrongPassword);
        json.writeFieldName("appliedConditionalAccessPolicies");
        policies(json, ending);
    }

    private static String userAgent(Scene scene) {
        return scene.client().equals("Browser") ? "Mozilla/5.0 (" + scene.device().operatingSystem()
                + ") AppleWebKit/537.36 (KHTML, like Gecko) " + scene.device().browser() + " Safari/537.36"
                : scene.app().name() + "/16.0 (" + scene.device().operatingSystem() + ")";
    }

    private static void status(JsonGenerator json, Ending ending) throws IOException {
        json.writeStartObject();
        json.writeNumberField("errorCode", ending.errorCode());
        json.writeStringField("failureReason", ending.errorCode() == 0 ? "Other." : ending.errorCode() == 50126
                ? "Error validating credentials due to invalid username or password."
                : "Access is not given yet, or not at all.");
        json.writeNullField("additionalDetails");
        json.writeEndObject();
    }

    private static void device(JsonGenerator json, Hardware device) throws IOException {
        json.writeStartObject();
        json.writeStringField("deviceId", device.id());
        json.writeStringField("displayName", device.name());
        json.writeStringField("operatingSystem", device.operatingSystem());
        json.writeStringField("browser", device.browser());
        json.writeBooleanField("isCompliant", device.compliant());
        json.writeBooleanField("isManaged", device.managed());
        json.writeStringField("trustType", device.trust());
        json.writeEndObject();
    }

    private static void location(JsonGenerator json, Place place) throws IOException {
        json.writeStartObject();
        json.writeStringField("city", place.city());
        json.writeStringField("state", place.state());
        json.writeStringField("countryOrRegion", place.country());
        json.writeObjectFieldStart("geoCoordinates");
        json.writeNullField("altitude");
        json.writeNumberField("latitude", place.latitude());
        json.writeNumberField("longitude", place.longitude());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void steps(JsonGenerator json, Scene scene, Instant time, boolean wrongPassword) throws IOException {
        json.writeStartArray();
        step(json, time, "Password", !wrongPassword, wrongPassword ? "Invalid password" : "Correct password", "Primary authentication");
        if (scene.mfa() && !wrongPassword) {
            step(json, time, "Mobile app notification", true, "MFA completed in Azure AD", "Multifactor authentication");
        }
        json.writeEndArray();
    }

    private static void step(JsonGenerator json, Instant time, String method, boolean succeeded, String detail, String requirement)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("authenticationStepDateTime", time.toString());
        json.writeStringField("authenticationMethod", method);
        json.writeBooleanField("succeeded", succeeded);
        json.writeStringField("authenticationStepResultDetail", detail);
        json.writeStringField("authenticationStepRequirement", requirement);
        json.writeEndObject();
    }

    private static void policies(JsonGenerator json, Ending ending) throws IOException {
        json.writeStartArray();
        for (Decision.PolicyResult policy : ending.policies()) {
            json.writeStartObject();
            json.writeStringField("id", policy.id());
            json.writeStringField("displayName", policy.displayName());
            json.writeFieldName("enforcedGrantControls");
            json.writeArray(policy.enforcedGrantControls().toArray(String[]::new), 0, policy.enforcedGrantControls().size());
            json.writeFieldName("enforcedSessionControls");
            json.writeArray(policy.enforcedSessionControls().toArray(String[]::new), 0, policy.enforcedSessionControls().size());
            json.writeStringField("result", policy.result());
            json.writeStringField("conditionsSatisfied", String.join(",", policy.conditionsSatisfied()));
            json.writeStringField("conditionsNotSatisfied", "none");
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    // ---- Azure Monitor

    private void monitor(JsonGenerator json, Scene scene, Instant time) throws IOException {
        json.writeStartObject();
        json.writeStringField("time", time.toString());
        json.writeStringField("resourceId", "/tenants/093185a8-88cf-4ef1-892b-891d9a14179d/providers/Microsoft.aadiam");
        json.writeStringField("operationName", "Sign-in activity");
        json.writeStringField("category", scene.interactive() ? "SignInLogs" : "NonInteractiveUserSignInLogs");
        json.writeStringField("callerIpAddress", scene.ip());
        json.writeStringField("identity", scene.person().displayName());
        json.writeStringField("location", scene.place().country());
        json.writeObjectFieldStart("properties");
        fields(json, scene, time);
        json.writeEndObject();
        json.writeEndObject();
    }

    // ---- Log Analytics

    private static final List<String> COLUMNS = List.of("TimeGenerated [UTC]", "Category", "ResultType", "Identity", "Location", "Id",
            "CreatedDateTime [UTC]", "UserPrincipalName", "UserId",
            "UserType", "AppId", "AppDisplayName", "ResourceIdentity", "ResourceDisplayName", "IPAddress", "ClientAppUsed", "UserAgent",
                    "CorrelationId", "ConditionalAccessStatus",
            "IsInteractive", "AuthenticationProtocol", "RiskLevelDuringSignIn", "AuthenticationRequirement", "Status_dynamic",
                    "Status_string", "DeviceDetail_dynamic", "DeviceDetail_string",
            "LocationDetails_dynamic", "LocationDetails_string", "AuthenticationDetails", "ConditionalAccessPolicies_dynamic",
                    "ConditionalAccessPolicies_string");

    private interface Part {
        void write(JsonGenerator json) throws IOException;
    }

    private static String json(Part part) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            part.write(json);
        }
        return text.toString();
    }

    private List<String> row(Scene scene, Instant time) throws IOException {
        boolean wrongPassword = dice.nextInt(200) == 0;
        Ending ending = wrongPassword ? new Ending(50126, "notApplied", List.of()) : ending(scene, time);
        String status = json(json -> status(json, ending));
        String device = json(json -> device(json, scene.device()));
        String location = json(json -> location(json, scene.place()));
        String policies = json(json -> policies(json, ending));
        boolean text = !scene.interactive();
        return List.of(time.toString(), scene.interactive() ? "SignInLogs" : "NonInteractiveUserSignInLogs",
                String.valueOf(ending.errorCode()), scene.person().displayName(),
                scene.place().country(), uuid(), time.toString(), scene.person().name(), scene.person().id(), scene.person()
                .type() == UserType.GUEST ? "Guest" : "Member",
                scene.app().appId(), scene.app().name(), scene.app().resourceId(), scene.app().resource(), scene.ip(), scene.client(),
                userAgent(scene), uuid(),
                ending.status() == null ? "" : ending.status(), String.valueOf(scene.interactive()), "oAuth2", scene.risk(),
                scene.mfa() && !wrongPassword ? "multiFactorAuthentication" : "singleFactorAuthentication", text ? "" : status, text
                ? status : "", text ? "" : device,
                text ? device : "", text ? "" : location, text ? location : "", json(json -> steps(json, scene, time, wrongPassword)), text
                ? "" : policies, text ? policies : "");
    }

    private String uuid() {
        return new UUID(dice.nextLong() & ~0xF000L | 0x4000L, dice.nextLong() & ~(3L << 62) | 2L << 62).toString();
    }
}
