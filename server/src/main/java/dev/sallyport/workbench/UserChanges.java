package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.ReloadingPolicyEngine.State;
import dev.sallyport.cli.AppPasswordSteps;
import dev.sallyport.cli.DeleteAppPasswordsStep;
import dev.sallyport.cli.DisableStep;
import dev.sallyport.cli.EnableStep;
import dev.sallyport.cli.EnforceStep;
import dev.sallyport.cli.RegisterStep;
import dev.sallyport.cli.RevokeSessionsStep;
import dev.sallyport.cli.UnregisterStep;
import dev.sallyport.cli.UnregisterStep.Extent;
import dev.sallyport.cli.UserStep;
import dev.sallyport.cli.UserText;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.edit.EditException;
import dev.sallyport.explain.TenantCommands;
import dev.sallyport.explain.TenantCommands.Shell;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import dev.sallyport.workbench.ChangeView.Changed;
import dev.sallyport.workbench.ChangeView.Done;
import dev.sallyport.workbench.ChangeView.Field;
import dev.sallyport.workbench.ChangeView.Line;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Changes users in the files of the directory, with the steps of the command line: shows first what a step means and what it changes, and
 * makes exactly that change. What was shown is known by a digest; if the users changed in between, it is shown anew.
 */
final class UserChanges {

    /** How long to wait for another program that changes the same files. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** How long what was shown may be confirmed. */
    private static final Duration LONGEST = Duration.ofHours(1);
    /** The status of a request that the files or the policies do not allow. */
    private static final int CONFLICT = 409;
    private static final int LOOK_MILLIS = 20;
    private static final int MOST_LOOKS = 250;
    private static final int MOST_LINES = 300;
    private static final int MOST_ROWS = 10;
    private static final int MOST_SCRIPT = 1_000;
    /** The field that selects all users of the directory. */
    static final String EVERYONE = "everyone";

    /** What a form keeps of the page behind it, and of the registration that it is about. */
    private static final List<String> KEPT = List.of("from", "q", "state", "registered", "opens", "exposed", "at", "step", "name",
            "phone", "email", "place", "ip", "device", "mfa", EVERYONE);

    private final Desk desk;
    private final Views views;
    /** Questions and answers are about the same files, and 5,000 users take half a second to parse. */
    private final DirectoryFiles.Memory memory = new DirectoryFiles.Memory();
    private Guard registration = (visit, user, engine) -> null;
    /** By the value of the field {@code from}. */
    private final Map<String, Behind> behind = new HashMap<>();

    /** What shows the page behind the dialog anew. */
    @FunctionalInterface
    interface Behind {

        /** The part of the page, to be swapped in. */
        String html(Visit visit) throws UnusableException;
    }

    /**
     * A step, and what it is called.
     *
     * @param title the question, in which {@code %s} are the users
     * @param button the answer
     * @param done what was done
     */
    private record Named(UserStep step, String title, String button, String done, boolean isDangerous) { }

    UserChanges(Desk desk, Views views) {
        this.desk = desk;
        this.views = views;
    }

    /** Says why policies do not let a user register the method of a form from where the form says; {@code null} if they do. */
    @FunctionalInterface
    interface Guard {

        @Nullable String refusal(Visit visit, UserState user, PolicyEngine engine) throws UnusableException;
    }

    /** Sets what is asked before a method is registered, when it is shown and when it is written. */
    void guard(Guard guard) {
        registration = guard;
    }

    /** Lets a page be shown anew after a change; {@code from} is the value of that field. */
    void shows(String from, Behind page) {
        behind.put(from, page);
    }

