package dev.sallyport.diagnose;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the name that a user most likely meant. */
public final class Suggestions {

    /** The number of unknown names of one set for which to search; a search in a large directory takes long. */
    public static final int MOST = 50;
    /** The longest word to search for, in UTF-16 characters. */
    public static final int LONGEST = 200;

    /** The fewest letters that a name is looked for by when it begins with them, and when it holds them. */
    private static final int BEGINNING = 2;
    private static final int PART = 5;

    /** What the portal shows, or showed once, for what has another name in Graph; in lower case. */
    private static final Map<String, List<String>> IN_THE_PORTAL = Map.ofEntries(
            Map.entry("require multifactor authentication", List.of("mfa")), Map.entry("require multi-factor authentication",
                    List.of("mfa")),
            Map.entry("multifactor authentication", List.of("mfa")), Map.entry("requiremfa", List.of("mfa")),
                    Map.entry("require mfa", List.of("mfa")),
            Map.entry("require authentication strength", List.of("authenticationStrength")),
            Map.entry("require device to be marked as compliant", List.of("compliantDevice")), Map.entry("require compliant device",
                    List.of("compliantDevice")),
            Map.entry("require microsoft entra hybrid joined device", List.of("domainJoinedDevice")),
            Map.entry("require hybrid azure ad joined device", List.of("domainJoinedDevice")),
            Map.entry("require approved client app", List.of("approvedApplication")), Map.entry("require app protection policy",
                    List.of("compliantApplication")),
            Map.entry("require password change", List.of("passwordChange")), Map.entry("block access", List.of("block")),
            Map.entry("on", List.of("enabled")), Map.entry("yes", List.of("enabled")), Map.entry("true", List.of("enabled")),
                    Map.entry("active", List.of("enabled")),
            Map.entry("off", List.of("disabled")), Map.entry("no", List.of("disabled")), Map.entry("false", List.of("disabled")),
            Map.entry("report-only", List.of("enabledForReportingButNotEnforced")),
                    Map.entry("report only", List.of("enabledForReportingButNotEnforced")),
            Map.entry("reportonly", List.of("enabledForReportingButNotEnforced")),
            Map.entry("require all the selected controls", List.of("AND")), Map.entry("require one of the selected controls",
                    List.of("OR")),
            Map.entry("all cloud apps", List.of("All")), Map.entry("all apps", List.of("All")), Map.entry("all applications",
                    List.of("All")),
            Map.entry("all resources", List.of("All")), Map.entry("all users", List.of("All")), Map.entry("everyone", List.of("All")),
            Map.entry("any", List.of("All", "all")), Map.entry("any location", List.of("All")), Map.entry("any network", List.of("All")),
            Map.entry("any network or location", List.of("All")), Map.entry("any device", List.of("all")),
            Map.entry("all trusted locations", List.of("AllTrusted")), Map.entry("all trusted networks and locations",
                    List.of("AllTrusted")),
            Map.entry("trusted", List.of("AllTrusted")), Map.entry("guests", List.of("GuestsOrExternalUsers")),
            Map.entry("all guest and external users", List.of("GuestsOrExternalUsers")), Map.entry("guest or external users",
                    List.of("GuestsOrExternalUsers")),
            Map.entry("company administrator", List.of("Global Administrator")), Map.entry("tenant administrator",
                    List.of("Global Administrator")),
            Map.entry("microsoft teams", List.of("Microsoft Teams Services")), Map.entry("office", List.of("Office365")),
                    Map.entry("microsoft 365", List.of("Office365")),
            Map.entry("legacy", List.of("other")), Map.entry("other clients", List.of("other")), Map.entry("legacy authentication clients",
                    List.of("other")),
            Map.entry("no risk", List.of("none")), Map.entry("upn", List.of("user", "userPrincipalName")), Map.entry("userprincipalname",
                    List.of("user")),
            Map.entry("office365", List.of("Office365", "Office 365 Exchange Online")), Map.entry("iphone", List.of("iOS")),
                    Map.entry("ipad", List.of("iOS")),
            Map.entry("mfa", List.of("mfaDateTime", "challenge")), Map.entry("grant", List.of("allow")),
                    Map.entry("granted", List.of("allow")),
            Map.entry("success", List.of("allow")), Map.entry("denied", List.of("block")), Map.entry("failure", List.of("block")),
                    Map.entry("device code flow", List.of("deviceCodeFlow")));

    private Suggestions() { }

    /** A help line with the candidate that is nearest to a word, or the shortest that contains it; {@code null} if there is none. */
    public static @Nullable String didYouMean(String word, Collection<String> candidates) {
        String folded = word.strip().toLowerCase(Locale.ROOT);
        String nearest = IN_THE_PORTAL.getOrDefault(folded, List.of()).stream().filter(candidates::contains).findFirst()
                .orElseGet(() -> nearest(word, candidates));
        if (nearest == null && folded.length() >= BEGINNING) {
            nearest = candidates.stream().filter(each -> each.toLowerCase(Locale.ROOT).startsWith(folded) || folded.length() >= PART
                    && each.toLowerCase(Locale.ROOT).contains(folded))
                    .min(Comparator.comparingInt(String::length)).orElse(null);
        }
        return nearest == null ? null : "did you mean `" + nearest + "`?";
    }

    /**
     * The nearest candidate within a third of the length of the word: at least two edits, and one for a word of up to three letters.
     * {@code null} if there is none.
     */
    public static @Nullable String nearest(String word, Collection<String> candidates) {
        String folded = word.toLowerCase(Locale.ROOT);
        String nearest = null;
        int best = (word.length() <= 3 ? 1 : Math.max(2, word.length() / 3)) + 1;
        for (String candidate : candidates) {
            int distance = Math.abs(candidate.length() - word.length()) >= best ? best
                    : distance(folded, candidate.toLowerCase(Locale.ROOT), best);
            if (distance < best) {
                best = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** Edits (insert, delete, replace, swap of neighbours) between two words; {@code limit} when they are that many or more. */
    private static int distance(String a, String b, int limit) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            int least = Math.min(i, last[0]);
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
                least = Math.min(least, Math.min(row[j], last[j]));
            }
            if (least >= limit) {
                return limit;
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }
}
