package dev.sallyport.cli;

import dev.sallyport.cli.DecisionPointProgram.Addresses;
import dev.sallyport.cli.DecisionPointProgram.Options;
import dev.sallyport.cli.DecisionPointProgram.UnusableException;
import dev.sallyport.diagnose.PolicyLoadException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the decision point. Exits with 2 when it cannot start. */
@Command(name = "serve", description = {
    "Answers gateways over HTTP with decisions, until you stop it. With --open, shows the workbench in your browser.",
    "It speaks AuthZEN, forward authentication for nginx, Traefik, Caddy and Envoy, Graph's What If, and the JSON of evaluate."
    + " It reloads files when they change. Each caller shows a key or a client certificate."})
final class ServeCommand implements Callable<Integer> {

    @Mixin
    private Inputs inputs;

    @Option(names = "--port", paramLabel = "PORT", description = "The port to listen at. 0 chooses a free one. Default: 8181.")
    private int port = 8181;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "The address to listen at. Default: 127.0.0.1.")
    private String host = "127.0.0.1";

    @Option(names = "--tls-cert", paramLabel = "FILE",
            description = "The certificate of the server and its chain, in PEM. Default: plain HTTP.")
    private Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "The key of the certificate, in PEM (PKCS#8).")
    private Path key;

    @Option(names = "--caller-key", paramLabel = "FILE",
            description = "A file with the keys of callers, one per line. It is read again when it changes.")
    private Path callerKey;

    @Option(names = "--insecure-local", description = "Lets every process of this machine ask without a key. Only with a loopback address.")
    private boolean isInsecureLocal;

    @Option(names = "--config", paramLabel = "server.yaml", description = "Callers, proxies, applications and sign-in pages.")
    private Path config;

    @Option(names = "--workbench", description = "Serves the workbench too, the pages for administrators. With an address that is not a "
            + "loopback address, it needs TLS.")
    private boolean hasWorkbench;

    @Option(names = "--open", description = "Serves the workbench, and opens it in your browser.")
    private boolean isOpened;

    private final Terminal terminal;

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException {
        Optional<DecisionPointProgram> program = ServiceLoader.load(DecisionPointProgram.class).findFirst();
        if (program.isEmpty()) {
            terminal.error("the decision point is not on the class path", "start it with the launcher `sallyport`, which builds it");
            return ExitCode.UNUSABLE.code();
        }
        List<Path> policies = inputs.policyPaths();
        try {
            program.get().run(new Options(policies, inputs.directoryPaths(), inputs.options(), host, port, certificate, key, callerKey,
                    isInsecureLocal, config, hasWorkbench || isOpened), this::started);
        } catch (UnusableException e) {
            terminal.error(e.getMessage(), e.help());
            return ExitCode.UNUSABLE.code();
        }
        return ExitCode.FINE.code();
    }

    private void started(Addresses addresses) {
        terminal.out().println("listening at " + addresses.decisionPoint());
        if (addresses.workbench() != null) {
            terminal.out().println("workbench at " + addresses.workbench());
        }
        terminal.out().flush();
        if (isOpened && addresses.workbench() != null && !Browser.opens(addresses.workbench())) {
            terminal.note("no browser was found: open the address of the workbench yourself");
        }
    }
}
