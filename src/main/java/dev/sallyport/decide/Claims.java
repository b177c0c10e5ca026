package dev.sallyport.decide;

import dev.sallyport.compile.Control;
import dev.sallyport.compile.Control.Status;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AuthenticationMethod;
import dev.sallyport.model.UserType;
import dev.sallyport.model.WellKnown;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the session has proved, and what each control is to it: satisfied, pending or failed (section 6.1, table 18.2). */
public final class Claims {

    /** How far a client's clock may run ahead before a claim from the future is void. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private final Facts facts;
    private final MfaSettings settings;

    /** The user has a method for MFA (RPT-12). */
    final boolean registered;
    /**
     * The session began no later than the user's sessions were revoked (RV-01), begins in the future although they were, or began with a
     * pass that has ended (TAP-05); in strict mode also, if it may be so.
     */
    final boolean sessionRevoked;
    /**
     * A session that is revoked, as far as is known or as this reading takes it: its client signs in afresh before anything else is
     * decided.
     */
    final boolean signsInAfresh;
    /** A valid MFA claim, here or trusted from the home tenant (GR-CTL-02, EXT-01). */
    final boolean hasMfaClaim;
    /** MFA was done on a device that is remembered (RM-03, RM-07). */
    final boolean isRemembered;
    /** The user can do MFA now, or is sent to the home tenant to do it (EXT-01). */
    public final boolean canDoMfa;
    /** The home tenant is trusted with MFA: nobody registers here (EXT-01). */
    public final boolean mfaHappensAtHome;

    /** What the session of a request has proved, under the settings of per-user MFA. */
    public Claims(Facts facts, MfaSettings settings) {
        this.facts = facts;
        this.settings = settings;
        UserState user = facts.user;
        registered = user != null && user.isMfaRegistered();
        Instant validFrom = user == null ? null : user.signInSessionsValidFromDateTime();
        Instant started = facts.signIn.session().startedDateTime();
        Instant signedIn = facts.signIn.authentication().signInDateTime();
        boolean mayHaveUsedPass = facts.methodsUnknown || usedPass(AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_MULTI_USE);
        boolean passEnded = mayHaveUsedPass && user != null && !facts.isExternal() && hasEndedPass(user);
        boolean known = validFrom != null && isRevoked(signedIn != null || facts.beginUnknown ? signedIn : started, started, validFrom);
        sessionRevoked = passEnded || known || facts.beginUnknown && validFrom != null;
        signsInAfresh = facts.takenToSignInAfresh() ? sessionRevoked : passEnded && !facts.methodsUnknown || known;
        mfaHappensAtHome = facts.isExternal() && facts.organization.isMfaAccepted();
        Instant mfa = facts.signIn.authentication().mfaDateTime();
        boolean here = isValid(mfa, validFrom) && !isOnlyBoundToTheDevice() && !passEnded && !isForgotten(mfa);
        hasMfaClaim = canBeAsked() && (here || mfaHappensAtHome && isTrue(facts.signIn.authentication().homeTenantMfa()));
        Instant remembered = facts.signIn.session().rememberedMfaDateTime();
        isRemembered = canBeAsked() && settings.rememberMfaDays() > 0 && !facts.isExternal() && isValid(remembered, validFrom)
                && isValid(remembered, user == null ? null : user.rememberDevicesNotIssuedBefore())                // RM-06
                && remembered.plus(Duration.ofDays(settings.rememberMfaDays())).isAfter(facts.now);
        boolean canHere = registered || user != null && !facts.isExternal() && user.hasTemporaryAccessPass();                  // TAP-06
        canDoMfa = user != null && (mfaHappensAtHome || canHere && !facts.isDirectConnect());      // SD-11
    }

    private boolean isRevoked(Instant began, Instant started, Instant validFrom) {
        return began != null && (!began.isAfter(validFrom) || isFromTheFuture(began)) || isFromTheFuture(started);
    }

    private static boolean isTrue(Boolean fact) {
        return fact != null && fact;
    }

    /** Whether a Temporary Access Pass is all that the session's MFA comes from. */
    private boolean usedPass(AuthenticationMethodMode pass) {
        return facts.hasUsed(pass) && !facts.hasUsedStrong();
    }

