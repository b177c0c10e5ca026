package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sallyport whatif} (interface 4): what it prints, where, and how it exits. What a response says is {@code WhatIfGoldenTest}'s. */
class WhatIfCommandTest {

    private static final Path FOLDER = Path.of("src/test/resources/whatif/exported");
    private static final Path KIM = FOLDER.resolve("user-opens-sharepoint-at-high-risk.request.json");
    private static final Path IMPORT = FOLDER.resolve("service-principal-opens-sharepoint.request.json");

    @TempDir
    private Path folder;

    private record Result(int code, String out, String err) { }

    private static Result whatIf(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Stream<Object> all = Stream.concat(Stream.of("whatif", "-p", FOLDER.resolve("policies.json"), "-p", FOLDER.resolve("others.json"),
                "-d", FOLDER.resolve("directory.yaml"), "--clock", "2026-11-22T09:00:00Z"), Stream.of(arguments));
        int code = Sallyport.run(new Terminal(new PrintWriter(out), new PrintWriter(err), 100, false, false), false, all.map(Object::toString).toArray(String[]::new));
        return new Result(code, out.toString(), err.toString());
    }

    @Test
    void response_isPrintedOverManyLines() throws Exception {
        Result result = whatIf(KIM);
        assertThat(result.out()).isEqualTo(Files.readString(FOLDER.resolve("user-opens-sharepoint-at-high-risk.response.json")));
        assertThat(result.code()).isZero();
    }

    @Test
    void responses_inJson_areOneALine() {
        Result result = whatIf(KIM, IMPORT, "--format", "json");
        assertThat(result.out().lines()).hasSize(2).allMatch(line -> line.startsWith("{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#Collection("));
        assertThat(result.code()).isZero();
    }

    @Test
    void body_isReadFromStandardInput() throws Exception {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream(Files.readAllBytes(KIM)));
            assertThat(whatIf("-").out()).isEqualTo(whatIf(KIM).out()).isNotEmpty();
        } finally {
            System.setIn(before);
        }
        assertThat(whatIf("-", "-").err()).contains("name standard input (`-`) only once");
    }

    @Test
    void agentRisk_thatIsNoRisk_isRefused() throws Exception {
        String conditions = "\"signInConditions\": {";
        String body = Files.readString(KIM);
        assertThat(body).contains(conditions);
        for (String wrong : List.of("{}", "\"highest\"")) {
            Path file = Files.writeString(folder.resolve("wrong.json"), body.replace(conditions, conditions + " \"agentIdRiskLevel\": " + wrong + ","));
            Result result = whatIf(file);
            assertThat(result.code()).as(wrong).isEqualTo(2);
            assertThat(result.err()).contains("`agentIdRiskLevel`").contains("error");
        }
    }

    @Test
    void malformedBody_isReportedWithItsPlace_andTheOthersAreAnswered() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong.json"), Files.readString(KIM).replace("\"android\"", "\"androit\"").replace("00a1\"", "00ff\""));
        Path broken = Files.writeString(folder.resolve("broken.json"), "{");
        Path empty = Files.writeString(folder.resolve("empty.yaml"), "");
        Result result = whatIf(wrong, broken, empty, KIM, "--format", "json");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.out().lines()).hasSize(1);
        assertThat(result.err()).contains(wrong + ":11:23: error SP1104: unknown value `androit` for `devicePlatform`\n    help: did you mean `android`?\n",
                broken + ":1:", "error SP1004", empty + ": error SP1402: the file contains no body", "3 errors");
        assertThat(List.of(result.out(), result.err())).noneMatch(text -> text.contains("\tat "));
    }

    @Test
    void unknownUser_isReportedWithItsPlace() throws Exception {
        Path body = Files.writeString(folder.resolve("body.json"), Files.readString(KIM).replace("00a1\"", "00ff\""));
        Result result = whatIf(body);
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(body + ":4:15: error SP1401: signInIdentity.userId: unknown user `b0d6ac1e-5a3f-4c58-9f52-0000000000ff`");
    }

    @Test
    void help_namesTheCommand() {
        Result result = whatIf("--help");
        assertThat(result.code()).isZero();
        assertThat(result.out()).contains("sallyport whatif", "BODY.json", "--policies", "--directory", "conditionalAccess/evaluate");
        StringWriter out = new StringWriter();
        Sallyport.run(new Terminal(new PrintWriter(out), new PrintWriter(out), 100, false, false), false, "--help");
        assertThat(out.toString()).contains("whatif");
    }
}
