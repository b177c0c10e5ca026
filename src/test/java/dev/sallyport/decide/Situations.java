package dev.sallyport.decide;

import dev.sallyport.compile.Control.Kind;
import dev.sallyport.model.FirstFactor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What is true of situations, rules aside: those that cannot be, and what keeps a request from being let in. Each fact is written from the
 * rule book, by itself and without an order; the rules say the same by their order.
 */
final class Situations {

    /** What is said of a situation, and when it is so. */
    record Fact(String words, Predicate<Case> holds) { }

    /** The controls that a user can be asked for. */
    static final Set<Kind> ASKED = EnumSet.of(Kind.ENFORCED_MFA, Kind.AUTHENTICATION_STRENGTH, Kind.MFA, Kind.PASSWORD_CHANGE,
            Kind.RISK_REMEDIATION, Kind.TERMS_OF_USE, Kind.CUSTOM);
    /** What cannot be, with the reason. The proofs rest on it. */
    static final List<Fact> ASSUMED = List.of(
            new Fact("A legacy client registers nothing: such a request is invalid (SD-REG-07).", s -> s.isLegacy()
                    && (s.isChangesSecurityInfo() || s.isCreatesAppPassword() || s.isPassTooOld() || s.isRegistersFirstButNoApp())),
            new Fact("A legacy client is asked for nothing: a control that it does not meet fails (GR-OPR-08), and nothing is too old.",
                    s -> s.isLegacy() && (s.getFirstPending() != null || s.isMfaPending() || s.isRegistrationNeeded()
                    || s.isRegistrationOptional() || s.isSignInTooOld() || s.isMfaTooOld())),
            new Fact("A user is not asked for a block, a device, an application or what is not understood: it is met or fails.",
                    s -> s.getFirstPending() != null && !ASKED.contains(s.getFirstPending())),
            new Fact("If MFA or a strength is pending, only enforced per-user MFA is pending before it (GR-ORD-01).",
                    s -> s.getFirstPending() != Kind.ENFORCED_MFA
                    && s.isMfaPending() != (s.getFirstPending() != null && s.getFirstPending().isMfa())),
            new Fact("A user who is asked for enforced per-user MFA has to register (PU-04).",
                    s -> s.getFirstPending() == Kind.ENFORCED_MFA && !s.isRegistrationNeeded()),
            new Fact("A risk that registering before would have remedied is a control that fails (DEC-03).",
                    s -> s.isRemediationNeedsRegistration() && s.getFirstFailed() == null));

    /** What cannot be either, with the reason. The proofs do without it, but the smallest situations would not be examples. */
    static final List<Fact> NO_EXAMPLES = List.of(
            new Fact("A risk that registering before would have remedied needs the registration. The user can be asked for MFA (DEC-03).",
                    s -> s.isRemediationNeedsRegistration() && (!s.isRegistrationNeeded() || !s.isRegistrationNeededByRisk()
                    || s.getFirstFailed() == Kind.MFA)),
            new Fact("A block is the first control that fails.", s -> s.isBlocked() && s.getFirstFailed() != Kind.BLOCK),
            new Fact("A policy applies where something fails, is pending, is too old or is about a risk. Another source asks for MFA only.",
                    s -> !s.isAnyPolicyApplies() && (s.getFirstFailed() != null || s.isSignInTooOld() || s.isMfaTooOld()
                    || s.isRegistrationNeededByRisk() || s.getFirstPending() != null && s.getFirstPending() != Kind.MFA)),
            new Fact("A policy that applies asks for something. So does another source that asks for MFA or a registration.",
                    s -> !s.isAnythingAsked() && (s.isAnyPolicyApplies() || s.isMfaPending() || s.isRegistrationNeeded()
                    || s.isRegistrationOptional())),
            new Fact("An app password that is known is one that the user has.", s -> s.isAppPasswordKnown() && !s.isHasAppPassword()),
            new Fact("An app password is security information (AP-23), and so is a method for MFA.", s -> !s.isChangesSecurityInfo()
                    && (s.isCreatesAppPassword() || s.isPassTooOld() || s.isRegistersFirstButNoApp())));

    /** All that cannot be. */
    static final List<Fact> IMPOSSIBLE = Stream.concat(ASSUMED.stream(), NO_EXAMPLES.stream()).toList();

    private Situations() { }

    /** A session that has to begin anew. Only the account and the first factor are looked at before (RV-03). */
    static final Fact AFRESH = new Fact("a revoked session", s -> s.isSessionRevoked() && !s.isInteractive());

    /** What refuses a request. */
    static final List<Fact> REFUSED = List.of(
            new Fact("a disabled account", Case::isAccountDisabled),
            new Fact("a first factor that is not passed", s -> s.getFirstFactor() != FirstFactor.PASSED),
            new Fact("a policy that blocks", Case::isBlocked),
            new Fact("a control that cannot be met", s -> s.getFirstFailed() != null),
            new Fact("a legacy client under security defaults", s -> s.isLegacy() && s.isUnderSecurityDefaults()),
            new Fact("a legacy client under Microsoft's own MFA", s -> s.isLegacy() && s.isUnderMandatoryMfa()),
            new Fact("a legacy client with an app password that does not count", s -> s.isLegacy() && s.isUsesAppPassword()
                    && !(s.isEnforced() && s.isAppPasswordKnown() && !s.isAdministers())),
            new Fact("a legacy client with the password of an enforced user, who is not at a trusted IP or has an app password",
                    s -> s.isLegacy() && !s.isUsesAppPassword() && s.isEnforced() && !(s.isAtTrustedIp() && !s.isHasAppPassword())),
            new Fact("an app password in a modern client", s -> !s.isLegacy() && s.isUsesAppPassword()),
            new Fact("an app password that the tenant does not allow to create",
                    s -> s.isCreatesAppPassword() && !s.isAppPasswordsAllowed()),
            new Fact("a new app password of a user who is not enforced and will not be",
                    s -> s.isCreatesAppPassword() && !s.isEnforced() && !s.isEnforcedByRegistering()),
            new Fact("an app password too many", s -> s.isCreatesAppPassword() && s.isAppPasswordLimitReached()),
            new Fact("a user of a shared channel who registers, or would have to",
                    s -> s.isDirectConnect() && (s.isChangesSecurityInfo() || s.isRegistrationNeeded())),
            new Fact("a first method under security defaults that is not an app",
                    s -> s.isUnderSecurityDefaults() && s.isRegistersFirstButNoApp()),
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
