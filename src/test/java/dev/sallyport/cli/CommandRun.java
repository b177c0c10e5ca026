package dev.sallyport.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command wrote, and how it ended. */
record CommandRun(int code, String out, String err) {

    /** Runs a command on a terminal without colours, 100 columns wide. */
    static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), 100, false, false);
        int code = Sallyport.run(terminal, true, arguments);
        terminal.out().flush();
        return new CommandRun(code, out.toString(), err.toString());
    }

    String all() {
        return out + err;
    }
}
