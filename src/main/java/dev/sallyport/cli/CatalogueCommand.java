package dev.sallyport.cli;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.Catalogue.Row;
import dev.sallyport.model.Catalogue.Source;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.WellKnown;
import dev.sallyport.read.Resources;
import dev.sallyport.write.Json;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what is the same in every tenant, and where each fact is from. */
@Command(name = "catalogue", description = {
    "Shows the catalogue: applications, service dependencies, exemptions, roles, strengths, licences, error codes and dates.",
    "Each row names its source. A policy set adds rows with documents of kind: catalogue."})
final class CatalogueCommand {

    private CatalogueCommand() { }

    static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new CatalogueCommand()).addSubcommand(new ListCommand(terminal)).addSubcommand(new ShowCommand(terminal));
    }

    /** The options of both commands. */
    private static final class Shown {

        @Option(names = {"-p", "--policies"}, paramLabel = "PATH", description = {
            "A policy set whose own rows are shown too. May be repeated. Default: only the built-in catalogue."})
        private List<Path> policies = List.of();

        @Mixin
        private FormatOption format;

        Catalogue catalogue(Terminal terminal) throws PolicyLoadException {
            Diagnostics out = new Diagnostics();
            Catalogue catalogue = policies.isEmpty() ? Catalogue.builtIn() : Resources.read(policies, out).policySet().catalogue();
            if (out.hasErrors()) {
                throw new PolicyLoadException(out.toList());
            }
            return catalogue;
        }

        void print(Catalogue catalogue, String list, List<Row> rows, Terminal terminal) {
            for (Row row : rows) {
                Source source = catalogue.sources().get(row.source());
                String from = source == null ? row.source() : source.toString();
                if (format.isJson()) {
                    terminal.data().println(Json.object(json -> {
                        json.writeStringField("list", list);
                        for (Map.Entry<String, Object> field : fields(row).entrySet()) {
                            if (field.getValue() instanceof Boolean flag) {
                                json.writeBooleanField(field.getKey(), flag);
                            } else if (field.getValue() instanceof Integer number) {
                                json.writeNumberField(field.getKey(), number);
                            } else if (field.getValue() instanceof Collection<?> texts) {
                                Json.texts(json, field.getKey(), texts.stream().map(String::valueOf).toList());
                            } else {
                                json.writeStringField(field.getKey(), String.valueOf(field.getValue()));
                            }
                        }
                        json.writeStringField("source", from);
                    }));
                } else {
                    terminal.out().println(list + ": " + fields(row).entrySet().stream().map(field -> field.getKey() + " "
                            + (field.getKey().equals("appId") ? field.getValue() : named(catalogue, field.getValue())))
                            .collect(Collectors.joining(", ")));
                    terminal.out().println("    source: " + from);
                }
            }
        }
    }

    /** The fields of a row that say something, with values as YAML has them. */
    private static Map<String, Object> fields(Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (RecordComponent component : row.getClass().getRecordComponents()) {
            Object value;
            try {
                value = component.getAccessor().invoke(row);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
            if (value instanceof AuthenticationStrength strength) {
                fields.put("id", strength.id());
                fields.put("displayName", strength.displayName());
                fields.put("allowedCombinations", strength.allowedCombinations().stream().map(combination -> combination.stream()
                        .map(GraphEnum::graphName).sorted().collect(Collectors.joining(","))).toList());
            } else if (row instanceof Catalogue.ServiceDependency dependency && value instanceof Boolean) {
                fields.put("enforcement", dependency.isEarly() ? "early" : "late");
            } else if (row instanceof Catalogue.MandatoryMfa mandatory && value instanceof Boolean) {
                fields.put("operations", mandatory.isForWritesOnly() ? "write" : "all");
            } else if (value instanceof GraphEnum constant) {
                fields.put(value instanceof Catalogue.Said ? "outcome" : component.getName(), constant.graphName());
            } else if (value instanceof Instant time) {
                fields.put(component.getName(), time.toString().substring(0, "2026-06-15".length()));
            } else if (value != null && !component.getName().equals("source") && !(value instanceof Collection<?> none && none.isEmpty())) {
                fields.put(component.getName(), value instanceof Set<?> texts ? new TreeSet<>(texts) : value);
            }
        }
        return fields;
    }

    private static String named(Catalogue catalogue, Object value) {
        if (value instanceof Collection<?> texts) {
            return texts.stream().map(text -> named(catalogue, text)).collect(Collectors.joining(" + "));
        }
        return catalogue.nameOf(String.valueOf(value));
    }

    /** Lists what the catalogue holds. */
    @Command(name = "list", description = "Lists the lists of the catalogue, or the rows of one list.")
    static final class ListCommand implements Callable<Integer> {

        @Parameters(paramLabel = "LIST", arity = "0..1", description = "A list, such as serviceDependencies. Default: all lists, with the "
                + "number of their rows.")
        private String list;

        @Mixin
        private Shown shown;

        @Spec
        private CommandSpec spec;

        private final Terminal terminal;

        ListCommand(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws PolicyLoadException {
            Catalogue catalogue = shown.catalogue(terminal);
            if (list != null) {
                String name = catalogue.lists().stream().filter(list::equalsIgnoreCase).findFirst().orElse(null);
                if (name == null) {
                    String near = Suggestions.didYouMean(list, catalogue.lists());
                    throw new ParameterException(spec.commandLine(), "unknown list `" + list + "`; "
                            + (near != null ? near : "use one of " + String.join(", ", catalogue.lists())));
                }
                shown.print(catalogue, name, catalogue.rows(name), terminal);
                return ExitCode.FINE.code();
            }
            Table table = new Table(0);
            for (String name : catalogue.lists()) {
                if (shown.format.isJson()) {
                    terminal.data().println(Json.object(json -> {
                        json.writeStringField("list", name);
                        json.writeNumberField("rows", catalogue.rows(name).size());
                    }));
                } else {
                    table.row(Table.Cell.of(name), Table.Cell.of(Terminal.count(catalogue.rows(name).size(), "row")));
                }
            }
            table.print(terminal);
            return ExitCode.FINE.code();
        }
    }

    /** Shows what the catalogue says about one thing. */
    @Command(name = "show", description = "Shows every row about an application, a role, a strength, a licence, an error code or a change.")
    static final class ShowCommand implements Callable<Integer> {

        @Parameters(paramLabel = "NAME", description = "A name, an id or an error code.")
        private String name;

        @Mixin
        private Shown shown;

        @Spec
        private CommandSpec spec;

        private final Terminal terminal;

        ShowCommand(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws PolicyLoadException {
            Catalogue catalogue = shown.catalogue(terminal);
            Set<String> ids = new LinkedHashSet<>(List.of(WellKnown.fold(name)));
            catalogue.applications().stream().filter(row -> WellKnown.isSame(row.displayName(), name)).forEach(row -> ids.add(row.appId()));
            Catalogue.Client client = catalogue.clientByName(name);
            if (client != null) {
                ids.addAll(client.opens());
            }
            boolean any = false;
            Set<String> names = new TreeSet<>();
            for (String list : catalogue.lists()) {
                List<Row> rows = new ArrayList<>();
                for (Row row : catalogue.rows(list)) {
                    Map<String, Object> fields = fields(row);
                    List.of("displayName", "name").forEach(field -> names.add(String.valueOf(fields.getOrDefault(field, ""))));
                    if (fields.values().stream().anyMatch(value -> isAbout(value, ids))) {
                        rows.add(row);
                    }
                }
                any |= !rows.isEmpty();
                shown.print(catalogue, list, rows, terminal);
            }
            if (!any) {
                String near = Suggestions.didYouMean(name, names);
                throw new ParameterException(spec.commandLine(), "the catalogue has no row about `" + name + "`"
                        + (near == null ? "" : "; " + near));
            }
            return ExitCode.FINE.code();
        }

        private static boolean isAbout(Object value, Set<String> ids) {
            return value instanceof Collection<?> texts ? texts.stream().anyMatch(text -> isAbout(text, ids))
                    : ids.contains(WellKnown.fold(String.valueOf(value)));
        }
    }
}
