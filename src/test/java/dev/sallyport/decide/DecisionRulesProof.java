package dev.sallyport.decide;

import dev.sallyport.compile.Control.Kind;
import dev.sallyport.decide.Situations.Fact;
import dev.sallyport.model.FirstFactor;
import dev.sallyport.model.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The questions that are put to a table of decision rules; each answer is a situation, the smallest, in words. */
final class DecisionRulesProof {

    private final RuleTable table;
    private final List<Outcome> outcomes;
    /** What cannot be, and would contradict otherwise. */
    private final Set<Fact> excused = new LinkedHashSet<>();

    DecisionRulesProof(RuleTable table) {
        this.table = table;
        this.outcomes = table.outcomes();
    }

    Set<Fact> excused() {
        return excused;
    }

    /** Asked last, of what would contradict or be an example. */
    private boolean isPossible(Case situation) {
        Fact fact = Situations.impossible(situation);
        if (fact != null) {
            excused.add(fact);
        }
        return fact == null;
    }

    /** The smallest situation that a rule decides, and that is decided otherwise without it; {@code null} for none. */
    @Nullable String smallest(int rule) {
        OpenCase situation = new OpenCase();
        boolean found = situation.find(() -> {
            if (table.first(situation) != rule) {
                return false;
            }
            int next = table.second(situation, rule);
            return (next < 0 || !table.ruling(rule, situation).equals(table.ruling(next, situation))) && isPossible(situation);
        });
        return found ? situation.words() : null;
    }

    /** Situations whose outcome is not what their facts say: a refusal blocks, what is asked for holds up, and nothing else does. */
    List<String> wrong() {
        OpenCase situation = new OpenCase();
        List<String> wrong = new ArrayList<>();
        for (Fact fact : Situations.REFUSED) {
            tell(wrong, fact.words() + " does not block", situation, () -> fact.holds().test(situation)
                    && outcome(situation) != Outcome.BLOCK && !(startsAfresh(situation)
                    && outcome(situation) == Outcome.CHALLENGE) && isPossible(situation));
        }
        for (Fact fact : Situations.ASKED_FOR) {
            tell(wrong, fact.words() + " lets in", situation, () -> fact.holds().test(situation)
                    && outcome(situation) == Outcome.ALLOW && isPossible(situation));
        }
        tell(wrong, "nothing refuses, and it blocks", situation, () -> outcome(situation) == Outcome.BLOCK
                && Situations.REFUSED.stream().noneMatch(fact -> fact.holds().test(situation)) && isPossible(situation));
        tell(wrong, "nothing is asked for, and it is not let in", situation, () -> outcome(situation) != Outcome.ALLOW
                && Situations.REFUSED.stream().noneMatch(fact -> fact.holds().test(situation))
                && Situations.ASKED_FOR.stream().noneMatch(fact -> fact.holds().test(situation)) && isPossible(situation));
        return wrong;
    }

    /** RV-03: a revoked session is told so before anything but the account and the first factor; what refuses it does so afterwards. */
    private static boolean startsAfresh(Case situation) {
        return Situations.AFRESH.holds().test(situation) && !situation.isAccountDisabled() && situation.getFirstFactor() == FirstFactor.PASSED;
    }

    private @Nullable Outcome outcome(Case situation) {
        int rule = table.first(situation);
        return rule < 0 ? null : outcomes.get(rule);
    }

    private static void tell(List<String> wrong, String what, OpenCase situation, BooleanSupplier kind) {
        if (situation.find(kind)) {
            wrong.add(what + ": " + situation.words());
        }
    }

    /**
     * Something more that is asked, or that is missing.
     *
     * @param mask  the facts that change
     * @param facts what they become
     */
    record Demand(String words, long mask, long facts) { }