    /** A pass for many uses that has expired or is not allowed; a one-time pass is spent by the session itself, which goes on. */
    private static boolean hasEndedPass(UserState user) {
        boolean ended = false;
        for (AuthenticationMethod own : user.authenticationMethods()) {
            if (own.method() == AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_MULTI_USE) {
                if (own.isUsable()) {
                    return false;
                }
                ended = true;
            }
        }
        return ended;
    }

    /** RM-04: where MFA is remembered for some days, a token of an app is good for as many; guests have nothing remembered (RM-05). */
    private boolean isForgotten(Instant mfa) {
        return settings.rememberMfaDays() > 0 && facts.client != ClientAppType.BROWSER && facts.action == Facts.Action.SIGN_IN
                && !facts.isExternal()
                && !mfa.plus(Duration.ofDays(settings.rememberMfaDays())).isAfter(facts.now);
    }

    /** TAP-04: what needs no password is registered within ten minutes of a sign-in with a one-time pass. */
    boolean isPassTooOld() {
        boolean mayHaveUsedPass = usedPass(AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_ONE_TIME) || facts.methodsUnknown
                && facts.takenToSignInAfresh();
        if (facts.action != Facts.Action.REGISTER_SECURITY_INFO || !mayHaveUsedPass || facts.registering == null
                || !PASSWORDLESS.contains(facts.registering)) {
            return false;
        }
        Instant signedIn = facts.signIn.authentication().signInDateTime();
        if (signedIn == null && facts.strict) {
            return facts.takenToSignInAfresh();
        }
        Instant since = signedIn != null ? signedIn : facts.signIn.authentication().mfaDateTime();
        return since != null && (isFromTheFuture(since) || Duration.between(since, facts.now).compareTo(Duration.ofMinutes(10)) > 0);
    }

    /** CA-ACT-03: a device that is being registered has no Windows Hello for Business yet. */
    private boolean isOnlyBoundToTheDevice() {
        return facts.action == Facts.Action.REGISTER_DEVICE
                && (facts.methodsUnknown || facts.hasUsedOnly(AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS));
    }

    private boolean isValid(Instant claimed, Instant validFrom) {
        return claimed != null && !isFromTheFuture(claimed) && (validFrom == null || claimed.isAfter(validFrom));
    }

    /** In seconds and nanoseconds, because every request with a claim comes by here and none should pay for a sum. */
    boolean isFromTheFuture(Instant claimed) {
        if (claimed == null) {
            return false;
        }
        long ahead = claimed.getEpochSecond() - facts.now.getEpochSecond() - CLOCK_SKEW.getSeconds();
        return ahead > 0 || ahead == 0 && claimed.getNano() > facts.now.getNano();
    }

    /** What a control is to this session. */
    public Status status(Control control) {
        if (facts.principal != null) {
            return Status.FAILED;
        }
        return switch (control.kind()) {
            case BLOCK, NOT_UNDERSTOOD -> Status.FAILED;                                                   // IMP-03
            case ENFORCED_MFA -> enforcedMfa();
            case MFA -> hasMfaClaim || isRemembered
                    ? Status.SATISFIED : canBeAsked() && !isDirectConnectWithoutTrust() ? Status.PENDING : Status.FAILED;
            case AUTHENTICATION_STRENGTH -> strength(control.strength());
            case COMPLIANT_DEVICE -> met((!facts.isLegacy() || facts.showsDeviceOverActiveSync()) && facts.device != null
                    && facts.device.isKnownCompliant() && (!facts.isExternal() || facts.organization.isCompliantDeviceAccepted()));
            case DOMAIN_JOINED_DEVICE -> met(!facts.isLegacy() && facts.device != null && facts.device.isDomainJoined()
                    && (!facts.isExternal() || facts.organization.isHybridAzureADJoinedDeviceAccepted()));
            case APPROVED_APPLICATION -> met(!facts.isLegacy() && !facts.isExternal() && facts.device != null && isPhone()
                    && isTrue(facts.signIn.clientApplication().isApproved()));
            case COMPLIANT_APPLICATION -> met(!facts.isLegacy() && !facts.isExternal() && isProtectable() && !facts.mayBeDeviceCodeFlow()
                    && isTrue(facts.signIn.clientApplication().isProtected()));
            case PASSWORD_CHANGE -> remediation(isTrue(facts.signIn.satisfied().passwordChanged()));
            case RISK_REMEDIATION -> remediation(isTrue(facts.signIn.satisfied().riskRemediated()));
            case TERMS_OF_USE -> termsOfUse(control);
            case CUSTOM -> asked(names(facts.signIn.satisfied().customAuthenticationFactors(), control));
        };
    }

