package dev.sallyport.benchmark;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.Directory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/**
 * How long large directories take to load, each time as the first work of a JVM: {@code Directories FOLDER [USERS [RUNS]]} writes made-up
 * directories into a folder and prints a line for each. {@code Directories load FILE} loads one here.
 */
public final class Directories {

    private static final int GROUPS = 400;
    private static final int USERS = 100_000;
    private static final int RUNS = 5;

    private Directories() { }

    /** See the class. */
    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        if (arguments[0].equals("load")) {
            load(Path.of(arguments[1]));
            return;
        }
        int users = arguments.length > 1 ? Integer.parseInt(arguments[1]) : USERS;
        int runs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : RUNS;
        lines(Files.createDirectories(Path.of(arguments[0])), users, runs).forEach(System.out::println);
    }

    /** The lines of the page, which name what was measured and the figure. */
    static List<String> lines(Path folder, int users, int runs) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        for (String ending : List.of("yaml", "json")) {
            Path file = folder.resolve("directory-" + users + "." + ending);
            if (!Files.exists(file)) {
                write(file, users);
            }
            lines.add(line(users, ending.toUpperCase(Locale.ROOT), file, runs, "2g"));
        }
        Path yaml = folder.resolve("compiled-" + users + ".yaml");
        if (!Files.exists(yaml)) {
            write(yaml, users);
        }
        child("2g", "dev.sallyport.cli.Sallyport", "users", "compile", "-d", yaml.toString());
        lines.add(line(users, "compiled form", yaml, runs, "2g"));
        return lines;
    }

    /** The line about many users in JSON, in a heap of 2 GB. */
    static String lineOfMany(Path folder, int users) throws IOException, InterruptedException {
        Path file = folder.resolve("directory-" + users + ".json");
        if (!Files.exists(file)) {
            write(file, users);
        }
        return line(users, "JSON", file, 1, "2g");
    }

    private static String line(int users, String form, Path file, int runs, String heap) throws IOException, InterruptedException {
        List<long[]> figures = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            String[] words = child(heap, Directories.class.getName(), "load", file.toString()).strip().split(" ");
            if (Integer.parseInt(words[0]) != users) {
                throw new IllegalStateException(words[0] + " users");
            }
            figures.add(new long[] {Long.parseLong(words[1]), Long.parseLong(words[2])});
        }
        return String.format("| %,d users from %s, %d MB, in a new JVM with a heap of %s, %s | %.2f s (%.2f s processor of the loading thread) |", users,
                form, Files.size(file) / 1_000_000, heap.replace("g", " GB"), runs == 1 ? "one run" : "median of " + runs + " runs",
                median(figures, 0) / 1e3, median(figures, 1) / 1e3);
    }

    private static long median(List<long[]> figures, int index) {
        return figures.stream().mapToLong(each -> each[index]).sorted().skip(figures.size() / 2).findFirst().orElseThrow();
    }

    /** What a program of its own printed. */
    private static String child(String heap, String... command) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> words = new ArrayList<>(List.of(java, "-Xmx" + heap, "-cp",
                System.getProperty("java.class.path")));
        words.addAll(List.of(command));
        Process process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the program failed: " + String.join(" ", command));
        }
        return printed;
    }

    private static void load(Path file) throws Exception {
        long start = System.nanoTime();
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Directory directory = PolicyEngine.loadDirectory(file);
        cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
        long wall = System.nanoTime() - start;
        if (!directory.warnings().isEmpty()) {
            throw new IllegalStateException(directory.warnings().toString());
        }
        System.out.println(directory.users().size() + " " + wall / 1_000_000 + " " + cpu / 1_000_000);
    }

    /** Writes a directory as an author would: in YAML, or in JSON if the name of the file ends so. */
    static void write(Path file, int users) throws IOException {
        Random random = new Random(7);
        boolean json = file.toString().endsWith(".json");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(json ? "{\n  \"kind\": \"directory\",\n  \"groups\": [\n" : "kind: directory\ngroups:\n");
            for (int i = 0; i < GROUPS; i++) {
                String id = new UUID(9, i).toString();
                out.write(json ? "    { \"id\": \"" + id + "\", \"displayName\": \"Group " + i + "\" }" + (i == GROUPS - 1 ? "\n" : ",\n")
                        : "  - { id: " + id + ", displayName: Group " + i + " }\n");
            }
            out.write(json ? "  ],\n  \"users\": [\n" : "users:\n");
            for (int i = 0; i < users; i++) {
                out.write(user(i, json, random) + (json && i < users - 1 ? ",\n" : "\n"));
            }
            out.write(json ? "  ]\n}\n" : "");
        }
    }

    private static String user(int i, boolean json, Random random) {
        String id = new UUID(random.nextLong(), random.nextLong()).toString();
        int group = random.nextInt(GROUPS - 3);
        boolean isAdministrator = random.nextInt(50) == 0;
        String state = random.nextInt(3) == 0 ? "enforced" : "disabled";
        return json ? """
                    { "id": "%s", "userPrincipalName": "user%d@contoso.com", "displayName": "User %d",
                      "memberOf": ["Group %d", "Group %d", "Group %d"],%s "perUserMfaState": "%s",
                      "authenticationMethods": [{ "method": "microsoftAuthenticatorPush", "isDefault": true,
                        "createdDateTime": "2026-11-02T08:00:00Z" }] }"""
                .formatted(id, i, i, group, group + 1, group + 3, isAdministrator ? " \"roles\": [\"Helpdesk Administrator\"]," : "", state)
                : """
                  - id: %s
                    userPrincipalName: user%d@contoso.com
                    displayName: User %d
                    memberOf: [Group %d, Group %d, Group %d]
                %s    perUserMfaState: %s
                    authenticationMethods:
                      - { method: microsoftAuthenticatorPush, isDefault: true, createdDateTime: 2026-11-02T08:00:00Z }"""
                .formatted(id, i, i, group, group + 1, group + 3, isAdministrator ? "    roles: [Helpdesk Administrator]\n" : "", state);
    }
}
