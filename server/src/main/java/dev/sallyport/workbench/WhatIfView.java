package dev.sallyport.workbench;

import dev.sallyport.cli.DecisionWords.Met;
import dev.sallyport.cli.Names;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the page What if shows.
 *
 * @param form the form
 * @param choices what its fields offer
 * @param users names of users that fit what is written
 * @param principals names of service principals and agents that fit what is written
 * @param hasPrincipals whether the directory has any
 * @param applications names of applications that fit what is written
 * @param devices names of devices that fit what is written
 * @param hints what is told beside a field, by its name
 * @param clock what the timeline begins with
 * @param timeline how the outcome changes over time; {@code null} without a verdict
 * @param verdict the verdict; {@code null} if the form does not make a request
 * @param refusals why the form does not make a request
 */
public record WhatIfView(WhatIfForm form, WhatIfChoices choices, List<Names.Entry> users, List<Names.Entry> principals,
        boolean hasPrincipals, List<Names.Entry> applications, List<Names.Entry> devices, Map<String, Hint> hints, WhatIfClock clock,
        @Nullable WhatIfTimeline timeline, @Nullable Verdict verdict,
        List<Hint> refusals) {

    /** The fields that something may be told about, in the order of the form. */
    public static final List<String> HINTED = List.of("user", WhatIfForm.PRINCIPAL, "app", "register", "authentication-context", "client",
            "platform", "ip",
            "country", "device", "method", "session-started", "risk", "user-risk", "insider-risk", "service-principal-risk",
            "agent-risk", "flow", "at");

    /** The fields of this form that something may be told about. */
    public List<String> hinted() {
        return HINTED.stream().filter(name -> (!name.equals("authentication-context") || !choices.contexts().isEmpty())
                && (hasPrincipals || !name.startsWith(WhatIfForm.PRINCIPAL))).toList();
    }

    /** Whether a field has a value that none of its choices is. */
    public boolean isOther(String name, List<WhatIfChoices.Choice> offered) {
        return form.has(name) && offered.stream().noneMatch(each -> form.has(name, each.value()));
    }

    /**
     * What is told beside a field.
     *
     * @param isProblem whether the field has to be changed
     */
    public record Hint(String text, boolean isProblem) {

        /** The text with its names marked. */
        public List<Piece> pieces() {
            return Piece.of(text, RulePages.book());
        }
    }

    /**
     * A verdict.
     *
     * @param outcome the outcome, such as {@code prompt-register}
     * @param headline the outcome in big words
     * @param who who asks for what
     * @param sentence the reason in a sentence
     * @param reason the code of the reason
     * @param errorCode the error of Entra, such as {@code AADSTS50076}; empty for none
     * @param toDo what to do
     * @param because the policies that caused it
     * @param requirements what is asked for
     * @param registration what registration asks for; empty for nothing
     * @param session the session controls
     * @param change what changes of the user; empty for nothing
     * @param findings what an administrator should know
     * @param assumptions what the decision assumes
     * @param grid the policies and their conditions
     * @param applied the policies that apply, in detail
     * @param moreApplied how many more apply
     * @param rules the decision rules that decided
     * @param copies the request in other forms
     */
    public record Verdict(String outcome, String headline, String who, String sentence, String reason, String errorCode, String toDo,
            List<Policy> because, List<Requirement> requirements, String registration, List<String> session, String change,
            List<List<Piece>> findings, List<List<Piece>> assumptions, Grid grid, List<Applied> applied, int moreApplied,
            List<Decider> rules, List<Copy> copies) {

        /** Whether the headline says the outcome already. */
        public boolean isPlain() {
            return outcome.equals("allow") || outcome.equals("block");
        }
    }

    /**
     * A policy.
     *
     * @param href its page; empty for none
     */
    public record Policy(String id, String name, String href) { }

    /**
     * A requirement.
     *
     * @param css how its status looks
     */
    public record Requirement(String provider, String control, String status, String css, List<Policy> policies) { }

    /**
     * Policies and conditions.
     *
     * @param columns the conditions
     * @param rows the first policies
     * @param total how many policies there are
     * @param query the form
     */
    public record Grid(List<String> columns, List<Row> rows, int total, String query) { }

    /**
     * How a policy fared.
     *
     * @param css how its result looks
     */
    public record Row(Policy policy, boolean decides, boolean applies, String result, String css, List<Cell> cells) { }

    /**
     * A condition of a policy.
     *
     * @param css how it looks
     * @param sign a sign for it
     * @param text what the sign says
     */
    public record Cell(String css, String sign, String text) { }

    /** A policy that applies, in detail. */
    public record Applied(Policy policy, String result, String css, List<Met> conditions, String grant, String session, String source) { }

    /** A decision rule that decided. */
    public record Decider(String rule, String source, List<Piece> ids) { }

    /** The request in another form. */
    public record Copy(String id, String title, String hint, String text) { }

    /**
     * What would change the outcome.
     *
     * @param groups ways under titles
     * @param sum how many there are
     * @param notes what the analysis leaves out
     */
    public record Ways(Map<String, List<Way>> groups, String sum, List<List<Piece>> notes) { }

    /**
     * A way to another outcome.
     *
     * @param href the page with this way in its form; empty if the form cannot say it
     */
    public record Way(String text, String outcome, String href) { }
}
