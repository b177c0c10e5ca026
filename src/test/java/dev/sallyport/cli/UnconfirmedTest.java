package dev.sallyport.cli;

import static dev.sallyport.fixtures.Attack.BLOCK;
import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.OtherEvaluator;
import dev.sallyport.fixtures.Attack;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands whose analysis the evaluator does not confirm say both answers and exit with 3. */
class UnconfirmedTest {

    /** An evaluator that lets everything in, and one that blocks everything. */
    private static final Function<PolicyEngine, Analysis> OPEN = OtherEvaluator.seeing(set -> set.withPolicies(List.of()));
    private Function<PolicyEngine, Analysis> blocking;

    @TempDir
    private Path folder;
    private Path nothing;
    private Path mfa;

    @BeforeEach
    void write() throws Exception {
        var blocked = Attack.engine(policy("block", "", BLOCK)).policySet().policies();
        blocking = OtherEvaluator.seeing(set -> set.withPolicies(blocked));
        mfa = file("mfa.yaml", policy("mfa", "", MFA));
        nothing = file("nothing.yaml", policy("mfa", "", MFA).replace("state: enabled", "state: disabled"));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** Runs a command with an evaluator, and with the one that there is, which confirms. */
    private void check(BiFunction<Terminal, Function<PolicyEngine, Analysis>, Callable<Integer>> command, Function<PolicyEngine, Analysis> other, String answers,
            String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-d", "samples/directory.yaml", "--clock", "2026-11-22T09:00:00Z"));
        CommandRun confirmed = run(command, Analysis::of, all);
        assertThat(confirmed.code()).isNotEqualTo(ExitCode.THRESHOLD_MISSED.code());
        assertThat(confirmed.err()).doesNotContain("internal error");
        CommandRun run = run(command, other, all);
        assertThat(run.code()).isEqualTo(ExitCode.THRESHOLD_MISSED.code());
        assertThat(run.err().replaceAll("\\s+", " ")).contains("internal error: ", "report it with ").containsPattern(answers);
    }

    private static CommandRun run(BiFunction<Terminal, Function<PolicyEngine, Analysis>, Callable<Integer>> command, Function<PolicyEngine, Analysis> analysis,
            List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), 100, false, false);
        int code = new CommandLine(command.apply(terminal, analysis)).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments.toArray(String[]::new));
        return new CommandRun(code, out.toString(), err.toString());
    }

    @Test
    void gaps_thatAreNotConfirmed_exitWithThree() {
        check((terminal, analysis) -> new GapsCommand(terminal, FileWatch::new, analysis), blocking, "is open \\(passwordAlone\\), and the evaluator decides block",
                "-p", nothing.toString(), "--people", "--kind", "signIn");
    }

    @Test
    void diff_ofAChangeThatIsNotConfirmed_exitsWithThree() {
        check((terminal, analysis) -> new DiffCommand(terminal, FileWatch::new, analysis), OPEN, "are tightened [^;]* and both evaluators decide alike",
                nothing.toString(), mfa.toString());
    }

    @Test
    void prove_ofACounterexampleThatIsNotConfirmed_exitsWithThree() throws Exception {
        Path invariants = file("invariants.yaml", "kind: invariants\ninvariants:\n  - { name: it, on: { kind: signIn }, always: { requires: { any: [mfa] } } }\n");
        check(ProveCommand::new, blocking, "refutes the invariant `it`, and the evaluator does not: .*block", invariants.toString(), "-p", nothing.toString());
    }

    @Test
    void redundant_withANeededPolicyThatIsNotConfirmed_exitsWithThree() {
        check(RedundantCommand::new, OPEN, "depends on mfa, and the evaluator decides", "-p", mfa.toString());
    }

    @Test
    void why_withAWayThatIsNotConfirmed_exitsWithThree() throws Exception {
        Path request = file("request.yaml", "kind: signIn\nuser: emma.hart@contoso.com\napplication: Office 365 Exchange Online\nclientAppType: browser\n");
        check(WhyCommand::new, blocking, "leads to [a-z]+, and the evaluator decides block", request.toString(), "-p", mfa.toString());
    }
}
