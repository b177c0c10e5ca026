package dev.sallyport.workbench;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a search for gaps found.
 *
 * @param headline what was found, in one sentence
 * @param isFine whether nothing is open
 * @param tiles the numbers
 * @param faults gaps that the evaluator does not confirm, a sentence each
 * @param gaps the gaps, in the order of the command
 * @param accepted the gaps that are accepted
 * @param warnings accepted gaps that are not there or have ended, a sentence each
 * @param notes what the analysis approximates or leaves out
 */
public record GapsView(String headline, boolean isFine, List<Tile> tiles, List<String> faults, List<Item> gaps, List<Accepted> accepted,
        List<List<Piece>> warnings, List<List<Piece>> notes) {

    /**
     * A gap.
     *
     * @param number its number
     * @param title what opens what
     * @param isPasswordAlone whether a password is enough
     * @param opens what is enough, such as {@code password alone}
     * @param whose whose requests they are
     * @param people the people in words
     * @param names names of some of them
     * @param more the number of the others
     * @param joining users who could exist with the same gap, in words; {@code null} for none
     * @param facts the values that it covers, by dimension
     * @param because why it is open
     * @param mayProtect policies that may protect, in words; empty for none
     * @param example a request of it, in words
     * @param whatIf the page that decides the request; {@code null} if its user is not in the directory
     * @param test a suite with the request
     * @param canAccept whether the gap can be accepted here
     */
    public record Item(int number, String title, boolean isPasswordAlone, String opens, String whose, String people, List<String> names,
            int more, @Nullable String joining, Map<String, String> facts, List<Reason> because, String mayProtect, String example,
            @Nullable String whatIf, String test, boolean canAccept) { }

    /**
     * A gap that is to be accepted.
     *
     * @param number its number
     * @param title what opens what, of whom
     * @param name the name of the entry
     * @param reason the reason; empty if none is given yet
     * @param until the last day; empty for no end
     * @param file the file that gets the entry
     * @param today the first day that can be the last one
     * @param wider what the entry does not limit although the gap does, in words
     */
    public record Accepting(int number, String title, String name, String reason, String until, String file, String today,
            List<String> wider) { }

    /**
     * Why a gap is open.
     *
     * @param text the reason
     * @param link the page of the policy; {@code null} for none
     */
    public record Reason(String text, @Nullable String link) { }

    /**
     * Gaps that are accepted.
     *
     * @param name what accepts them
     * @param reason why, until when, and where that is written
     * @param gaps their number, in words
     */
    public record Accepted(String name, String reason, String gaps) { }

    /**
     * What may be chosen.
     *
     * @param whose the choice of people: {@code both}, {@code people} or {@code anybody}
     * @param withReportOnly whether report-only policies count as enabled
     * @param without the id of the policy that is left out; empty for none
     * @param policies the policies that may be left out, the name by id
     * @param accepting the files with accepted gaps, in words; empty for none
     * @param run the address of the search
     */
    public record Choice(String whose, boolean withReportOnly, String without, Map<String, String> policies, String accepting,
            String run) { }
}
