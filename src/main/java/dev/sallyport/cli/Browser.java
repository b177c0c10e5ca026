package dev.sallyport.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The browser of the person at this machine. */
final class Browser {

    private Browser() { }

    /** Asks the system to show a page; {@code false} if it knows no browser. */
    static boolean opens(String url) {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        List<String> command = system.startsWith("windows") ? List.of("rundll32", "url.dll,FileProtocolHandler", url)
                : List.of(system.contains("mac") ? "open" : "xdg-open", url);
        try {
            new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