    /** Shows what a step means, or makes it. */
    Reply change(Visit visit, Selection selection) throws Exception {
        Instant now = desk.now();
        Instant shown = time(visit.get("shown"));
        boolean isConfirmed = visit.has("confirm");
        boolean isLate = isConfirmed && (shown == null || shown.isAfter(now) || shown.plus(LONGEST).isBefore(now));
        Instant time = shown == null || isLate || !isConfirmed ? now : shown;
        List<UserState> after;
        Done done;
        try (DirectoryFiles files = isConfirmed ? lock() : DirectoryFiles.read(paths(), memory)) {
            PolicyEngine engine = desk.engine();                // after waiting for other programs: policies may have changed too
            List<UserState> users = selection.users(files.directory());
            if (users.isEmpty()) {
                return failure("No users are selected.", "Check the boxes of the users, then choose again.");
            }
            long unregistered = users.stream().filter(user -> !user.isMfaRegistered()).count();
            boolean skips = visit.get("unregistered").isEmpty() ? unregistered < users.size() : visit.get("unregistered").equals("skip");
            Named named = named(visit, skips, users);
            UserStep step = named.step();
            List<String> refusals = step.refusals(users);
            if (!refusals.isEmpty()) {
                return failure("Nothing was changed.", String.join("; ", refusals));
            }
            String refusal = step instanceof RegisterStep ? registration.refusal(visit, users.get(0), engine) : null;
            if (refusal != null) {
                return failure("Nothing was changed.", refusal);
            }
            UserStep.Plan plan = step.plan(users, time);
            after = step.after(plan.before(), time);
            List<String> told = step.consequences(plan.before(), engine, time);
            String digest = digest(visit, plan, told, time);
            DirectoryFiles.Change change = files.change(after);
            if (!isConfirmed || isLate || !digest.equals(visit.get("confirm"))) {
                return views.html("user-change.jte", Map.of("change", view(visit, named, users, plan, after, told, change, digest, time,
                        isConfirmed, skips, UserWords.policies(engine))));
            }
            change.write();
            done = new Done(named.done().formatted(who(after)), changed(plan.before(), after), Math.max(after.size() - MOST_ROWS, 0),
                    plan.rest(), names(change.files()), Prose.all(UserWords.bare(step.hints(plan.before(), after, engine, time)),
                    UserWords.policies(engine)),
                    after.size() == 1 && visit.get("from").equals("users") ? UserWords.address(after.get(0)) : "");
        } catch (EditException e) {
            return unwritable(e);
        } catch (PolicyLoadException e) {
            return unreadable(e);
        } catch (UnusableException e) {
            if (e.status() != CONFLICT) {
                throw e;
            }
            return failure(String.valueOf(e.getMessage()), e.help());
        }
        awaitInForce(after);
        return views.html("user-changed.jte", Map.of("done", done, "behind", behind(visit)));
    }

    /** Which users a form is about. */
    @FunctionalInterface
    interface Selection {

        List<UserState> users(Directory directory) throws UnusableException;
    }

    /** The files of the directory. */
    private List<Path> paths() throws UnusableException {
        if (desk.directory().isEmpty()) {
            throw new UnusableException(CONFLICT, "There is no directory to change.", "Start the workbench with `-d directory.yaml`.");
        }
        return desk.directory();
    }

    /** The files of the directory, which no other program changes until they are closed. */
    DirectoryFiles lock() throws UnusableException, PolicyLoadException, EditException {
        return DirectoryFiles.lock(paths(), PATIENCE, memory);
    }

    /** What shows the page behind the dialog anew. */
    String behind(Visit visit) throws UnusableException {
        Behind page = behind.get(visit.get("from"));
        return page == null ? "" : page.html(visit);
    }

    Reply failure(String message, String help) {
        return views.html("user-failure.jte", Map.of("message", Prose.of(message), "help", Prose.of(UserWords.sentence(help),
                UserWords.policies(desk.engine()))));
    }

    Reply unwritable(EditException e) {
        return failure(UserWords.sentence(String.valueOf(e.getMessage())) + ".", UserWords.orEmpty(e.help()));
    }

    Reply unreadable(PolicyLoadException e) {
        String first = e.diagnostics().stream().filter(Diagnostic::isError).map(Diagnostic::toString).findFirst().orElse("");
        return failure("The files of the directory have errors, so nothing was changed.", first);
    }

