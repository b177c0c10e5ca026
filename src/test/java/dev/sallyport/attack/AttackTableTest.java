package dev.sallyport.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** {@code docs/attacks.md} and the tests name the same attacks: a row names one test {@code attack_NN_…} of each class, or tests of other names. */
class AttackTableTest {

    private static final int ATTACKS = 112;
    private static final Path PAGE = Path.of("docs/attacks.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$");
    private static final Pattern TEST = Pattern.compile("`([A-Za-z]+)#([A-Za-z0-9_]+)`");
    private static final Pattern DECLARED = Pattern.compile("void (attack_[A-Za-z0-9_]+)\\(");
    private static final Pattern NUMBERS = Pattern.compile("attack_((?:\\d{1,3}_(?:and_)?)+)[a-zA-Z].*");

    /** The numbers at the beginning of a test's name; none if it is not named after an attack. */
    private static Set<Integer> numbers(String method) {
        Matcher name = NUMBERS.matcher(method);
        return !name.matches() ? Set.of()
                : Stream.of(name.group(1).split("_")).filter(part -> !part.equals("and")).map(Integer::valueOf).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The classes that have a test of each attack by its name. */
    private static Map<Integer, Set<String>> declared() throws IOException {
        Map<Integer, Set<String>> classes = new TreeMap<>();
        for (Map.Entry<String, String> test : classes().entrySet()) {
            DECLARED.matcher(Files.readString(TESTS.resolve(test.getValue().replace('.', '/') + ".java"))).results().map(found -> found.group(1)).forEach(method -> {
                assertThat(numbers(method)).as(test.getKey() + "#" + method).isNotEmpty().allMatch(number -> number >= 1 && number <= ATTACKS);
                numbers(method).forEach(number -> classes.computeIfAbsent(number, any -> new TreeSet<>()).add(test.getKey()));
            });
        }
        return classes;
    }

    @Test
    void everyAttack_hasItsRow_withTheTestsThatHoldIt() throws IOException {
        Map<Integer, Set<String>> declared = declared();
        Map<String, String> classes = classes();
        List<Integer> rows = new ArrayList<>();
        for (MatchResult row : ROW.matcher(Files.readString(PAGE)).results().toList()) {
            int number = Integer.parseInt(row.group(1));
            rows.add(number);
            List<MatchResult> named = TEST.matcher(row.group(4)).results().toList();
            assertThat(named).as("attack %d", number).isNotEmpty();
            Set<String> numbered = new TreeSet<>();
            for (MatchResult test : named) {
                assertThat(classes).as("attack %d", number).containsKey(test.group(1));
                assertIsTest(classes.get(test.group(1)) + "#" + test.group(2));
                if (test.group(2).startsWith("attack_")) {
                    assertThat(numbers(test.group(2))).as(test.group()).contains(number);
                    numbered.add(test.group(1));
                }
            }
            assertThat(numbered).as("classes with a test `attack_%d_…`", number).isEqualTo(declared.getOrDefault(number, Set.of()));
        }
        assertThat(rows).containsExactlyElementsOf(IntStream.rangeClosed(1, ATTACKS).boxed().toList());
    }

    @Test
    void everyTestThatSecurityNames_exists() throws IOException {
        List<String> named = Pattern.compile("`([A-Za-z]+#[A-Za-z0-9_]+)`").matcher(Files.readString(Path.of("SECURITY.md"))).results().map(found -> found.group(1)).toList();
        Map<String, String> classes = classes();
        assertThat(named).hasSizeGreaterThan(15).allSatisfy(name -> assertIsTest(classes.get(name.substring(0, name.indexOf('#'))) + name.substring(name.indexOf('#'))));
    }

    private static final Path TESTS = Path.of("src/test/java");

    private static List<Path> tests() throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.filter(file -> file.toString().endsWith("Test.java")).toList();
        }
    }

    /** The full name of each class of tests by its own name. */
    private static Map<String, String> classes() throws IOException {
        return tests().stream().map(file -> TESTS.relativize(file).toString().replaceAll("[/\\\\]", ".").replace(".java", ""))
                .collect(Collectors.toMap(name -> name.substring(name.lastIndexOf('.') + 1), Function.identity()));
    }

    /** The methods of a class and of the classes in it. */
    private static Stream<Method> methods(Class<?> type) {
        return Stream.concat(Stream.of(type.getDeclaredMethods()), Stream.of(type.getDeclaredClasses()).flatMap(AttackTableTest::methods));
    }

    /** A class and a method behind {@code #}, which is a test. */
    static void assertIsTest(String name) {
        String[] parts = name.split("#");
        try {
            assertThat(methods(Class.forName(parts[0])).filter(method -> method.getName().equals(parts[1]))
                    .anyMatch(method -> method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class))).as(name).isTrue();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(name, e);
        }
    }
}
