package dev.sallyport.workbench;

import dev.sallyport.cli.Names;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the pages of policies show. */
public final class PolicyViews {

    private PolicyViews() { }

    /**
     * A state that a policy can have.
     *
     * @param value the name in files, such as {@code enabled}
     * @param name the name that is shown, such as {@code On}
     */
    public record State(String value, String name) { }

    /** The states, in the order of the portal. */
    public static final List<State> STATES = List.of(new State("enabled", "On"),
            new State("enabledForReportingButNotEnforced", "Report-only"), new State("disabled", "Off"));

    /** What is shown instead of a number of applications where a policy includes all. */
    public static final String EVERY_APPLICATION = "every application";

    /**
     * A policy as a card.
     *
     * @param number the number of the policy in the set, from 0, for the ids of elements
     * @param key the id as it is sent back: pages write hidden characters out
     * @param name the name
     * @param path the page of the policy, below the workbench
     * @param state the state
     * @param isSwitched whether the sandbox has another state than the files
     * @param was the state in force
     * @param sentence what it does, in one or two sentences
     * @param people how many people it covers, in words
     * @param applications how many applications it covers, in words
     * @param source where it is written
     * @param fileKey the file of it as it is sent back
     * @param concern what it is to the user who is searched for; {@code null} if none is
     */
    public record Card(int number, String key, String name, String path, State state, boolean isSwitched, State was, List<Piece> sentence,
            String people, String applications, String source, String fileKey, @Nullable Concern concern) { }

    /**
     * What a policy is to a user.
     *
     * @param isIncluded whether the policy is about the user
     * @param text why, such as {@code through group Staff}
     */
    public record Concern(boolean isIncluded, String text) { }

    /**
     * The user of a search.
     *
     * @param name what was written; empty for no user
     * @param problem why no user is found; empty if one is
     * @param found the user principal name of the one that is found; empty if none is
     * @param names names that fit what is written
     */
    public record SoughtUser(String name, String problem, String found, List<Names.Entry> names) {

        /** The user that is found, as part of an address. */
        public String encoded() {
            return ChangeWords.encoded(found);
        }
    }

    /**
     * The cards that a search finds.
     *
     * @param shown the first of them
     * @param found how many there are
     * @param all how many policies there are
     * @param query the search
     * @param state the state that is looked for; empty for each
     * @param user the user whom the policies are about
     * @param counts how many of them include the user and leave the user out, as a sentence; empty for no user
     */
    public record Cards(List<Card> shown, int found, int all, String query, String state, SoughtUser user, String counts) { }

    /**
     * What the sandbox holds.
     *
     * @param changes how many changes
     * @param key tells one content from another
     * @param summary what changes in a few words; {@code null} while that is being worked out
     * @param errors the errors in the texts
     * @param overtaken the files that another program changed since
     */
    public record Bar(int changes, String key, @Nullable Summary summary, List<String> errors, List<String> overtaken) { }

    /**
     * What changes, in a few words.
     *
     * @param kind {@code yes} if nothing is loosened, {@code no} if something is, {@code partly} for changes that are not comparable
     * @param headline such as {@code 2 effects: 1 loosened, 1 tightened}
     */
    public record Summary(String kind, String headline) { }

    /**
     * A field that differs.
     *
     * @param field its path; empty for the whole resource
     * @param change what changes
     * @param source where it is written
     */
    public record Field(String field, String change, String source) { }

    /**
     * A class of requests that changes.
     *
     * @param number the number
     * @param who whose requests
     * @param joining users who could exist and are concerned too; empty for none
     * @param requests what kinds of requests
     * @param box the dimensions that it does not wholly cover
     * @param because the policies that decide otherwise
     * @param example who asks for what
     * @param before what was decided
     * @param after what is decided
     * @param tryPath the page that decides the example, below the workbench; empty for none
     */
    public record Class(int number, String who, String joining, String requests, Map<String, String> box, List<String> because,
            String example, String before, String after, String tryPath) { }

    /**
     * A change of what is asked, with its classes.
     *
     * @param direction such as {@code Loosened}
     * @param chip the class of its chip
     * @param title such as {@code no longer mfa}
     * @param classes the classes that are told in full
     * @param more the other classes
     */
    public record Group(String direction, String chip, String title, List<Class> classes, List<Class> more) { }

    /**
     * What changes for people, in a sentence.
     *
     * @param chip the class of its chip
     * @param direction such as {@code Loosened}
     * @param text such as {@code 3 people can now sign in without MFA}
     * @param names the names of some of them
     * @param more the number of the others
     */
    public record Sentence(String chip, String direction, String text, List<String> names, int more) { }

    /**
     * What differs between the policies in force and others.
     *
     * @param summary in a few words
     * @param sentences who may do what now, a change each; empty if nothing changes
     * @param proof what is said of all other requests, a sentence
     * @param extents how much changes, a sentence each
     * @param fields the fields that differ, by resource
     * @param coverages the users and applications that policies cover, a sentence each, by policy
     * @param groups the changes
     * @param notes what is not compared, and what the comparison leaves out, a sentence each
     */
    public record Changes(Summary summary, List<Sentence> sentences, String proof, List<String> extents, Map<String, List<Field>> fields,
            Map<String, List<String>> coverages, List<Group> groups, List<List<Piece>> notes) { }

    /**
     * A finding about a file.
     *
     * @param kind {@code error} or {@code warning}
     * @param code the code
     * @param message what is wrong
     * @param help what to do; empty for nothing
     * @param line the line, from 1; 0 for the file as a whole
     * @param column the column, from 1
     * @param place where it is
     */
    public record Finding(String kind, String code, String message, String help, int line, int column, String place) { }

    /**
     * The findings about the set with the text in the editor.
     *
     * @param own those about this file
     * @param others those about other files
     */
    public record Findings(List<Finding> own, List<Finding> others) { }

    /**
     * A policy with all that its page shows.
     *
     * @param card the card
     * @param people the names of some people whom it covers
     * @param morePeople how many more there are
     * @param applications the names of some applications that it covers
     * @param moreApplications how many more there are
     * @param file the file, as it is shown
     * @param line the line at which it is written
     * @param mode the mode of the editor
     * @param sourcePath where the text is fetched, below the workbench
     */
    public record Detail(Card card, List<String> people, int morePeople, List<String> applications, int moreApplications, String file,
            int line, String mode, String sourcePath) { }

    /**
     * A line of a unified diff.
     *
     * @param kind {@code added}, {@code removed}, {@code place} or {@code same}
     * @param text the line
     */
    public record Line(String kind, String text) { }
}
