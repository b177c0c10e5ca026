package dev.sallyport.cli;

import dev.sallyport.explain.TenantCommands;
import dev.sallyport.explain.TenantCommands.Shell;
import dev.sallyport.model.UserState;
import java.util.List;
import picocli.CommandLine.Option;

/** A change that an administrator also makes in the tenant, to users who are named. */
abstract class TenantChange extends UserChange {

    @Option(names = "--print", paramLabel = "powershell|graph", description = {
        "Changes nothing. Prints a Microsoft Graph PowerShell script, or Microsoft Graph requests, that make the same change in the "
                + "tenant."})
    private Shell print;

    TenantChange(Terminal terminal) {
        super(terminal);
    }

    @Override
    boolean writes() {
        return super.writes() && print == null;
    }

    @Override
    boolean prints(UserStep step, List<UserState> before) {
        if (print == null) {
            return false;
        }
        if (step.tenant() == null) {
            throw wrongUsage("Microsoft Graph has no request for this: remove --print");
        }
        script(print, step.tenant(), before).forEach(terminal.data()::println);
        terminal.note("nothing was changed here; run this in the tenant");
        return true;
    }

    List<String> script(Shell shell, TenantCommands.Step step, List<UserState> users) {
        return TenantCommands.script(shell, step, users.stream().map(UserState::userPrincipalName).toList());
    }
}