    private static Status met(boolean met) {
        return met ? Status.SATISFIED : Status.FAILED;
    }

    private static boolean names(List<String> satisfied, Control control) {
        for (String each : satisfied) {
            if (WellKnown.isSame(each, control.id()) || WellKnown.isSame(each, control.name())) {
                return true;
            }
        }
        return false;
    }

    /** GR-OPR-08, AGT-08: a legacy client can be asked for nothing, nor can an agent. */
    private boolean canBeAsked() {
        return !facts.isLegacy() && !facts.isAgentUser();
    }

    private boolean isDirectConnectWithoutTrust() {
        return facts.isDirectConnect() && !mfaHappensAtHome;
    }

    private boolean isPhone() {
        return facts.platform == DevicePlatform.ANDROID || facts.platform == DevicePlatform.IOS;
    }

    /**
     * GR-CTL-07: there are no app protection policies elsewhere; a platform that is not known is one that has them, unless that is unknown.
     */
    private boolean isProtectable() {
        return facts.platform == null && !facts.strict || isPhone() || facts.platform == DevicePlatform.WINDOWS;
    }

    private Status asked(boolean done) {
        if (facts.isDirectConnect() || !canBeAsked()) {
            return Status.FAILED;
        }
        return done ? Status.SATISFIED : Status.PENDING;
    }

    /** GR-CTL-26: a device that is not registered is registered first, to accept for itself; guests cannot do that here. */
    private Status termsOfUse(Control control) {
        if (control.isPerDevice() && facts.isExternal()) {
            return Status.FAILED;
        }
        return asked(names(facts.signIn.satisfied().termsOfUse(), control) && !(control.isPerDevice() && facts.device == null));
    }

    /** GR-CTL-08, EXT-07: guests and the unregistered cannot remediate. */
    private Status remediation(boolean done) {
        if (facts.isExternal() || facts.user.userType() == UserType.GUEST || !canBeAsked()) {
            return Status.FAILED;
        }
        return done ? Status.SATISFIED : registered ? Status.PENDING : Status.FAILED;
    }

    /**
     * Whether it is only for want of a registration that this user cannot remediate a risk; said of a control that cannot be met (DEC-03).
     */
    boolean remediatesOnceRegistered() {
        return facts.user != null && !registered && !facts.isExternal() && facts.user.userType() != UserType.GUEST && canBeAsked();
    }

    /** PU-04: an enabled user who is not registered becomes enforced by registering. */
    private Status enforcedMfa() {
        if (facts.user.perUserMfaState() == PerUserMfaState.ENFORCED) {
            return Status.SATISFIED;
        }
        return facts.user.perUserMfaState() == PerUserMfaState.ENABLED && !registered && canBeAsked() ? Status.PENDING : Status.FAILED;
    }

    private Status strength(AuthenticationStrength strength) {
        if (isMet(strength)) {
            return Status.SATISFIED;
        }
        if (!canBeAsked() || isDirectConnectWithoutTrust()) {
            return Status.FAILED;
        }
        return canStepUp(strength) || !registrableFor(strength).isEmpty() || mfaHappensAtHome && isPossibleAtHome(strength) ? Status.PENDING
                : Status.FAILED;
    }

    /** AS-13: what the home tenant lets the user do is not known here; only Windows Hello for Business cannot be asked for (AS-10). */
    private static boolean isPossibleAtHome(AuthenticationStrength strength) {
        return strength.allowedCombinations().stream()
                .anyMatch(combination -> !combination.contains(AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS));
    }

    /** AS-07: a combination of methods used in this session is allowed; one that is more than a first factor needs the MFA claim. */
    private boolean isMet(AuthenticationStrength strength) {
        for (Set<AuthenticationMethodMode> combination : strength.allowedCombinations()) {
            if (facts.hasUsed(combination) && counts(combination) && isUnrestricted(strength, combination)
                    && (hasMfaClaim || !sessionRevoked && isFirstFactorOnly(combination))) {
                return true;
            }
        }
        return false;
    }

    private boolean counts(Set<AuthenticationMethodMode> combination) {
        for (AuthenticationMethodMode method : combination) {
            if (!counts(method)) {
                return false;
            }
        }
        return true;
    }

