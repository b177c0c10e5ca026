package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {

    @TempDir
    private Path folder;

    private static CompletableFuture<Boolean> next(FileWatch watch) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return watch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void assertSees(CompletableFuture<Boolean> change) throws Exception {
        assertThat(change.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void file_replacedByAnEditor_hasChanged() throws Exception {
        Path file = Files.writeString(folder.resolve("policy.yaml"), "a");
        try (FileWatch watch = new FileWatch(List.of(file))) {
            for (int save = 0; save < 2; save++) {
                CompletableFuture<Boolean> change = next(watch);
                Files.move(Files.writeString(folder.resolve("policy.yaml.tmp"), "b" + save), file, StandardCopyOption.REPLACE_EXISTING);
                assertSees(change);
            }
        }
    }

    @Test
    void file_inANewFolder_isSeen() throws Exception {
        try (FileWatch watch = new FileWatch(List.of(folder))) {
            CompletableFuture<Boolean> change = next(watch);
            Path below = Files.createDirectory(folder.resolve("below"));
            assertSees(change);
            change = next(watch);
            Files.writeString(below.resolve("policy.yaml"), "a");
            assertSees(change);
        }
    }

    @Test
    void files_hiddenOrOfOtherKinds_doNotCount() throws Exception {
        Path file = Files.writeString(folder.resolve("policy.yaml"), "a");
        Path watched = Files.createDirectory(folder.resolve("watched"));
        try (FileWatch watch = new FileWatch(List.of(file, watched))) {
            CompletableFuture<Boolean> change = next(watch);
            Files.writeString(folder.resolve("other.yaml"), "a");
            Files.writeString(watched.resolve(".policy.yaml.swp"), "a");
            Files.writeString(watched.resolve("policy.yaml~"), "a");
            assertThatThrownBy(() -> change.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            Files.writeString(file, "b");
            assertSees(change);
        }
    }

    @Test
    void changes_atOnce_countAsOne() throws Exception {
        Path file = Files.writeString(folder.resolve("policy.yaml"), "a");
        try (FileWatch watch = new FileWatch(List.of(folder))) {
            CompletableFuture<Boolean> first = next(watch);
            for (int i = 0; i < 5; i++) {
                Files.writeString(file, "b" + i);
            }
            assertSees(first);
            CompletableFuture<Boolean> second = next(watch);
            assertThatThrownBy(() -> second.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            Files.writeString(file, "c");
            assertSees(second);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
