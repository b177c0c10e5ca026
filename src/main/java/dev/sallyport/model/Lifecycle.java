package dev.sallyport.model;

import dev.sallyport.model.UserState.AppPassword;
import dev.sallyport.model.UserState.AuthenticationMethod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the state of a user's MFA moves on (sections 10.1, 10.4, 12.7): pure functions from a state to the next one; what
 * happened on the way is told by {@link #events}. The time is always the caller's. A step that changes nothing returns the same
 * object.
 */
public final class Lifecycle {

    /** What the Security info page offers to add, as far as it is decided here. */
    public static final List<AuthenticationMethodMode> ADDABLE = List.of(AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH,
            AuthenticationMethodMode.SOFTWARE_OATH,
            AuthenticationMethodMode.FIDO2, AuthenticationMethodMode.SMS, AuthenticationMethodMode.VOICE,
            AuthenticationMethodMode.APP_PASSWORD);

    private Lifecycle() { }

    /** What a step changed about a user. */
    public sealed interface Event {

        /**
         * The state of per-user MFA changed (PU-04, PU-05).
         *
         * @param from the state before
         * @param to the state after
         */
        record PerUserMfaChanged(PerUserMfaState from, PerUserMfaState to) implements Event { }

        /**
         * The grace period for registration began (PU-13).
         *
         * @param from the time from which the grace period counts
         */
        record GracePeriodStarted(Instant from) implements Event { }

        /**
         * A method was registered.
         *
         * @param method the method
         */
        record MethodRegistered(AuthenticationMethod method) implements Event { }

        /**
         * A method was removed.
         *
         * @param method the method
         */
        record MethodRemoved(AuthenticationMethod method) implements Event { }

        /**
         * A method stays registered, and became the default, is no longer the default, or can no longer be used (RV-05).
         *
         * @param from the method before
         * @param to the method after
         */
        record MethodChanged(AuthenticationMethod from, AuthenticationMethod to) implements Event { }

        /**
         * An app password was created (AP-09).
         *
         * @param appPassword the app password
         */
        record AppPasswordCreated(AppPassword appPassword) implements Event { }

        /**
         * An app password was deleted, which is final (AP-09).
         *
         * @param appPassword the app password
         */
        record AppPasswordDeleted(AppPassword appPassword) implements Event { }

        /**
         * Sessions are revoked (RV-01).
         *
         * @param before the time before which sessions are revoked; {@code null} if none are any more
         */
        record SessionsRevoked(@Nullable Instant before) implements Event { }

        /**
         * Remembered MFA is revoked (RM-06).
         *
         * @param before the time before which remembered MFA is revoked; {@code null} if none is any more
         */
        record RememberedMfaRevoked(@Nullable Instant before) implements Event { }

        /**
         * The user signed in for the first time (SD-REG-02).
         *
         * @param at the time; {@code null} if it was forgotten
         */
        record SignedInFirst(@Nullable Instant at) implements Event { }

        /**
         * The account was enabled or disabled.
         *
         * @param isEnabled whether the account is enabled now
         */
        record AccountChanged(boolean isEnabled) implements Event { }
    }

    /** An administrator enables per-user MFA; the grace period begins now (PU-05, PU-13). A user who is enabled stays as they are. */
    public static UserState enable(UserState user, Instant now) {
        return user.perUserMfaState() == PerUserMfaState.ENABLED ? user : user.toBuilder().perUserMfaState(PerUserMfaState.ENABLED)
                .perUserMfaEnabledDateTime(now).build();
    }

    /** An administrator enforces per-user MFA (PU-05). */
    public static UserState enforce(UserState user, Instant now) {
        Instant enabled = user.perUserMfaEnabledDateTime();
        boolean isEnforced = user.perUserMfaState() == PerUserMfaState.ENFORCED;
        return isEnforced ? user : user.toBuilder().perUserMfaState(PerUserMfaState.ENFORCED)
                .perUserMfaEnabledDateTime(enabled == null ? now : enabled).build();
    }

    /** An administrator disables per-user MFA; methods and app passwords stay, and app passwords are refused (PU-05, AP-20). */
    public static UserState disable(UserState user) {
        boolean isDisabled = user.perUserMfaState() == PerUserMfaState.DISABLED && user.perUserMfaEnabledDateTime() == null;
        return isDisabled ? user : user.toBuilder().perUserMfaState(PerUserMfaState.DISABLED).perUserMfaEnabledDateTime(null).build();
    }

    /** Whether a user may have one more of a method: five authenticator apps, two phones, ten passkeys and no more (REG-10). */
    public static boolean mayRegister(UserState user, AuthenticationMethodMode method) {
        return switch (method) {
            case MICROSOFT_AUTHENTICATOR_PUSH, SOFTWARE_OATH ->
                    count(user, AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH)
                            + count(user, AuthenticationMethodMode.SOFTWARE_OATH) < 5;
            case SMS, VOICE -> count(user, method) < 2;
            case FIDO2 -> count(user, method) < 10;
            default -> true;
        };
    }

    private static long count(UserState user, AuthenticationMethodMode method) {
        return user.authenticationMethods().stream().filter(each -> each.method() == method).count();
    }

    /**
     * The user registers a method. Whoever is enabled and had none that is strong is enforced from then on (PU-04, PU-06). A
     * Temporary Access Pass takes the place of the one before (TAP-03). Whether there may be one more is {@link #mayRegister}'s to say.
     *
     * @param displayName the name of the method, or {@code null}
     */
    public static UserState register(UserState user, AuthenticationMethodMode method, @Nullable String displayName, Instant now) {
        return register(user, method, displayName, null, null, now);
    }

    /**
     * The user registers a method with its number or address.
     *
     * @param phoneNumber  of a phone, or {@code null}
     * @param emailAddress of an email method, or {@code null}
     */
    public static UserState register(UserState user, AuthenticationMethodMode method, @Nullable String displayName,
            @Nullable String phoneNumber, @Nullable String emailAddress, Instant now) {
        boolean completes = UserState.isStrong(method) && !user.isMfaRegistered();
        List<AuthenticationMethod> methods = new ArrayList<>(user.authenticationMethods());
        if (isPass(method)) {
            methods.removeIf(each -> isPass(each.method()));
        }
        methods.add(new AuthenticationMethod(method, displayName, completes, now, true, phoneNumber, emailAddress));
        UserState registered = user.toBuilder().authenticationMethods(methods).build();
        return completes && user.perUserMfaState() == PerUserMfaState.ENABLED
                ? registered.toBuilder().perUserMfaState(PerUserMfaState.ENFORCED)
                .perUserMfaEnabledDateTime(user.perUserMfaEnabledDateTime()).build() : registered;
    }

    private static boolean isPass(AuthenticationMethodMode method) {
        return method == AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_ONE_TIME
                || method == AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_MULTI_USE;
    }

    /** All methods of a kind are removed; the state of per-user MFA stays (PU-04 leads one way only). */
    public static UserState unregister(UserState user, AuthenticationMethodMode method) {
        return keep(user, user.authenticationMethods().stream().filter(each -> each.method() != method).toList());
    }

    /** Every method is removed. */
    public static UserState unregisterAll(UserState user) {
        return keep(user, List.of());
    }

    /**
     * An administrator requires the user to register again: phones, Authenticator and software OATH are deleted, hardware OATH is
     * deactivated, and everything else stays (RV-05, RV-06).
     */
    public static UserState requireReregistration(UserState user) {
        List<AuthenticationMethod> methods = new ArrayList<>();
        for (AuthenticationMethod each : user.authenticationMethods()) {
            switch (each.method()) {
                case SMS, VOICE, MICROSOFT_AUTHENTICATOR_PUSH, SOFTWARE_OATH -> { }
                case HARDWARE_OATH -> methods.add(each.deactivated());
                default -> methods.add(each);
            }
        }
        return keep(user, methods);
    }

    /** The user keeps these methods; where the default is gone, the first that is strong and usable takes its place. */
    private static UserState keep(UserState user, List<AuthenticationMethod> methods) {
        if (methods.equals(user.authenticationMethods())) {
            return user;
        }
        List<AuthenticationMethod> kept = new ArrayList<>(methods);
        boolean hadDefault = user.authenticationMethods().stream().anyMatch(AuthenticationMethod::isDefault);
        for (int i = 0; hadDefault && i < kept.size() && kept.stream().noneMatch(AuthenticationMethod::isDefault); i++) {
            AuthenticationMethod each = kept.get(i);
            if (each.isUsable() && UserState.isStrong(each.method())) {
                kept.set(i, each.asDefault());
            }
        }
        return user.toBuilder().authenticationMethods(kept).build();
    }

    /**
     * Sessions that began before now are revoked, and what they had proved is lost; app passwords and methods stay (RV-01, RV-04,
     * AP-25). A revocation never moves back: where sessions are revoked from a later time on, they stay so.
     */
    public static UserState revokeSessions(UserState user, Instant now) {
        return keepRevocations(user, user.toBuilder().signInSessionsValidFromDateTime(now).build());
    }

    /** MFA that a device remembers from before now no longer counts; sessions run on (RV-05, RM-06). This too never moves back. */
    public static UserState revokeRememberedMfa(UserState user, Instant now) {
        return keepRevocations(user, user.toBuilder().rememberDevicesNotIssuedBefore(now).build());
    }

    /** The later state, in which everything is revoked that was revoked in the one before. */
    public static UserState keepRevocations(UserState before, UserState after) {
        Instant sessions = later(before.signInSessionsValidFromDateTime(), after.signInSessionsValidFromDateTime());
        Instant remembered = later(before.rememberDevicesNotIssuedBefore(), after.rememberDevicesNotIssuedBefore());
        UserState kept = after.toBuilder().signInSessionsValidFromDateTime(sessions).rememberDevicesNotIssuedBefore(remembered).build();
        return kept.equals(before) ? before : kept;
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        return one == null || other != null && other.isAfter(one) ? other : one;
    }

    /** The password was changed or reset, which ends sessions but no app password (RV-07, AP-14). */
    public static UserState passwordChanged(UserState user, Instant now) {
        return revokeSessions(user, now);
    }

    /** The account is disabled, which ends its sessions (RV-07). */
    public static UserState disableAccount(UserState user, Instant now) {
        return user.accountEnabled() ? revokeSessions(user, now).toBuilder().accountEnabled(false).build() : user;
    }

    /**
     * The user was let in interactively while security defaults were on; the first time begins the period in which registration may
     * be postponed (SD-REG-02). It moves no one from enabled to enforced (PU-06).
     */
    public static UserState signedIn(UserState user, Instant now) {
        return user.firstSignInDateTime() == null ? user.toBuilder().firstSignInDateTime(now).build() : user;
    }

    /** An app password that the evaluation let the user create (AP-02, AP-05). */
    public static UserState addAppPassword(UserState user, AppPassword appPassword) {
        List<AppPassword> all = new ArrayList<>(user.appPasswords());
        all.add(appPassword);
        return user.toBuilder().appPasswords(all).build();
    }

    /** The app password of this name is deleted; names compare without regard to case (AP-07). */
    public static UserState deleteAppPassword(UserState user, String displayName) {
        List<AppPassword> kept = user.appPasswords().stream().filter(each -> !displayName.equalsIgnoreCase(each.displayName())).toList();
        return kept.size() == user.appPasswords().size() ? user : user.toBuilder().appPasswords(kept).build();
    }

    /** An administrator deletes all app passwords of a user (AP-18). */
    public static UserState deleteAppPasswords(UserState user) {
        return user.appPasswords().isEmpty() ? user : user.toBuilder().appPasswords(List.of()).build();
    }

    /** The later state, whose history says what became of the state of per-user MFA; the same object where it stayed. */
    public static UserState recorded(UserState before, UserState after, Instant now, @Nullable String by) {
        if (before.perUserMfaState() == after.perUserMfaState()) {
            return after;
        }
        List<UserState.PerUserMfaChange> history = new ArrayList<>(after.perUserMfaHistory());
        history.add(new UserState.PerUserMfaChange(now, before.perUserMfaState(), after.perUserMfaState(), by));
        return after.toBuilder().perUserMfaHistory(history).build();
    }

    /** What happened to a user between two states; empty when nothing did. */
    public static List<Event> events(UserState before, UserState after) {
        List<Event> events = new ArrayList<>();
        if (before.accountEnabled() != after.accountEnabled()) {
            events.add(new Event.AccountChanged(after.accountEnabled()));
        }
        methods(before.authenticationMethods(), after.authenticationMethods(), events);
        if (before.perUserMfaState() != after.perUserMfaState()) {
            events.add(new Event.PerUserMfaChanged(before.perUserMfaState(), after.perUserMfaState()));
        }
        Instant enabled = after.perUserMfaEnabledDateTime();
        if (after.perUserMfaState() == PerUserMfaState.ENABLED && enabled != null && !enabled.equals(before.perUserMfaEnabledDateTime())) {
            events.add(new Event.GracePeriodStarted(enabled));
        }
        before.appPasswords().stream().filter(each -> !after.appPasswords().contains(each)).map(Event.AppPasswordDeleted::new)
                .forEach(events::add);
        after.appPasswords().stream().filter(each -> !before.appPasswords().contains(each)).map(Event.AppPasswordCreated::new)
                .forEach(events::add);
        if (!Objects.equals(before.signInSessionsValidFromDateTime(), after.signInSessionsValidFromDateTime())) {
            events.add(new Event.SessionsRevoked(after.signInSessionsValidFromDateTime()));
        }
        if (!Objects.equals(before.rememberDevicesNotIssuedBefore(), after.rememberDevicesNotIssuedBefore())) {
            events.add(new Event.RememberedMfaRevoked(after.rememberDevicesNotIssuedBefore()));
        }
        if (!Objects.equals(before.firstSignInDateTime(), after.firstSignInDateTime())) {
            events.add(new Event.SignedInFirst(after.firstSignInDateTime()));
        }
        return List.copyOf(events);
    }

    private static void methods(List<AuthenticationMethod> before, List<AuthenticationMethod> after, List<Event> events) {
        List<AuthenticationMethod> left = new ArrayList<>(after);
        List<AuthenticationMethod> gone = new ArrayList<>();
        for (AuthenticationMethod each : before) {
            if (!left.remove(each)) {
                gone.add(each);
            }
        }
        for (AuthenticationMethod each : gone) {
            AuthenticationMethod same = left.stream().filter(other -> isSame(each, other)).findFirst().orElse(null);
            left.remove(same);
            events.add(same == null ? new Event.MethodRemoved(each) : new Event.MethodChanged(each, same));
        }
        left.stream().map(Event.MethodRegistered::new).forEach(events::add);
    }

    /** Whether two records are about one registered method, whatever became of it. */
    public static boolean isSame(AuthenticationMethod one, AuthenticationMethod other) {
        return one.method() == other.method() && Objects.equals(one.displayName(), other.displayName())
                && Objects.equals(one.createdDateTime(), other.createdDateTime());
    }
}
