package dev.sallyport.cli;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.Directory;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.Sources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The options that say which users are meant. Somebody who is not known is an error, and then nobody is meant. */
final class UserSelection {

    private static final Pattern ANYTHING = Pattern.compile("user|users");
    /** Headers of columns that name a user, letters only, as Entra's own downloads and templates have them. */
    private static final List<Pattern> HEADERS = List.of(Pattern.compile("userprincipalname|upn"),
            Pattern.compile("memberobjectidorupn.*|memberobjectidoruserprincipalname.*"), Pattern.compile("objectid|id|userid"), ANYTHING);

    @Parameters(paramLabel = "USER", arity = "0..*", description = "User principal names or ids.")
    private List<String> users = List.of();

    @Option(names = "--group", paramLabel = "GROUP", description = "All members of a group, directly or through other groups. May be "
            + "repeated.")
    private List<String> groups = List.of();

    @Option(names = "--file", paramLabel = "users.csv", description = {
        "The users of a CSV file: its column userPrincipalName (or UPN, id, objectId), or its first column if it has no header.",
        "If the file has several of these columns, they must name the same user."})
    private List<Path> files = List.of();

    boolean isEmpty() {
        return users.isEmpty() && groups.isEmpty() && files.isEmpty();
    }

    /**
     * Refuses a command line that selects no users.
     *
     * @throws ParameterException when it selects none
     */
    void refuseNone(CommandLine command) {
        if (isEmpty()) {
            throw new ParameterException(command, "no users selected: name users, or use --group or --file");
        }
    }

    /**
     * The users who are meant, each once, in the order in which they were named.
     *
     * @throws PolicyLoadException when somebody is not known
     */
    List<UserState> in(Directory directory) throws PolicyLoadException {
        Diagnostics out = new Diagnostics();
        Set<UserState> meant = new LinkedHashSet<>();
        for (String name : users) {
            add(name, null, directory, meant, out);
        }
        for (String name : groups) {
            members(name, directory, meant, out);
        }
        for (Path file : files) {
            read(file, directory, meant, out);
        }
        if (out.hasErrors()) {
            throw new PolicyLoadException(out.toList());
        }
        return List.copyOf(meant);
    }

    /**
     * The one user of a name or id.
     *
     * @throws PolicyLoadException when nobody is known by it
     */
    static UserState one(String name, Directory directory) throws PolicyLoadException {
        Diagnostics out = new Diagnostics();
        Set<UserState> meant = new LinkedHashSet<>();
        add(name, null, directory, meant, out);
        if (out.hasErrors()) {
            throw new PolicyLoadException(out.toList());
        }
        return meant.iterator().next();
    }

    private static void add(String name, Position position, Directory directory, Set<UserState> meant, Diagnostics out) {
        UserState user = directory.user(name);
        if (user != null) {
            meant.add(user);
            return;
        }
        String near = directory.users().size() > 10_000 ? null : Suggestions.didYouMean(name, directory.users().stream()
                .map(UserState::userPrincipalName).toList());
        out.error("SP1202", position, "unknown user `" + name + "`", near != null ? near : "see `sallyport users list`");
    }

    private static void members(String name, Directory directory, Set<UserState> meant, Diagnostics out) {
        List<String> ids = directory.groupIds(name);
        if (ids.size() != 1) {
            String near = Suggestions.didYouMean(name, directory.groups().stream().map(Directory.Group::displayName).toList());
            out.error(ids.isEmpty() ? "SP1202" : "SP1203", null, ids.isEmpty() ? "unknown group `" + name + "`"
                    : "`" + name + "` is the name of " + ids.size() + " groups", ids.isEmpty() ? near : "write the id instead");
            return;
        }
        String id = WellKnown.fold(ids.get(0));
        directory.users().stream().filter(user -> directory.groupIdsOf(user).contains(id)).forEach(meant::add);
    }

