package dev.sallyport.workbench;

import java.util.List;

/**
 * What a change of users means, before it is made.
 *
 * @param title such as {@code Enforce per-user MFA for 3 users?}
 * @param heading what becomes of the users; empty for nothing to tell
 * @param consequences what that means
 * @param isStale whether the files changed since they were shown
 * @param apart what it means for users who have not registered; empty if there are none, or the step does not ask
 * @param apartTitle how many have not registered, in words; empty for none
 * @param skips whether these are skipped
 * @param maySkip whether there is a choice
 * @param lowerCount how many enforced users could be lowered too
 * @param lowers whether they are
 * @param rest who stays as they are; empty for none
 * @param files the files that change
 * @param diff the change of the files
 * @param hidden how many lines of the change are not shown
 * @param script what makes the same change in the tenant; empty where there is nothing
 * @param kept the fields to send again
 * @param button what the button says, such as {@code Enforce 3 users}; empty if there is nothing to change
 * @param isDangerous whether the button takes something away
 * @param digest stands for what was shown
 */
public record ChangeView(String title, Prose heading, List<Prose> consequences, boolean isStale, List<Prose> apart, String apartTitle,
        boolean skips, boolean maySkip, int lowerCount, boolean lowers, String rest, List<String> files, List<Line> diff, int hidden,
        String script, List<Field> kept, String button, boolean isDangerous, String digest) {

    /**
     * A line of a diff.
     *
     * @param kind {@code added}, {@code removed}, {@code place} or empty
     */
    public record Line(String kind, String text) { }

    /** A field of a form that is not shown. */
    public record Field(String name, String value) { }

    /**
     * What was changed.
     *
     * @param title such as {@code Enforced per-user MFA for 3 users}
     * @param rows the first of the users
     * @param more how many more users were changed
     * @param rest who stayed as they were; empty for none
     * @param files the files that were changed
     * @param hints what to know and to do next
     * @param next the address of the page to go on with; empty for none
     */
    public record Done(String title, List<Changed> rows, int more, String rest, List<String> files, List<Prose> hints, String next) { }

    /**
     * A user who was changed.
     *
     * @param changes what changed, in words
     */
    public record Changed(String userPrincipalName, String address, Prose changes) { }
}
