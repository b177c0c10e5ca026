package dev.sallyport.analyse;

import dev.sallyport.compile.Control;
import dev.sallyport.compile.Control.Kind;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What can be asked of a sign-in, as a lattice: clauses that all have to be met, each by one of its literals, and {@link #BLOCK} on top.
 * A requirement is normalised and kept once: two requirements are equal if their numbers are.
 *
 * <h2>Normal form</h2>
 * A literal may imply another one: an authentication strength implies MFA, unless one factor meets it; a sign-in frequency implies every
 * longer one, and the stricter mode of a session control every other one. A clause keeps no literal that implies another of its own, and a
 * requirement keeps no clause that another one implies.
 * Therefore {@link #join} is associative, commutative and idempotent, and the order in which policies are joined does not matter.
 */
final class Requirements {

    /** Nothing is asked. */
    static final int NOTHING = 0;
    /** Nothing can be done: the empty clause, which no literal meets. */
    static final int BLOCK = 1;

    /** What a strength may accept alone and is one factor; see the decision rules on strengths (AS-07). */
    static final Set<AuthenticationMethodMode> FIRST_FACTORS = EnumSet.of(AuthenticationMethodMode.PASSWORD,
            AuthenticationMethodMode.SMS, AuthenticationMethodMode.EMAIL, AuthenticationMethodMode.X509_CERTIFICATE_SINGLE_FACTOR,
            AuthenticationMethodMode.FEDERATED_SINGLE_FACTOR, AuthenticationMethodMode.QR_CODE_PIN);

    /** One way to meet a clause. */
    sealed interface Literal {

        /**
         * A grant control.
         *
         * @param isByRisk whether a policy about risk asks for it, so that registering a method does not meet it (REG-43)
         */
        record Grant(Control control, boolean isByRisk) implements Literal { }

        /** A sign-in frequency. */
        record Frequency(SignInFrequency frequency) implements Literal { }

        /**
         * Another session control.
         *
         * @param control by its Graph name, with its value, such as {@code persistentBrowser never}
         * @param rank    of two modes of one control the higher one counts (SS-23 to SS-26)
         */
        record Session(String control, int rank) implements Literal {

            /** A control that is on or off. */
            Session(String control) {
                this(control, 0);
            }

            /** Whether a control of the same name, in this or a lower mode, changes nothing beside this one. */
            boolean implies(Session other) {
                return rank >= other.rank && name().equals(other.name());
            }

            private String name() {
                int space = control.indexOf(' ');
                return space < 0 ? control : control.substring(0, space);
            }
        }
    }

    private final List<Literal> literals = new ArrayList<>();
    private final Map<Literal, Integer> literalNumbers = new HashMap<>();
    /** Clauses as sorted numbers of literals. */
    private final List<int[]> clauses = new ArrayList<>();
    private final Map<Numbers, Integer> clauseNumbers = new HashMap<>();
    /** Requirements as sorted numbers of clauses. */
    private final List<int[]> requirements = new ArrayList<>();
    private final Map<Numbers, Integer> numbers = new HashMap<>();
    private final Map<Long, Integer> joins = new HashMap<>();

    Requirements() {
        requirement(new int[0]);
        requirement(new int[] {clause(List.of())});
    }

    /** The methods that some combination of a strength accepts alone, and that are one factor. */
    static Set<AuthenticationMethodMode> loneFactors(AuthenticationStrength strength) {
        Set<AuthenticationMethodMode> lone = EnumSet.noneOf(AuthenticationMethodMode.class);
        for (Set<AuthenticationMethodMode> combination : strength.allowedCombinations()) {
            if (combination.size() == 1 && FIRST_FACTORS.containsAll(combination)) {
                lone.addAll(combination);
            }
        }
        return lone;
    }

    /** The clauses of a requirement; none for {@link #NOTHING}, and one without a literal for {@link #BLOCK}. */
    List<List<Literal>> clauses(int requirement) {
        List<List<Literal>> found = new ArrayList<>();
        for (int clause : requirements.get(requirement)) {
            found.add(Arrays.stream(clauses.get(clause)).mapToObj(literals::get).toList());
        }
        return found;
    }

    /** The requirement of clauses that all have to be met. */
    int of(List<List<Literal>> all) {
        int requirement = NOTHING;
        for (List<Literal> each : all) {
            requirement = join(requirement, requirement(new int[] {clause(each)}));
        }
        return requirement;
    }

    /** Both. */
    int join(int a, int b) {
        if (a == b || b == NOTHING || a == BLOCK) {
            return a;
        }
        if (a == NOTHING || b == BLOCK) {
            return b;
        }
        return joins.computeIfAbsent((long) Math.min(a, b) << 32 | Math.max(a, b), pair -> {
            List<Integer> kept = new ArrayList<>();
            int[] candidates = Arrays.stream(new int[][] {requirements.get(a), requirements.get(b)}).flatMapToInt(Arrays::stream)
                    .distinct().sorted().toArray();
            for (int clause : candidates) {
                // of two that imply each other, the first one is kept
                if (Arrays.stream(candidates).noneMatch(other -> other != clause && clauseImplies(other, clause)
                        && (other < clause || !clauseImplies(clause, other)))) {
                    kept.add(clause);
                }
            }
            return requirement(kept.stream().mapToInt(Integer::intValue).toArray());
        });
    }

    /** Whether a session that meets the first requirement meets the second one. */
    boolean implies(int a, int b) {
        return join(a, b) == a;
    }

    private int requirement(int[] of) {
        return numbers.computeIfAbsent(new Numbers(of), key -> {
            requirements.add(of);
            return requirements.size() - 1;
        });
    }

    /** The clause that one of the literals meets: without those that imply another one. */
    private int clause(List<Literal> of) {
        int[] numbered = of.stream().mapToInt(this::literal).distinct().sorted().toArray();
        int[] kept = numbered.length < 2 ? numbered : Arrays.stream(numbered).filter(a -> Arrays.stream(numbered).noneMatch(b -> b != a
                && implies(literals.get(a), literals.get(b)) && (b < a || !implies(literals.get(b), literals.get(a))))).toArray();
        return clauseNumbers.computeIfAbsent(new Numbers(kept), key -> {
            clauses.add(kept);
            return clauses.size() - 1;
        });
    }

    private int literal(Literal literal) {
        return literalNumbers.computeIfAbsent(literal, key -> {
            literals.add(literal);
            return literals.size() - 1;
        });
    }

    /** Whether whatever meets the first clause meets the second one. */
    private boolean clauseImplies(int a, int b) {
        return Arrays.stream(clauses.get(a)).allMatch(one -> Arrays.stream(clauses.get(b))
                .anyMatch(other -> implies(literals.get(one), literals.get(other))));
    }

    /** Whether whatever meets the first clause meets the second one. */
    static boolean implies(List<Literal> a, List<Literal> b) {
        return a.stream().allMatch(one -> b.stream().anyMatch(other -> implies(one, other)));
    }

    static boolean implies(Literal a, Literal b) {
        if (a.equals(b)) {
            return true;
        }
        if (a instanceof Literal.Frequency one && b instanceof Literal.Frequency other) {
            return one.frequency().seconds() <= other.frequency().seconds()
                    && one.frequency().secondaryOnly() == other.frequency().secondaryOnly();
        }
        if (a instanceof Literal.Session one && b instanceof Literal.Session other) {
            return one.implies(other);
        }
        return a instanceof Literal.Grant one && b instanceof Literal.Grant other && (one.isByRisk() || !other.isByRisk())
                && implies(one.control(), other.control());
    }

    private static boolean implies(Control a, Control b) {
        if (a.equals(b)) {
            return true;
        }
        if (a.kind() == Kind.TERMS_OF_USE && b.kind() == Kind.TERMS_OF_USE) {
            return a.id().equals(b.id()) && a.isPerDevice() == b.isPerDevice();             // whatever they are called
        }
        if (a.kind() != Kind.AUTHENTICATION_STRENGTH || a.strength().allowedCombinations().isEmpty()) {
            return false;
        }
        return b.kind() == Kind.MFA && loneFactors(a.strength()).isEmpty()
                || b.kind() == Kind.AUTHENTICATION_STRENGTH && (b.strength().restrictions().isEmpty()
                || a.strength().restrictions().equals(b.strength().restrictions())
                && a.strength().allowedCombinations().equals(b.strength().allowedCombinations()))
                && a.strength().allowedCombinations().stream().allMatch(one -> b.strength().allowedCombinations().stream()
                        .anyMatch(one::containsAll));
    }
}
