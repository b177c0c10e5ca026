package dev.sallyport.decide;

import dev.sallyport.compile.Control.Kind;
import dev.sallyport.model.FirstFactor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is true of situations, rules aside: those that cannot be, and what keeps a request from being let in. Written from the rule book and the
 * code that makes situations, one fact at a time and without an order; rules say the same by their order.
 */
final class Situations {

    /** What is said of a situation, and when it is so. */
    record Fact(String words, Predicate<Case> holds) { }

    static final Set<Kind> ASKED = EnumSet.of(Kind.ENFORCED_MFA, Kind.AUTHENTICATION_STRENGTH, Kind.MFA, Kind.PASSWORD_CHANGE, Kind.RISK_REMEDIATION,
            Kind.TERMS_OF_USE, Kind.CUSTOM);
    static final Set<Kind> ASKED_WITH_MFA = EnumSet.of(Kind.ENFORCED_MFA, Kind.AUTHENTICATION_STRENGTH, Kind.MFA);

    /** What cannot be, with the reason. */
    static final List<Fact> IMPOSSIBLE = List.of(
            new Fact("a legacy client registers nothing: such a request is invalid (SD-REG-07)", s -> s.isLegacy() && (s.isChangesSecurityInfo()
                    || s.isCreatesAppPassword() || s.isPassTooOld() || s.isRegistersFirstButNoApp())),
            new Fact("a legacy client is asked for nothing: a control that it does not meet fails (GR-OPR-08), and no token of its is too old",
                    s -> s.isLegacy() && (s.getFirstPending() != null || s.isMfaPending() || s.isRegistrationNeeded() || s.isRegistrationOptional()
                    || s.isSignInTooOld() || s.isMfaTooOld())),
            new Fact("only a legacy client is told to be at a trusted IP, to administer or to be under mandatory MFA, and only its app password is looked at",
                    s -> !s.isLegacy() && (s.isAtTrustedIp() || s.isAdministers() || s.isUnderMandatoryMfa() || s.isAppPasswordKnown())),
            new Fact("a block, a device, an application and what is not understood are met or fail: the user is not asked for them",
                    s -> s.getFirstPending() != null && !ASKED.contains(s.getFirstPending())),
            new Fact("MFA is pending if it or a strength is the first control that the user is asked for",
                    s -> s.getFirstPending() != Kind.ENFORCED_MFA && s.getFirstPending() != null && ASKED_WITH_MFA.contains(s.getFirstPending()) != s.isMfaPending()),
            new Fact("MFA that is pending is asked for first, but for the state of per-user MFA",
                    s -> s.isMfaPending() && s.getFirstPending() == null),
            new Fact("the state of per-user MFA is reached by registering (PU-04)", s -> s.getFirstPending() == Kind.ENFORCED_MFA && !s.isRegistrationNeeded()),
            new Fact("a policy that blocks is the first control that fails", s -> s.isBlocked() && s.getFirstFailed() != Kind.BLOCK),
            new Fact("the token of a blocked flow is refreshed silently, and a policy blocks it (CA-FLW-05)",
                    s -> s.isRefreshOfBlockedFlow() && (!s.isBlocked() || s.isInteractive())),
            new Fact("only a registration that is needed can be forbidden, or needed by a risk",
                    s -> !s.isRegistrationNeeded() && (s.isRegistrationForbidden() || s.isRegistrationNeededByRisk() || s.isRemediationNeedsRegistration())),
            new Fact("a risk that only registering before would have remedied is a control that fails (DEC-03)",
                    s -> s.isRemediationNeedsRegistration() && (s.getFirstFailed() == null || s.getFirstFailed() == Kind.CUSTOM
                    || s.getFirstFailed() == Kind.TERMS_OF_USE || s.getFirstFailed() == Kind.NOT_UNDERSTOOD)),
            new Fact("what fails, waits or is too old belongs to a policy that applies, but for MFA that another source asks for",
                    s -> !s.isAnyPolicyApplies() && (s.getFirstFailed() != null || s.isSignInTooOld() || s.isMfaTooOld()
                    || s.getFirstPending() != null && s.getFirstPending() != Kind.MFA)),
            new Fact("a policy that applies, MFA, and a registration that is needed or may wait are asked for",
                    s -> !s.isAnythingAsked() && (s.isAnyPolicyApplies() || s.isMfaPending() || s.isRegistrationNeeded() || s.isRegistrationOptional())),
            new Fact("an app password is security information (AP-23)", s -> s.isCreatesAppPassword() && !s.isChangesSecurityInfo()),
            new Fact("one thing is registered at a time, and an app password is no method for MFA",
                    s -> s.isCreatesAppPassword() && (s.isPassTooOld() || s.isRegistersFirstButNoApp())),
            new Fact("a method for MFA is security information", s -> (s.isPassTooOld() || s.isRegistersFirstButNoApp()) && !s.isChangesSecurityInfo()),
            new Fact("per-user MFA is enforced, or will be by registering", s -> s.isEnforced() && s.isEnforcedByRegistering()),
            new Fact("only a client that uses an app password administers with one, or has a known one, and then the user has one",
                    s -> !s.isUsesAppPassword() && (s.isAdministers() || s.isAppPasswordKnown()) || s.isAppPasswordKnown() && !s.isHasAppPassword()));

