package dev.sallyport.model;

import static dev.sallyport.model.DeviceFilter.Verdict.MATCH;
import static dev.sallyport.model.DeviceFilter.Verdict.NO_MATCH;
import static dev.sallyport.model.DeviceFilter.Verdict.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.model.DeviceFilter.SyntaxException;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter for devices: section 5.5 of the rule book, attacks 20 and 21. */
class DeviceFilterTest {

    /** A compliant company laptop of Contoso's. */
    private static final Device LAPTOP = new Device()
            .with("displayName", "SAW-042").with("operatingSystem", "Windows")
            .with("operatingSystemVersion", "10.0.22631.1").with("trustType", "ServerAD")
            .with("isCompliant", "True").with("deviceOwnership", "Company").with("model", "Surface Laptop 6")
            .with("extensionAttribute1", "SAW").with("extensionAttribute15", "last")
            .withAll("physicalIds", "[ZTDId]:4711", "[OrderId]:Lab")
            .withAll("systemLabels", "M365Managed", "CloudPC");

    private static final Device UNREGISTERED = LAPTOP.unregistered();
    private static final Device UNMANAGED = LAPTOP.unmanaged();

    // ---- operators -----------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "device.displayName -eq \"SAW-042\"            | true",
        "device.displayName -eq \"SAW-04\"             | false",
        "device.displayName -ne \"SAW-042\"            | false",
        "device.displayName -ne \"other\"              | true",
        "device.displayName -startsWith \"SAW-\"       | true",
        "device.displayName -startsWith \"042\"        | false",
        "device.displayName -notStartsWith \"SAW-\"    | false",
        "device.displayName -notStartsWith \"042\"     | true",
        "device.displayName -endsWith \"-042\"         | true",
        "device.displayName -endsWith \"SAW\"          | false",
        "device.displayName -notEndsWith \"-042\"      | false",
        "device.displayName -notEndsWith \"SAW\"       | true",
        "device.displayName -contains \"W-0\"          | true",
        "device.displayName -contains \"042\"          | true",
        "device.displayName -contains \"x\"            | false",
        "device.displayName -notContains \"W-0\"       | false",
        "device.displayName -notContains \"x\"         | true",
        "device.displayName -in [\"a\", \"saw-042\"]   | true",
        "device.displayName -in [\"a\"]                | false",
        "device.displayName -notIn [\"a\", \"saw-042\"]| false",
        "device.displayName -notIn [\"a\"]             | true",
        "device.displayName -endsWith \"longer than the name itself\"    | false",
        "device.displayName -contains \"longer than the name itself\"    | false",
        "device.displayName -startsWith \"longer than the name itself\"  | false",
    })
    void textOperator_presentProperty_comparesText_CA_DEV_04_08(String rule, boolean expected) throws Exception {
        assertThat(DeviceFilter.parse(rule).matches(LAPTOP)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} of null is {2}")
    @CsvSource({
        "-eq, '\"x\"', false", "-startsWith, '\"x\"', false", "-endsWith, '\"x\"', false",
        "-contains, '\"x\"', false", "-in, '[\"x\"]', false",
        "-ne, '\"x\"', true", "-notStartsWith, '\"x\"', true", "-notEndsWith, '\"x\"', true",
        "-notContains, '\"x\"', true", "-notIn, '[\"x\"]', true",
        "-eq, '\"\"', false", "-contains, '\"\"', false", "-ne, '\"\"', true",
    })
    void operator_nullProperty_isFalseIfPositiveAndTrueIfNegative_CA_DEV_03_04_48(
            String operator, String value, boolean expected) throws Exception {
        DeviceFilter absent = DeviceFilter.parse("device.manufacturer " + operator + " " + value);
        DeviceFilter present = DeviceFilter.parse("device.displayName " + operator + " " + value);
        assertThat(absent.matches(LAPTOP)).as("registered, absent").isEqualTo(expected);
        assertThat(present.matches(UNREGISTERED)).as("unregistered").isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "device.manufacturer -eq null | true",  "device.manufacturer -ne null | false",
        "device.displayName -eq null  | false", "device.displayName -ne NULL  | true",
        "device.systemLabels -eq null | false", "device.physicalIds -ne null  | true",
        "device.displayName -eq \"null\" | false",
    })
    void nullWord_equality_asksForAbsence_CA_DEV_45(String rule, boolean expected) throws Exception {
        assertThat(DeviceFilter.parse(rule).matches(LAPTOP)).isEqualTo(expected);
    }

    @Test
    void nullWord_unregisteredDevice_everyPropertyIsAbsent_CA_DEV_03_45() throws Exception {
        for (String property : List.of("displayName", "isCompliant", "physicalIds", "extensionAttribute1")) {
            assertThat(test("device." + property + " -eq null", UNREGISTERED)).isEqualTo(MATCH);
            assertThat(test("device." + property + " -ne null", UNREGISTERED)).isEqualTo(NO_MATCH);
        }
    }

    @Test
    void nullWord_emptyCollection_isAbsent_CA_DEV_45() throws Exception {
        Device bare = new Device().withAll("systemLabels");
        assertThat(test("device.systemLabels -eq null", bare)).isEqualTo(MATCH);
        assertThat(test("device.physicalIds -eq null", bare)).isEqualTo(MATCH);
    }

    @Test
    void not_overNullComparison_isTrue_CA_DEV_46() throws Exception {
        assertThat(test("-not (device.manufacturer -eq \"a\")", LAPTOP)).isEqualTo(MATCH);
        assertThat(test("-not (device.manufacturer -ne \"a\")", LAPTOP)).isEqualTo(NO_MATCH);
    }

    @Test
    void unregisteredDevice_anyProperty_isNeverRead_CA_DEV_03() throws Exception {
        DeviceFilter.Properties explosive = new DeviceFilter.Properties() {
            @Override
            public String text(String name) {
                throw new AssertionError(name);
            }

            @Override
            public List<String> texts(String name) {
                throw new AssertionError(name);
            }

            @Override
            public boolean isRegistered() {
                return false;
            }

            @Override
            public boolean extensionAttributesAvailable() {
                throw new AssertionError("asked of an unregistered device");
            }
        };
        assertThat(test("device.isCompliant -ne True -and device.systemLabels -notContains \"a\""
                + " -and device.extensionAttribute1 -ne \"SAW\"", explosive)).isEqualTo(MATCH);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "device.systemLabels -contains \"cloudpc\"           | true",
        "device.systemLabels -contains \"Cloud\"             | false",
        "device.systemLabels -notContains \"Cloud\"          | true",
        "device.systemLabels -notContains \"CloudPC\"        | false",
        "device.physicalIds -contains \"[ZTDId]:4711\"       | true",
        "device.physicalIds -contains \"[ZTDId]\"            | false",
        "device.systemLabels -eq \"CloudPC\"                 | true",
        "device.systemLabels -eq \"CloudP\"                  | false",
        "device.systemLabels -ne \"CloudPC\"                 | false",
        "device.systemLabels -ne \"MultiUser\"               | true",
    })
    void collection_containsOrEquality_comparesWholeElements_CA_DEV_08_33(String rule, boolean expected)
            throws Exception {
        assertThat(DeviceFilter.parse(rule).matches(LAPTOP)).isEqualTo(expected);
    }

    @Test
    void collection_absentOrUnregistered_isNull_CA_DEV_03_04() throws Exception {
        for (Device device : List.of(new Device(), new Device().withAll("systemLabels"), UNREGISTERED)) {
            assertThat(test("device.systemLabels -contains \"CloudPC\"", device)).isEqualTo(NO_MATCH);
            assertThat(test("device.systemLabels -notContains \"CloudPC\"", device)).isEqualTo(MATCH);
        }
    }

    // ---- precedence ----------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "T or T and F, true", "(T or T) and F, false", "F and T or T, true", "F and (T or T), false",
        "not F and F, false", "not (F and F), true", "not T or T, true", "not (T or T), false",
        "T and not F, true", "F or not (T and not F), false", "not (not T), true", "T and T and T and F, false",
        "F or F or F or T, true", "((((T)))), true",
    })
    void joiningWords_withoutParentheses_bindNotThenAndThenOr_CA_DEV_40(String shape, boolean expected)
            throws Exception {
        String rule = shape.replace("T", "device.model -ne null").replace("F", "device.model -eq null");
        assertThat(DeviceFilter.parse(rule).matches(LAPTOP)).isEqualTo(expected);
    }

    // ---- extension attributes that cannot be read ----------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"-eq \"SAW\"", "-ne \"SAW\"", "-contains \"S\"", "-notIn [\"a\"]", "-eq null", "-ne null"})
    void extensionAttribute_unmanagedRegisteredDevice_isUnavailable_CA_DEV_05_06(String comparison) throws Exception {
        String rule = "device.extensionAttribute1 " + comparison;
        assertThat(test(rule, UNMANAGED)).isEqualTo(UNAVAILABLE);
        assertThat(DeviceFilter.parse(rule).matches(UNMANAGED)).isFalse();
        assertThat(test(rule, LAPTOP)).isNotEqualTo(UNAVAILABLE);
        assertThat(test(rule, UNREGISTERED)).isNotEqualTo(UNAVAILABLE);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "U and T, UNAVAILABLE", "T and U, UNAVAILABLE", "U and F, NO_MATCH", "F and U, NO_MATCH",
        "U or T, MATCH", "T or U, MATCH", "U or F, UNAVAILABLE", "F or U, UNAVAILABLE",
        "not U, UNAVAILABLE", "U and U, UNAVAILABLE", "U or U, UNAVAILABLE", "not (U and F), MATCH",
        "not (U or T), NO_MATCH", "U and T and F, NO_MATCH",
    })
    void joiningWords_unavailableOperand_followKleene_CA_DEV_07(String shape, DeviceFilter.Verdict expected)
            throws Exception {
        String rule = shape.replace("T", "device.model -ne null").replace("F", "device.model -eq null")
                .replace("U", "device.extensionAttribute15 -eq \"last\"");
        assertThat(test(rule, UNMANAGED)).isEqualTo(expected);
    }

    @Test
    void otherProperty_unmanagedRegisteredDevice_isRead_CA_DEV_06() throws Exception {
        assertThat(test("device.displayName -startsWith \"SAW\"", UNMANAGED)).isEqualTo(MATCH);
    }

    // ---- text ----------------------------------------------------------------------------------------------------

    @Test
    void text_otherCase_isEqual_CA_DEV_41() throws Exception {
        Device device = new Device().with("displayName", "ÉCOLE Ωmega ПК");
        assertThat(test("device.displayName -eq \"école ωMEGA пк\"", device)).isEqualTo(MATCH);
    }

    @Test
    void text_turkishDefaultLocale_comparesAlike_CA_DEV_41() throws Exception {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr-TR"));
        try {
            assertThat(test("DEVICE.DISPLAYNAME -EQ \"WINDOWS-I\"", new Device().with("displayName", "windows-i")))
                    .isEqualTo(MATCH);
            assertThat(fault("device.displayName -LIKE \"a\"").help()).contains("-eq");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"adm\u0131n", "adm\u0130n", "a\uff44min", "admin ", "admin.", "\u200badmin"})
    void text_lookAlike_isNotEqual_CA_DEV_41(String lookAlike) throws Exception {
        assertThat(test("device.displayName -eq \"admin\"", new Device().with("displayName", lookAlike)))
                .isEqualTo(NO_MATCH);
    }

    @Test
    void text_kelvinSignAndLongS_areNotAscii_CA_DEV_41() throws Exception {
        assertThat(test("device.displayName -eq \"kiosk\"", new Device().with("displayName", "\u212aiosk")))
                .isEqualTo(NO_MATCH);
        assertThat(test("device.displayName -eq \"kiosk\"", new Device().with("displayName", "kio\u017fk")))
                .isEqualTo(NO_MATCH);
    }

    @ParameterizedTest(name = "{0} on a device that says {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "device.trustType -eq \"AzureAD\" | EntraID  | true",
        "device.trustType -eq \"EntraID\" | AzureAD  | true",
        "device.trustType -eq \"entraid\" | EntraID  | true",
        "device.trustType -ne \"AzureAD\" | EntraID  | false",
        "device.trustType -eq \"AzureAD\" | ServerAD | false",
        "device.trustType -ne \"EntraID\" | ServerAD | true",
        "device.profileType -eq \"AzureAD\" | EntraID | false",
    })
    void trustType_entraIdAndAzureAd_areOneValue_WI_45(String rule, String value, boolean expected) throws Exception {
        Device device = new Device().with("trustType", value).with("profileType", value);
        assertThat(DeviceFilter.parse(rule).matches(device)).isEqualTo(expected);
    }

    // ---- spelling ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {
        "device.operatingSystem -eq \"Windows\"",
        "device.operatingSystem -eq 'Windows'",
        "device.operatingSystem eq \"Windows\"",
        "device.operatingSystem \u2013eq \"Windows\"",
        "DEVICE.operatingsystem -EQ \"windows\"",
        "\t device.operatingSystem\r\n-eq\n\"Windows\" ",
        "device.operatingSystem -eq\"Windows\"",
        "(device.operatingSystem -eq \"Windows\")and(device.isCompliant -eq True)",
        "(device.operatingSystem -eq 'Windows') \u2013AND \u2013not(device.isCompliant -eq false)",
        "device.operatingSystem in ['Linux',\"Windows\"]",
        "device.isCompliant -eq True", "device.isCompliant -eq true", "device.isCompliant -eq \"True\"",
        "device.isCompliant eq 'TRUE'", "device.isCompliant -ne False",
    })
    void rule_publishedSpelling_isUnderstood_CA_DEV_40_42_43(String rule) throws Exception {
        assertThat(test(rule, LAPTOP)).isEqualTo(MATCH);
    }

    @ParameterizedTest(name = "{0} means {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "\"say `\"hi`\"\"  | say \"hi\"",
        "'it`'s'           | it's",
        "\"it's\"          | it's",
        "'a \"b\" c'       | a \"b\" c",
        "\"back`tick\"     | back`tick",
        "\"c:\\dir\\\"     | c:\\dir\\",
        "\"a-b –c (d) [e], f\" | a-b –c (d) [e], f",
    })
    void quotedText_escapesAndOtherQuotes_standForThemselves_CA_DEV_40(String value, String meaning) throws Exception {
        assertThat(test("device.displayName -eq " + value, new Device().with("displayName", meaning)))
                .isEqualTo(MATCH);
    }

    @Test
    void properties_anyCaseInRule_areCanonicalInOrder_CA_DEV_42() throws Exception {
        DeviceFilter filter = DeviceFilter.parse("device.TRUSTTYPE -eq 'a' or device.deviceid -eq 'b'"
                + " or device.trusttype -eq 'c' and device.ExtensionAttribute9 -ne null");
        assertThat(filter.properties()).containsExactly("trustType", "deviceId", "extensionAttribute9");
        assertThatThrownBy(() -> filter.properties().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void rule_parsed_keepsItsText() throws Exception {
        String rule = " device.model  eq 'x' ";
        assertThat(DeviceFilter.parse(rule).rule()).isEqualTo(rule);
    }

    // ---- the property table --------------------------------------------------------------------------------------

    @ParameterizedTest(name = "{0} takes {1}")
    @CsvSource({
        "deviceId, EL", "displayName, ELWC", "deviceOwnership, E", "enrollmentProfileName, ELWC", "isCompliant, E",
        "manufacturer, ELWC", "model, ELWC", "mdmAppId, EL", "operatingSystem, ELWC", "operatingSystemVersion, ELWC",
        "physicalIds, EC", "profileType, E", "systemLabels, EC", "trustType, E",
        "extensionAttribute1, ELWC", "extensionAttribute9, ELWC", "extensionAttribute15, ELWC",
    })
    void property_everyOperator_isAllowedAsTheTableSays_CA_DEV_20_to_33(String property, String columns)
            throws Exception {
        Map<String, List<String>> operators = Map.of(
                "E", List.of("-eq 'a'", "-ne 'a'"), "L", List.of("-in ['a']", "-notIn ['a']"),
                "W", List.of("-startsWith 'a'", "-notStartsWith 'a'", "-endsWith 'a'", "-notEndsWith 'a'"),
                "C", List.of("-contains 'a'", "-notContains 'a'"));
        for (var column : operators.entrySet()) {
            for (String comparison : column.getValue()) {
                String rule = "device." + property + " " + comparison;
                if (columns.contains(column.getKey())) {
                    assertThat(DeviceFilter.parse(rule).properties()).containsExactly(property);
                } else {
                    SyntaxException fault = fault(rule);
                    assertThat(fault).hasMessageMatching("operator `-\\w+` does not apply to `" + property + "`");
                    assertThat(fault.help()).startsWith("`" + property + "` takes `-");
                    assertThat(fault.ruleId()).matches("CA-DEV-(2\\d|3[0-2])");
                    assertThat(fault.column()).isEqualTo("device. ".length() + property.length() + 1);
                }
            }
        }
    }

    // ---- errors --------------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        // unknown properties, CA-DEV-20 to CA-DEV-32
        "device.dispalyName -eq 'a'       | 1 | unknown property `device.dispalyName` | did you mean `device.displayName`?",
        "device.ownership -eq 'Company'   | 1 | unknown property `device.ownership` | did you mean `device.deviceOwnership`?",
        "device.deviceManufacturer -eq 'a'| 1 | unknown property `device.deviceManufacturer` | did you mean `device.manufacturer`?",
        "device.extensionAttribute16 -eq 'a' | 1 | unknown property `device.extensionAttribute16` | did you mean `device.extensionAttribute1`?",
        "device.zzz -eq 'a'               | 1 | unknown property `device.zzz` | write a comparison such as",
        "displayName -eq 'a'              | 1 | expected a comparison, found `displayName` | did you mean `device.displayName`?",
        "user.department -eq 'a'          | 1 | expected a comparison, found `user.department` | write a comparison",
        // unknown operators, CA-DEV-44
        "device.displayName -match 'a'    | 20 | unknown operator `-match` | only rules of dynamic groups support it; `displayName` takes `-eq`",
        "device.displayName -any (_ -eq 'a') | 20 | unknown operator `-any` | only rules of dynamic groups",
        "device.displayName -all 'a'      | 20 | unknown operator `-all` | only rules of dynamic groups",
        "device.operatingSystemVersion -le '10' | 31 | unknown operator `-le` | only rules of dynamic groups",
        "device.operatingSystemVersion -GE '10' | 31 | unknown operator `-GE` | only rules of dynamic groups",
        "device.displayName -startWith 'a'| 20 | unknown operator `-startWith` | did you mean `-startsWith`?",
        "device.displayName equals 'a'    | 20 | unknown operator `equals` | did you mean `-eq`?",
        "device.displayName -like 'a*'    | 20 | unknown operator `-like` | `displayName` takes `-eq`, `-ne`, `-in`",
        "device.displayName --eq 'a'      | 20 | unknown operator `-` | takes `-eq`",
        // operators and values
        "device.displayName               | 19 | expected an operator, the rule ends | `displayName` takes `-eq`",
        "device.displayName 'a'           | 20 | expected an operator, found `a` | `displayName` takes `-eq`",
        "device.displayName -eq           | 23 | expected a value, the rule ends | write text in quotes, such as",
        "(device.displayName -eq)         | 24 | expected a value, found `)` | write text in quotes, such as",
        "device.displayName -eq ['a']     | 24 | expected a value, found `[` | write text in quotes, such as",
        "device.displayName -eq Windows   | 24 | value `Windows` is not quoted | write text in quotes, such as",
        "device.displayName -eq 10        | 24 | value `10` is not quoted | write text in quotes, such as",
        "device.displayName -contains null| 30 | value `null` is not quoted | after `-eq` and `-ne`",
        "device.displayName -in 'a'       | 24 | expected a list, found `a` | take a list such as",
        "device.displayName -in ('a','b') | 24 | expected a list, found `(` | take a list such as",
        "device.displayName -in null      | 24 | expected a list, found `null` | take a list such as",
        "device.displayName -in []        | 25 | expected a value, found `]` | write text in quotes",
        "device.displayName -in ['a',]    | 29 | expected a value, found `]` | write text in quotes",
        "device.displayName -in ['a' 'b'] | 29 | expected `,` or `]`, found `b` | take a list such as",
        "device.displayName -in ['a'      | 28 | expected `,` or `]`, the rule ends | take a list such as",
        "device.displayName -in [True]    | 25 | value `True` is not quoted | write text in quotes",
        "device.displayName -eq \"a       | 24 | the text is not closed | end it with \"",
        "device.displayName -eq 'a`'      | 24 | the text is not closed | write a backtick before it",
        // parentheses and joining words
        "(device.model -eq 'a'            | 1  | `(` is not closed | close it with `)`",
        "((device.model -eq 'a')          | 1  | `(` is not closed | close it with `)`",
        "device.model -eq 'a')            | 21 | unmatched `)` | remove it",
        "(device.model -eq 'a' 'b')       | 23 | expected `-and`, `-or` or `)`, found `b` | close the parenthesis",
        "()                               | 2  | expected a comparison, found `)` | write a comparison",
        "-not                             | 5  | expected a comparison, the rule ends | write a comparison",
        "-not -not device.model -eq 'a'   | 6  | expected a comparison, found `-not` | write a comparison",
        "device.model -eq 'a' -and        | 26 | expected a comparison, the rule ends | write a comparison",
        "-or device.model -eq 'a'         | 1  | expected a comparison, found `-or` | write a comparison",
        "device.model -eq 'a' device.model -eq 'b' | 22 | expected `-and` or `-or`, found `device.model` | join two comparisons",
        "device.model -eq 'a' -xor        | 22 | expected `-and` or `-or`, found `-xor` | join two comparisons",
        "device.model -eq 'it''s'         | 22 | expected `-and` or `-or`, found `s` | join two comparisons",
        // characters
        "device.model -eq “a”             | 18 | unexpected character `“` | write straight quotes",
        "device.model = 'a'               | 14 | unexpected character `=` | outside quotes, only words",
        "device.model -eq $true           | 18 | unexpected character `$` | outside quotes, only words",
    })
    void brokenRule_fault_isNamedAtItsColumnWithHelp_CA_DEV_47(String rule, int column, String message, String help) {
        SyntaxException fault = fault(rule);
        assertThat(fault).hasMessage(message);
        assertThat(fault.line()).isEqualTo(1);
        assertThat(fault.column()).isEqualTo(column);
        assertThat(fault.help()).contains(help);
        assertThat(fault.ruleId()).isEqualTo(message.startsWith("unknown operator") ? "CA-DEV-44" : "CA-DEV-47");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\r\n\t"})
    void rule_blank_isAFault_CA_DEV_47(String rule) {
        assertThat(fault(rule)).hasMessage("expected a comparison, the rule ends");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void fault_onALaterLine_hasThatLineAndColumn(String lineEnd) {
        SyntaxException fault = fault("device.model -eq 'a'" + lineEnd + lineEnd + "  -and device.nope -eq 'b'");
        assertThat(fault.line()).isEqualTo(3);
        assertThat(fault.column()).isEqualTo(8);
    }

    @Test
    void fault_afterALineBreakInsideText_countsThatLine() {
        SyntaxException fault = fault("device.model -eq 'a\nb' nope");
        assertThat(fault.line()).isEqualTo(2);
        assertThat(fault.column()).isEqualTo(4);
    }

    @Test
    void fault_severalInOneRule_isTheFirst() {
        assertThat(fault("device.displayName -match \"open")).hasMessage("unknown operator `-match`");
        assertThat(fault("device.nope ??? )")).hasMessage("unknown property `device.nope`");
    }

    @Test
    void rule_null_isRefused() {
        assertThatThrownBy(() -> DeviceFilter.parse(null)).isInstanceOf(NullPointerException.class);
    }

    // ---- hostile text --------------------------------------------------------------------------------------------

    @Test
    void attack_20_ruleOf3072Characters_parsesAndOf3073_isRefused_CA_DEV_02_VAL_26() throws Exception {
        String rule = "device.displayName -eq '" + "a".repeat(DeviceFilter.MAX_LENGTH - 25) + "'";
        assertThat(rule).hasSize(3072);
        assertThat(test(rule, LAPTOP)).isEqualTo(NO_MATCH);

        SyntaxException fault = fault(rule + " ");
        assertThat(fault).hasMessage("rule has 3073 characters, more than 3072");
        assertThat(fault.ruleId()).isEqualTo("VAL-26");
        assertThat(fault.line()).isEqualTo(1);
        assertThat(fault.column()).isEqualTo(3073);
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 1_000, 3_000, 10_000, 1_000_000})
    void attack_20_deepParentheses_areRefusedWithoutStackOverflow_CA_DEV_47(int depth) {
        for (String open : List.of("(", "-not(")) {
            assertThat(fault(open.repeat(depth)).getMessage())
                    .isIn("parentheses nest deeper than 100", "rule has " + depth * open.length()
                            + " characters, more than 3072");
        }
    }

    @Test
    void attack_20_parentheses_nestAHundredDeepAndNoDeeper() throws Exception {
        String comparison = "device.model -ne null";
        assertThat(test("(".repeat(100) + comparison + ")".repeat(100), LAPTOP)).isEqualTo(MATCH);
        SyntaxException fault = fault("(".repeat(101) + comparison + ")".repeat(101));
        assertThat(fault).hasMessage("parentheses nest deeper than 100");
        assertThat(fault.column()).isEqualTo(101);
    }

    @Test
    void attack_20_longChains_parseAndEvaluate_CA_DEV_40() throws Exception {
        String chain = "device.model eq 'x'" + " or device.model eq 'x'".repeat(125);
        assertThat(test(chain, LAPTOP)).isEqualTo(NO_MATCH);
        assertThat(test(chain.replace(" or ", " and "), LAPTOP)).isEqualTo(NO_MATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "); Runtime.getRuntime().exec(\"calc\"); //", "\\u0022 || true || \\u0022", "a\nend\nrule \"x\" when then",
        "end rule", "' -or device.model -ne null -or '", "${jndi:ldap://x}", "#{T(java.lang.Runtime)}", "%s%n%1000d",
        "(a+)+$", ".*", "[", "\u0000", "\u202egnp", "$1\\E", "*/", "eval(true)", "`", "\ud800",
    })
    void attack_21_codeInText_isOnlyText(String hostile) throws Exception {
        String escaped = hostile.replace("\"", "`\"");
        String rule = "device.displayName -eq \"" + escaped + "\"";
        if (!hostile.endsWith("`")) {
            assertThat(test(rule, new Device().with("displayName", hostile))).isEqualTo(MATCH);
            assertThat(test(rule, LAPTOP)).isEqualTo(NO_MATCH);
        }
        assertThat(fault("device.model -ne null " + hostile + " 'x")).isNotNull();
        assertThat(test("device.displayName -eq 'a'", new Device().with("displayName", hostile))).isEqualTo(NO_MATCH);
    }

    @Test
    void attack_21_faultMessage_hostileInput_isShownHarmlessAndShort() {
        assertThat(fault("\u202e")).hasMessage("unexpected character `U+202E`");
        assertThat(fault("\u0000")).hasMessage("unexpected character `U+0000`");
        assertThat(fault("\u00a0device.model")).hasMessage("unexpected character `U+00A0`");
        assertThat(fault("\ud800")).hasMessage("unexpected character `U+D800`");
        assertThat(fault("\ud83d\ude00")).hasMessage("unexpected character `\ud83d\ude00`");
        assertThat(fault("device.model 'a\n\u001b[31mb'")).hasMessage("expected an operator, found `aU+000AU+001B[31mb`");
        assertThat(fault("a".repeat(3000)).getMessage()).hasSizeLessThan(100);
    }

    @Test
    void attack_20_randomText_parsesOrFaults_neverThrowsAnythingElse() {
        Random random = new Random(20_261_122);
        String[] pieces = {"(", ")", "[", "]", ",", "-", "\u2013", "-not", "not", "-and", "or", "device.", "device.model",
            "device.displayName", "device.systemLabels", "device.extensionAttribute3", "device.isCompliant", "-eq", "ne",
            "-in", "-notIn", "-contains", "-match", "'a'", "\"b\"", "['a']", "[\"a\",'b']", "null", "True", "'", "\"",
            "`", " ", "\n", "\r", "\\", "\u0000", "\ud800", "\u0130", "1e9", "."};
        int parsed = 0;
        for (int round = 0; round < 200_000; round++) {
            StringBuilder rule = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                rule.append(random.nextInt(20) == 0 ? String.valueOf((char) random.nextInt(0x10000))
                        : pieces[random.nextInt(pieces.length)]).append(random.nextBoolean() ? " " : "");
            }
            try {
                DeviceFilter filter = DeviceFilter.parse(rule.toString());
                assertThat(filter.test(LAPTOP)).isNotNull();
                assertThat(filter.test(UNREGISTERED)).isNotEqualTo(UNAVAILABLE);
                parsed++;
            } catch (SyntaxException fault) {
                boolean complete = fault.line() >= 1 && fault.column() >= 1 && !fault.getMessage().isEmpty()
                        && !fault.help().isEmpty() && fault.getMessage().chars().noneMatch(Character::isISOControl);
                assertThat(complete).as("%s on %s", fault, rule).isTrue();
            }
        }
        assertThat(parsed).isPositive();
    }

    @Test
    void randomRules_fastTree_agreesWithPlainKleene_CA_DEV_07_40() throws Exception {
        Random random = new Random(45);
        for (int round = 0; round < 20_000; round++) {
            Tree tree = Tree.random(random, 4);
            assertThat(test(tree.rule(), UNMANAGED)).as(tree.rule()).isEqualTo(tree.verdict());
        }
    }

    @Test
    void test_warm_allocatesNothing() throws Exception {
        DeviceFilter filter = DeviceFilter.parse("-not (device.displayName -contains '99') and device.model -in"
                + " ['a', 'Surface laptop 6'] and device.systemLabels -contains 'cloudpc' and device.trustType ne null");
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        boolean all = true;
        for (int i = 0; i < 20_000; i++) {
            all &= filter.matches(LAPTOP);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20_000; i++) {
            all &= filter.matches(LAPTOP);
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(all).isTrue();
        assertThat(bytes).as("bytes in 20,000 evaluations").isLessThan(20_000);
    }

    // ---- helpers -------------------------------------------------------------------------------------------------

    private static DeviceFilter.Verdict test(String rule, DeviceFilter.Properties device) throws SyntaxException {
        return DeviceFilter.parse(rule).test(device);
    }

    private static SyntaxException fault(String rule) {
        SyntaxException fault = catchThrowableOfType(SyntaxException.class, () -> DeviceFilter.parse(rule));
        assertThat(fault).as("a fault in %s", rule).isNotNull();
        return fault;
    }

    /** A random rule beside what a plain reading of Kleene's tables makes of it on {@link #UNMANAGED}. */
    private record Tree(String rule, DeviceFilter.Verdict verdict) {

        static Tree random(Random random, int depth) {
            if (depth == 0 || random.nextInt(4) == 0) {
                return switch (random.nextInt(3)) {
                    case 0 -> new Tree("device.model -ne null", MATCH);
                    case 1 -> new Tree("device.model -eq null", NO_MATCH);
                    default -> new Tree("device.extensionAttribute2 -eq 'a'", UNAVAILABLE);
                };
            }
            Tree a = random(random, depth - 1);
            if (random.nextInt(3) == 0) {
                return new Tree("-not (" + a.rule + ")", of(2 - rank(a.verdict)));
            }
            Tree b = random(random, depth - 1);
            return random.nextBoolean()
                    ? new Tree("(" + a.rule + ") -and (" + b.rule + ")", of(Math.min(rank(a.verdict), rank(b.verdict))))
                    : new Tree("(" + a.rule + ") -or (" + b.rule + ")", of(Math.max(rank(a.verdict), rank(b.verdict))));
        }

        private static int rank(DeviceFilter.Verdict verdict) {
            return List.of(NO_MATCH, UNAVAILABLE, MATCH).indexOf(verdict);
        }

        private static DeviceFilter.Verdict of(int rank) {
            return List.of(NO_MATCH, UNAVAILABLE, MATCH).get(rank);
        }
    }

    private record Device(Map<String, String> text, Map<String, List<String>> texts, boolean isRegistered,
            boolean extensionAttributesAvailable) implements DeviceFilter.Properties {

        Device() {
            this(Map.of(), Map.of(), true, true);
        }

        Device with(String name, String value) {
            Map<String, String> more = new HashMap<>(text);
            more.put(name, value);
            return new Device(more, texts, isRegistered, extensionAttributesAvailable);
        }

        Device withAll(String name, String... values) {
            Map<String, List<String>> more = new HashMap<>(texts);
            more.put(name, List.of(values));
            return new Device(text, more, isRegistered, extensionAttributesAvailable);
        }

        Device unregistered() {
            return new Device(text, texts, false, false);
        }

        Device unmanaged() {
            return new Device(text, texts, true, false);
        }

        @Override
        public String text(String name) {
            return text.get(name);
        }

        @Override
        public List<String> texts(String name) {
            return texts.get(name);
        }
    }
}