    /** CA-ACT-03, AS-13: whether a method is one for this action, and for an external user whose home tenant is not trusted with MFA. */
    private boolean counts(AuthenticationMethodMode method) {
        boolean bound = facts.action == Facts.Action.REGISTER_DEVICE && method == AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS;
        return !bound && (!facts.isExternal() || mfaHappensAtHome || !ONLY_AT_HOME.contains(method));
    }

    /** AS-12. */
    private boolean isUnrestricted(AuthenticationStrength strength, Set<AuthenticationMethodMode> combination) {
        SignIn.Authentication used = facts.signIn.authentication();
        for (AuthenticationStrength.Restriction restriction : strength.restrictions()) {
            if (!restriction.allows(combination, used.aaguid(), used.certificateIssuerSki(), used.certificatePolicyOids())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFirstFactorOnly(Set<AuthenticationMethodMode> combination) {
        if (combination.size() != 1) {
            return false;
        }
        return switch (combination.iterator().next()) {
            case PASSWORD, SMS, EMAIL, X509_CERTIFICATE_SINGLE_FACTOR, FEDERATED_SINGLE_FACTOR, QR_CODE_PIN -> true;
            default -> false;
        };
    }

    /** AS-07, AS-10: the user has a combination that can be asked for now. */
    boolean canStepUp(AuthenticationStrength strength) {
        for (Set<AuthenticationMethodMode> combination : strength.allowedCombinations()) {
            if (has(combination, null)) {
                return true;
            }
        }
        return false;
    }

    /** AS-08, AS-09: methods that the user could register now so that a combination is complete. */
    List<AuthenticationMethodMode> registrableFor(AuthenticationStrength strength) {
        List<AuthenticationMethodMode> found = new ArrayList<>();
        for (AuthenticationMethodMode method : REGISTRABLE) {
            for (Set<AuthenticationMethodMode> combination : strength.allowedCombinations()) {
                if (combination.contains(method) && has(combination, method)) {
                    found.add(method);
                    break;
                }
            }
        }
        return found;
    }

    /** What external users can do in their home tenant only (AS-13). */
    private static final Set<AuthenticationMethodMode> ONLY_AT_HOME = EnumSet.of(AuthenticationMethodMode.FIDO2,
            AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS,
            AuthenticationMethodMode.X509_CERTIFICATE_MULTI_FACTOR, AuthenticationMethodMode.DEVICE_BASED_PUSH,
            AuthenticationMethodMode.HARDWARE_OATH,
            AuthenticationMethodMode.FEDERATED_MULTI_FACTOR, AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_ONE_TIME,
            AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_MULTI_USE);

    private static final Set<AuthenticationMethodMode> PASSWORDLESS = EnumSet.of(AuthenticationMethodMode.FIDO2,
            AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS, AuthenticationMethodMode.PLATFORM_CREDENTIAL,
            AuthenticationMethodMode.DEVICE_BASED_PUSH);

    /** What can be registered in the middle of a sign-in (AS-09). */
    public static final List<AuthenticationMethodMode> REGISTRABLE = List.of(AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH,
            AuthenticationMethodMode.SOFTWARE_OATH, AuthenticationMethodMode.FIDO2, AuthenticationMethodMode.SMS,
            AuthenticationMethodMode.VOICE);

    /** What is registered under security defaults (SD-REG-04, SD-REG-05). */
    static final List<AuthenticationMethodMode> SECURITY_DEFAULTS_METHODS =
            List.of(AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH, AuthenticationMethodMode.SOFTWARE_OATH);

    /** Whether a user who has no method for MFA registers one that security defaults do not offer. */
    boolean registersFirstButNoApp() {
        return facts.action == Facts.Action.REGISTER_SECURITY_INFO && facts.registering != null && !registered
                && UserState.isStrong(facts.registering) && !SECURITY_DEFAULTS_METHODS.contains(facts.registering);
    }

    private boolean has(Set<AuthenticationMethodMode> combination, AuthenticationMethodMode added) {
        for (AuthenticationMethodMode method : combination) {
            if (!counts(method) || method != added && !isAvailable(method)) {
                return false;
            }
        }
        return true;
    }

    private boolean isAvailable(AuthenticationMethodMode method) {
        if (method == AuthenticationMethodMode.PASSWORD) {
            return true;
        }
        if (method == AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS) {
            return false;
        }
        for (AuthenticationMethod own : facts.user.authenticationMethods()) {
            if (own.method() == method && own.isUsable()) {
                return true;
            }
        }
        return facts.hasUsed(method) && !UserState.isStrong(method);
    }

    /** Whether a strength can be met only after registering a method. */
    public boolean needsRegistration(AuthenticationStrength strength) {
        return !canStepUp(strength);
    }

    /** How a sign-in frequency stands: met, or what is too old (SS-10..18). */
    Age age(SignInFrequency frequency) {
        boolean waits = facts.isLegacy() || facts.principal != null || !facts.isInteractive() && facts.client == ClientAppType.BROWSER;
        if (waits) {
            return Age.FRESH;
        }
        boolean onlyRemembered = !hasMfaClaim && !isFromTheFuture(facts.signIn.authentication().mfaDateTime())
                && (isRemembered || isFromTheFuture(facts.signIn.session().rememberedMfaDateTime()));                    // RM-07, AMB-38
        Instant mfa = onlyRemembered ? facts.signIn.session().rememberedMfaDateTime() : facts.signIn.authentication().mfaDateTime();
        if (frequency.secondaryOnly()) {
            return hasMfaClaim && mfa != null && isFresh(mfa, frequency) ? Age.FRESH : Age.MFA_TOO_OLD;
        }
        Instant renewed = facts.signIn.session().primaryRefreshTokenDateTime();
        if (renewed != null && !frequency.everyTime() && facts.device != null && facts.device.isJoined()) {              // SS-13
            return isFresh(renewed, frequency) ? Age.FRESH : Age.SIGN_IN_TOO_OLD;
        }
        Instant signedIn = facts.signIn.authentication().signInDateTime();
        if (facts.strict) {
            return ageInStrictMode(signedIn, renewed, onlyRemembered, frequency);
        }
        Instant since = signedIn != null ? signedIn : facts.signIn.session().startedDateTime();
        if (since != null && !isFresh(since, frequency)) {
            return Age.SIGN_IN_TOO_OLD;
        }
        return mfa != null && !isFresh(mfa, frequency) ? Age.MFA_TOO_OLD : Age.FRESH;
    }

    /**
     * A sign-in of an unknown time is too old, and so is the MFA of a user who can do it: the answer to either can be given. A token was
     * renewed after the sign-in that it comes from, so that only one that is known to be old counts on a device that may be joined.
     */
    private Age ageInStrictMode(Instant signedIn, Instant renewed, boolean onlyRemembered, SignInFrequency frequency) {
        boolean mayBeRenewed = renewed != null && !frequency.everyTime() && (facts.device == null || facts.device.trustType() == null);
        if (signedIn == null || !isFresh(signedIn, frequency) || mayBeRenewed && !isFresh(renewed, frequency)) {
            return Age.SIGN_IN_TOO_OLD;
        }
        Instant mfa = facts.signIn.authentication().mfaDateTime();
        boolean isOld = mfa != null ? !isFresh(mfa, frequency) : canDoMfa;
        return isOld || onlyRemembered && !isFresh(facts.signIn.session().rememberedMfaDateTime(), frequency) ? Age.MFA_TOO_OLD : Age.FRESH;
    }

    /** SS-12, SS-14. */
    private boolean isFresh(Instant since, SignInFrequency frequency) {
        if (isFromTheFuture(since)) {
            return false;
        }
        Duration age = Duration.between(since, facts.now);
        boolean younger = age.getSeconds() < frequency.seconds();
        return younger || frequency.everyTime() && age.getSeconds() == frequency.seconds() && age.getNano() == 0;
    }

    /** What a sign-in frequency says of a session. */
    enum Age { FRESH, SIGN_IN_TOO_OLD, MFA_TOO_OLD }

    /** MFA within the last five minutes, as passkeys need it (REG-04). */
    boolean hasRecentMfa() {
        Instant mfa = facts.signIn.authentication().mfaDateTime();
        return hasMfaClaim && (mfa == null ? !facts.strict : !isFromTheFuture(mfa) && Duration.between(mfa, facts.now)
                .compareTo(Duration.ofMinutes(5)) <= 0);
    }

    /** Whether the address counts for the MFA service settings (TI-01, CA-LOC-18). */
    boolean isTrustedIp() {
        if (settings.skipMfaForFederatedIntranet() && facts.insideCorporateNetwork) {
            return true;
        }
        if (facts.ip == null) {
            return false;
        }
        for (int i = 0; i < settings.trustedIps().size(); i++) {
            if (settings.trustedIps().get(i).contains(facts.ip)) {
                return facts.ip.isPublic();
            }
        }
        return false;
    }
}