    private Situations() { }

    /** Why a situation cannot be; {@code null} if it can. */
    static @Nullable Fact impossible(Case situation) {
        for (Fact fact : IMPOSSIBLE) {
            if (fact.holds().test(situation)) {
                return fact;
            }
        }
        return null;
    }

    /** A session that has to begin anew, which is asked for ahead of everything but the account and the first factor (RV-03). */
    static final Fact AFRESH = new Fact("a revoked session", s -> s.isSessionRevoked() && !s.isInteractive());

    /** What refuses a request. */
    static final List<Fact> REFUSED = List.of(
            new Fact("a disabled account", Case::isAccountDisabled),
            new Fact("a first factor that was not passed", s -> s.getFirstFactor() != FirstFactor.PASSED),
            new Fact("a policy that blocks", Case::isBlocked),
            new Fact("a control that cannot be met", s -> s.getFirstFailed() != null),
            new Fact("a legacy client under security defaults", s -> s.isLegacy() && s.isUnderSecurityDefaults()),
            new Fact("a legacy client under Microsoft's own MFA", s -> s.isLegacy() && s.isUnderMandatoryMfa()),
            new Fact("a legacy client with an app password that does not count", s -> s.isLegacy() && s.isUsesAppPassword()
                    && !(s.isEnforced() && s.isAppPasswordKnown() && !s.isAdministers())),
            new Fact("a legacy client with the password of an enforced user, outside trusted IPs or although there is an app password",
                    s -> s.isLegacy() && !s.isUsesAppPassword() && s.isEnforced() && !(s.isAtTrustedIp() && !s.isHasAppPassword())),
            new Fact("an app password in a modern client", s -> !s.isLegacy() && s.isUsesAppPassword()),
            new Fact("an app password that the tenant does not allow to create", s -> s.isCreatesAppPassword() && !s.isAppPasswordsAllowed()),
            new Fact("an app password for a user who is not enforced and will not be", s -> s.isCreatesAppPassword() && !s.isEnforced()
                    && !s.isEnforcedByRegistering()),
            new Fact("an app password too many", s -> s.isCreatesAppPassword() && s.isAppPasswordLimitReached()),
            new Fact("a user of a shared channel who registers, or would have to", s -> s.isDirectConnect() && (s.isChangesSecurityInfo()
                    || s.isRegistrationNeeded())),
            new Fact("a first method under security defaults that is not an app", s -> s.isUnderSecurityDefaults() && s.isRegistersFirstButNoApp()),
            new Fact("a registration that is needed at a risk", s -> s.isRegistrationNeeded() && s.isRegistrationNeededByRisk()),
            new Fact("a registration that is needed and forbidden here", s -> s.isRegistrationNeeded() && s.isRegistrationForbidden()));

    /** What a request waits for until the user gives it. */
    static final List<Fact> ASKED_FOR = List.of(
            AFRESH,
            new Fact("a one-time pass that is too old", Case::isPassTooOld),
            new Fact("a registration that is needed", Case::isRegistrationNeeded),
            new Fact("MFA that is pending", Case::isMfaPending),
            new Fact("a control that is pending", s -> s.getFirstPending() != null),
            new Fact("a sign-in that is too old", Case::isSignInTooOld),
            new Fact("MFA that is too old", Case::isMfaTooOld));
}
