package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The requests that a command is about: those of files, or one by options. */
final class RequestOptions {

    @Parameters(paramLabel = "REQUEST", arity = "0..*", description = {
        "Files or folders with requests, YAML or JSON, one or more per file; - is standard input."})
    private List<Path> paths = List.of();

    @Option(names = "--user", paramLabel = "USER", description = "Who signs in: a user principal name or id, or the beginning of a name "
            + "if it matches only one user.")
    private String user;

    @Option(names = "--service-principal", paramLabel = "NAME", description = "The service principal or agent that signs in, instead of a "
            + "user: a name or id, or the beginning of a name if it matches only one.")
    private String servicePrincipal;

    @Option(names = "--service-principal-risk", paramLabel = "LEVEL", description = "The risk of the service principal: none, low, medium, "
            + "high.")
    private String servicePrincipalRisk;

    @Option(names = "--app", paramLabel = "NAME", description = "The application to sign in to, by name or id. May be repeated.")
    private List<String> applications = List.of();

    @Option(names = "--authentication-context", paramLabel = "ID", description = "The authentication context of a step-up, such as c1.")
    private String authenticationContext;

    @Option(names = "--register", paramLabel = "METHOD", arity = "0..1", fallbackValue = "", description = {
        "The user registers a method, appPassword or device instead of signing in. Without METHOD, the user opens the Security info page."})
    private String register;

    @Option(names = "--app-password", paramLabel = "FILE", description = "A file with the app password of a legacy client; - is standard "
            + "input.")
    private Path appPassword;

    @Mixin
    private RequestFlags flags;

    private boolean isDescribed() {
        return user != null || servicePrincipal != null || servicePrincipalRisk != null || !applications.isEmpty()
                || authenticationContext != null || register != null || appPassword != null
                || !flags.isEmpty();
    }

    /** Refuses files together with a request by options, and neither of them. */
    void check(CommandLine command, Inputs inputs) {
        boolean isNamed = user != null || servicePrincipal != null;
        if (isDescribed() ? !paths.isEmpty() || !isNamed : paths.isEmpty()) {
            throw new ParameterException(command, isDescribed() && paths.isEmpty() ? "missing --user or --service-principal"
                    : isDescribed() ? "cannot combine files with options that describe a request"
                    : "no request: name a file, or describe one by options such as `--user noah --app Teams --ip 192.0.2.10`");
        }
        inputs.refuseSecondStandardInput(command, appPassword == null ? paths : List.of(appPassword));
    }

    /** The requests in their order; what is wrong with files is reported. */
    List<Requests.Placed> requests(PolicyEngine engine, Instant time, Terminal terminal, Diagnostics out)
            throws PolicyLoadException, IOException {
        return isDescribed() ? List.of(new Requests.Placed("the request", described(engine, time, terminal::hint), null))
                : Requests.read(paths, out);
    }

    /**
     * The request that the options describe.
     *
     * @param notes takes what names were taken for, a sentence each
     */
    Request described(PolicyEngine engine, Instant time, Consumer<String> notes) throws PolicyLoadException, IOException {
        if (servicePrincipal != null) {
            return ofServicePrincipal(engine.directory(), time, notes);
        }
        if (servicePrincipalRisk != null) {
            throw Names.error("SP1401", "cannot combine --user and --service-principal-risk", "keep one of them");
        }
        UserState who = Names.user(user, engine.directory(), notes);
        List<String> resources = resources(engine.directory(), notes);
        SignIn.Builder builder = flags.of(who, time, false, engine.directory(), notes).applications(resources)
                .authenticationContext(authenticationContext);
        if (appPassword != null) {
            builder.authentication(SignIn.Authentication.ofAppPassword(secret(appPassword)));
        }
        String what = register == null ? (flags.isSilent() ? "refreshes a token" : "signs in") + (resources.isEmpty() ? ""
                : (flags.isSilent() ? " for " : " to ") + String.join(", ", resources))
                : isSecurityInfo() ? "opens Security info" : "registers " + register;
        SignIn signIn = builder.name(who.userPrincipalName() + " " + what + (register == null ? " (" + flags.clientName() + ")" : ""))
                .build();
        return register == null ? signIn : new Registration(signIn, isSecurityInfo() ? null : register, null);
    }

    private List<String> resources(Directory directory, Consumer<String> notes) throws PolicyLoadException {
        List<String> resources = new ArrayList<>();
        for (String each : applications) {
            resources.add(Names.application(each, directory, notes));
        }
        return resources;
    }

    private SignIn ofServicePrincipal(Directory directory, Instant time, Consumer<String> notes) throws PolicyLoadException {
        Map<String, Boolean> ofUsers = Map.of("--user", user != null, "--authentication-context", authenticationContext != null,
                "--register",
                register != null, "--app-password", appPassword != null);
        for (Map.Entry<String, Boolean> each : new TreeMap<>(ofUsers).entrySet()) {
            if (each.getValue()) {
                throw Names.error("SP1401", "cannot combine --service-principal and " + each.getKey(), "keep one of them");
            }
        }
        String name = Names.servicePrincipal(servicePrincipal, directory, notes);
        List<String> resources = resources(directory, notes);
        return flags.ofServicePrincipal(name, servicePrincipalRisk, time).applications(resources).name(name + " signs in"
                + (resources.isEmpty() ? "" : " to " + String.join(", ", resources))).build();
    }

    private boolean isSecurityInfo() {
        return register.isEmpty() || register.equals("none");
    }

    /** The first line of a file. */
    private static String secret(Path file) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file.equals(Path.of("-")) ? System.in
                : Files.newInputStream(file), StandardCharsets.UTF_8))) {
            return Objects.requireNonNullElse(lines.readLine(), "").strip();
        }
    }
}
