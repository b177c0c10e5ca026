package dev.sallyport.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.model.Directory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every dialect of a log says the same, and what is broken is told and passed over. */
public class DialectsTest {

    private static final String GRAPH = """
            {"id": "r-1", "createdDateTime": "2026-11-16T09:00:00Z", "userPrincipalName": "ann@contoso.com", "userId": "u-1", "userType": "member",
             "appDisplayName": "Outlook", "appId": "5d661950-3475-41cd-a2c3-d671a3162bc1", "resourceId": "00000002-0000-0ff1-ce00-000000000000",
             "resourceDisplayName": "Office 365 Exchange Online", "ipAddress": "203.0.113.9", "clientAppUsed": "Browser", "isInteractive": true,
             "riskLevelDuringSignIn": "low", "authenticationProtocol": "deviceCode", "conditionalAccessStatus": "failure",
             "unknown": {"nested": [1, {"id": "no"}]},
             "deviceDetail": {"deviceId": "d-1", "displayName": "PC", "operatingSystem": "Windows 11", "isCompliant": true, "isManaged": false, "trustType": "Azure AD joined"},
             "location": {"city": "Ghent", "countryOrRegion": "BE", "geoCoordinates": {"latitude": 51.05, "longitude": 3.72}},
             "status": {"errorCode": 50074, "failureReason": "x", "additionalDetails": "MFA required in Azure AD"},
             "appliedConditionalAccessPolicies": [{"id": "p-1", "displayName": "MFA", "result": "failure", "enforcedGrantControls": ["Mfa"], "conditionsSatisfied": "application,users"}]}
            """.replace("\n", "").replace("             ", " ");
    private static final String PROPERTIES = GRAPH.replace("50074", "\"50074\"");
    private static final String QUOTED = PROPERTIES.replace("\\", "\\\\").replace("\"", "\\\"");

    private static String csv() {
        return "\ufeffTimeGenerated [UTC],CreatedDateTime [UTC],Id,UserPrincipalName,UserId,UserType,AppId,ResourceIdentity,ResourceDisplayName,IPAddress,ClientAppUsed,IsInteractive,"
                + "RiskLevelDuringSignIn,AuthenticationProtocol,ConditionalAccessStatus,ResultType,DeviceDetail_dynamic,DeviceDetail_string,LocationDetails_string,LocationDetails_dynamic,"
                + "ConditionalAccessPolicies,Note\r\n"
                + "\"11/16/2026, 9:00:01.250 AM\",\"11/16/2026, 9:00:00.000 AM\",r-1,ann@contoso.com,u-1,Member,5d661950-3475-41cd-a2c3-d671a3162bc1,00000002-0000-0ff1-ce00-000000000000,"
                + "Office 365 Exchange Online,203.0.113.9,Browser,true,low,deviceCode,failure,50074,"
                + "\"{\"\"deviceId\"\":\"\"d-1\"\",\"\"displayName\"\":\"\"PC\"\",\"\"operatingSystem\"\":\"\"Windows 11\"\",\n\"\"isCompliant\"\":true,\"\"trustType\"\":\"\"Azure AD joined\"\"}\",,,"
                + "\"{\"\"countryOrRegion\"\":\"\"BE\"\"}\",\"[{\"\"id\"\":\"\"p-1\"\",\"\"displayName\"\":\"\"MFA\"\",\"\"result\"\":\"\"failure\"\",\"\"enforcedGrantControls\"\":[\"\"Mfa\"\"]}]\","
                + "\"two\nlines, and a \"\"quote\"\"\"\r\n";
    }

