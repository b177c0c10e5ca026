package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.UsersFindings;
import dev.sallyport.cli.UsersFindings.Finding;
import dev.sallyport.model.Directory;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport;
import dev.sallyport.report.MfaReport.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What protects each user, worked out once for an engine. If an engine differs from the one before only in the state of some users, only
 * their rows are worked out again: the row of a user depends on the policies, on the rest of the directory, and on that user.
 */
final class UserReports {

    /** Grace periods end while the workbench runs. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private @Nullable Report last;

    /**
     * A row and what is searched in it.
     *
     * @param text the display name and the user principal name in lower case
     */
    record Entry(Row row, String text) { }

    /**
     * What protects the users of an engine.
     *
     * @param at the time of the sample sign-ins
     * @param entries the rows, by user principal name
     * @param findings what is worth knowing about all of them
     */
    record Report(PolicyEngine engine, Instant at, List<Entry> entries, List<Finding> findings) {

        /** The row of a user; {@code null} if the user is unknown. */
        @Nullable Row row(UserState user) {
            return entries.stream().map(Entry::row).filter(row -> row.user().equals(user)).findFirst().orElse(null);
        }
    }

    /** The report of an engine. */
    synchronized Report of(PolicyEngine engine, Instant now) {
        Report before = last;
        boolean isFresh = before != null && !now.isBefore(before.at()) && now.isBefore(before.at().plus(LONGEST));
        if (before != null && isFresh && before.engine() == engine) {
            return before;
        }
        boolean keeps = before != null && isFresh && isSame(before.engine(), engine);
        Instant at = keeps && before != null ? before.at() : now;
        Map<UserState, Entry> known = new HashMap<>();
        if (keeps && before != null) {
            before.entries().forEach(entry -> known.put(entry.row().user(), entry));
        }
        MfaReport report = new MfaReport(engine, at);
        List<UserState> users = engine.directory().users();
        Stream<UserState> work = keeps ? users.stream() : users.parallelStream();
        List<Entry> entries = work.map(user -> known.containsKey(user) ? known.get(user) : entry(report.row(user)))
                .sorted(Comparator.comparing(entry -> entry.row().user().userPrincipalName().toLowerCase(Locale.ROOT))).toList();
        Report made = new Report(engine, at, entries, UsersFindings.of(entries.stream().map(Entry::row).toList(), report, engine, at, ""));
        last = made;
        return made;
    }

    private static Entry entry(Row row) {
        UserState user = row.user();
        String name = user.displayName() == null ? "" : user.displayName() + " ";
        return new Entry(row, (name + user.userPrincipalName()).toLowerCase(Locale.ROOT));
    }

    private static boolean isSame(PolicyEngine one, PolicyEngine other) {
        Directory before = one.directory();
        Directory after = other.directory();
        return one.policySet().equals(other.policySet()) && before.groups().equals(after.groups())
                && before.declaredApplications().equals(after.declaredApplications()) && before.devices().equals(after.devices())
                && before.servicePrincipals().equals(after.servicePrincipals()) && before.organization().equals(after.organization())
                && before.breakGlass().equals(after.breakGlass());
    }
}
