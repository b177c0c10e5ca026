package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.Table.Cell;
import dev.sallyport.diagnose.Position;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text in every script, on terminals of every width: nothing throws, lines fit where they can, and no character or identifier is cut in two. */
class WideTextTest {

    /** What a reader takes for one character, and how many columns it takes. */
    private static final Map<String, Integer> GLYPHS = new LinkedHashMap<>();

    static {
        for (String wide : List.of("東", "京", "한", "글", "权", "。", "\uD83D\uDE80", "\uD83D\uDC69\u200D\uD83D\uDC67",
                "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67\u200D\uD83D\uDC66",
                "\uD83C\uDDE9\uD83C\uDDF0", "\u2764\uFE0F", "\uD83D\uDC4D\uD83C\uDFFD", "\u1112\u1161\u11AB", "\uD840\uDC0B")) {
            GLYPHS.put(wide, 2);
        }
        for (String narrow : List.of("a", "Z", "7", "-", "@", ".", "/", " ", "e\u0301", "o\u0302\u0323\u0332", "ñ", "\u05E9", "\u0646", "ж",
                "\u0E01\u0E49", "\u0E02")) {
            GLYPHS.put(narrow, 1);
        }
    }

    private static final List<String> ALL = List.copyOf(GLYPHS.keySet());

    @TempDir
    private Path folder;

    private static String text(Random random, int cells) {
        StringBuilder text = new StringBuilder();
        int script = random.nextInt(3);
        for (int used = 0; used < cells;) {
            String glyph = script == 0 ? ALL.get(random.nextInt(14)) : script == 1 && random.nextInt(8) > 0 ? ALL.get(14
                    + random.nextInt(ALL.size() - 14)) : ALL.get(random.nextInt(ALL.size()));
            text.append(glyph);
            used += GLYPHS.get(glyph);
        }
        return text.toString();
    }

    /** How wide a line is, if it is made of whole characters. */
    private static int cells(String line) {
        int cells = 0;
        for (int i = 0; i < line.length();) {
            int at = i;
            String glyph = ALL.stream().filter(each -> line.startsWith(each, at)).reduce((one, other) -> one.length() >= other.length()
                    ? one : other).orElse(null);
            assertThat(glyph != null || line.charAt(i) < 0x7F
                    || "…─".indexOf(line.charAt(i)) >= 0).as("a character is cut in two: %s at %s", line, i).isTrue();
            cells += glyph == null ? 1 : GLYPHS.get(glyph);
            i += glyph == null ? 1 : glyph.length();
        }
        return cells;
    }

    @Test
    void width_ofEachCharacter_isTheTerminals() {
        GLYPHS.forEach((glyph, width) -> assertThat(Glyphs.width(glyph)).as(glyph).isEqualTo(width));
        assertThat(Glyphs.width(String.join("", ALL))).isEqualTo(GLYPHS.values().stream().mapToInt(Integer::intValue).sum());
    }

    // ---- excerpts

    /** The line and the marks fit, and the marks are below the word. */
    @Test
    void attack_93_excerpt_ofWideTextAtEveryWidth_fitsAndIsNotCutInsideACharacter() {
        Random random = new Random(93);
        for (int columns = 40; columns <= 140; columns++) {
            for (int cells = 20; cells <= 70; cells++) {
                String before = text(random, random.nextInt(90)).replaceAll("[/@.]", "-");
                String line = before + "\"" + text(random, cells) + "\"" + text(random, random.nextInt(90));
                List<String> excerpt = new Excerpts(Map.of("f.yaml", line)).of(new Position("f.yaml", 1, before.length() + 1), columns);
                assertThat(excerpt).hasSize(2);
                assertThat(cells(excerpt.get(0))).as(line).isLessThanOrEqualTo(columns);
                assertThat(excerpt.get(1).length()).isLessThanOrEqualTo(columns);
                int mark = excerpt.get(1).indexOf('^');
                assertThat(cells(excerpt.get(0).substring(0, excerpt.get(0).indexOf('"')))).isEqualTo(mark);
            }
        }
    }

    @Test
    void excerpt_inTheMiddleOfALineOfMegabytesOfEmoji_fits() {
        String family = "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67\u200D\uD83D\uDC66";
        String line = family.repeat(100_000) + " word " + family.repeat(100_000);
        List<String> excerpt = new Excerpts(Map.of("f.yaml", line)).of(new Position("f.yaml", 1, line.indexOf("word") + 1), 140);
        assertThat(cells(excerpt.get(0).replace("word", "aaaa"))).isBetween(100, 140);
    }

    // ---- tables