    static Stream<Arguments> dialects() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("one Graph object", GRAPH);
        texts.put("over many lines", GRAPH.replace(", \"", ",\n  \"").replace("{\"id\": \"r", "{\n  \"id\": \"r"));
        texts.put("without indentation", GRAPH.replace(", ", ",\n").replace("{", "\n{\n"));
        texts.put("an array", "[\n" + GRAPH + "\n]");
        texts.put("an array on one line", "[" + GRAPH + "]");
        texts.put("a list called value", "{\"@odata.context\": \"https://x/$metadata\", \"value\": [" + GRAPH + "], \"@odata.nextLink\": \"https://x/[{\"}");
        texts.put("an empty page before", "{\"value\": []}\n{\"value\": [" + GRAPH + "]}");
        texts.put("a line", GRAPH + "\n\n");
        texts.put("Azure Monitor", "{\"time\": \"2026-11-16T09:00:02Z\", \"resourceId\": \"/tenants/t/providers/Microsoft.aadiam\", \"category\": \"SignInLogs\", \"resultType\": \"50074\","
                + " \"callerIpAddress\": \"10.0.0.1\", \"location\": \"NL\", \"properties\": " + PROPERTIES + "}");
        texts.put("properties as text", "{\"time\": \"2026-11-16T09:00:02Z\", \"category\": \"SignInLogs\", \"location\": \"NL\", \"properties\": \"" + QUOTED + "\"}");
        texts.put("Event Hub", "{\"records\": [{\"category\": \"SignInLogs\", \"properties\": " + PROPERTIES + "}]}");
        texts.put("Event Hub, wrapped twice", "[{\"records\": [{\"category\": \"SignInLogs\", \"properties\": " + PROPERTIES + "}]}]");
        texts.put("keys in lower case", lowerKeys("{\"Time\": \"2026-11-16T09:00:02Z\", \"Category\": \"SignInLogs\", \"CallerIPAddress\": \"10.0.0.1\", \"properties\": " + PROPERTIES + "}"));
        texts.put("parts as text", GRAPH.replaceAll("\"status\": (\\{[^}]*})", "\"status\": \"{\\\\\"errorCode\\\\\": 50074}\""));
        texts.put("a table", csv());
        return texts.entrySet().stream().flatMap(entry -> Stream.of(Arguments.of(entry.getKey(), entry.getValue().getBytes(StandardCharsets.UTF_8)),
                Arguments.of(entry.getKey() + ", compressed", gzip(entry.getValue().getBytes(StandardCharsets.UTF_8))),
                Arguments.of(entry.getKey() + ", UTF-16", utf16(entry.getValue(), StandardCharsets.UTF_16LE)),
                Arguments.of(entry.getKey() + ", UTF-16 BE", utf16(entry.getValue(), StandardCharsets.UTF_16BE))));
    }

    private static String lowerKeys(String json) {
        return java.util.regex.Pattern.compile("\"([A-Za-z]+)\":").matcher(json).replaceAll(key -> "\"" + key.group(1).toLowerCase(java.util.Locale.ROOT) + "\":");
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static byte[] utf16(String text, Charset charset) {
        return (text.startsWith("\ufeff") ? text : "\ufeff" + text).getBytes(charset);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dialects")
    void signIn_inAnyDialect_isTheSameRequest(String name, byte[] log) throws Exception {
        Read read = read(log);
        assertThat(read.malformed).isEmpty();
        assertThat(read.records).hasSize(1);
        LogRecord record = read.records.get(0);
        assertThat(record.id()).isEqualTo("r-1");
        assertThat(record.created()).isEqualTo(Instant.parse("2026-11-16T09:00:00Z"));
        assertThat(record.subject()).isEqualTo("ann@contoso.com");
        assertThat(record.user().id()).isEqualTo("u-1");
        assertThat(record.application()).isEqualTo("Office 365 Exchange Online");
        assertThat(record.errorCode()).isEqualTo(50074);
        assertThat(record.status()).isEqualTo("failure");
        assertThat(record.policies()).containsExactly(new LogRecord.Applied("p-1", "MFA", "failure", List.of("Mfa")));
        assertThat(record.signIn().applications()).containsExactly("00000002-0000-0ff1-ce00-000000000000");
        assertThat(record.signIn().clientAppType()).isEqualTo("browser");
        assertThat(record.signIn().devicePlatform()).isEqualTo("windows");
        assertThat(record.signIn().ipAddress()).isEqualTo("203.0.113.9");
        assertThat(record.signIn().country()).isEqualTo("BE");
        assertThat(record.signIn().signInRiskLevel()).isEqualTo("low");
        assertThat(record.signIn().authenticationFlow()).isEqualTo("deviceCodeFlow");
        assertThat(record.signIn().device().trustType()).isEqualTo("AzureAD");
        assertThat(record.signIn().device().isCompliant()).isTrue();
        assertThat(record.signIn().authentication().mfaDateTime()).as("ERR-07: MFA was missing").isNull();
    }

    // ---- broken logs

    private static final String OTHER = "{\"id\": \"%s\", \"createdDateTime\": \"2026-11-16T09:00:00Z\", \"userId\": \"u\", \"appId\": \"a\", \"note\": \"x\"}";

    private static String record(String id) {
        return OTHER.replace("%s", id);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "a missing quote     | {\"id\": \"b\", \"createdDateTime\": \"2026 , \"userId\": \"u\"}   | before it is complete",
        "a missing brace     | {\"id\": \"b\", \"status\": {\"errorCode\": 0, \"userId\": \"u\"}    | before it is complete",
        "cut in a text       | {\"id\": \"b\", \"createdDateTime\": \"2026-1                        | before it is complete",
        "a misspelt literal  | {\"id\": \"b\", \"isInteractive\": tru}                              | invalid JSON",
        "no object           | 17                                                                   | the record is not an object",
        "a text              | \"abc\"                                                              | the record is not an object",
        "nobody              | {\"a\": 1}                                                           | names no user",
        "no time             | {\"userId\": \"u\", \"appId\": \"a\"}                                | has no time",
        "a time of no sense  | {\"userId\": \"u\", \"createdDateTime\": \"2026-13-45T00:00:00Z\"}   | invalid time"})
    void brokenLine_isToldWithItsPlace_andTheOthersAreRead(String name, String broken, String message) throws Exception {
        Read read = read((record("a") + "\n" + broken + "\n" + record("c") + "\n" + record("d") + "\n").getBytes(StandardCharsets.UTF_8));
        assertThat(read.records).extracting(LogRecord::id).containsExactly("a", "c", "d");
        assertThat(read.malformed).hasSize(1);
        assertThat(read.malformed.get(0)).startsWith("log:2:").contains(message);
    }

    @Test
    void brokenRecord_inAnIndentedArray_losesNoOther() throws Exception {
        String pretty = "  {\n    \"id\": \"%s\",\n    \"createdDateTime\": \"2026-11-16T09:00:00Z\",\n    \"userId\": \"u\",\n    \"list\": [\n      {\n        \"id\": 1\n      }\n    ]\n  }";
        String broken = pretty.replace("%s", "b").replace("      }\n", "");
        Read read = read(("{\n\"value\": [\n" + pretty.replace("%s", "a") + ",\n" + broken + ",\n" + pretty.replace("%s", "c") + "\n]}").getBytes(StandardCharsets.UTF_8));
        assertThat(read.records).extracting(LogRecord::id).contains("a", "c").doesNotContain("b");
        assertThat(read.malformed).hasSize(1);
        assertThat(read.malformed.get(0)).startsWith("log:13:");
    }

    @Test
    void logThatEndsInARecord_saysWhereThatBegins() throws Exception {
        Read read = read((record("a") + "\n{\"id\": \"b\", \"x\": [").getBytes(StandardCharsets.UTF_8));
        assertThat(read.records).hasSize(1);
        assertThat(read.malformed).singleElement().asString().startsWith("log:2:1").contains("ends inside the record");
    }

    @Test
    void rowWithOtherCells_isMalformed_andTheOthersAreRead() throws Exception {
        Read read = read("TimeGenerated,UserId,AppId\n2026-11-16T09:00:00Z,u,a\n2026-11-16T09:00:00Z,u\n2026-11-16T09:00:00Z,v,a\n".getBytes(StandardCharsets.UTF_8));
        assertThat(read.records).extracting(LogRecord::subject).containsExactly("u", "v");
        assertThat(read.malformed).singleElement().asString().startsWith("log:3:").contains("2 cells").contains("3 columns");
    }

    // ---- mapping

    /** The whole table of section 16.4; cases, blanks and `Other clients;` in front do not matter. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "LOG-40 | Browser; browser; Other clients;Browser                                                                                 | browser",
        "LOG-41 | Mobile Apps and Desktop clients; Modern clients; modern mobile; desktop client                                          | mobileAppsAndDesktopClients",
        "LOG-42 | Exchange ActiveSync; Exchange Active Sync; Other clients;Exchange ActiveSync                                            | exchangeActiveSync",
        "LOG-43 | Authenticated SMTP; SMTP; Other clients;SMTP                                                                            | other",
        "LOG-44 | Autodiscover; AutoDiscover                                                                                              | other",
        "LOG-45 | Exchange Online PowerShell                                                                                              | other",
        "LOG-46 | Exchange Web Services                                                                                                   | other",
        "LOG-47 | IMAP; IMAP4; Other clients;IMAP                                                                                         | other",
        "LOG-48 | MAPI; MAPI Over HTTP                                                                                                    | other",
        "LOG-49 | Offline Address Book                                                                                                    | other",
        "LOG-50 | Outlook Anywhere (RPC over HTTP)                                                                                        | other",
        "LOG-51 | Outlook Service; Universal Outlook                                                                                      | other",
        "LOG-52 | POP; POP3                                                                                                               | other",
        "LOG-53 | Reporting Web Services                                                                                                  | other",
        "LOG-54 | Other clients; something new                                                                                            | other",
        "LOG-55 | ''                                                                                                                      | -"})
    void clientAppUsed_isMappedAsTheLogHasIt(String rule, String values, String type) {
        for (String used : values.split("; ")) {
            for (String spelling : List.of(used, used.toUpperCase(Locale.ROOT), " " + used.replace(" ", "  ") + " ")) {
                assertThat(Mapper.client(spelling)).as(rule + " `" + spelling + "`").isEqualTo(type);
            }
        }
        assertThat(Mapper.client(null)).as("LOG-55").isNull();
        assertThat(Mapper.client("Other clients; IMAP")).isEqualTo("other");
    }

    /** The whole table of section 16.5. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "LOG-60 | Windows Phone; Windows Phone 8.1; WindowsPhone 8 | windowsPhone",
        "LOG-61 | Windows; Windows 10; Windows10; Windows Server   | windows",
        "LOG-62 | iOS; Ios 18.2.1; iPadOS 17; iPhone OS 12         | iOS",
        "LOG-63 | MacOs; macOS 15; Mac OS X; OSX                   | macOS",
        "LOG-64 | Android; Android 15                              | android",
        "LOG-65 | Linux; Ubuntu 24.04                              | linux",
        "LOG-66 | ChromeOS; Unknown; DESKTOP-1; ''                 | -"})
    void operatingSystem_isMappedToThePlatform(String rule, String values, String platform) {
        for (String system : values.split("; ")) {
            for (String spelling : List.of(system, system.toUpperCase(Locale.ROOT), "  " + system + " ")) {
                assertThat(Mapper.platform(spelling)).as(rule + " `" + spelling + "`").isEqualTo(platform);
            }
        }
        assertThat(Mapper.platform(null)).as("LOG-66").isNull();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"Azure AD joined,AzureAD", "Microsoft Entra joined,AzureAD", "Azure AD registered,Workplace", "Microsoft Entra registered,Workplace",
        "Hybrid Azure AD joined,ServerAD", "Microsoft Entra hybrid joined,ServerAD", "AzureAD,AzureAD", "Workplace,Workplace", "ServerAD,ServerAD", "'',-", "-,-"})
    void trustType_isMappedToThatOfFilterRules(String words, String type) {
        assertThat(Mapper.trustType(words)).as("LOG-67").isEqualTo(type);
        assertThat(Mapper.trustType(words == null ? " " : " " + words.toUpperCase(Locale.ROOT) + "\t")).as("LOG-67, with blanks").isEqualTo(type);
    }

    /** LOG-05: which address counts, and what tells of the network that it belongs to. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "-", value = {
        "\"ipAddress\": \"203.0.113.9\", \"ipAddressFromResourceProvider\": \"192.0.2.1\"                          | 203.0.113.9 | -     | false",
        "\"ipAddress\": \"\", \"ipAddressFromResourceProvider\": \"192.0.2.1\"                                     | 192.0.2.1   | -     | false",
        "\"ipAddressFromResourceProvider\": \"nowhere\"                                                             | -           | -     | false",
        "\"ipAddress\": \"203.0.113.9\", \"globalSecureAccessIpAddress\": \"192.0.2.1\"                            | 203.0.113.9 | true  | false",
        "\"globalSecureAccessIpAddress\": \"192.0.2.1\", \"isThroughGlobalSecureAccess\": false                      | -           | false | false",
        "\"globalSecureAccessIpAddress\": \"\"                                                                      | -           | -     | false",
        "\"networkLocationDetails\": [{\"networkType\": \"intranet\", \"networkNames\": []}]                          | -           | -     | true",
        "\"networkLocationDetails\": [{\"networkType\": \"extranet\"}, {\"networkType\": \"trusted\"}]                 | -           | -     | false",
        "\"networkLocationDetails\": [{\"networkType\": \"namedNetwork\", \"networkNames\": [\"Intranet\"]}]           | -           | -     | false"})
    void network_isWhatTheRecordSaysOfIt(String fields, String address, Boolean compliantNetwork, boolean insideCorporateNetwork) throws Exception {
        Read read = read(("{\"createdDateTime\": \"2026-11-16T09:00:00Z\", \"userId\": \"u\", " + fields + "}").getBytes(StandardCharsets.UTF_8));
        assertThat(read.records).singleElement().extracting(LogRecord::signIn).satisfies(signIn -> {
            assertThat(signIn.ipAddress()).isEqualTo(address);
            assertThat(signIn.compliantNetwork()).isEqualTo(compliantNetwork);
            assertThat(signIn.insideCorporateNetwork()).isEqualTo(insideCorporateNetwork);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "\"authenticationDetails\": [{\"authenticationStepResultDetail\": \"MFA requirement satisfied by claim in the token\", \"succeeded\": false}]      | BY_CLAIM",
        "\"status\": {\"errorCode\": 0, \"additionalDetails\": \"MFA requirement satisfied by claim in the token\"}                                        | BY_CLAIM",
        "\"authenticationDetails\": [{\"authenticationMethod\": \"Password\", \"succeeded\": true}, {\"authenticationMethod\": \"Text message\", \"succeeded\": true}] | DONE",
        "\"authenticationDetails\": [{\"authenticationMethod\": \"Platform Credential\", \"succeeded\": true}]                                             | DONE",
        "\"authenticationDetails\": [{\"authenticationMethod\": \"Password\", \"succeeded\": true}, {\"authenticationMethod\": \"External authentication method\", \"succeeded\": true}] | DONE",
        "\"authenticationDetails\": [{\"authenticationMethod\": \"Password\", \"succeeded\": true}]                                                        | NOT_DONE",
        "\"authenticationDetails\": [{\"authenticationMethod\": \"Text message\", \"succeeded\": false}]                                                   | NOT_DONE",
        "\"authenticationRequirement\": \"multiFactorAuthentication\", \"status\": {\"errorCode\": 0}                                                      | BY_CLAIM",
        "\"authenticationRequirement\": \"multiFactorAuthentication\", \"status\": {\"errorCode\": 50074}                                                  | NOT_DONE",
        "\"appliedConditionalAccessPolicies\": [{\"id\": \"p\", \"result\": \"success\", \"enforcedGrantControls\": [\"Mfa\"]}]                           | BY_CLAIM",
        "\"appliedConditionalAccessPolicies\": [{\"id\": \"p\", \"result\": \"success\", \"enforcedGrantControls\": [\"Mfa\", \"RequireCompliantDevice\"]}] | UNKNOWN",
        "\"isInteractive\": true                                                                                                                            | UNKNOWN"})
    void mfa_isToldFromWhatTheRecordSays(String fields, LogRecord.Mfa mfa) throws Exception {
        Read read = read(("{\"createdDateTime\": \"2026-11-16T09:00:00Z\", \"userId\": \"u\", " + fields + "}").getBytes(StandardCharsets.UTF_8));
        assertThat(read.records).singleElement().extracting(LogRecord::mfa).as("RPL-02").isEqualTo(mfa);
    }

    /** What a log holds. */
    public static final class Read {
        public final List<LogRecord> records = new ArrayList<>();
        public final List<String> malformed = new ArrayList<>();
    }

    public static Read read(byte[] log) throws IOException {
        Read read = new Read();
        Mapper mapper = new Mapper(Directory.empty());
        RecordReader reader = new RecordReader();
        Splitter splitter = LogFile.open("log", new ByteArrayInputStream(log));
        for (Chunk chunk = splitter.next(); chunk != null; chunk = splitter.next()) {
            reader.read(chunk, new RecordReader.Sink() {
                @Override
                public void record(RawRecord record) {
                    read.records.add(mapper.map(record));
                }

                @Override
                public void malformed(String file, int line, int column, String message) {
                    read.malformed.add(file + ":" + line + ":" + column + ": " + message);
                }
            });
        }
        return read;
    }

    /** LOG-01, AM-01: as Graph, Azure Monitor, the portal, Windows PowerShell and spreadsheets write times; UTC where no zone is given. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "01/09/2026 09:41:00              | 2026-01-09T09:41:00Z",
        "1/9/2026 09:41:00                | 2026-01-09T09:41:00Z",
        "01/09/2026 09:41:00 AM           | 2026-01-09T09:41:00Z",
        "1/9/2026 9:41:00 AM              | 2026-01-09T09:41:00Z",
        "1/9/2026 10:41:00 AM +01:00      | 2026-01-09T09:41:00Z",
        "12/12/2025 3:03:58 PM            | 2025-12-12T15:03:58Z",
        "12/12/2025, 3:03:58.250 PM       | 2025-12-12T15:03:58.250Z",
        "12/12/2025 15:03                 | 2025-12-12T15:03:00Z",
        "12/31/2025 12:00:00 AM           | 2025-12-31T00:00:00Z",
        "12/31/2025 12:00:00 pm           | 2025-12-31T12:00:00Z",
        "12/31/2025 3:03:58\u202fPM UTC   | 2025-12-31T15:03:58Z",
        "/Date(1767951660000)/            | 2026-01-09T09:41:00Z",
        "2026-01-09T09:41:00              | 2026-01-09T09:41:00Z",
        "2026-01-09 09:41:00 UTC          | 2026-01-09T09:41:00Z",
        "2026-01-09T09:41:00.22Z          | 2026-01-09T09:41:00.220Z",
        "2026-01-09T09:41:00.6816663Z     | 2026-01-09T09:41:00.681666300Z",
        "2026-01-09T09:41:00.535404056Z   | 2026-01-09T09:41:00.535404056Z",
        "2026-01-09T09:41:00.992099+00:00 | 2026-01-09T09:41:00.992099Z",
        "2026-01-09T11:41:00+02:00        | 2026-01-09T09:41:00Z"})
    void time_inAnyForm_isRead(String text, String time) {
        assertThat(RecordReader.instant(text.replace("\\u202f", "\u202f"))).isEqualTo(Instant.parse(time));
    }

    @ParameterizedTest
    @ValueSource(strings = {"25/12/2025 15:03:58", "12/12/2025 13:03:58 PM", "12/12/2025 0:03:58 AM", "2/30/2025 15:03:58", "12/12/25 15:03:58", "12/12/2025", "yesterday",
        "12/12/2025 25:03:58", "12/12/2025 15:03:58 CET", "/Date(x)/", "2026-13-09T09:41:00Z"})
    void time_thatMakesNoSense_isCountedAndNamed(String text) throws Exception {
        Read read = read(GRAPH.replace("2026-11-16T09:00:00Z", text).getBytes(StandardCharsets.UTF_8));
        assertThat(read.records).isEmpty();
        assertThat(read.malformed).singleElement().asString().contains("invalid time `" + text + "` of the sign-in");
    }
}
