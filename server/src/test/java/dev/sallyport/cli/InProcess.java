package dev.sallyport.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** Runs commands in this process. */
public final class InProcess {

    private InProcess() { }

    /** What a command writes as its result. */
    public static String out(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Sallyport.run(new Terminal(new PrintWriter(out), new PrintWriter(err), 200, false, false), false, arguments.toArray(String[]::new));
        if (code == ExitCode.UNUSABLE.code()) {
            throw new AssertionError(arguments + ": " + err);
        }
        return out.toString();
    }
}
