package dev.sallyport.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What a command wrote, and how it ended. */
public record CommandRun(int code, String out, String err) {

    /** Runs a command on a terminal without colours, 100 columns wide. */
    public static CommandRun of(String... arguments) {
        return of(100, arguments);
    }

    /** Runs a command on a terminal without colours. */
    public static CommandRun of(int columns, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), columns, false, false);
        int code = Sallyport.run(terminal, true, arguments);
        terminal.out().flush();
        return new CommandRun(code, out.toString(), err.toString());
    }

    /** Runs a command in a folder, as a process of its own. */
    public static CommandRun in(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(javaCommand());
        command.addAll(List.of(arguments));
        Path err = Files.createTempFile("sallyport", ".err");
        try {
            Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile()).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new CommandRun(process.waitFor(), out, Files.readString(err));
        } finally {
            Files.delete(err);
        }
    }

    /** What starts Sallyport as a process of its own, wherever. */
    public static List<String> javaCommand() {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(each -> Path.of(each).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Dsallyport.home=" + Path.of("").toAbsolutePath(), "-cp", classPath, "dev.sallyport.cli.Sallyport");
    }

    public String all() {
        return out + err;
    }
}
