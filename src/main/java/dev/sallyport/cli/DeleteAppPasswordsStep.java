package dev.sallyport.cli;

import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.UserState;
import java.time.Instant;

/** The user deletes one while the tenant allows app passwords (AP-15); an administrator deletes all at any time (AP-18). */
public final class DeleteAppPasswordsStep extends UserStep {

    private final String displayName;

    /** @param displayName the name of the one to delete; {@code null} for all */
    public DeleteAppPasswordsStep(String displayName, Terms terms) {
        super(terms);
        this.displayName = displayName;
    }

    @Override
    public String name() {
        return "delete";
    }

    @Override
    public UserState of(UserState user, Instant time) {
        return displayName == null ? Lifecycle.deleteAppPasswords(user) : Lifecycle.deleteAppPassword(user, displayName.strip());
    }

    @Override
    public String unchanged() {
        return "has no app password" + (displayName == null ? "" : " `" + displayName + "`");
    }
}
