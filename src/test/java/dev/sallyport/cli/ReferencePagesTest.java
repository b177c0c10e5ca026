package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fixtures.RequestFacts;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** The pages of docs/reference name what there is, and nothing else; what they show works. */
class ReferencePagesTest {

    private static final Path PAGES = Path.of("docs/reference");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)(?: (\\w+))?\\n(.*?)\\n```$");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern RANGE = Pattern.compile("`(\\w+?)(\\d+)` to `\\1(\\d+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(?:#([^)]+))?\\)");
    private static final Pattern CALL = Pattern.compile("`(\\w+)\\.(\\w+)\\(([^`]*)\\)`");
    /** What every document may have, and what marks the type of an object in an export. */
    private static final List<String> OF_EVERY_OBJECT = List.of("kind", "graph", "@odata.type");

    /** Whatever the policies of a page are, and in strict mode too. */
    private static final String REQUEST = "{ user: emma.hart@contoso.com, clientAppType: browser, authentication: { credential: password, firstFactor: passed } }";

    @TempDir
    private Path folder;

    static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            return files.sorted().toList();
        }
    }

    private static String page(String name) throws IOException {
        return Files.readString(PAGES.resolve(name));
    }

    // ---- what the pages show

    /** A block of a page, and what it shows: by the second word behind the backticks, else by the page. */
    record Block(String page, String language, String kind, String text) { }

    static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path path : pages()) {
            String name = path.getFileName().toString();
            Matcher block = BLOCK.matcher(Files.readString(path));
            while (block.find()) {
                blocks.add(new Block(name, block.group(1), block.group(2) != null ? block.group(2) : name.replace(".md", ""), block.group(3)));
            }
        }
        return blocks;
    }

    static List<Block> inputs() throws IOException {
        return blocks().stream().filter(block -> block.language.equals("yaml") || block.kind.equals("whatif")).toList();
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void input_isReadWithoutAFinding(Block block) throws IOException {
        String file = Files.writeString(folder.resolve("example." + block.language), block.text).toString();
        String[] command = switch (block.kind) {
            case "policy-set" -> new String[] {"evaluate", Files.writeString(folder.resolve("request.yaml"), REQUEST).toString(), "-p", file, "-d", "samples/directory.yaml"};
            case "catalogue" -> new String[] {"catalogue", "list", "-p", file};
            case "directory" -> new String[] {"users", "list", "-d", file};
            case "invariants" -> new String[] {"prove", file, "-p", "rules/conditional-access", "-d", "samples/directory.yaml"};
            case "request" -> new String[] {"evaluate", file, "-d", "samples/directory.yaml"};
            case "suite" -> new String[] {"test", file, "-p", "rules/conditional-access", "-d", "samples/directory.yaml"};
            case "whatif" -> new String[] {"whatif", file, "-d", "samples/directory.yaml"};
            default -> throw new AssertionError("what is this? " + block);
        };
        CommandRun run = CommandRun.of(command);
        assertThat(run.code()).as(run.all()).isZero();
        assertThat(run.err()).doesNotContain("error").doesNotContain("warning");
    }

    @Test
    void inputs_areOfEveryKind() throws IOException {
        assertThat(inputs().stream().map(Block::kind)).contains("policy-set", "directory", "request", "suite", "whatif");
    }

    @Test
    void decisionThatIsShown_isReal() throws IOException {
        String real = CommandRun.of("evaluate", "samples/emma-at-home.yaml", "-d", "samples/directory.yaml", "--format", "json").out();
        String shown = real.replaceAll("sha256:[0-9a-f]+", "sha256:…").replaceAll("\"diagnostics\":\\[.*],\"findings\":\\[.*],\"pol", "\"diagnostics\":[…],\"findings\":[…],\"pol");
        List<Block> blocks = blocks().stream().filter(block -> block.page.equals("decisions.md")).toList();
        assertThat(blocks.get(0).text.replaceAll("\\s", "")).isEqualTo(shown.replaceAll("\\s", ""));
        assertThat(real).contains(blocks.stream().filter(block -> block.language.isEmpty()).findFirst().orElseThrow().text);
    }

    // ---- what the pages name

    /** The part of a page under a heading, up to the next one of any level. */
    private static String section(String page, String heading) throws IOException {
        Matcher section = Pattern.compile("(?ms)^#+ " + Pattern.quote(heading) + "\\n(.*?)(?=^#|\\z)").matcher(page(page));
        assertThat(section.find()).as("%s has the section %s", page, heading).isTrue();
        return section.group(1);
    }

    /** The names in the first column of the tables of a text; a range names all that it holds. */
    private static List<String> named(String text) {
        List<String> names = new ArrayList<>();
        boolean isRow = false;
        for (String line : text.lines().toList()) {
            isRow = line.startsWith("|") && (isRow || line.startsWith("|---"));
            if (isRow) {
                String cell = line.split("\\|")[1];
                Matcher range = RANGE.matcher(cell);
                if (range.find()) {
                    IntStream.rangeClosed(Integer.parseInt(range.group(2)), Integer.parseInt(range.group(3))).forEach(i -> names.add(range.group(1) + i));
                } else {
                    CODE.matcher(cell).results().forEach(code -> names.add(code.group(1)));
                }
            }
        }
        return names;
    }

    @Test
    void reasonsAndOutcomes_areThoseOfTheCode() throws IOException {
        assertThat(named(section("decisions.md", "Reasons"))).containsExactlyInAnyOrderElementsOf(texts(ReasonCode.values()));
        assertThat(named(section("decisions.md", "Outcomes"))).containsExactlyInAnyOrderElementsOf(texts(Outcome.values()));
        for (String row : section("decisions.md", "Reasons").lines().filter(line -> line.matches("\\| `\\w+` .*")).toList()) {
            assertThat(texts(Outcome.values())).contains(row.split("\\|")[2].strip().replace("`", ""));
        }
    }

    private static List<String> texts(Object[] constants) {
        return Arrays.stream(constants).map(Object::toString).toList();
    }

    @ParameterizedTest
    @CsvSource({"Fields, Decision", "Registration, RegistrationPrompt", "Session controls, SessionControls", "Requirements, Requirement", "Policy rows, PolicyResult", "Decision rules, DecisionRule"})
    void fieldsOfDecisions_areThoseOfTheRecords(String heading, String record) throws IOException {
        Class<?> type = Stream.concat(Stream.of(Decision.class), Arrays.stream(Decision.class.getDeclaredClasses()))
                .filter(each -> each.getSimpleName().equals(record)).findFirst().orElseThrow();
        assertThat(named(section("decisions.md", heading)))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList());
    }

    private static Map<String, CommandLine> commands() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Map<String, CommandLine> commands = new TreeMap<>();
        collect("", Sallyport.commandLine(new Terminal(nowhere, nowhere, 100, false, false), true), commands);
        return commands;
    }

    private static void collect(String prefix, CommandLine command, Map<String, CommandLine> commands) {
        command.getSubcommands().forEach((name, each) -> {
            commands.put(prefix + name, each);
            collect(prefix + name + " ", each, commands);
        });
    }

    @Test
    void commands_areThoseOfTheCommandLine_andHaveTheOptions() throws IOException {
        Map<String, CommandLine> commands = commands();
        List<String> named = new ArrayList<>();
        for (String heading : List.of("The commands", "users", "app-passwords", "catalogue", "samples")) {
            for (String row : section("commands.md", heading).lines().filter(line -> line.startsWith("| [")).toList()) {
                String[] cells = row.split("\\|");
                String name = cells[1].replaceAll(".*\\[`|`].*", "");
                named.add(name);
                assertThat(commands).as("commands").containsKey(name);
                assertThat(row).contains("](../man/sallyport-" + name.replace(' ', '-') + ".adoc)");
                CODE.matcher(cells[3]).results().forEach(option -> assertThat(commands.get(name).getCommandSpec().optionsMap()).as(name).containsKey(option.group(1)));
            }
        }
        assertThat(named).containsExactlyInAnyOrderElementsOf(commands.keySet());
        for (String option : named(section("commands.md", "Common options"))) {
            assertThat(commands.get("evaluate").getCommandSpec().optionsMap()).containsKey(option);
        }
        assertThat(named(section("commands.md", "Output")).stream().distinct().toList()).as("in the table of outputs").isSubsetOf(commands.keySet());
        assertThat(section("commands.md", "Exit codes").lines().filter(line -> line.matches("\\| \\d .*")).map(line -> Integer.parseInt(line.substring(2, 3))))
                .containsExactlyElementsOf(Arrays.stream(ExitCode.values()).map(ExitCode::code).toList());
    }

    @ParameterizedTest
    @CsvSource({"--clock, INSTANT", "--format, text|json"})
    void commonOption_hasOneHelp(String name, String label) {
        List<CommandLine.Model.OptionSpec> options = commands().values().stream().map(command -> command.getCommandSpec().findOption(name))
                .filter(option -> option != null && option.paramLabel().equals(label)).toList();
        assertThat(options).hasSizeGreaterThan(5);
        assertThat(options.stream().map(option -> List.of(option.description())).distinct()).hasSize(1);
    }

    @Test
    void optionsOfARequest_areThoseOfEvaluate() throws IOException {
        Set<String> options = new TreeSet<>(commands().get("evaluate").getCommandSpec().optionsMap().keySet());
        options.removeAll(List.of("-p", "--policies", "-d", "--directory", "--strict", "--format", "--explain", "--clock", "--unknown-signals", "-h", "--help", "-V", "--version",
                "--no-color"));
        assertThat(named(section("requests.md", "Requests by options"))).containsExactlyInAnyOrderElementsOf(options);
    }

    @Test
    void factsOfRequests_areNamed() throws IOException {
        Set<String> codes = CODE.matcher(BLOCK.matcher(page("requests.md")).replaceAll("")).results().map(code -> code.group(1)).collect(Collectors.toSet());
        assertThat(codes).containsAll(RequestFacts.all());
        Map<String, Object> request = schema("request");
        List<String> fields = paths(request, definition(request, "signIn"), "");
        List<String> named = new ArrayList<>();
        for (String heading : List.of("Fields", "authentication", "session", "clientApplication", "satisfied")) {
            named.addAll(named(section("requests.md", heading)));
        }
        assertThat(named).containsExactlyInAnyOrderElementsOf(fields.stream().filter(field -> !field.startsWith("device.")).toList());
        assertThat(fields).containsAll(named(section("requests.md", "device")));
    }

    // ---- schemas

    @SuppressWarnings("unchecked")
    private static Map<String, Object> schema(String name) throws IOException {
        return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(Path.of("docs/schemas/" + name + ".schema.json")));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    private static Map<String, Object> definition(Map<String, Object> schema, String name) {
        return map(map(schema.get("definitions")).get(name));
    }

    /** The shapes that a value may have, out of references, lists and alternatives. */
    private static List<Map<String, Object>> shapes(Map<String, Object> schema, Map<String, Object> value) {
        if (value.get("$ref") instanceof String reference) {
            return shapes(schema, definition(schema, reference.replaceAll(".*/", "")));
        }
        List<Map<String, Object>> shapes = new ArrayList<>(List.of(value));
        Stream.of("anyOf", "oneOf", "allOf").filter(value::containsKey).flatMap(key -> ((Collection<?>) value.get(key)).stream())
                .forEach(each -> shapes.addAll(shapes(schema, map(each))));
        if (value.get("items") instanceof Map<?, ?> items) {
            shapes.addAll(shapes(schema, map(items)));
        }
        return shapes;
    }

    /** The fields of an object by name. */
    private static Map<String, Map<String, Object>> fields(Map<String, Object> schema, Map<String, Object> value) {
        Map<String, Map<String, Object>> fields = new TreeMap<>();
        shapes(schema, value).forEach(shape -> map(shape.get("properties")).forEach((name, field) -> fields.put(name, map(field))));
        OF_EVERY_OBJECT.forEach(fields::remove);
        return fields;
    }

    private static List<String> paths(Map<String, Object> schema, Map<String, Object> value, String prefix) {
        List<String> paths = new ArrayList<>();
        fields(schema, value).forEach((name, field) -> {
            paths.add(prefix + name);
            paths.addAll(paths(schema, field, prefix + name + "."));
        });
        return paths;
    }

    @ParameterizedTest
    @CsvSource({
        "policy-set, conditionalAccessPolicy, conditionalAccessPolicy", "policy-set, conditions, conditionalAccessPolicy.conditions",
        "policy-set, conditions.users, conditionalAccessPolicy.conditions.users",
        "policy-set, conditions.clientApplications, conditionalAccessPolicy.conditions.clientApplications",
        "policy-set, conditions.applications, conditionalAccessPolicy.conditions.applications",
        "policy-set, grantControls, conditionalAccessPolicy.grantControls", "policy-set, sessionControls, conditionalAccessPolicy.sessionControls",
        "policy-set, ipNamedLocation, ipNamedLocation", "policy-set, countryNamedLocation, countryNamedLocation",
        "policy-set, compliantNetworkNamedLocation, compliantNetworkNamedLocation", "policy-set, authenticationStrengthPolicy, authenticationStrengthPolicy",
        "policy-set, authenticationContextClassReference, authenticationContextClassReference", "policy-set, termsOfUse, termsOfUse",
        "policy-set, securityDefaults, securityDefaults", "policy-set, mfaSettings, mfaSettings", "policy-set, evaluationSettings, evaluationSettings",
        "directory, directory, directory", "directory, organization, directory.organization", "directory, inboundTrust, directory.organization.inboundTrust",
        "directory, users, user", "directory, authenticationMethods, user.authenticationMethods", "directory, appPasswords, user.appPasswords",
        "directory, perUserMfaHistory, user.perUserMfaHistory", "directory, groups, group", "directory, applications, application", "directory, devices, device",
        "directory, servicePrincipals, servicePrincipal", "invariants, An invariant, invariants.invariants", "invariants, Who, invariants.invariants.for",
        "invariants, What, invariants.invariants.on", "invariants, Requirements, invariants.invariants.always.requires"})
    void fields_areThoseOfTheSchema(String name, String heading, String path) throws IOException {
        Map<String, Object> schema = schema(name);
        Map<String, Object> value = definition(schema, path.split("\\.")[0]);
        for (String field : Arrays.stream(path.split("\\.")).skip(1).toList()) {
            value = fields(schema, value).get(field);
        }
        assertThat(named(section(name + ".md", heading))).containsExactlyInAnyOrderElementsOf(fields(schema, value).keySet());
    }

    @Test
    void kinds_areThoseOfTheSchema() throws IOException {
        assertThat(named(section("policy-set.md", "Kinds"))).containsExactlyInAnyOrderElementsOf(map(schema("policy-set").get("definitions")).keySet());
        assertThat(map(schema("directory").get("definitions")).keySet()).allSatisfy(kind -> assertThat(page("directory.md")).containsAnyOf("`kind: " + kind + "`", "`" + kind + "`"));
    }

    // ---- Java

    /** The class of a simple name, wherever it lies. */
    private static Class<?> type(String name) throws Exception {
        Path root = Path.of("src/main/java");
        try (Stream<Path> files = Files.walk(root)) {
            Path file = files.filter(each -> each.endsWith(name + ".java")).findFirst().orElseThrow(() -> new AssertionError("unknown class " + name));
            return Class.forName(root.relativize(file).toString().replace(".java", "").replace('/', '.'));
        }
    }

    @Test
    void calls_areThoseOfTheLibrary() throws Exception {
        List<MatchResult> calls = CALL.matcher(page("java.md")).results().toList();
        assertThat(calls).hasSizeGreaterThan(50);
        for (MatchResult call : calls) {
            if (call.group(1).equals("Reason")) {
                continue;                                       // inside Decision
            }
            List<String> signatures = new ArrayList<>();
            for (Method method : type(call.group(1)).getMethods()) {
                signatures.add(method.getName() + "(" + Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName).collect(Collectors.joining(", ")) + ")");
            }
            assertThat(signatures).as(call.group()).contains(call.group(2) + "(" + call.group(3).replace("...", "[]") + ")");
        }
    }

    // ---- links

    @ParameterizedTest
    @MethodSource("pages")
    void links_leadSomewhere(Path page) throws IOException {
        List<MatchResult> links = LINK.matcher(Files.readString(page)).results().toList();
        assertThat(links).isNotEmpty();
        for (MatchResult link : links) {
            Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
            assertThat(target).as(link.group()).isRegularFile();
            if (link.group(2) != null) {
                assertThat(anchors(target)).as(link.group()).contains(link.group(2));
            }
        }
    }

    /** The anchors that a page sets, and those that its headings make. */
    private static List<String> anchors(Path page) throws IOException {
        String text = Files.readString(page);
        return Stream.concat(Pattern.compile("<a id=\"([^\"]+)\">").matcher(text).results().map(anchor -> anchor.group(1)),
                Pattern.compile("(?m)^#+ (.+)$").matcher(text).results()
                        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))).toList();
    }

    @Test
    void index_namesEveryPage() throws IOException {
        String index = page("README.md");
        assertThat(pages()).hasSize(9).allSatisfy(page -> assertThat(page.endsWith("README.md") || index.contains("(" + page.getFileName() + ")")).isTrue());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void lines_haveAtMost140Columns(Path page) throws IOException {
        assertThat(Files.readString(page).lines().filter(line -> !line.startsWith("|"))).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(140));
    }
}