    private static void read(Path file, Directory directory, Set<UserState> meant, Diagnostics out) {
        Position whole = Position.of(file.toString());
        String text = Sources.text(file, out);
        if (text == null) {
            return;
        }
        List<CsvRecord> records = new ArrayList<>();
        try (CsvReader<CsvRecord> reader = CsvReader.builder().fieldSeparator(separator(text)).skipEmptyLines(true)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE).extraFieldStrategy(FieldMismatchStrategy.IGNORE).ofCsvRecord(text)) {
            reader.forEach(records::add);
        } catch (CsvParseException e) {
            out.error("SP1004", whole, "invalid CSV: " + e.getMessage(), "put text with quotes or line breaks in quotes, and double each "
                    + "quote inside");
            return;
        } catch (IOException | UncheckedIOException e) {
            out.error("SP1001", whole, "cannot read the file: " + Sources.why(e), null);
            return;
        }
        if (!records.isEmpty() && records.get(0).getField(0).toLowerCase(Locale.ROOT).startsWith("version:")) {
            records.remove(0);                            // the templates of Entra's bulk operations
        }
        List<Integer> columns = records.isEmpty() ? List.of() : columns(records.get(0));
        if (!columns.isEmpty()) {
            records.remove(0);
        } else if (!records.isEmpty() && records.get(0).getFieldCount() > 1 && directory.user(records.get(0).getField(0).strip()) == null) {
            out.error("SP1105", new Position(file.toString(), 1, 1), "missing column userPrincipalName",
                    "name the column of the users, or remove the header");
            return;
        }
        Set<String> seen = new HashSet<>();
        int before = meant.size();
        for (CsvRecord each : records) {
            Position position = new Position(file.toString(), (int) each.getStartingLineNumber(), 1);
            List<String> names = (columns.isEmpty() ? List.of(0) : columns).stream().filter(column -> column < each.getFieldCount())
                    .map(column -> each.getField(column).strip()).filter(name -> !name.isEmpty()).toList();
            if (names.isEmpty()) {
                out.error("SP1105", position, "the line names no user", "fill in the column, or remove the line");
            } else if (names.stream().skip(1).allMatch(other -> isSame(names.get(0), other, directory))) {
                if (seen.add(WellKnown.fold(names.get(0)))) {
                    add(names.get(0), position, directory, meant, out);
                }
            } else {
                String all = String.join(", ", names.stream().map(name -> "`" + name + "`").toList());
                out.error("SP1803", position, "the line names different users: " + all,
                        "correct the line, or remove one of the columns");
            }
        }
        if (meant.size() == before && records.isEmpty()) {
            out.error("SP1402", whole, "the file contains no user", "write one user principal name per line");
        }
    }

    /** Whether two names of a line are those of one user; an id tells nothing of a user who has none in the directory. */
    private static boolean isSame(String first, String other, Directory directory) {
        UserState user = directory.user(first);
        UserState second = directory.user(other);
        return user == second || second == null && user.id().equals(user.userPrincipalName()) && WellKnown.isId(WellKnown.fold(other));
    }

    /** Spreadsheets write semicolons where the comma is the decimal sign. */
    private static char separator(String text) {
        String first = text.lines().findFirst().orElse("");
        return first.indexOf(',') < 0 && first.indexOf(';') >= 0 ? ';' : first.indexOf(',') < 0 && first.indexOf('\t') >= 0 ? '\t' : ',';
    }

    /** The columns that name the users, the one that counts first; those that may hold anything, only when there is no other. */
    private static List<Integer> columns(CsvRecord header) {
        List<Integer> columns = new ArrayList<>();
        for (Pattern name : HEADERS) {
            if (name != ANYTHING || columns.isEmpty()) {
                IntStream.range(0, header.getFieldCount())
                        .filter(i -> name.matcher(header.getField(i).toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "")).matches())
                        .forEach(columns::add);
            }
        }
        return columns;
    }
}
