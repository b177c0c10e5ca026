package dev.sallyport.cli;

import dev.sallyport.LoadOptions;
import dev.sallyport.diagnose.PolicyLoadException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The decision point, as {@code sallyport serve} starts it. It is a project of its own, so that the command line does not need its
 * libraries; {@link java.util.ServiceLoader} finds it on the class path.
 */
public interface DecisionPointProgram {

    /**
     * Answers requests until the process is told to stop.
     *
     * @param started takes the addresses, once it answers
     * @throws PolicyLoadException if a file cannot be used
     * @throws UnusableException if it cannot start with these options
     */
    void run(Options options, Consumer<Addresses> started) throws PolicyLoadException, UnusableException;

    /**
     * The options of the command.
     *
     * @param policies the files and folders of the policy set
     * @param directory the files and folders of the directory
     * @param loading how they are loaded
     * @param host the address to listen at
     * @param port the port to listen at; 0 for a free one
     * @param certificate the file with the certificate in PEM; {@code null} for plain HTTP
     * @param key the file with its key in PEM; {@code null} for plain HTTP
     * @param callerKey the file with the keys of callers; {@code null} for none
     * @param isInsecureLocal whether every process of this machine may ask, without a key
     * @param config the file {@code server.yaml}; {@code null} for none
     * @param hasWorkbench whether the workbench is served too
     */
    record Options(List<Path> policies, List<Path> directory, LoadOptions loading, String host, int port, @Nullable Path certificate,
            @Nullable Path key, @Nullable Path callerKey, boolean isInsecureLocal, @Nullable Path config,
            boolean hasWorkbench) { }

    /**
     * Where it answers.
     *
     * @param decisionPoint the URL of the decision point
     * @param workbench the URL of the workbench, with the token that opens it; {@code null} if it is not served
     */
    record Addresses(String decisionPoint, @Nullable String workbench) { }

    /** Options with which the decision point cannot start. */
    final class UnusableException extends Exception {

        private static final long serialVersionUID = 1;

        private final String help;

        /**
         * @param message what is wrong
         * @param help what to do
         */
        public UnusableException(String message, String help) {
            super(message);
            this.help = help;
        }

        /** What to do. */
        public String help() {
            return help;
        }
    }
}
