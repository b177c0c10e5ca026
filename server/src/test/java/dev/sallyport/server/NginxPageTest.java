package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/server.md, from zero to nginx in front of an application: each command is run as it is written, and shows what the page shows. */
class NginxPageTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern SECTION = Pattern.compile("(?ms)^## From zero to nginx in front of an application\n(.*?)^## ");
    private static final Pattern CONSOLE = Pattern.compile("(?ms)^```console\n(.*?)^```$");
    private static final String DONE = "-- done";
    private static final int MOST_SECONDS = 60;

    /**
     * A command of the page.
     *
     * @param text the command, with the lines of its input
     * @param shown what it shows
     */
    private record Command(String text, List<String> shown) { }

    private static List<Command> commands() throws IOException {
        Matcher section = SECTION.matcher(Files.readString(ROOT.resolve("docs/server.md")));
        assertThat(section.find()).isTrue();
        List<Command> commands = new ArrayList<>();
        Matcher block = CONSOLE.matcher(section.group(1));
        while (block.find()) {
            boolean isInput = false;
            for (String line : block.group(1).split("\n")) {
                if (isInput || line.startsWith("$ ")) {
                    String before = isInput ? commands.remove(commands.size() - 1).text() + "\n" : "";
                    commands.add(new Command(before + (isInput ? line : line.substring(2)), new ArrayList<>()));
                    isInput = isInput ? !line.equals("END") : line.endsWith("<<'END'");
                } else {
                    commands.get(commands.size() - 1).shown().add(line);
                }
            }
        }
        return commands;
    }

    @Test
    void page_fromZeroToNginx_showsWhatHappens(@TempDir Path folder) throws Exception {
        Map<String, String> ports = Map.of("8080", port(), "8181", port(), "3000", port());
        prepare(folder, ports);
        List<Command> commands = commands();
        assertThat(commands).hasSizeGreaterThan(15);
        Process shell = new ProcessBuilder("bash").directory(folder.toFile()).redirectError(folder.resolve("errors").toFile()).start();
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread reading = new Thread(() -> new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8)).lines()
                .forEach(lines::add), "shell");
        reading.setDaemon(true);
        reading.start();
        Writer in = shell.outputWriter(StandardCharsets.UTF_8);
        try {
            for (Command each : commands) {
                String text = replaced(each.text(), ports);
                in.write(text + "\necho '" + DONE + "'\n");
                in.flush();
                List<String> said = new ArrayList<>();
                while (!said.contains(DONE) || said.size() <= each.shown().size()) {
                    String line = lines.poll(MOST_SECONDS, TimeUnit.SECONDS);
                    assertThat(line).as("%s says nothing more than %s; %s", text, said, Files.readString(folder.resolve("errors"))).isNotNull();
                    said.add(line);
                }
                said.remove(DONE);
                assertThat(said).as("%s; %s", text, Files.readString(folder.resolve("errors"))).isEqualTo(each.shown().stream()
                        .map(line -> replaced(line, ports)).toList());
                if (text.endsWith("&")) {
                    awaitOpen(ports.get(text.startsWith("nginx") ? "8080" : text.startsWith("python") ? "3000" : "8181"));
                }
            }
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }
    }

    private static String port() throws IOException {
        return String.valueOf(Gateway.freePort());
    }

    private static String replaced(String text, Map<String, String> ports) {
        return Pattern.compile("\\b(8080|8181|3000)\\b").matcher(text).replaceAll(found -> ports.get(found.group()));
    }

    private static void awaitOpen(String port) throws Exception {
        Eventually.is(true, () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** A folder like that of the repository, with free ports in the sample, and a program `sallyport` that needs no build. */
    private static void prepare(Path folder, Map<String, String> ports) throws Exception {
        for (String program : List.of("nginx", "curl", "openssl", "python3")) {
            Gateway.program(program);
        }
        for (String each : List.of("rules", "samples")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(each))) {
                for (Path file : files.toList()) {
                    Files.copy(file, folder.resolve(ROOT.relativize(file)));
                }
            }
        }
        Path sample = folder.resolve("samples/gateways/nginx.conf");
        Files.writeString(sample, replaced(Files.readString(sample), ports));
        List<String> classPath = Stream.of(System.getProperty("java.class.path").split(":")).map(each -> Path.of(each).toAbsolutePath().toString())
                .toList();
        Path program = folder.resolve("sallyport");
        Files.writeString(program, "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java")
                + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xlog:disable -cp '" + String.join(":", classPath) + "' dev.sallyport.cli.Sallyport \"$@\""
                + " --port " + ports.get("8181") + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }
}
