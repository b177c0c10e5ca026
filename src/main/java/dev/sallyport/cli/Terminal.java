package dev.sallyport.cli;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Position;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Where a command writes, and what can be shown there. Output is UTF-8 on every system.
 *
 * @param out        takes results
 * @param err        takes diagnostics
 * @param columns    how wide tables may be, or {@link #UNLIMITED}
 * @param coloursOut whether results are coloured
 * @param coloursErr whether diagnostics are coloured
 * @param keyboard   gives what somebody types; {@code null} where nobody sits
 * @param showsProgress whether diagnostics go to somebody who watches
 */
record Terminal(PrintWriter out, PrintWriter err, int columns, boolean coloursOut, boolean coloursErr, BufferedReader keyboard,
        boolean showsProgress) {

    /** The width of what goes to a file or another program: nothing is wrapped there. */
    static final int UNLIMITED = Integer.MAX_VALUE / 2;
    private static final int USUAL_COLUMNS = 100;
    private static final int MIN_COLUMNS = 40;
    private static final int MAX_COLUMNS = 200;
    private static final int MAX_WARNINGS = 10;

    /** Takes nothing. */
    static final Terminal NONE = new Terminal(new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), UNLIMITED, false,
            false);

    Terminal {
        out = TextWriter.of(out);
        err = TextWriter.of(err);
    }

    /** Takes results that are data for other programs, such as YAML and CSV; JSON goes to {@link #out}. */
    PrintWriter data() {
        return ((TextWriter) out).raw();
    }

    /** Where nobody sits. */
    Terminal(PrintWriter out, PrintWriter err, int columns, boolean coloursOut, boolean coloursErr) {
        this(out, err, columns, coloursOut, coloursErr, null, false);
    }

    /** What is written to a terminal without colours and of any width, as text. */
    static String text(Consumer<Terminal> writing) {
        StringWriter text = new StringWriter();
        try (PrintWriter out = new PrintWriter(text)) {
            Terminal terminal = new Terminal(out, NONE.err(), UNLIMITED, false, false);
            writing.accept(terminal);
            terminal.out().flush();
        }
        return text.toString();
    }

    /** How text looks on a terminal with colours. */
    enum Style {
        PLAIN(""), BOLD("1"), DIM("2"), RED("31"), GREEN("32"), YELLOW("33"), CYAN("36"), BOLD_RED("1;31");

        private final String code;

        Style(String code) {
            this.code = code;
        }

        /** The text in this style. */
        String on(String text) {
            return code.isEmpty() || text.isEmpty() ? text : "\033[" + code + "m" + text + "\033[0m";
        }
    }

    /**
     * The terminal of this process. The launcher tells which of the streams are terminals ({@code sallyport.terminal}), for Java
     * knows it only of all of them together; started without it, there are no colours.
     *
     * @param plain whether colours are switched off
     */
    static Terminal ofProcess(Map<String, String> environment, boolean plain) {
        String terminals = System.getProperty("sallyport.terminal", "");
        boolean colours = !plain && environment.getOrDefault("NO_COLOR", "").isEmpty() && !"dumb".equals(environment.get("TERM"));
        BufferedReader keyboard = !terminals.contains("in") || !terminals.contains("err") ? null
                : new BufferedReader(new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8));
        return new Terminal(writer(FileDescriptor.out), writer(FileDescriptor.err), columns(environment.get("COLUMNS"),
                terminals.contains("out")),
                colours && terminals.contains("out"), colours && terminals.contains("err"), keyboard, terminals.contains("err"));
    }

    /** Whether diagnostics go to a terminal, on which a line may be drawn anew. */
    static boolean isErrTerminal() {
        return System.getProperty("sallyport.terminal", "").contains("err");
    }

    private static PrintWriter writer(FileDescriptor stream) {
        return new PrintWriter(new BufferedWriter(new OutputStreamWriter(new Pipe(stream), StandardCharsets.UTF_8)));
    }

    /** Ends the process in silence, as other programs end, when whoever reads its results has read enough ({@code | head}). */
    private static final class Pipe extends FileOutputStream {

        private static final int ENDED_BY_SIGPIPE = 141;

        Pipe(FileDescriptor stream) {
            super(stream);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                super.write(bytes, offset, length);
            } catch (IOException e) {
                if ("Broken pipe".equals(e.getMessage())) {
                    Runtime.getRuntime().halt(ENDED_BY_SIGPIPE);
                }
                throw e;
            }
        }
    }

    /** The width that a variable {@code COLUMNS} asks for, within what tables can make sense of; without it, a pipe has no limit. */
    static int columns(String variable, boolean isTerminal) {
        if (variable == null || !variable.matches("[1-9][0-9]{0,5}")) {
            return isTerminal ? USUAL_COLUMNS : UNLIMITED;
        }
        return Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, Integer.parseInt(variable)));
    }

    /** How wide a text may be that is cut or laid out for a page even where nothing limits it: excerpts, usage, a progress bar. */
    int pageColumns() {
        return columns == UNLIMITED ? USUAL_COLUMNS : columns;
    }

    /** Whether somebody who is asked types {@code y} or {@code yes}; there has to be a keyboard. */
    boolean confirms(String question) throws IOException {
        out.flush();
        err.print(question + " [y/N] ");
        err.flush();
        String answer = keyboard.readLine();
        return answer != null && answer.strip().matches("(?i)y|yes");
    }

    /** Writes something that is no result and no complaint. */
    void note(String text) {
        out.flush();
        err.println(Glyphs.visible(text));
        err.flush();
    }

    /** Writes a note about what a command took something for. */
    void hint(String text) {
        note("note: " + text);
    }

    /**
     * Writes an error that has no place in a file.
     *
     * @param help what to do about it, or {@code null}
     */
    void error(String message, String help) {
        out.flush();
        err.println((coloursErr ? Style.BOLD_RED.on("error") : "error") + ": " + Glyphs.visible(message));
        if (help != null) {
            err.println("    help: " + Glyphs.visible(help));
        }
        err.flush();
    }

    /**
     * Writes what was found about files and requests: every error, the first warnings and how many more there are, and as the last
     * line how many there are of each.
     */
    void diagnostics(List<Diagnostic> found) {
        out.flush();
        int errors = 0;
        int warnings = 0;
        for (Diagnostic diagnostic : found) {
            if (diagnostic.isError()) {
                errors++;
            } else if (++warnings > MAX_WARNINGS) {
                continue;
            }
            write(diagnostic);
        }
        if (warnings > MAX_WARNINGS) {
            err.println("and " + count(warnings - MAX_WARNINGS, "more warning"));
        }
        if (!found.isEmpty()) {
            err.println(errors == 0 ? count(warnings, "warning") : count(errors, "error") + (warnings == 0 ? ""
                    : ", " + count(warnings, "warning")));
        }
        err.flush();
    }

    private void write(Diagnostic diagnostic) {
        Position position = diagnostic.position();
        Position shown = position == null ? null : new Position(Glyphs.visible(position.file()), position.line(), position.column());
        String help = diagnostic.help() == null ? null : Glyphs.visible(diagnostic.help());
        String text = new Diagnostic(diagnostic.severity(), diagnostic.code(), Glyphs.visible(diagnostic.message()), shown, help,
                diagnostic.rule())
                .toString();
        if (coloursErr) {
            String kind = diagnostic.severity() + " " + diagnostic.code();
            int start = text.indexOf(kind, shown == null ? 0 : shown.toString().length());
            text = text.substring(0, start) + (diagnostic.isError() ? Style.BOLD_RED : Style.YELLOW)
                    .on(kind) + text.substring(start + kind.length());
        }
        err.println(text);
    }

    /** {@code 1 error}, {@code 2 errors}. */
    static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }
}
