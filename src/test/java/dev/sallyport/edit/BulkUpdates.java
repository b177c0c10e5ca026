package dev.sallyport.edit;

import dev.sallyport.model.Lifecycle;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Enables and disables all users of a file in turn until it is killed. */
final class BulkUpdates {

    private BulkUpdates() { }

    public static void main(String[] arguments) throws Exception {
        Instant now = Instant.parse("2026-11-22T10:15:00Z");
        boolean enable = true;
        while (true) {
            try (DirectoryFiles files = DirectoryFiles.lock(List.of(Path.of(arguments[0])), Duration.ofSeconds(5))) {
                boolean enables = enable;
                files.change(files.directory().users().stream().map(user -> enables ? Lifecycle.enable(user, now) : Lifecycle.disable(user)).toList()).write();
                System.out.write('.');
                System.out.flush();
            }
            enable = !enable;
        }
    }
}
