package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.edit.EditException;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.UserState;
import dev.sallyport.write.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands that change users have in common: reading, asking, writing once, and saying what changed. */
abstract class UserChange implements Callable<Integer> {

    /** How long to wait for another command that changes the same files. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int MOST_ROWS = 20;

    @Mixin
    private Inputs inputs;

    @Option(names = "--dry-run", description = "Writes nothing. Explains the consequences, and shows what would change in the files.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Does not ask for confirmation.")
    private boolean yes;

    @Mixin
    private FormatOption format;

    @Mixin
    private ClockOption clock;

    @Mixin
    private UserSelection selection;

    @Spec
    private CommandSpec spec;

    final Terminal terminal;

    UserChange(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The users whom the command changes. */
    List<UserState> selected(DirectoryFiles files) throws PolicyLoadException {
        selection.refuseNone(spec.commandLine());
        return selection.in(files.directory());
    }

    final boolean isSelected() {
        return !selection.isEmpty();
    }

    /** What the command does to them, made anew. */
    abstract UserStep step();

    /** Whether it asks before it changes anything, and tells what the change means. */
    boolean asks() {
        return true;
    }

    /** Prints what does the same elsewhere, instead of changing anything; {@code false} where that is not asked for. */
    boolean prints(UserStep step, List<UserState> before) {
        return false;
    }

    /**
     * The policies that the users live under, to tell what a change means; {@code null} when no policy set is named and none lies here,
     * or when the one that lies here cannot be used.
     *
     * @throws PolicyLoadException when a policy set is named and cannot be used
     */
    private PolicyEngine load(UserStep step, DirectoryFiles files, Instant time) throws PolicyLoadException {
        if (!step.needsPolicies() || !inputs.hasPolicies()) {
            return null;
        }
        try {
            return inputs.load(files.directory(), Clock.fixed(time, ZoneOffset.UTC));
        } catch (PolicyLoadException e) {
            if (!inputs.policies.isEmpty()) {
                throw e;
            }
            terminal.note("note: " + inputs.policyNames() + " has errors, so the consequences for these users are unknown; run `sallyport "
                    + "check` to see the errors");
            return null;
        }
    }

    final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    @Override
    public Integer call() throws PolicyLoadException, IOException {
        List<Path> paths = inputs.directoryPaths(spec.commandLine());
        try (DirectoryFiles files = writes() ? DirectoryFiles.lock(paths, PATIENCE) : DirectoryFiles.read(paths)) {
            return change(files).code();
        } catch (EditException e) {
            terminal.error(e.getMessage(), e.help());
            return ExitCode.UNUSABLE.code();
        }
    }

    /** Whether files are changed. */
    boolean writes() {
        return !dryRun;
    }

    private ExitCode change(DirectoryFiles files) throws PolicyLoadException, EditException, IOException {
        Instant time = clock.time(ChronoUnit.MILLIS);
        List<UserState> users = selected(files);
        UserStep step = step();
        List<String> refusals = step.refusals(users);
        if (!refusals.isEmpty()) {
            refusals.forEach(refusal -> terminal.error(refusal, null));
            terminal.note("nothing was changed");
            return ExitCode.DOES_NOT_HOLD;
        }
        UserStep.Plan plan = step.plan(users, time);
        List<UserState> before = plan.before();
        String rest = plan.rest();
        if (before.isEmpty()) {
            terminal.note(users.isEmpty() ? "no users matched: nothing to change" : "nothing to change: "
                    + (plan.unchanged() == users.size() ? step.nothingToChange(users)
                    : users.size() == 1 ? UserStep.names(users) + " " + rest.substring(2) : rest));
            return ExitCode.FINE;
        }
        PolicyEngine engine = load(step, files, time);
        if (!dryRun && prints(step, before)) {
            return ExitCode.FINE;
        }
        List<String> told = asks() && (dryRun || !yes) ? step.consequences(before, engine, time) : List.of();
        if (dryRun) {
            told.forEach(terminal::note);
            step.consequencesApart(before.stream().filter(step::isApart).toList()).forEach(terminal::note);
        } else if (!told.isEmpty()) {
            before = confirmed(step, before, told);
            if (before.isEmpty()) {
                return ExitCode.UNUSABLE;
            }
        }
        List<UserState> after = step.after(before, time);
        ProgressBar bar = new ProgressBar(terminal, after.size());
        DirectoryFiles.Change change;
        try {
            change = files.change(after, bar::at);
            if (!dryRun) {
                change.write();
            }
        } finally {
            bar.close();
        }
        if (dryRun) {
            terminal.out().print(change.diff());
            terminal.note("nothing was written: " + Terminal.count(after.size(), "user") + " would change" + (rest.isEmpty() ? ""
                    : "; " + rest));
            return ExitCode.FINE;
        }
        tell(before, after, rest, change);
        if (!format.isJson()) {
            step.hints(before, after, engine, time).forEach(terminal::note);
        } else if (!rest.isEmpty()) {
            terminal.note(rest);
        }
        return ExitCode.FINE;
    }

    /** Those of the users who are to be changed after what it means was told; none when that was declined. */
    private List<UserState> confirmed(UserStep step, List<UserState> before, List<String> told) throws IOException {
        List<UserState> plain = before.stream().filter(user -> !step.isApart(user)).toList();
        List<UserState> apart = before.stream().filter(step::isApart).toList();
        if (terminal.keyboard() == null) {
            terminal.error("`" + spec.name() + "` cannot ask for confirmation: standard input is not a terminal",
                    "use --yes to confirm, or --dry-run to see what would change");
            return List.of();
        }
        told.forEach(terminal::note);
        List<UserState> confirmed = new ArrayList<>();
        if (!plain.isEmpty() && terminal.confirms(spec.name() + " " + Terminal.count(plain.size(), "user") + "?")) {
            confirmed.addAll(plain);
        }
        if (!apart.isEmpty() && (plain.isEmpty() || !confirmed.isEmpty())) {
            step.consequencesApart(apart).forEach(terminal::note);
            if (terminal.confirms(spec.name() + " " + Terminal.count(apart.size(), "user") + " without a registered method?")) {
                confirmed.addAll(apart);
            }
        }
        if (confirmed.isEmpty()) {
            terminal.note("nothing was changed");
        }
        return confirmed;
    }

    private void tell(List<UserState> before, List<UserState> after, String rest, DirectoryFiles.Change change) {
        if (format.isJson()) {
            for (int i = 0; i < after.size(); i++) {
                terminal.out().println(json(before.get(i), after.get(i)));
            }
            return;
        }
        Table table = new Table(0).header("USER", "CHANGE");
        for (int i = 0; i < Math.min(after.size(), MOST_ROWS); i++) {
            table.row(new Cell(after.get(i).userPrincipalName(), Style.BOLD),
                    Cell.of(String.join("; ", UserText.changes(before.get(i), after.get(i)))));
        }
        table.print(terminal);
        if (after.size() > MOST_ROWS) {
            terminal.out().println("and " + (after.size() - MOST_ROWS) + " more");
        }
        String files = change.files().stream().map(Object::toString).collect(Collectors.joining(", "));
        terminal.out().println();
        terminal.out().println(Glyphs.visible(Terminal.count(after.size(), "user") + " changed in " + files + (rest.isEmpty() ? ""
                : "; " + rest)));
    }

    private static String json(UserState before, UserState after) {
        return Json.object(json -> {
            json.writeStringField("user", after.userPrincipalName());
            json.writeArrayFieldStart("changes");
            for (Lifecycle.Event event : Lifecycle.events(before, after)) {
                UserText.write(event, json);
            }
            json.writeEndArray();
        });
    }
}
