package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.Lifecycle;
import dev.sallyport.PolicyLoadException;
import dev.sallyport.UserState;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.edit.EditException;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
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

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int MOST_ROWS = 20;

    @Mixin
    private Inputs inputs;

    @Option(names = "--dry-run", description = "Writes nothing and shows what would change in the files.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Asks nothing.")
    private boolean yes;

    @Option(names = "--format", paramLabel = "text|json", description = "text (default): a table. json: one changed user a line.")
    private Format format = Format.TEXT;

    @Option(names = "--clock", paramLabel = "INSTANT", description = "The time of the change, such as 2026-11-22T10:15:00Z. Default: now.")
    private Instant now;

    @Spec
    private CommandSpec spec;

    final Terminal terminal;

    UserChange(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The users who are meant. */
    abstract List<UserState> selected(DirectoryFiles files) throws PolicyLoadException;

    /** What becomes of one of them. */
    abstract UserState step(UserState user, Instant time);

    /** What to tell before somebody confirms, or an empty list when there is nothing to ask. */
    List<String> consequences(List<UserState> before) {
        return List.of();
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
    List<String> hints(List<UserState> after) {
        return List.of();
    }

    final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    @Override
    public Integer call() throws PolicyLoadException, IOException {
        try (DirectoryFiles files = dryRun ? DirectoryFiles.read(inputs.directoryPaths(spec.commandLine()))
                : DirectoryFiles.lock(inputs.directoryPaths(spec.commandLine()), PATIENCE)) {
            return change(files).code();
        } catch (EditException e) {
            terminal.error(e.getMessage(), e.help());
            return ExitCode.UNUSABLE.code();
        }
    }

    private ExitCode change(DirectoryFiles files) throws PolicyLoadException, EditException, IOException {
        Instant time = now != null ? now : Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<UserState> users = selected(files);
        List<UserState> before = new ArrayList<>();
        List<UserState> after = new ArrayList<>();
        List<String> refusals = users.stream().map(this::refusal).filter(Objects::nonNull).toList();
        if (!refusals.isEmpty()) {
            refusals.forEach(refusal -> terminal.error(refusal, null));
            terminal.note("nothing was changed");
            return ExitCode.DOES_NOT_HOLD;
        }
        for (UserState user : users) {
            UserState changed = step(user, time);
            if (!changed.equals(user)) {
                before.add(user);
                after.add(changed);
            }
        }
        if (after.isEmpty()) {
            terminal.note(users.isEmpty() ? "nobody is meant: nothing to change" : "nothing to change: " + nothingToChange(users));
            return ExitCode.FINE;
        }
        if (!dryRun && !yes && !isConfirmed(before)) {
            return ExitCode.UNUSABLE;
        }
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
            terminal.note("nothing was written: " + Terminal.count(after.size(), "user") + " would change");
            return ExitCode.FINE;
        }
        tell(before, after, users.size(), change);
        return ExitCode.FINE;
    }

    private boolean isConfirmed(List<UserState> before) throws IOException {
        List<String> consequences = consequences(before);
        if (consequences.isEmpty()) {
            return true;
        }
        if (terminal.keyboard() == null) {
            terminal.error("`" + spec.name() + "` asks for confirmation, and nobody is there to answer", "give --yes to confirm, or --dry-run to see what would change");
            return false;
        }
        consequences.forEach(terminal::note);
        if (terminal.confirms(spec.name() + " " + Terminal.count(before.size(), "user") + "?")) {
            return true;
        }
        terminal.note("nothing was changed");
        return false;
    }

    private void tell(List<UserState> before, List<UserState> after, int meant, DirectoryFiles.Change change) throws IOException {
        if (format == Format.JSON) {
            for (int i = 0; i < after.size(); i++) {
                terminal.out().println(json(before.get(i), after.get(i)));
            }
            return;
        }
        Table table = new Table(0).header("USER", "CHANGE");
        for (int i = 0; i < Math.min(after.size(), MOST_ROWS); i++) {
            table.row(new Cell(after.get(i).userPrincipalName(), Style.BOLD), Cell.of(String.join("; ", UserText.changes(before.get(i), after.get(i)))));
        }
        table.print(terminal);
        if (after.size() > MOST_ROWS) {
            terminal.out().println("and " + (after.size() - MOST_ROWS) + " more");
        }
        String files = change.files().stream().map(Object::toString).collect(Collectors.joining(", "));
        int same = meant - after.size();
        terminal.out().println();
        terminal.out().println(Glyphs.visible(Terminal.count(after.size(), "user") + " changed in " + files + (same == 0 ? "" : "; " + same + " " + unchanged())));
        hints(after).forEach(terminal::note);
    }

    private static String json(UserState before, UserState after) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("user", after.userPrincipalName());
            json.writeArrayFieldStart("changes");
            for (Lifecycle.Event event : Lifecycle.events(before, after)) {
                UserText.write(event, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    /** A few names, and how many more. */
    static String names(List<UserState> users) {
        String first = users.stream().limit(3).map(UserState::userPrincipalName).collect(Collectors.joining(", "));
        return first + (users.size() > 3 ? " and " + (users.size() - 3) + " more" : "");
    }
}
