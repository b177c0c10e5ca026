package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Gap;
import dev.sallyport.analyse.Gap.Because;
import dev.sallyport.analyse.Gap.Range;
import dev.sallyport.analyse.Gaps;
import dev.sallyport.analyse.Gaps.Extent;
import dev.sallyport.analyse.Kind;
import dev.sallyport.analyse.Opening;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.model.Directory;
import dev.sallyport.model.SignIn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gaps in words, for people. */
final class GapsText {

    private static final int INDENT = 4;
    private static final int MOST_VALUES = 12;
    private static final int MOST_REASONS = 3;

    private final Terminal terminal;

    GapsText(Terminal terminal) {
        this.terminal = terminal;
    }

    /** @param title the policies and the people of the analysis */
    void print(Gaps gaps, PolicyEngine engine, String title) {
        terminal.out().println(Glyphs.visible(title) + ":");
        int number = 0;
        for (Gap gap : gaps.gaps()) {
            terminal.out().println();
            head(++number, gap);
            Table table = new Table(INDENT);
            gap.box().forEach(range -> table.row(new Cell(range.dimension(), Style.DIM), Cell.of(values(range))));
            reasons(gap, table);
            if (!gap.mayProtect().isEmpty()) {
                table.row(new Cell("may protect", Style.DIM), Cell.of(listed(gap.mayProtect())));
            }
            table.row(new Cell("for example", Style.DIM), Cell.of(witness(gap, engine.directory())));
            table.print(terminal);
        }
        terminal.out().println();
        for (Extent extent : gaps.extents()) {
            terminal.out().println(extent(extent));
        }
        String sum = gaps.gaps().isEmpty() ? "no gaps" : Terminal.count(gaps.gaps().size(), "gap");
        String proof = gaps.extents().isEmpty() ? "" : gaps.isComplete() ? "; nothing else is open" : "; there are more, see --max";
        terminal.out().println((terminal.coloursOut() ? (gaps.gaps().isEmpty() ? Style.GREEN : Style.BOLD_RED).on(sum) : sum) + proof);
        gaps.notes().forEach(note -> terminal.note("note: " + note));
    }

    private void head(int number, Gap gap) {
        String what = opening(gap.opening()) + " " + kind(gap.kind());
        terminal.out().println(number + ". " + (terminal.coloursOut() ? Style.BOLD.on(what) : what) + ": " + Glyphs.visible(gap.people()
                .text()));
    }

    private static String opening(Opening opening) {
        return opening == Opening.PASSWORD_ALONE ? "a password alone opens" : "registering first opens";
    }

    private static String kind(Kind kind) {
        return switch (kind) {
            case SIGN_IN -> "sign-ins";
            case LEGACY -> "sign-ins of legacy clients";
            case REGISTRATION -> "the registration of security information";
            case DEVICE -> "the registration of devices";
            case APP_PASSWORD -> "the creation of app passwords";
            case AUTHENTICATION_CONTEXT -> "authentication contexts";
            case WORKLOAD -> "sign-ins of service principals";
            case AGENT -> "sign-ins of agents";
        };
    }

    private static String values(Range range) {
        return (range.isAnyBut() ? "any but " : "") + listed(range.values());
    }

    private static String listed(List<String> values) {
        String shown = values.stream().limit(MOST_VALUES).collect(Collectors.joining(", "));
        return values.size() <= MOST_VALUES ? shown : shown + " and " + (values.size() - MOST_VALUES) + " others";
    }

    private static void reasons(Gap gap, Table table) {
        List<Because> shown = gap.because().stream().limit(MOST_REASONS).toList();
        for (Because because : shown) {
            String condition = because.condition() + (because.values().isEmpty() ? "" : " " + listed(because.values()));
            table.row(new Cell(because == shown.get(0) ? "because" : "", Style.DIM), Cell.of(because.rule() + ": " + condition
                    + (because.source() == null ? "" : " (" + because.source() + ")")));
        }
        if (shown.isEmpty()) {
            table.row(new Cell("because", Style.DIM), Cell.of("no policy that protects is one condition away"));
        }
    }

    private static String witness(Gap gap, Directory directory) {
        SignIn signIn = gap.witness().request().signIn();
        List<String> facts = new ArrayList<>(List.of(gap.witness().isInDirectory() ? signIn.user() != null ? signIn.user() : signIn.servicePrincipal() : "such a user"));
        signIn.applications().forEach(id -> facts.add(directory.application(id) == null ? id : directory.application(id).displayName()));
        Stream.of(signIn.clientAppType(), signIn.devicePlatform(), signIn.ipAddress(), signIn.country()).filter(Objects::nonNull)
                .forEach(facts::add);
        return String.join(", ", facts) + ": the decision is " + gap.witness().decision().outcome();
    }

    private static String extent(Extent extent) {
        return kind(extent.kind()) + ": " + percent(extent.passwordAlone()) + " open to a password alone, "
                + percent(extent.registeringFirst())
                + " to registering first, of " + String.format(Locale.ROOT, "%,.0f", extent.requests()) + " kinds of requests"
                + (extent.leftOut() > 0 ? "; " + percent(extent.leftOut()) + " not shown" : "");
    }

    private static String percent(double share) {
        return share == 0 ? "0 %" : share < 0.001 ? "less than 0.1 %" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
