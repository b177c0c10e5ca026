package dev.sallyport.cli;

import dev.sallyport.model.AppPasswords;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AppPassword;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/** Makes and deletes app passwords of a user (AP-01..AP-09, AP-15, AP-18). */
public final class AppPasswordSteps {

    private static final int LONGEST_NAME = 64;

    private AppPasswordSteps() { }

    /**
     * An app password that was made.
     *
     * @param user the user who has it
     * @param appPassword what the directory keeps
     * @param password the app password itself, to be shown once
     */
    public record Created(UserState user, AppPassword appPassword, String password) {

        /** Without the app password itself, which must not be logged. */
        @Override
        public String toString() {
            return "Created[" + appPassword + "]";
        }
    }

    /** Why an app password cannot have a name: blank, too long, taken, or with control characters (AP-07); {@code null} if it can. */
    public static String refusal(UserState user, String displayName) {
        String stripped = displayName.strip();
        if (stripped.isEmpty()) {
            return "the name of an app password must not be blank";
        }
        if (stripped.codePointCount(0, stripped.length()) > LONGEST_NAME) {
            return "the name of an app password can have at most " + LONGEST_NAME + " characters";
        }
        if (stripped.codePoints().anyMatch(Character::isISOControl)) {
            return "the name of an app password must not contain control characters";
        }
        if (user.appPasswords().stream().anyMatch(each -> stripped.equalsIgnoreCase(each.displayName()))) {
            return user.userPrincipalName() + " has an app password `" + stripped + "` already: choose another name, or delete it";
        }
        return null;
    }

    /** Makes an app password that the policies allow. */
    public static Created create(UserState user, String displayName, Instant time) {
        SecureRandom random = new SecureRandom();
        String password = AppPasswords.generate(random);
        AppPassword created = new AppPassword(UUID.randomUUID().toString(), displayName.strip(), time, AppPasswords.hash(password, random));
        return new Created(Lifecycle.addAppPassword(user, created), created, password);
    }

    /** Why users cannot delete an app password of theirs (AP-15); {@code null} if they can. */
    public static String deletionRefusal(MfaSettings settings) {
        return settings.allowAppPasswords() ? null : "app passwords are not allowed here, so users cannot delete theirs [AP-15]";
    }
}
