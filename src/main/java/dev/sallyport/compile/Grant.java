package dev.sallyport.compile;

import dev.sallyport.compile.Control.Kind;
import dev.sallyport.compile.Control.Status;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicySet.TermsOfUse;
import dev.sallyport.model.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * The grant expression of a policy: operands in prompt order, and how they combine.
 *
 * @param operands empty when nothing is asked for (GR-OPR-07)
 */
public record Grant(boolean isAnd, List<Control> operands) {

    private static final SignInFrequency EVERY_TIME = new SignInFrequency(true, false, 0, false);
    private static final Grant NOTHING = new Grant(true, List.of());

    /** The grant expression of a policy whose references are resolved. */
    public static Grant of(ConditionalAccessPolicy policy, PolicySet set) {
        GrantControls controls = policy.grantControls();
        if (controls == null) {
            return NOTHING;
        }
        List<Control> operands = new ArrayList<>();
        for (GrantControl builtIn : controls.builtInControls()) {
            operands.add(Control.of(builtIn));
        }
        if (controls.authenticationStrength() != null) {
            operands.add(new Control(Kind.AUTHENTICATION_STRENGTH, null, strength(controls.authenticationStrength(), set), null, null));
        }
        for (Reference terms : controls.termsOfUse()) {
            TermsOfUse known = set.termsOfUse().stream().filter(each -> each.id().equalsIgnoreCase(terms.id())).findFirst().orElse(null);
            operands.add(new Control(Kind.TERMS_OF_USE, null, null, terms.id(), known == null ? terms.text() : known.displayName(),
                    known != null && known.isPerDevice()));
        }
        for (String factor : controls.customAuthenticationFactors()) {
            operands.add(new Control(Kind.CUSTOM, null, null, factor, factor));
        }
        for (String field : controls.notUnderstood()) {
            operands.add(new Control(Kind.NOT_UNDERSTOOD, null, null, field, field));
        }
        Collections.sort(operands);
        return new Grant(controls.isAnd(), List.copyOf(operands));
    }

    private static AuthenticationStrength strength(Reference reference, PolicySet set) {
        return Stream.concat(AuthenticationStrength.builtIn().stream(), set.strengths().stream())
                .filter(strength -> strength.id().equalsIgnoreCase(reference.id())).findFirst()
                .orElseGet(() -> new AuthenticationStrength(reference.id(), reference.text(), List.of(), null));
    }

    /** A policy's sign-in frequency, or {@code null}; remediation of risk brings one of every time (GR-CTL-09, VAL-07). */
    public static SignInFrequency signInFrequency(ConditionalAccessPolicy policy) {
        boolean remediates = policy.grantControls() != null && policy.grantControls().builtInControls()
                .contains(GrantControl.RISK_REMEDIATION);
        return remediates ? EVERY_TIME : policy.sessionControls().signInFrequency();
    }

    /** Whether the block control is in it; it wins over whatever stands beside it (AMB-24). */
    public boolean isBlock() {
        return !operands.isEmpty() && operands.get(0).kind() == Kind.BLOCK;
    }

    /** The authentication strength that is asked for, or {@code null}. */
    public AuthenticationStrength strength() {
        for (Control control : operands) {
            if (control.kind() == Kind.AUTHENTICATION_STRENGTH) {
                return control.strength();
            }
        }
        return null;
    }

    /** What is left of it while a device is registered (CA-ACT-11). */
    public Grant forDeviceRegistration() {
        List<Control> left = operands.stream().filter(control -> !control.needsRegisteredDevice()).toList();
        return left.size() == operands.size() ? this : new Grant(isAnd, left);
    }

    /** Three-valued AND and OR (GR-OPR-04). */
    public static Status combine(boolean isAnd, boolean anySatisfied, boolean anyPending, boolean anyFailed) {
        if (isAnd) {
            return anyFailed ? Status.FAILED : anyPending ? Status.PENDING : Status.SATISFIED;
        }
        return anySatisfied ? Status.SATISFIED : anyPending ? Status.PENDING : anyFailed ? Status.FAILED : Status.SATISFIED;
    }
}