    private static List<String> print(Table table, int columns) {
        StringWriter out = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(out), columns, false, false);
        table.print(terminal);
        terminal.out().flush();
        return out.toString().lines().toList();
    }

    /** What of a text cannot be broken: words in scripts that put blanks between them. */
    private static int widestWord(String text) {
        int widest = 0;
        int used = 0;
        for (int i = 0; i < text.length();) {
            int at = i;
            String glyph = ALL.stream().filter(each -> text.startsWith(each, at)).reduce((one, other) -> one.length() >= other.length()
                    ? one : other).orElseThrow();
            boolean breaks = glyph.equals(" ") || GLYPHS.get(glyph) == 2 || glyph.charAt(0) == '\u0E01' || glyph.equals("\u0E02");
            used = breaks ? 0 : used + 1;
            widest = Math.max(widest, breaks && !glyph.equals(" ") ? GLYPHS.get(glyph) : used);
            i += glyph.length();
        }
        return widest;
    }

    @Test
    void attack_93_table_ofWideTextAtEveryWidth_fitsWhereItsWordsDo() {
        Random random = new Random(93);
        for (int columns = 40; columns <= 140; columns++) {
            for (int round = 0; round < 20; round++) {
                int indent = random.nextInt(4) * 2;
                Table table = new Table(indent);
                int count = 1 + random.nextInt(5);
                if (random.nextBoolean()) {
                    table.header(List.of("NAME", "STATE", "WHY", "WHAT TO DO", "SOURCE").subList(0, count).toArray(String[]::new));
                }
                int widest = 0;
                StringBuilder all = new StringBuilder();
                for (int row = 0; row < 3; row++) {
                    Cell[] cells = new Cell[count];
                    for (int column = 0; column < count; column++) {
                        String text = text(random, random.nextInt(70));
                        cells[column] = Cell.of(text);
                        widest = Math.max(widest, widestWord(text));
                        all.append(text);
                    }
                    table.row(cells);
                }
                List<String> lines = print(table, columns);
                int most = Math.max(columns, widest + indent + 2);
                assertThat(lines).allSatisfy(line -> assertThat(cells(line)).isLessThanOrEqualTo(most));
                for (String glyph : List.of("東", "\uD83D\uDC69\u200D\uD83D\uDC67", "\u0646", "e\u0301")) {
                    assertThat(String.join("", lines).split(glyph, -1)).hasSize(all.toString().split(glyph, -1).length);
                }
            }
        }
    }

    /** Ids, user names, paths and rule ids are whole in every layout. */
    @ParameterizedTest
    @ValueSource(ints = {40, 47, 60, 80, 100, 140})
    void identifier_inATableOfAnyWidth_isNotBroken(int columns) {
        List<String> identifiers = List.of("0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d01", "crm-administrator@northwind-traders.example",
                "rules/conditional-access/block-unless-trusted-ip.yaml:3:1",
                "require-enforced-mfa-for-app-passwords");
        Table table = new Table(2).header("USER", "ID", "POLICY", "SOURCE");
        identifiers.forEach(each -> table.row(Cell.of("東京オフィスの管理者"), Cell.of(each), Cell.of("blocked by " + each),
                Cell.of(identifiers.get(2))));
        List<String> lines = print(table, columns);
        identifiers.forEach(each -> assertThat(lines).anyMatch(line -> line.contains(each)));
        assertThat(lines).allSatisfy(line -> assertThat(Glyphs.width(line)).isLessThanOrEqualTo(Math.max(columns, 4
                + identifiers.get(2).length())));
    }

    @Test
    void table_withoutRoomForItsWords_isWrittenBelowEachOther() {
        Table table = new Table(0).header("USER", "STATE", "POLICY");
        table.row(Cell.of("crm-administrator@contoso.com"), Cell.of("enabled"),
                Cell.of("blocked by require-enforced-mfa-for-app-passwords"));
        assertThat(print(table, 60)).containsExactly(
                "USER: crm-administrator@contoso.com", "  STATE: enabled", "  POLICY: blocked by require-enforced-mfa-for-app-passwords");
        assertThat(print(table, 50)).containsExactly(
                "USER: crm-administrator@contoso.com", "  STATE: enabled", "  POLICY: blocked by", "  require-enforced-mfa-for-app-passwords");
    }

    @Test
    void table_inAPipe_isNotWrapped() {
        String words = "a policy that is described at length ".repeat(20).strip();
        Table table = new Table(0).header("USER", "WHY");
        table.row(Cell.of("ann@contoso.com"), Cell.of(words));
        assertThat(print(table, Terminal.columns(null, false))).hasSize(3).last().isEqualTo("ann@contoso.com  " + words);
    }

    // ---- commands

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private String run(int columns, Object... arguments) {
        StringWriter out = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(out), columns, false, false);
        List<String> all = new ArrayList<>();
        for (Object argument : arguments) {
            all.add(argument.toString());
        }
        Sallyport.run(terminal, true, all.toArray(String[]::new));
        terminal.out().flush();
        return out.toString();
    }

    /** Every command that shows names of people, groups, policies, places, requests and tests. */
    @ParameterizedTest
    @ValueSource(ints = {20, 36, 54, 70})
    void attack_93_command_withWideNamesAtEveryWidth_doesNotFailInside(int cells) throws IOException {
        String name = "서울 관리자 그룹 ".repeat(10).substring(0, cells / 2);
        String emoji = "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67".repeat(cells / 2);
        Path directory = file("directory.yaml", """
                kind: directory
                groups: [{ displayName: "%1$s", members: [ann@contoso.com] }]
                users: [{ userPrincipalName: ann@contoso.com, displayName: "%2$s", perUserMfaState: enabled,
                  appPasswords: [{ displayName: "%2$s" }] }, { userPrincipalName: bob@contoso.com, displayName: "%1$s" }]
                """.formatted(name, emoji));
        Path policies = file("policies.yaml", """
                kind: conditionalAccessPolicy
                id: p
                displayName: "%1$s"
                state: enabled
                conditions:
                  users: { includeGroups: ["%1$s"], excludeUsers: [bob@contoso.com] }
                  applications: { includeApplications: [All] }
                  clientAppTypes: [all]
                  locations: { includeLocations: [All], excludeLocations: ["%2$s"] }
                grantControls: { operator: OR, builtInControls: [block] }
                ---
                { kind: ipNamedLocation, displayName: "%2$s", ipRanges: [{ cidrAddress: 198.51.100.0/24 }] }
                """.formatted(name, emoji));
        Path broken = file("broken.json", """
                {"id": "b", "displayName": "%1$s", "state": "enabled", "conditions": {"users": {"includeUsers": ["All"], "excludeGroups": ["%1$s", "%2$s"]},
                "applications": {"includeApplications": ["%1$s"]}, "clientAppTypes": ["all"]}, "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}}
                """.formatted(name + "그룹", emoji));
        Path requests = file("requests.yaml", "{ user: ann@contoso.com, name: \"" + name
                + "\", clientAppType: browser, ipAddress: 192.0.2.7 }\n");
        Path suite = file("tests.yaml", """
                kind: tests
                policies: [policies.yaml]
                directory: directory.yaml
                tests:
                  - { name: "%1$s", request: { user: ann@contoso.com, ipAddress: 192.0.2.7 }, expect: { outcome: allow } }
                  - { name: "%2$s", request: { user: bob@contoso.com, ipAddress: 192.0.2.7 }, expect: { outcome: allow } }
                """.formatted(name, emoji));
        Path log = file("log.json", """
                [{"id": "1", "createdDateTime": "2026-11-22T10:00:00Z", "userPrincipalName": "ann@contoso.com", "userId": "ann@contoso.com", "appDisplayName": "%1$s", "appId": "x",
                "ipAddress": "192.0.2.7", "clientAppUsed": "Browser", "status": {"errorCode": 0}, "appliedConditionalAccessPolicies": [{"id": "p", "displayName": "%1$s", "result": "success"}]}]
                """.formatted(name));
        Path page = folder.resolve("page.html");
        for (int columns = 40; columns <= 140; columns += columns % 20 == 0 ? 7 : 13) {
            String wholeReport = run(columns, "evaluate", requests, "-p", policies, "-d", directory) + run(columns, "evaluate", requests,
                    "-p", policies, "-d", directory, "--explain")
                    + run(columns, "check", "-p", policies, "-d", directory) + run(columns, "check", broken) + run(columns, "test", suite,
                    "--coverage", "--mutants")
                    + run(columns, "users", "list", "-d", directory) + run(columns, "users", "report", "-d", directory, "-p", policies)
                    + run(columns, "users", "show", "ann@contoso.com", "-d", directory) + run(columns, "replay", log, "-d", directory, "-p",
                    policies, "--explain");
            assertThat(wholeReport).doesNotContain("internal error", "Exception").contains("p", "ann@contoso.com", name.substring(0, 2));
        }
        assertThat(run(80, "replay", log, "-d", directory, "-p", policies, "--html", page)).doesNotContain("internal error");
        assertThat(Files.readString(page)).contains("<html");
        Path coverage = folder.resolve("coverage.html");
        assertThat(run(80, "test", suite, "--coverage-html", coverage)).doesNotContain("internal error");
    }
}
