package dev.sallyport.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a JSON Schema. */
@Command(name = "schema", description = "Prints the JSON Schema of a kind of file. With it, editors complete and check while you type.")
final class SchemaCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "policy-set, directory, request, tests or invariants.")
    private String name;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    SchemaCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (!Schemas.names().contains(name)) {
            throw new ParameterException(spec.commandLine(), "unknown schema `" + name + "`; use one of " + String.join(", ",
                    Schemas.names()));
        }
        terminal.data().print(Schemas.of(name));
        return CommandLine.ExitCode.OK;
    }
}
