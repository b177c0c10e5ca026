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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private PolicyEngine engine;

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

    /** What becomes of one of them. */
    abstract UserState step(UserState user, Instant time);

    /** Why a user stays as they are, such as {@code enforced already, left; --lower lowers them}; {@code null} to change them. */
    String left(UserState user) {
        return null;
    }

    /** What the change means for these users, told before it is confirmed; empty when nothing is asked. */
    List<String> consequences(List<UserState> before, Instant time) {
        return List.of();
    }

    /** What it means for those who are asked about apart. */
    List<String> consequencesApart(List<UserState> apart) {
        return List.of();
    }

    /** Whether a user is asked about apart from the others. */
    boolean isApart(UserState user) {
        return false;
    }

    /** Prints what does the same elsewhere, instead of changing anything; {@code false} where that is not asked for. */
    boolean prints(List<UserState> before) {
        return false;
    }

    /** Why it cannot be done to a user, or {@code null}; then it is done to nobody. */
    String refusal(UserState user) {
        return null;
    }

    /** What to tell about a user who stays as they are. */
    abstract String unchanged();

    /** What to tell when all users stay as they are. */
    String nothingToChange(List<UserState> users) {
        return names(users) + " " + unchanged();
    }

    /** What is worth knowing after a change; empty for nothing. */
    List<String> hints(List<UserState> before, List<UserState> after, Instant time) {
        return List.of();
    }

    /**
     * The policies that the users live under, to tell what a change means; {@code null} when no policy set is named and none lies here,
     * or when the one that lies here cannot be used.
     *
     * @throws PolicyLoadException when a policy set is named and cannot be used
     */
    private PolicyEngine load(DirectoryFiles files, Instant time) throws PolicyLoadException {
        if (!needsPolicies() || !inputs.hasPolicies()) {
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

    /** Whether what the change means depends on policies. */
    boolean needsPolicies() {
        return false;
    }

    /** {@link #load}'s policies. */
    final PolicyEngine engine() {
        return engine;
    }

    /** The command line's options that name the directory. */
    final String directoryOptions() {
        return inputs.directories.stream().map(path -> " -d " + path).collect(Collectors.joining());
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
        List<String> refusals = users.stream().map(this::refusal).filter(Objects::nonNull).toList();
        if (!refusals.isEmpty()) {
            refusals.forEach(refusal -> terminal.error(refusal, null));
            terminal.note("nothing was changed");
            return ExitCode.DOES_NOT_HOLD;
        }
        List<UserState> before = new ArrayList<>();
        Map<String, Integer> others = new LinkedHashMap<>();
        int same = 0;
        for (UserState user : users) {
            String why = left(user);
            if (why != null) {
                others.merge(why, 1, Integer::sum);
            } else if (step(user, time).equals(user)) {
                same++;
            } else {
                before.add(user);
            }
        }
        if (same > 0) {
            others.put(unchanged(), same);
        }
        String rest = others.entrySet().stream().map(each -> each.getValue() + " " + each.getKey()).collect(Collectors.joining("; "));
        if (before.isEmpty()) {
            terminal.note(users.isEmpty() ? "no users matched: nothing to change" : "nothing to change: " + (same == users.size()
                    ? nothingToChange(users)
                    : users.size() == 1 ? names(users) + " " + rest.substring(2) : rest));
            return ExitCode.FINE;
        }
        engine = load(files, time);
        if (!dryRun && prints(before)) {
            return ExitCode.FINE;
        }
        if (dryRun) {
            consequences(before, time).forEach(terminal::note);
            consequencesApart(before.stream().filter(this::isApart).toList()).forEach(terminal::note);
        } else if (!yes) {
            before = confirmed(before, time);
            if (before.isEmpty()) {
                return ExitCode.UNUSABLE;
            }
        }
        List<UserState> after = before.stream().map(user -> Lifecycle.recorded(user, step(user, time), time, "users " + spec.name()))
                .toList();
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
            hints(before, after, time).forEach(terminal::note);
        } else if (!rest.isEmpty()) {
            terminal.note(rest);
        }
        return ExitCode.FINE;
    }

    /** Those of the users who are to be changed after what it means was told; none when that was declined. */
    private List<UserState> confirmed(List<UserState> before, Instant time) throws IOException {
        List<UserState> plain = before.stream().filter(user -> !isApart(user)).toList();
        List<UserState> apart = before.stream().filter(this::isApart).toList();
        List<String> told = consequences(before, time);
        if (told.isEmpty()) {
            return before;
        }
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
            consequencesApart(apart).forEach(terminal::note);
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

    /** A few names, and how many more. */
    static String names(List<UserState> users) {
        String first = users.stream().limit(3).map(UserState::userPrincipalName).collect(Collectors.joining(", "));
        return first + (users.size() > 3 ? " and " + (users.size() - 3) + " more" : "");
    }
}
