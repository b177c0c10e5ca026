package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each code has its page in docs/errors, and what the page shows is so. */
class DiagnosticPagesTest {

    private static final Path PAGES = Path.of("docs/errors");
    private static final Pattern CODE = Pattern.compile("\"(SP\\d{4})\"");
    private static final Pattern BLOCK = Pattern.compile("(?s)```(\\w+)( \\w+)?\n(.*?)\n```");
    /** Too large for a page, a fault of ours, shown only in another folder or by another command than check, or about the name of a file or a reload. */
    private static final Set<String> WITHOUT_EXAMPLE = Set.of("SP1003", "SP1131", "SP1140", "SP1352", "SP1404", "SP1407", "SP1415", "SP1509", "SP1704", "SP1822", "SP1823", "SP1824");
    private static final String SOME_POLICY = """
            kind: conditionalAccessPolicy
            id: some
            state: enabled
            conditions: { users: { includeGuestsOrExternalUsers: { guestOrExternalUserTypes: internalGuest } }, applications: { includeApplications: [All] },
              clientAppTypes: [all] }
            grantControls: { operator: OR, builtInControls: [mfa] }
            """;

    @TempDir
    private Path folder;

    private static Set<String> codesOfTheSource() throws IOException {
        Set<String> codes = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                Matcher code = CODE.matcher(Files.readString(file));
                while (code.find()) {
                    codes.add(code.group(1));
                }
            }
        }
        return codes;
    }

    static List<String> codesOfThePages() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("SP")).map(name -> name.substring(0, 6)).sorted().toList();
        }
    }

    static List<String> codesWithExample() throws IOException {
        return codesOfThePages().stream().filter(code -> !WITHOUT_EXAMPLE.contains(code)).toList();
    }

    @Test
    void codesAndPages_compared_areTheSame() throws IOException {
        assertThat(codesOfThePages()).containsExactlyElementsOf(codesOfTheSource());
    }

    @ParameterizedTest
    @MethodSource("codesOfThePages")
    void page_ofACode_isShortAndInTheIndex(String code) throws IOException {
        String page = Files.readString(PAGES.resolve(code + ".md"));
        assertThat(page.lines()).hasSizeLessThan(40);
        String title = page.lines().findFirst().orElseThrow().replace("# " + code + ": ", "");
        Matcher rules = Pattern.compile("(?m)^Rules: (.*)\\.$").matcher(page);
        String row = "| [" + code + "](" + code + ".md) | " + title + " | " + (rules.find() ? rules.group(1) : "") + " |";
        assertThat(Files.readString(PAGES.resolve("README.md")).lines()).contains(row);
    }

    @ParameterizedTest
    @MethodSource("codesWithExample")
    void example_ofAPage_givesItsCodeUntilItIsMended(String code) throws IOException {
        String page = Files.readString(PAGES.resolve(code + ".md"));
        Matcher block = BLOCK.matcher(page);
        assertThat(block.find()).isTrue();
        String kind = block.group(1) + (block.group(2) == null ? "" : block.group(2));
        String failing = block.group(3);
        String found = run(kind, failing);
        assertThat(found).contains(code);
        Matcher rule = Pattern.compile(code + "[^\\n]*\\[([A-Z]+-[A-Z0-9-]+)]").matcher(found);
        while (rule.find()) {
            assertThat(page).as("the rule that the finding cites").contains(rule.group(1));
        }
        if (block.find()) {
            String mended = run(kind, mend(failing, block.group(3)));
            assertThat(mended).doesNotContain(code);
            assertThat(mended.lines().filter(line -> line.startsWith("example"))).as("errors of the mended example").noneMatch(line -> line.contains(" error "));
        }
    }

    /** What the block replaces, key by key, or all of it when it begins with a kind or in JSON. */
    private static String mend(String failing, String block) {
        if (block.startsWith("kind:") || block.startsWith("displayName,") || block.startsWith("[") || block.startsWith("{")) {
            return block;
        }
        List<String> mended = new ArrayList<>(entries(failing));
        for (String entry : entries(block)) {
            String key = entry.substring(0, entry.indexOf(':') + 1);
            int last = -1;
            for (int i = 0; i < mended.size(); i++) {
                last = mended.get(i).startsWith(key) ? i : last;
            }
            if (last < 0) {
                mended.add(entry);
            } else {
                mended.set(last, entry);
            }
        }
        return String.join("\n", mended);
    }

    /** The keys of the outermost object with all that belongs to them. */
    private static List<String> entries(String yaml) {
        List<String> entries = new ArrayList<>();
        for (String line : yaml.lines().toList()) {
            if (line.startsWith(" ") && !entries.isEmpty()) {
                entries.set(entries.size() - 1, entries.get(entries.size() - 1) + "\n" + line);
            } else {
                entries.add(line);
            }
        }
        return entries;
    }

    private String run(String kind, String text) throws IOException {
        if (kind.equals("console")) {
            return CommandRun.of(text.substring("$ sallyport ".length()).split(" ")).all();
        }
        Path file = folder.resolve("example." + (kind.startsWith("json") ? "json" : kind.equals("csv") ? kind : "yaml"));
        Files.writeString(file, text);
        Map<String, String[]> commands = new LinkedHashMap<>();
        commands.put("directory", new String[] {"check", Files.writeString(folder.resolve("policies.yaml"), SOME_POLICY).toString(), "-d", file.toString()});
        Files.writeString(folder.resolve("policies.yaml"), SOME_POLICY);
        Path person = Files.writeString(folder.resolve("person.yaml"), "kind: directory\nusers: [{ userPrincipalName: ann@contoso.com }]\n");
        commands.put("suite", new String[] {"test", file.toString(), "-d", person.toString()});
        commands.put("whatif", new String[] {"whatif", file.toString(), "-d", "samples/directory.yaml"});
        Path two = Files.writeString(folder.resolve("two.yaml"), "kind: directory\nusers: [{ id: u-ann, userPrincipalName: ann@contoso.com }, { id: u-bob, userPrincipalName: bob@contoso.com }]\n");
        commands.put("gaps", new String[] {"gaps", "-p", file.toString(), "--anybody"});
        commands.put("prove", new String[] {"prove", file.toString(), "-p", folder.resolve("policies.yaml").toString(), "-d", person.toString()});
        Path before = Files.writeString(folder.resolve("before.yaml"), SOME_POLICY.replaceAll("users: \\{.*?} },", "users: { includeUsers: [All] },"));
        commands.put("diff", new String[] {"diff", before.toString(), file.toString(), "--format", "sarif"});
        commands.put("sarif", new String[] {"gaps", "-p", file.toString(), "--anybody", "--format", "sarif"});
        commands.put("accepted", new String[] {"gaps", "-p", folder.resolve("policies.yaml").toString(), "--anybody", "--accept", file.toString()});
        commands.put("redundant", new String[] {"redundant", "-p", file.toString(), "-d", "samples/directory.yaml", "--format", "sarif"});
        commands.put("csv", new String[] {"users", "show", "--file", file.toString(), "-d", two.toString()});
        commands.put("request", new String[] {"evaluate", file.toString(), "-d", "samples/directory.yaml"});
        String[] command = commands.getOrDefault(kind.substring(kind.indexOf(' ') + 1), new String[] {"check", file.toString(), "-d", "samples/directory.yaml"});
        return CommandRun.of(command).all().replace(folder + "/", "");
    }
}
