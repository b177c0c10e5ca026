package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class UsersCompileCommandTest {

    @TempDir
    Path folder;

    private Path file;
    private Path compiled;

    @BeforeEach
    void copy() throws Exception {
        file = Files.copy(Path.of("samples/directory.yaml"), folder.resolve("directory.yaml"));
        compiled = folder.resolve("directory.yaml.cache");
    }

    private CommandRun evaluate() {
        return CommandRun.of("evaluate", "-p", "rules/conditional-access", "-d", file.toString(), "samples/requests");
    }

    @Test
    void compile_writesBesideTheFile_andDecisionsStayTheSame() throws Exception {
        CommandRun before = evaluate();
        CommandRun run = CommandRun.of("users", "compile", "-d", file.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("compiled ").contains(compiled.toString());
        assertThat(compiled).exists();
        assertThat(evaluate()).isEqualTo(before);
        assertThat(CommandRun.of("users", "compile", "-d", file.toString()).code()).isZero();
    }

    @Test
    void changedFile_isReadItself_andTheCommandSaysSo() throws Exception {
        CommandRun before = evaluate();
        CommandRun.of("users", "compile", "-d", file.toString());
        Files.writeString(file, Files.readString(file) + "# changed\n");
        CommandRun after = evaluate();
        assertThat(after.out()).isEqualTo(before.out());
        assertThat(after.err()).contains("SP1824", "the directory file has changed since", "sallyport users compile");
        CommandRun.of("users", "compile", "-d", file.toString());
        assertThat(evaluate()).isEqualTo(before);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void compiledFile_isReadableForThoseWhoMayReadTheDirectory() throws Exception {
        for (String rights : new String[] {"rw-------", "rw-r-----", "rw-------"}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
            assertThat(CommandRun.of("users", "compile", "-d", file.toString()).code()).isZero();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(compiled))).isEqualTo(rights);
        }
    }

    @Test
    void wrongDirectory_isNotCompiled() throws Exception {
        Files.writeString(file, "kind: directory\nusers: [{ userPrincipalNam: x }]\n");
        CommandRun run = CommandRun.of("users", "compile", "-d", file.toString());
        assertThat(run.code()).isNotZero();
        assertThat(run.err()).contains("SP1102");
        assertThat(compiled).doesNotExist();
    }

    @Test
    void dateInTheFuture_isNotCompiled() throws Exception {
        Files.writeString(file, "kind: directory\nusers: [{ userPrincipalName: x, firstSignInDateTime: 2999-01-01T00:00:00Z }]\n");
        CommandRun run = CommandRun.of("users", "compile", "-d", file.toString());
        assertThat(run.code()).isNotZero();
        assertThat(run.err()).contains("SP1122", "not compiled: a date of the directory is in the future");
        assertThat(compiled).doesNotExist();
    }

    @Test
    void folder_isNotCompiled() {
        CommandRun run = CommandRun.of("users", "compile", "-d", folder.toString());
        assertThat(run.code()).isNotZero();
        assertThat(run.err()).contains("only a directory in one file can be compiled");
    }
}
