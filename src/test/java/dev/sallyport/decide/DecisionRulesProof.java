package dev.sallyport.decide;

import dev.sallyport.compile.Control.Kind;
import dev.sallyport.decide.Situations.Fact;
import dev.sallyport.model.FirstFactor;
import dev.sallyport.model.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The questions that are put to a table of decision rules, over every situation but those that cannot be. */
final class DecisionRulesProof {

    private final RuleTable table;
    private final List<Fact> impossible;
    private final List<Outcome> outcomes;

    /** @param impossible the situations that are left out */
    DecisionRulesProof(RuleTable table, List<Fact> impossible) {
        this.table = table;
        this.impossible = impossible;
        this.outcomes = table.outcomes();
    }

    /** Asked last: it reads more than any rule. */
    boolean isPossible(Case situation) {
        return impossible.stream().noneMatch(fact -> fact.holds().test(situation));
    }

    /** The smallest situation that a rule decides, and that is decided otherwise without it, in words; {@code null} for none. */
    @Nullable String smallest(int rule) {
        OpenCase situation = new OpenCase();
        boolean found = situation.find(() -> {
            if (table.first(situation) != rule) {
                return false;
            }
            int next = table.first(situation, rule + 1);
            return (next < 0 || !table.ruling(rule, situation).equals(table.ruling(next, situation))) && isPossible(situation);
        });
        return found ? situation.words() : null;
    }

    /**
     * Something that must not be.
     *
     * @param breaks the situations in which it is so
     */
    record Law(String words, Predicate<OpenCase> breaks) { }

    /** The laws that are broken, each with its smallest situation. */
    static List<String> broken(List<Law> laws) {
        List<String> broken = new ArrayList<>();
        for (Law law : laws) {
            OpenCase situation = new OpenCase();
            if (situation.find(() -> law.breaks().test(situation))) {
                broken.add(law.words() + ": " + situation.words());
            }
        }
        return broken;
    }

    static boolean isAnyBroken(List<Law> laws) {
        OpenCase situation = new OpenCase();
        return laws.stream().anyMatch(law -> situation.isAny(() -> law.breaks().test(situation)));
    }

    /** The outcome is what the facts say, one by one: a refusal blocks, what is asked for holds up, and nothing else does. */
    List<Law> outcomes() {
        List<Law> laws = new ArrayList<>();
        for (Fact fact : Situations.REFUSED) {
            laws.add(law(fact.words() + " does not block", s -> fact.holds().test(s) && outcome(s) != Outcome.BLOCK && !startsAfresh(s)));
        }
        for (Fact fact : Situations.ASKED_FOR) {
            laws.add(law(fact.words() + " lets in", s -> fact.holds().test(s) && strength(s) == 0));
        }
        laws.add(law("nothing refuses, and it blocks", s -> strength(s) == 2 && !isAny(Situations.REFUSED, s)));
        laws.add(law("nothing is asked for, and it is not let in", s -> strength(s) != 0 && !isAny(Situations.REFUSED, s)
                && !isAny(Situations.ASKED_FOR, s)));
        return laws;
    }

    private Law law(String words, Predicate<Case> breaks) {
        return new Law(words, s -> breaks.test(s) && isPossible(s));
    }

    private static boolean isAny(List<Fact> facts, Case situation) {
        return facts.stream().anyMatch(fact -> fact.holds().test(situation));
    }

    /** RV-03: a revoked session is told so after the account and the first factor, ahead of what refuses the session that follows. */
    private boolean startsAfresh(Case situation) {
        return Situations.AFRESH.holds().test(situation) && !situation.isAccountDisabled()
                && situation.getFirstFactor() == FirstFactor.PASSED && outcome(situation) == Outcome.CHALLENGE;
    }

    private @Nullable Outcome outcome(Case situation) {
        int rule = table.first(situation);
        return rule < 0 ? null : outcomes.get(rule);
    }

    /** 2 for a block, 0 for being let in, which no decision would be; 1 for a challenge and for a prompt to register. */
    int strength(Case situation) {
        Outcome outcome = outcome(situation);
        return outcome == Outcome.BLOCK ? 2 : outcome == null || outcome == Outcome.ALLOW ? 0 : 1;
    }

    /**
     * Something more that is asked for, or that is missing.
     *
     * @param mask  the facts that change
     * @param facts what they become
     */
    record Demand(String words, long mask, long facts) {

        /** A situation with this demand. A control is the first one only if no earlier one was. */
        OpenCase with(OpenCase before) {
            OpenCase after = new OpenCase(before);
            after.set(mask, facts);
            for (int shift : new int[] {Case.FIRST_FAILED_SHIFT, Case.FIRST_PENDING_SHIFT}) {
                if ((mask >>> shift & 15) == 15) {
                    int was = before.number(shift);
                    int is = (int) (facts >>> shift) & 15;
                    after.set(15L << shift, (long) (was == 0 ? is : Math.min(was, is)) << shift);
                }
            }
            return after;
        }
    }

    /** The facts of a case that are neither more nor less than others, with the reason. */
    static final Map<Long, String> NO_DEMANDS = Map.of(
            Case.INTERACTIVE, "it tells how the user is asked, not for what",
            Case.LEGACY, "another client",
            Case.CREATES_APP_PASSWORD, "another request",
            Case.CHANGES_SECURITY_INFO, "another request",
            Case.USES_APP_PASSWORD, "another first factor",
            Case.ENFORCED, "app passwords may be created and count only with it (AP-02, AP-20)");

