package dev.sallyport.edit;

import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Enforces one user of a file and disables them again, many times, as commands that run one after the other. */
final class OneWriter {

    private OneWriter() { }

    public static void main(String[] arguments) throws Exception {
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            try (DirectoryFiles files = DirectoryFiles.lock(List.of(Path.of(arguments[0])), Duration.ofSeconds(60))) {
                UserState user = files.directory().user(arguments[1]);
                files.change(List.of(user.perUserMfaState() == PerUserMfaState.ENFORCED ? Lifecycle.disable(user) : Lifecycle.enforce(user, Instant.EPOCH))).write();
            }
        }
    }
}
