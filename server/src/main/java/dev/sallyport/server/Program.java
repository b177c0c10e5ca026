package dev.sallyport.server;

import dev.sallyport.cli.DecisionPointProgram;
import dev.sallyport.diagnose.PolicyLoadException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs a decision point with the options of the command line. */
public final class Program implements DecisionPointProgram {

    @Override
    public void run(Options options, Consumer<Addresses> started) throws PolicyLoadException, UnusableException {
        try (DecisionPoint point = DecisionPoint.start(settings(options), Clock.systemUTC())) {
            Thread stopping = new Thread(point::close, "sallyport-stop");
            Runtime.getRuntime().addShutdownHook(stopping);
            String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
            String origin = (options.certificate() == null ? "http" : "https") + "://" + host + ":" + point.port();
            String workbench = point.workbenchPath();
            started.accept(new Addresses(origin, workbench == null ? null : origin + workbench));
            if (Boolean.getBoolean("sallyport.rehearsal")) {
                Rehearsal.ask(URI.create(origin));
                return;
            }
            point.join();
        } catch (SettingsException e) {
            throw new UnusableException(e.getMessage(), e.help());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Settings settings(Options options) throws PolicyLoadException {
        Settings.Wire wire = options.config() == null ? Settings.Wire.DEFAULT : SettingsReader.read(options.config());
        if (options.callerKey() != null) {
            List<Settings.CallerSettings> callers = new ArrayList<>(wire.callers());
            callers.add(new Settings.CallerSettings("caller", options.callerKey(), null, false));
            wire = new Settings.Wire(List.copyOf(callers), wire.clientAuthorities(), wire.proxies(), wire.applications(), wire.headers(),
                    wire.signIn(), wire.publicUri(), wire.limits(), wire.staleAfter(), wire.issuers(), wire.decisionLog());
        }
        return new Settings(options.policies(), options.directory(), options.loading(), options.host(), options.port(),
                options.certificate(), options.key(), options.isInsecureLocal(), wire, options.hasWorkbench());
    }
}