    /** Waits until the engine in force knows the users as they are now, at most five seconds. */
    void awaitInForce(List<UserState> after) throws InterruptedException {
        for (int i = 0; i < MOST_LOOKS && desk.reloading().status().state() == State.LOADED && !isInForce(after); i++) {
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private boolean isInForce(List<UserState> after) {
        Directory directory = desk.engine().directory();
        return after.stream().allMatch(user -> user.equals(directory.user(user.id())));
    }

    // ---- steps

    private Named named(Visit visit, boolean skips, List<UserState> users) throws UnusableException {
        String asked = visit.get("step");
        int colon = asked.indexOf(':');
        String step = colon < 0 ? asked : asked.substring(0, colon);
        String what = colon < 0 ? "" : asked.substring(colon + 1);
        UserStep.Terms terms = UserWords.TERMS;
        return switch (step) {
            case "enable" -> new Named(new EnableStep(visit.has("lower"), terms), "Enable MFA for %s?", "Enable %s", "Enabled MFA for %s",
                    false);
            case "enforce" -> new Named(new EnforceStep(skips, maySkip(users) ? terms
                    : UserWords.TERMS_WITHOUT_SKIPPING), "Enforce MFA for %s?", "Enforce %s", "Enforced MFA for %s", false);
            case "disable" -> new Named(new DisableStep(terms), "Disable per-user MFA for %s?", "Disable %s",
                    "Disabled per-user MFA for %s", true);
            case "revoke-sessions" -> new Named(new RevokeSessionsStep(false, terms), "Revoke the sessions of %s?",
                    "Revoke sessions of %s", "Revoked the sessions of %s", true);
            case "revoke-remembered" -> new Named(new RevokeSessionsStep(true, terms), "Revoke remembered MFA of %s?",
                    "Revoke remembered MFA of %s", "Revoked remembered MFA of %s", true);
            case "require-reregister" -> new Named(new UnregisterStep(Extent.REQUIRE_REREGISTER, null, terms),
                    "Require %s to register again?", "Require re-register", "Required %s to register again", true);
            case "unregister" -> unregister(method(what));
            case "register" -> register(visit, method(what), users);
            case "delete-app-passwords" -> new Named(new DeleteAppPasswordsStep(null, terms), "Delete all app passwords of %s?",
                    "Delete all app passwords", "Deleted all app passwords of %s", true);
            case "delete-app-password" -> deleteAppPassword(what);
            default -> throw new UnusableException(400, "The step is unknown.", "Reload the page, and try again.");
        };
    }

    private static Named unregister(AuthenticationMethodMode method) {
        String name = UserWords.name(method);
        return new Named(new UnregisterStep(Extent.METHOD, method, UserWords.TERMS), "Delete " + name + " of %s?", "Delete",
                "Deleted " + name + " of %s", true);
    }

    private static Named register(Visit visit, AuthenticationMethodMode method, List<UserState> users) throws UnusableException {
        if (users.size() != 1 || method == AuthenticationMethodMode.PASSWORD || method == AuthenticationMethodMode.APP_PASSWORD) {
            throw new UnusableException(400, "This method cannot be registered.", "Choose another one.");
        }
        String name = UserWords.name(method);
        return new Named(new RegisterStep(method, orNull(visit.get("name")), RegisterStep.hasPhone(method) ? orNull(visit.get("phone"))
                : null, RegisterStep.hasEmail(method) ? orNull(visit.get("email")) : null, UserWords.TERMS),
                "Register " + name + " for %s?", "Register", "Registered " + name + " for %s", false);
    }

    private Named deleteAppPassword(String name) throws UnusableException {
        String refusal = AppPasswordSteps.deletionRefusal(desk.engine().policySet().mfaSettings());
        if (refusal != null) {
            throw new UnusableException(CONFLICT, UserWords.sentence(refusal) + ".",
                    "As an administrator, delete all app passwords of the user.");
        }
        String shown = name.replace("%", "%%");
        return new Named(new DeleteAppPasswordsStep(name, UserWords.TERMS), "Delete the app password “" + shown + "” of %s?", "Delete",
                "Deleted the app password “" + shown + "” of %s", true);
    }

    /** The method of a Graph name. */
    static AuthenticationMethodMode method(String name) throws UnusableException {
        AuthenticationMethodMode method = GraphEnum.exact(AuthenticationMethodMode.class, name);
        if (method == null) {
            throw new UnusableException(400, "The method is unknown.", "Reload the page, and try again.");
        }
        return method;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Instant time(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }

    // ---- what is shown

    private static ChangeView view(Visit visit, Named named, List<UserState> users, UserStep.Plan plan, List<UserState> after,
            List<String> told, DirectoryFiles.Change change, String digest, Instant time, boolean isStale, boolean skips,
            Set<String> policies) {
        UserStep step = named.step();
        boolean asksApart = users.stream().anyMatch(step::isApart);
        List<UserState> apart = users.stream().filter(user -> step.isApart(user) && !step.of(user, time).equals(user)).toList();
        boolean isEnable = step instanceof EnableStep;
        int enforced = !isEnable ? 0 : (int) users.stream().filter(user -> user.perUserMfaState().graphName().equals("enforced")).count();
        List<String> consequences = told.isEmpty() ? changes(plan.before(), after) : told.subList(1, told.size()).stream()
                .map(line -> UserWords.sentence(line.substring(4))).toList();
        String diff = change.diff();
        for (Path file : change.files()) {
            String heading = "--- %1$s\n+++ %1$s\n";
            diff = diff.replace(heading.formatted(file), heading.formatted(UserWords.file(file)));
        }
        List<Line> lines = diff.lines().map(UserChanges::line).toList();
        List<Field> kept = new ArrayList<>();
        KEPT.stream().filter(visit::has).forEach(name -> kept.add(new Field(name, visit.get(name))));
        kept.add(new Field("shown", time.toString()));
        if (!visit.has(EVERYONE)) {
            users.forEach(user -> kept.add(new Field("user", user.id())));
        }
        List<String> names = after.stream().map(UserState::userPrincipalName).toList();
        boolean isForAll = visit.has(EVERYONE) && step.tenant() == TenantCommands.Step.REVOKE_SESSIONS;
        String script = step.tenant() == null || after.isEmpty() || after.size() > MOST_SCRIPT && !isForAll ? ""
                : String.join("\n", isForAll ? TenantCommands.revokeAll(Shell.POWERSHELL)
                : TenantCommands.script(Shell.POWERSHELL, step.tenant(), names));
        boolean isApart = asksApart && !apart.isEmpty();
        List<Prose> aboutApart = !isApart ? List.of() : step.consequencesApart(apart).stream().skip(1)
                .map(line -> Prose.of(UserWords.sentence(line.substring(4)))).toList();
        return new ChangeView(named.title().formatted(who(after.isEmpty() ? users : after)), Prose.of(told.isEmpty() ? "" : told.get(0)),
                after.isEmpty() ? List.of() : Prose.all(consequences, policies), isStale, aboutApart,
                isApart ? apartTitle(apart, users) : "", skips, isApart && maySkip(users), enforced, visit.has("lower"), plan.rest(),
                names(change.files()),
                lines.subList(0, Math.min(lines.size(), MOST_LINES)), Math.max(lines.size() - MOST_LINES, 0), script, kept,
                after.isEmpty() ? "" : named.button().formatted(UserWords.count(after.size(), "user")), named.isDangerous(), digest);
    }

    /** Whether something is left to enforce if users who have not registered are skipped. */
    private static boolean maySkip(List<UserState> users) {
        return users.stream().anyMatch(user -> user.isMfaRegistered() || user.perUserMfaState() == PerUserMfaState.ENFORCED);
    }

    private static String apartTitle(List<UserState> apart, List<UserState> users) {
        return users.size() == 1 ? who(apart) + " has never registered a method." : apart.size() == users.size()
                ? "None of the " + UserWords.count(users.size(), "user") + " has ever registered a method."
                : UserWords.number(apart.size()) + " of them " + (apart.size() == 1 ? "has" : "have") + " never registered a method.";
    }

    private static List<String> changes(List<UserState> before, List<UserState> after) {
        List<String> changes = new ArrayList<>();
        for (int i = 0; i < Math.min(after.size(), MOST_ROWS); i++) {
            UserText.changes(before.get(i), after.get(i)).stream().map(UserWords::sentence).forEach(changes::add);
        }
        return changes;
    }

    private static Line line(String text) {
        String kind = text.startsWith("+++") || text.startsWith("---") || text.startsWith("@@") ? "place" : text.startsWith("+") ? "added"
                : text.startsWith("-") ? "removed" : "";
        return new Line(kind, text.isEmpty() ? " " : text);
    }

    private static List<Changed> changed(List<UserState> before, List<UserState> after) {
        List<Changed> rows = new ArrayList<>();
        for (int i = 0; i < Math.min(after.size(), MOST_ROWS); i++) {
            rows.add(new Changed(after.get(i).userPrincipalName(), UserWords.address(after.get(i)),
                    Prose.of(String.join("; ", UserText.changes(before.get(i), after.get(i))))));
        }
        return rows;
    }

    static List<String> names(List<Path> files) {
        return files.stream().map(UserWords::file).toList();
    }

    /** One user by name, more of them by number. */
    private static String who(List<UserState> users) {
        return users.size() == 1 ? users.get(0).userPrincipalName() : UserWords.count(users.size(), "user");
    }

    /** Stands for the users as they were, and for what was told about them. */
    private static String digest(Visit visit, UserStep.Plan plan, List<String> told, Instant time) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            Stream.of(Stream.of(visit.get("step"), visit.get("name"), visit.get("phone"), visit.get("email"), time.toString(),
                    plan.rest()),
                    told.stream(), plan.before().stream().map(user -> user + " " + user.appPasswords().hashCode()))
                    .flatMap(each -> each).forEach(text -> {
                        sha.update(text.getBytes(StandardCharsets.UTF_8));
                        sha.update((byte) 0);
                    });
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
