package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.List;

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

    @Override
    public List<String> consequences(List<UserState> before, PolicyEngine engine, Instant time) {
        return List.of((displayName == null ? "All app passwords are" : "The app password `" + displayName + "` is") + " deleted for "
                + names(before) + ":", "  - programs that use " + (displayName == null ? "them" : "it")
                + " can no longer sign in; this cannot be undone");
    }
}
