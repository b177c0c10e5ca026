package dev.sallyport.cli;

import java.util.List;

/** Arguments as they are typed into a shell. */
public final class Shell {

    private Shell() { }

    /** An argument, in quotes if a shell would read it otherwise. */
    public static String quoted(String argument) {
        return argument.matches("[\\w./~@:,+-][\\w./~@:=,+-]*") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }

    /** Arguments with blanks between them; of {@code --name=value}, the value alone is in quotes. */
    public static String line(List<String> arguments) {
        return String.join(" ", arguments.stream().map(Shell::argument).toList());
    }

    private static String argument(String argument) {
        int equals = argument.indexOf('=');
        return argument.startsWith("--") && equals > 0 ? argument.substring(0, equals + 1) + quoted(argument.substring(equals + 1))
                : quoted(argument);
    }
}