    /** Every demand that a situation can have and another one not. */
    static List<Demand> demands() {
        List<Demand> demands = new ArrayList<>();
        long policy = Case.ANY_POLICY_APPLIES | Case.ANYTHING_ASKED;
        for (Kind kind : Kind.values()) {
            demands.add(first("a policy asks for " + kind + ", which fails", Case.FIRST_FAILED_SHIFT, kind, policy));
            if (Situations.ASKED.contains(kind)) {
                demands.add(first("a policy asks for " + kind + ", which is pending", Case.FIRST_PENDING_SHIFT, kind, policy
                        | (kind.isMfa() ? Case.MFA_PENDING : 0)));
                if (Situations.ASKED_WITH_MFA.contains(kind)) {
                    demands.add(first("a policy asks for " + kind + ", which takes a registration", Case.FIRST_PENDING_SHIFT, kind, policy
                            | Case.REGISTRATION_NEEDED | (kind.isMfa() ? Case.MFA_PENDING : 0)));
                }
            }
        }
        demands.add(first("a policy blocks", Case.FIRST_FAILED_SHIFT, Kind.BLOCK, policy | Case.BLOCKED));
        demands.add(first("a policy blocks the flow of the session", Case.FIRST_FAILED_SHIFT, Kind.BLOCK, policy | Case.BLOCKED
                | Case.REFRESH_OF_BLOCKED_FLOW));
        for (FirstFactor factor : List.of(FirstFactor.WRONG_PASSWORD, FirstFactor.LOCKED_OUT, FirstFactor.PASSWORD_EXPIRED)) {
            demands.add(new Demand("the first factor is " + factor, 15L << Case.FIRST_FACTOR_SHIFT, (long) factor.ordinal() << Case.FIRST_FACTOR_SHIFT));
        }
        demands.add(yes("the account is disabled", Case.ACCOUNT_DISABLED));
        demands.add(yes("security defaults cover the user", Case.UNDER_SECURITY_DEFAULTS | Case.ANYTHING_ASKED));
        demands.add(yes("Microsoft's own MFA covers the legacy client", Case.UNDER_MANDATORY_MFA));
        demands.add(yes("another source asks for MFA", Case.MFA_PENDING | Case.ANYTHING_ASKED));
        demands.add(yes("registration is needed", Case.REGISTRATION_NEEDED | Case.ANYTHING_ASKED));
        demands.add(yes("registration is needed by a risk", Case.REGISTRATION_NEEDED | Case.REGISTRATION_NEEDED_BY_RISK | Case.ANYTHING_ASKED));
        demands.add(yes("registration is needed and forbidden", Case.REGISTRATION_NEEDED | Case.REGISTRATION_FORBIDDEN | Case.ANYTHING_ASKED));
        demands.add(yes("registration may wait", Case.REGISTRATION_OPTIONAL | Case.ANYTHING_ASKED));
        demands.add(yes("the sign-in is too old", Case.SIGN_IN_TOO_OLD | policy));
        demands.add(yes("MFA is too old", Case.MFA_TOO_OLD | policy));
        demands.add(yes("the one-time pass is too old", Case.PASS_TOO_OLD));
        demands.add(yes("the first method is no app", Case.REGISTERS_FIRST_BUT_NO_APP));
        demands.add(yes("the limit of app passwords is reached", Case.APP_PASSWORD_LIMIT_REACHED));
        demands.add(no("the tenant does not allow app passwords", Case.APP_PASSWORDS_ALLOWED));
        demands.add(no("the app password is unknown", Case.APP_PASSWORD_KNOWN));
        demands.add(yes("the client administers", Case.ADMINISTERS));
        demands.add(yes("the user comes by a shared channel", Case.DIRECT_CONNECT));
        return demands;
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

    /** Demands that make an outcome weaker, with the situation before. */
    List<String> weaker() {
        List<String> wrong = new ArrayList<>();
        for (Demand demand : demands()) {
            OpenCase before = new OpenCase();
            tell(wrong, demand.words(), before, () -> {
                OpenCase after = with(before, demand);
                return strength(outcome(after)) < strength(outcome(before)) && isPossible(before) && isPossible(after);
            });
        }
        return wrong;
    }

    /** A situation with a demand more; a control is the first one only if no earlier one was. */
    private static OpenCase with(OpenCase before, Demand demand) {
        OpenCase after = new OpenCase(before);
        after.set(demand.mask(), demand.facts());
        for (int shift : new int[] {Case.FIRST_FAILED_SHIFT, Case.FIRST_PENDING_SHIFT}) {
            if ((demand.mask() >>> shift & 15) == 15) {
                int was = before.number(shift);
                int is = (int) (demand.facts() >>> shift) & 15;
                after.set(15L << shift, (long) (was == 0 ? is : Math.min(was, is)) << shift);
            }
        }
        return after;
    }

    /** Who registers and who is challenged is not let in, and not refused. */
    private static int strength(@Nullable Outcome outcome) {
        return outcome == Outcome.BLOCK ? 2 : outcome == Outcome.ALLOW ? 0 : 1;
    }
}
