package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.cli.UsersFindings.Finding;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport;
import dev.sallyport.report.MfaReport.Protection;
import dev.sallyport.report.MfaReport.Row;
import dev.sallyport.report.RegistrationDetails;
import dev.sallyport.write.Json;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells of every user what protects the account, who has to register when, and whose account could be taken over. */
@Command(name = "report", description = "Reports which users MFA protects, which users must register and when, and which accounts an "
        + "attacker could take over.")
final class UsersReportCommand implements Callable<Integer> {

    private static final String NONE = "-";
    /** What protects a user is told in a terminal that has room for it. */
    private static final int COLUMNS_WITH_SOURCES = 120;

    /** What the report is for. */
    enum Shape {
        /** People. */
        TEXT,
        /** Spreadsheets, with the columns of RPT-20. */
        CSV,
        /** Programs: one object a line. */
        JSON,
        /** Programs that read Graph's userRegistrationDetails. */
        GRAPH
    }

    @Mixin
    private Inputs inputs;

    @Option(names = "--format", paramLabel = "text|csv|json|graph", description = {
        "text (default): a table and findings. csv: the columns of common administrator scripts, and the real protection of each user."
        + " json: one user per line. graph: a collection of Graph's userRegistrationDetails."})
    private Shape format = Shape.TEXT;

    @Mixin
    private ClockOption clock;

    private final Terminal terminal;

    UsersReportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException {
        Instant now = clock.time(ChronoUnit.NANOS);
        PolicyEngine engine = inputs.load(Clock.fixed(now, ZoneOffset.UTC));
        MfaReport report = new MfaReport(engine, now);
        List<UserState> users = engine.directory().users().stream()
                .sorted(Comparator.comparing(user -> user.userPrincipalName().toLowerCase(Locale.ROOT))).toList();
        switch (format) {
            case TEXT -> text(users.parallelStream().map(report::row).toList(), report, engine, now,
                    "under " + inputs.policyNames() + ", of " + inputs.directoryNames());
            case CSV -> terminal.data().print(UsersCsv.of(users.parallelStream().map(report::row).toList(), now));
            case JSON -> users.parallelStream().map(report::row).map(row -> json(row, engine.directory().isBreakGlass(row.user()), now))
                    .toList().forEach(terminal.out()::println);
            case GRAPH -> terminal.out().println(RegistrationDetails.of(users, now));
        }
        terminal.diagnostics(inputs.warnings());
        return ExitCode.FINE.code();
    }

    // ---- for people

    private void text(List<Row> rows, MfaReport report, PolicyEngine engine, Instant now, String sources) {
        if (rows.isEmpty()) {
            terminal.error("the directory contains no users", "name it with `-d`");
            return;
        }
        boolean wide = terminal.columns() >= COLUMNS_WITH_SOURCES;
        Table table = new Table(0).header(wide ? new String[] {"USER", "MFA STATUS", "ACTIVATION", "PROTECTED", "PASSWORD OPENS",
                "REGISTERS", "BY"}
                : new String[] {"USER", "MFA STATUS", "ACTIVATION", "PROTECTED", "PASSWORD OPENS", "REGISTERS"});
        for (Row row : rows) {
            List<Cell> cells = new ArrayList<>(List.of(Cell.of(row.user().userPrincipalName()), Cell.of(row.status()),
                    Cell.of(yes(row.isActivated())),
                    protection(row.protection()), new Cell(dash(row.passwordAlone()), row.passwordAlone().isEmpty() ? Style.DIM
                    : Style.YELLOW), Cell.of(due(row, now))));
            if (wide) {
                List<String> by = row.protectedBy();
                cells.add(Cell.of(by.size() < 2 ? dash(by) : by.get(0) + " +" + (by.size() - 1)));
            }
            table.row(cells.toArray(Cell[]::new));
        }
        table.print(terminal);
        terminal.out().println();
        Map<Protection, Long> counts = rows.stream().collect(Collectors.groupingBy(Row::protection, Collectors.counting()));
        terminal.out().println(Terminal.count(rows.size(), "user") + ": " + counts.getOrDefault(Protection.YES, 0L) + " protected, "
                + counts.getOrDefault(Protection.PARTLY, 0L) + " partly, " + counts.getOrDefault(Protection.NO, 0L) + " not, "
                + counts.getOrDefault(Protection.ACCOUNT_DISABLED, 0L) + " with a disabled account");
        terminal.out().println(Glyphs.visible(sources));
        findings(rows, report, engine, now);
    }

    private void findings(List<Row> rows, MfaReport report, PolicyEngine engine, Instant now) {
        List<Finding> findings = UsersFindings.of(rows, report, engine, now, directoryOptions());
        if (!findings.isEmpty()) {
            terminal.out().println();
            terminal.out().println("Findings");
            Table table = new Table(2);
            findings.forEach(finding -> table.row(new Cell(finding.rule(), Style.BOLD), Cell.of(finding.text())));
            table.print(terminal);
        }
    }

    private String directoryOptions() {
        return inputs.directories.stream().map(path -> " -d " + path).collect(Collectors.joining());
    }

    private static Cell protection(Protection protection) {
        return new Cell(protection == Protection.ACCOUNT_DISABLED ? "disabled" : protection.toString().toLowerCase(Locale.ROOT),
                switch (protection) {
            case YES -> Style.GREEN;
            case PARTLY -> Style.YELLOW;
            case NO -> Style.RED;
            case ACCOUNT_DISABLED -> Style.DIM;
        });
    }

    private static String due(Row row, Instant now) {
        Instant due = row.registrationDue();
        return due == null ? NONE : !due.isAfter(now) ? "now" : LocalDate.ofInstant(due, ZoneOffset.UTC).toString();
    }

    private static String dash(List<String> texts) {
        return texts.isEmpty() ? NONE : String.join(", ", texts);
    }

    private static String yes(boolean value) {
        return value ? "Yes" : "No";
    }

    // ---- for programs

    private static String json(Row row, boolean isBreakGlass, Instant now) {
        return Json.object(json -> {
            UserState user = row.user();
            json.writeStringField("id", user.id());
            json.writeStringField("userPrincipalName", user.userPrincipalName());
            json.writeStringField("displayName", user.displayName());
            json.writeBooleanField("accountEnabled", user.accountEnabled());
            json.writeStringField("perUserMfaState", user.perUserMfaState().graphName());
            json.writeStringField("mfaStatus", row.status());
            json.writeStringField("scriptMfaStatus", row.scriptStatus());
            json.writeBooleanField("activation", row.isActivated());
            json.writeStringField("defaultMfaMethod", row.defaultMethod());
            Json.texts(json, "allMfaMethods", row.methods());
            json.writeBooleanField("isAdmin", row.isAdmin());
            Json.texts(json, "adminRoles", UserText.roles(user));
            json.writeBooleanField("isBreakGlass", isBreakGlass);
            json.writeStringField("protected", row.protection().toString());
            Json.texts(json, "protectedBy", row.protectedBy());
            Json.texts(json, "passwordAloneOpens", row.passwordAlone());
            Json.texts(json, "passwordAloneOpensOnlyFromTrusted", row.onlyFromTrusted());
            Json.instant(json, "registrationDueDateTime", row.registrationDue());
            json.writeBooleanField("isRegistrationDue", row.registrationDue() != null && !row.registrationDue().isAfter(now));
            json.writeBooleanField("isExposedToRegistrationHijack", row.isHijackable());
        });
    }
}
