package dev.sallyport.parse;

import dev.sallyport.diagnose.Position;

/** A file that is no YAML or JSON, or one that breaks a limit; the rest of the file is not read. */
public final class SyntaxException extends Exception {

    private static final long serialVersionUID = 1;

    final String code;
    final transient Position position;
    final String help;

    SyntaxException(String code, Position position, String message, String help) {
        super(message);
        this.code = code;
        this.position = position;
        this.help = help;
    }
}
