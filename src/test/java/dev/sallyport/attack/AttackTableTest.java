package dev.sallyport.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Which test makes which of the attacks: most say so in their names, the others are named here. */
class AttackTableTest {

    private static final int ATTACKS = 112;
    private static final Pattern NAMED = Pattern.compile("void attack_((?:[0-9]{1,3}_)+)[a-zA-Z]");
    private static final String FILES = "dev.sallyport.read.PolicyFilesTest#";
    private static final String YAML_SLIPS = FILES + "slip_in_yaml_is_an_error_at_its_place";
    private static final String PROPERTIES = "dev.sallyport.DecisionPropertiesTest#";

    private static final Map<Integer, List<String>> ELSEWHERE = new TreeMap<>(Map.ofEntries(
            Map.entry(1, List.of(YAML_SLIPS, FILES + "slip_in_json_is_an_error_at_its_place")),
            Map.entry(2, List.of(FILES + "attack_2_billion_laughs_are_refused_at_the_alias_that_is_too_much", FILES + "attack_2_alias_of_a_long_text_counts_by_its_length")),
            Map.entry(4, List.of(YAML_SLIPS)),
            Map.entry(5, List.of(FILES + "attack_5_nesting_10_000_deep_is_refused_without_a_stack_overflow")),
            Map.entry(6, List.of(FILES + "attack_6_yaml_of_a_mebibyte_loads_and_one_byte_more_is_refused", FILES + "attack_6_json_over_its_limit_is_refused_before_it_is_parsed")),
            Map.entry(7, List.of(FILES + "attack_7_folder_of_10_001_files_is_refused_as_a_whole")),
            Map.entry(8, List.of(FILES + "attack_8_settings_in_a_second_document_are_refused")),
            Map.entry(9, List.of(YAML_SLIPS)),
            Map.entry(10, List.of(FILES + "attack_10_plain_text_means_what_stands_there", FILES + "attack_10_norway_is_a_country",
                    FILES + "attack_10_what_yaml_1_1_took_for_true_is_no_truth_value", FILES + "attack_10_what_yaml_1_1_took_for_a_number_is_no_number_of_days")),
            Map.entry(11, List.of(YAML_SLIPS, FILES + "attack_11_encodings_marks_and_line_ends_all_load_and_count_alike", FILES + "attack_11_nul_character_is_refused_at_its_place")),
            Map.entry(12, List.of("dev.sallyport.check.CheckTest#character_that_nobody_sees_is_found_and_one_that_a_script_needs_is_not")),
            Map.entry(13, List.of(FILES + "attack_13_two_policies_with_one_id_are_refused_whatever_its_case", FILES + "attack_13_two_resources_with_one_id_are_refused")),
            Map.entry(14, List.of(YAML_SLIPS)),
            Map.entry(15, List.of(YAML_SLIPS)),
            Map.entry(18, List.of(FILES + "range_of_a_named_location_is_refused", "dev.sallyport.model.IpAddressTest#text_that_is_no_range_is_none")),
            Map.entry(20, List.of("dev.sallyport.model.DeviceFilterTest#attack_20_deepParentheses_areRefusedWithoutStackOverflow_CA_DEV_47",
                    "dev.sallyport.model.DeviceFilterTest#attack_20_ruleOf3072Characters_parsesAndOf3073_isRefused_CA_DEV_02_VAL_26")),
            Map.entry(22, List.of(FILES + "attack_22_link_out_of_the_folder_is_refused", FILES + "attack_22_link_with_dots_out_of_the_folder_is_refused")),
            Map.entry(23, List.of("dev.sallyport.ReloadingPolicyEngineTest#wrongFile_leavesTheLastGoodSetInForce_andSaysWhyAndSinceWhen",
                    "dev.sallyport.ReloadingPolicyEngineTest#emptyFile_asWhileItIsBeingWritten_leavesTheLastGoodSetInForce")),
            Map.entry(24, List.of("dev.sallyport.ReloadingPolicyEngineTest#decisions_thatRaceReloads_areEachOfOneWholeSet")),
            Map.entry(25, List.of(PROPERTIES + "rulings_whenReportOnlyAndDisabledPoliciesAreAdded_stay", PROPERTIES + "rulings_underReportOnlyPoliciesAlone_areThoseUnderNone")),
            Map.entry(60, List.of("dev.sallyport.model.AppPasswordsTest#signIn_modernClientWithTheRightOne_isRefused_AP11")),
            Map.entry(61, List.of("dev.sallyport.cli.UsersCommandTest#create_enforcedUser_printsThePasswordOnceAndKeepsAHash_AP06_AP09",
                    "dev.sallyport.cli.UsersCommandTest#signIn_withTheCreatedPassword_isVerifiedAndNeverShown_AP10")),
            Map.entry(65, List.of(PROPERTIES + "decisions_onDocumentsInAnotherOrder_areEqualToTheByte", PROPERTIES + "decisions_onTheSameInput_areEqualToTheByte",
                    "dev.sallyport.DeterminismTest#decisions_onFilesInAnotherOrder_areEqualToTheByte")),
            Map.entry(62, List.of("dev.sallyport.decide.FailingRulesTest#attack_62_consequenceThatThrows_blocksWhatReachesIt_andTheNextRequestIsDecided",
                    "dev.sallyport.decide.FailingRulesTest#attack_62_conditionThatThrows_blocksWhatReachesIt_andTheNextRequestIsDecided")),
            Map.entry(66, List.of(PROPERTIES + "rulings_whenBlockPoliciesAreAdded_stayOrBecomeBlock", PROPERTIES + "strictMode_withoutAFactThatWasKnown_neverLiftsABlock"))));

    @Test
    void everyAttack_hasATest() throws IOException {
        TreeSet<Integer> made = new TreeSet<>(ELSEWHERE.keySet());
        for (Path file : tests()) {
            NAMED.matcher(Files.readString(file)).results().flatMap(name -> Stream.of(name.group(1).split("_"))).forEach(number -> made.add(Integer.valueOf(number)));
        }
        assertThat(made).containsExactlyElementsOf(IntStream.rangeClosed(1, ATTACKS).boxed().toList());
    }

    @Test
    void everyNamedTest_exists() {
        ELSEWHERE.values().forEach(tests -> tests.forEach(AttackTableTest::assertIsTest));
    }

    @Test
    void everyTestThatSecurityNames_exists() throws IOException {
        List<String> named = Pattern.compile("`([A-Za-z]+#[A-Za-z0-9_]+)`").matcher(Files.readString(Path.of("SECURITY.md"))).results().map(found -> found.group(1)).toList();
        Map<String, String> classes = tests().stream().map(file -> TESTS.relativize(file).toString().replaceAll("[/\\\\]", ".").replace(".java", ""))
                .collect(Collectors.toMap(name -> name.substring(name.lastIndexOf('.') + 1), Function.identity()));
        assertThat(named).hasSizeGreaterThan(15).allSatisfy(name -> assertIsTest(classes.get(name.substring(0, name.indexOf('#'))) + name.substring(name.indexOf('#'))));
    }

    private static final Path TESTS = Path.of("src/test/java");

    private static List<Path> tests() throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.filter(file -> file.toString().endsWith("Test.java")).toList();
        }
    }

    /** A class and a method behind {@code #}, which is a test. */
    static void assertIsTest(String name) {
        String[] parts = name.split("#");
        try {
            assertThat(Stream.of(Class.forName(parts[0]).getDeclaredMethods()).filter(method -> method.getName().equals(parts[1]))
                    .anyMatch(method -> method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class))).as(name).isTrue();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(name, e);
        }
    }
}
