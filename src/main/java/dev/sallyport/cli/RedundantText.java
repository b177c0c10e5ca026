package dev.sallyport.cli;

import dev.sallyport.cli.RedundantReport.Group;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;

/** Superfluous policies in words: for people, and for a pull request. */
final class RedundantText {

    private static final int INDENT = 4;

    private RedundantText() { }

    static void print(Terminal terminal, RedundantReport report) {
        for (Group group : report.groups()) {
            Table table = new Table(INDENT);
            group.idle().forEach(idle -> row(table, idle.policy(), RedundantReport.why(idle), RedundantReport.place(idle.source())));
            print(terminal, group.title(), table);
        }
        Table conflicts = new Table(INDENT);
        report.found().conflicts().forEach(each -> row(conflicts, each.policy(), RedundantReport.why(each), RedundantReport.place(each
                .source())));
        print(terminal, "Contradict other policies or themselves", conflicts);
        Table tomorrow = new Table(INDENT);
        report.ofTomorrow().forEach(each -> row(tomorrow, each.policy(), RedundantReport.change(each), ""));
        print(terminal, "Change nothing for today's users, but for users who could exist", tomorrow);
        terminal.out().println(terminal.coloursOut() ? (report.isFine() ? Style.GREEN : Style.BOLD_RED).on(report.sum()) : report.sum());
        report.found().notes().forEach(note -> terminal.note("note: " + note));
    }

    private static void row(Table table, String policy, String why, String place) {
        table.row(Cell.of(policy), Cell.of(why), new Cell(place, Style.DIM));
    }

    private static void print(Terminal terminal, String title, Table table) {
        if (!table.isEmpty()) {
            new Table(0).row(new Cell(title, Style.BOLD)).print(terminal);
            table.print(terminal);
            terminal.out().println();
        }
    }

    /** A table of all in Markdown. */
    static String markdown(RedundantReport report) {
        StringBuilder text = new StringBuilder("### " + report.sum() + "\n\n");
        report.found().notes().forEach(note -> text.append("- Note: ").append(Markdown.cell(note)).append(".\n"));
        if (!report.found().notes().isEmpty()) {
            text.append('\n');
        }
        if (!report.groups().isEmpty() || !report.found().conflicts().isEmpty() || !report.ofTomorrow().isEmpty()) {
            text.append("| policy | | why |\n|---|---|---|\n");
        }
        report.groups().forEach(group -> group.idle().forEach(idle -> row(text, idle.policy(), group.title(), RedundantReport.why(idle))));
        report.found().conflicts().forEach(each -> row(text, each.policy(), "Contradicts", RedundantReport.why(each)));
        report.ofTomorrow().forEach(each -> row(text, each.policy(), "Changes nothing for today's users", RedundantReport.change(each)));
        return text.toString();
    }

    private static void row(StringBuilder text, String policy, String title, String why) {
        text.append("| ").append(Markdown.cell(policy)).append(" | ").append(Markdown.cell(title)).append(" | ").append(Markdown.cell(why))
                .append(" |\n");
    }
}