    /** Every demand that one situation can have and another one not. */
    static final List<Demand> DEMANDS = demands();

    private static List<Demand> demands() {
        List<Demand> demands = new ArrayList<>();
        long policy = Case.ANY_POLICY_APPLIES | Case.ANYTHING_ASKED;
        for (Kind kind : Kind.values()) {
            demands.add(first(kind == Kind.BLOCK ? "a token has to be bound" : kind + " fails", Case.FIRST_FAILED_SHIFT, kind, policy));
            if (Situations.ASKED.contains(kind)) {
                long pending = policy | (kind.isMfa() ? Case.MFA_PENDING : 0);
                demands.add(first(kind + " without a method", Case.FIRST_PENDING_SHIFT, kind, pending | Case.REGISTRATION_NEEDED));
                if (kind != Kind.ENFORCED_MFA) {
                    demands.add(first(kind + " is pending", Case.FIRST_PENDING_SHIFT, kind, pending));
                }
            }
        }
        demands.add(first("a policy blocks", Case.FIRST_FAILED_SHIFT, Kind.BLOCK, policy | Case.BLOCKED));
        demands.add(first("a policy blocks the flow of the session", Case.FIRST_FAILED_SHIFT, Kind.BLOCK,
                policy | Case.BLOCKED | Case.REFRESH_OF_BLOCKED_FLOW));
        demands.add(first("a risk that registering before would have remedied", Case.FIRST_FAILED_SHIFT, Kind.RISK_REMEDIATION,
                policy | Case.REGISTRATION_NEEDED | Case.REMEDIATION_NEEDS_REGISTRATION));
        demands.add(first("another source asks for MFA", Case.FIRST_PENDING_SHIFT, Kind.MFA, Case.ANYTHING_ASKED | Case.MFA_PENDING));
        for (FirstFactor factor : FirstFactor.values()) {
            if (factor != FirstFactor.PASSED) {
                demands.add(new Demand("the first factor is " + factor, 15L << Case.FIRST_FACTOR_SHIFT,
                        (long) factor.ordinal() << Case.FIRST_FACTOR_SHIFT));
            }
        }
        demands.add(yes("the account is disabled", Case.ACCOUNT_DISABLED));
        demands.add(yes("the session is revoked", Case.SESSION_REVOKED));
        demands.add(yes("a policy applies, which is satisfied", policy));
        demands.add(yes("another source concerns the request", Case.ANYTHING_ASKED));
        demands.add(yes("security defaults cover the user", Case.ANYTHING_ASKED | Case.UNDER_SECURITY_DEFAULTS));
        demands.add(yes("Microsoft's own MFA covers the legacy client", Case.UNDER_MANDATORY_MFA));
        demands.add(yes("registration is needed", Case.ANYTHING_ASKED | Case.REGISTRATION_NEEDED));
        demands.add(yes("registration is needed by a risk", policy | Case.REGISTRATION_NEEDED | Case.REGISTRATION_NEEDED_BY_RISK));
        demands.add(yes("registration is needed and forbidden",
                Case.ANYTHING_ASKED | Case.REGISTRATION_NEEDED | Case.REGISTRATION_FORBIDDEN));
        demands.add(yes("registration may wait", Case.ANYTHING_ASKED | Case.REGISTRATION_OPTIONAL));
        demands.add(yes("the sign-in is too old", policy | Case.SIGN_IN_TOO_OLD));
        demands.add(yes("MFA is too old", policy | Case.MFA_TOO_OLD));
        demands.add(yes("the one-time pass is too old", Case.PASS_TOO_OLD));
        demands.add(yes("the first method is not an app", Case.REGISTERS_FIRST_BUT_NO_APP));
        demands.add(yes("the limit of app passwords is reached", Case.APP_PASSWORD_LIMIT_REACHED));
        demands.add(no("the tenant does not allow app passwords", Case.APP_PASSWORDS_ALLOWED));
        demands.add(no("the app password is unknown", Case.APP_PASSWORD_KNOWN));
        demands.add(yes("the user has an app password", Case.HAS_APP_PASSWORD));
        demands.add(no("registering does not enforce per-user MFA", Case.ENFORCED_BY_REGISTERING));
        demands.add(no("the address is not trusted", Case.AT_TRUSTED_IP));
        demands.add(yes("the legacy client administers", Case.ADMINISTERS));
        demands.add(yes("the user comes by a shared channel", Case.DIRECT_CONNECT));
        return List.copyOf(demands);
    }

    private static Demand yes(String words, long bits) {
        return new Demand(words, bits, bits);
    }

    private static Demand no(String words, long bits) {
        return new Demand(words, bits, 0);
    }

    private static Demand first(String words, int shift, Kind kind, long bits) {
        return new Demand(words, 15L << shift | bits, kind.ordinal() + 1L << shift | bits);
    }

    /** No demand more leads to a weaker outcome; a revoked session may begin anew ahead of a block. */
    List<Law> demandsMore() {
        return DEMANDS.stream().map(demand -> new Law(demand.words(), before -> {
            int strength = strength(before);
            OpenCase after = demand.with(before);
            return strength > 0 && strength(after) < strength && !startsAfresh(after) && isPossible(before) && isPossible(after);
        })).toList();
    }

    /** Whether another rule decides with a demand somewhere, so that there is something to prove of it. */
    boolean matters(Demand demand) {
        OpenCase before = new OpenCase();
        return before.isAny(() -> {
            OpenCase after = demand.with(before);
            return table.first(before) != table.first(after) && isPossible(before) && isPossible(after);
        });
    }
}
