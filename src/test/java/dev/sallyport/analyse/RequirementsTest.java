package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.compile.Control;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.GrantControl;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is asked, as a lattice: what implies what, and that the order of joins does not matter. */
class RequirementsTest {

    private static final Literal MFA = grant(Control.Kind.MFA, GrantControl.MFA, null);
    private static final Literal COMPLIANT = grant(Control.Kind.COMPLIANT_DEVICE, GrantControl.COMPLIANT_DEVICE, null);
    private static final Literal MFA_STRENGTH = strength(Catalogue.builtIn().strengths().get(0));
    private static final Literal PASSWORDLESS = strength(Catalogue.builtIn().strengths().get(1));
    private static final Literal PHISHING_RESISTANT = strength(Catalogue.builtIn().strengths().get(2));
    private static final Literal PASSWORD_ALONE = strength(new AuthenticationStrength("lone", "Lone", List.of(Set.of(AuthenticationMethodMode.PASSWORD),
            Set.of(AuthenticationMethodMode.FIDO2)), null));
    private static final Literal HOUR = new Literal.Frequency(new SignInFrequency(false, false, 1, false));
    private static final Literal DAY = new Literal.Frequency(new SignInFrequency(false, true, 1, false));
    private static final Literal DAY_OF_MFA = new Literal.Frequency(new SignInFrequency(false, true, 1, true));
    private static final Literal TOKEN = new Literal.Session("secureSignInSession");
    private static final List<Literal> ALL = List.of(MFA, COMPLIANT, MFA_STRENGTH, PASSWORDLESS, PHISHING_RESISTANT, PASSWORD_ALONE, HOUR, DAY, DAY_OF_MFA, TOKEN, byRisk(MFA),
            byRisk(PHISHING_RESISTANT));

    private final Requirements requirements = new Requirements();

    private static Literal grant(Control.Kind kind, GrantControl builtIn, AuthenticationStrength strength) {
        return new Literal.Grant(new Control(kind, builtIn, strength, null, null), false);
    }

    private static Literal strength(AuthenticationStrength strength) {
        return grant(Control.Kind.AUTHENTICATION_STRENGTH, null, strength);
    }

    private static Literal byRisk(Literal literal) {
        return new Literal.Grant(((Literal.Grant) literal).control(), true);
    }

    private int one(Literal... either) {
        return requirements.of(List.of(List.of(either)));
    }

    @Test
    void strength_impliesMfaAndWeakerStrengths_unlessOneFactorMeetsIt() {
        assertThat(requirements.implies(one(PHISHING_RESISTANT), one(PASSWORDLESS))).isTrue();
        assertThat(requirements.implies(one(PASSWORDLESS), one(PHISHING_RESISTANT))).isFalse();
        assertThat(requirements.implies(one(PASSWORDLESS), one(MFA_STRENGTH))).isTrue();
        assertThat(requirements.implies(one(MFA_STRENGTH), one(MFA))).as("although a Temporary Access Pass is not a strong method").isTrue();
        assertThat(requirements.implies(one(PASSWORD_ALONE), one(MFA))).isFalse();
        assertThat(requirements.implies(one(MFA), one(MFA_STRENGTH))).isFalse();
    }

    @Test
    void frequency_impliesLongerOnesOfTheSameFactors() {
        assertThat(requirements.implies(one(HOUR), one(DAY))).isTrue();
        assertThat(requirements.implies(one(DAY), one(HOUR))).isFalse();
        assertThat(requirements.implies(one(HOUR), one(DAY_OF_MFA))).isFalse();
        assertThat(requirements.implies(one(DAY_OF_MFA), one(DAY))).isFalse();
    }

    @Test
    void controlBecauseOfRisk_impliesTheSameWithout_andNotTheOtherWayRound() {
        assertThat(requirements.implies(one(byRisk(MFA)), one(MFA))).isTrue();
        assertThat(requirements.implies(one(MFA), one(byRisk(MFA)))).isFalse();
    }

    @Test
    void choice_isImpliedByEachOfItsParts_andKeepsNoneThatImpliesAnother() {
        assertThat(requirements.implies(one(MFA), one(MFA, COMPLIANT))).isTrue();
        assertThat(requirements.implies(one(MFA, COMPLIANT), one(MFA))).isFalse();
        assertThat(one(MFA, PHISHING_RESISTANT)).isEqualTo(one(MFA));
        assertThat(requirements.clauses(requirements.join(one(MFA, COMPLIANT), one(PHISHING_RESISTANT)))).containsExactly(List.of(PHISHING_RESISTANT));
    }

    @Test
    void block_impliesEverything_andNothingIsImpliedByAll() {
        for (Literal literal : ALL) {
            assertThat(requirements.join(Requirements.BLOCK, one(literal))).isEqualTo(Requirements.BLOCK);
            assertThat(requirements.join(one(literal), Requirements.NOTHING)).isEqualTo(one(literal));
        }
        assertThat(requirements.clauses(Requirements.NOTHING)).isEmpty();
        assertThat(requirements.clauses(Requirements.BLOCK)).containsExactly(List.of());
        assertThat(one()).isEqualTo(Requirements.BLOCK);
    }

    @Test
    void join_ofRandomRequirements_isAssociativeCommutativeAndIdempotent() {
        Random random = new Random(7);
        for (int i = 0; i < 3_000; i++) {
            int a = any(random);
            int b = any(random);
            int c = any(random);
            assertThat(requirements.join(a, b)).isEqualTo(requirements.join(b, a));
            assertThat(requirements.join(requirements.join(a, b), c)).isEqualTo(requirements.join(a, requirements.join(b, c)));
            assertThat(requirements.join(a, a)).isEqualTo(a);
            assertThat(requirements.implies(requirements.join(a, b), b)).isTrue();
        }
    }

    /** The values of gaps are a lattice too. */
    @Test
    void join_ofValuesOfGaps_isAssociativeCommutativeAndIdempotent() {
        for (int a = 0; a < 16; a++) {
            for (int b = 0; b < 16; b++) {
                for (int c = 0; c < 16; c++) {
                    int one = Profile.join(a, a);
                    int other = Profile.join(b, b);
                    int third = Profile.join(c, c);
                    assertThat(Profile.join(one, other)).isEqualTo(Profile.join(other, one));
                    assertThat(Profile.join(Profile.join(one, other), third)).isEqualTo(Profile.join(one, Profile.join(other, third)));
                    assertThat(Profile.join(one, one)).isEqualTo(one);
                }
            }
        }
    }

    private int any(Random random) {
        List<List<Literal>> clauses = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            List<Literal> clause = new ArrayList<>();
            for (int j = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(3); j > 0; j--) {
                clause.add(ALL.get(random.nextInt(ALL.size())));
            }
            clauses.add(clause);
        }
        return requirements.of(clauses);
    }
}
