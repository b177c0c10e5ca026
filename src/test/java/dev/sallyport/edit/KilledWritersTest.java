package dev.sallyport.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed while it changes all users leaves the old file or the new one. {@code -Dsallyport.kills=200} kills as
 * often as it takes to believe it; the build does it a few times.
 */
class KilledWritersTest {

    private static final int USERS = 300;

    @TempDir
    private Path folder;

    @Test
    void killedWriter_anyMoment_leavesTheOldOrTheNewFile() throws Exception {
        StringBuilder disabled = new StringBuilder("# people\nkind: directory\nusers:\n");
        StringBuilder enabled = new StringBuilder(disabled);
        for (int i = 0; i < USERS; i++) {
            String name = "  - userPrincipalName: user" + i + "@contoso.com # number " + i + "\n    perUserMfaState: ";
            disabled.append(name).append("disabled\n    memberOf: []\n");
            enabled.append(name).append("enabled\n    perUserMfaEnabledDateTime: 2026-11-22T10:15:00Z\n    memberOf: []\n");
        }
        Path file = Files.writeString(folder.resolve("directory.yaml"), disabled);
        Random random = new Random(7);
        long updates = 0;
        for (int kill = 0; kill < Integer.getInteger("sallyport.kills", 15); kill++) {
            Path dots = folder.resolve("dots");
            Files.deleteIfExists(dots);
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                    "-Xshare:auto", "-cp", System.getProperty("java.class.path"), BulkUpdates.class.getName(), file.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD).redirectOutput(dots.toFile()).start();
            while (Files.size(dots) == 0 && process.isAlive()) {
                Thread.sleep(1);
            }
            Thread.sleep(random.nextInt(60), random.nextInt(1_000_000));
            assertThat(process.isAlive()).isTrue();
            process.destroyForcibly().waitFor();
            updates += Files.size(dots);
            Files.delete(dots);
            assertThat(Files.readString(file)).as("kill " + kill).isIn(disabled.toString(), enabled.toString());
            assertThat(DirectoryFiles.read(List.of(file)).directory().users()).hasSize(USERS);
        }
        assertThat(updates).isPositive();
        DirectoryFiles.lock(List.of(file), Duration.ZERO).close();       // nobody holds the lock any more
        try (DirectoryFiles files = DirectoryFiles.lock(List.of(file), Duration.ZERO)) {
            files.change(files.directory().users().stream().map(user -> dev.sallyport.model.Lifecycle.enforce(user, java.time.Instant.EPOCH)).toList()).write();
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("what killed writers left is removed").containsExactly(file);
        }
    }
}
