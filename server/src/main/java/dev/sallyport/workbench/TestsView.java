package dev.sallyport.workbench;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What policy tests found.
 *
 * @param headline how they ended, in one sentence
 * @param isFine whether all passed
 * @param tiles the numbers
 * @param problems what is wrong with the suites, with its file and line
 * @param cases the tests that are shown
 * @param left how many more there are
 * @param coverage the coverage as HTML; {@code null} if it was not measured
 * @param untested the classes of requests that no test enters; {@code null} if they were not looked for
 * @param mutants what came of changes to the policies; {@code null} if none was tried
 */
public record TestsView(String headline, boolean isFine, List<Tile> tiles, List<String> problems, List<Case> cases, int left,
        @Nullable String coverage, @Nullable Untested untested, @Nullable Changes mutants) {

    /**
     * Requests that no test enters.
     *
     * @param headline how many classes are tested, in one sentence
     * @param classes the classes that are not, those of the most requests first
     * @param more how many more there are
     * @param notes what the analysis approximates or leaves out, a sentence each
     */
    public record Untested(String headline, List<UntestedClass> classes, int more, List<String> notes) { }

    /**
     * A class of requests that no test enters.
     *
     * @param title what they are, and what is asked of them
     * @param share their share of all requests of their kind, in words
     * @param facts whose they are, and what they have in common, by dimension
     * @param example one of them, and its decision, in words
     * @param whatIf the page that decides it; {@code null} if its user is not in the directory
     * @param test a suite with it
     */
    public record UntestedClass(int number, String title, String share, Map<String, String> facts, String example, @Nullable String whatIf,
            String test) { }

    /**
     * A test.
     *
     * @param number its place among all tests of the run
     * @param title its name
     * @param status {@code passed}, {@code failed}, {@code skipped} or {@code malformed}
     * @param kind the class of the colour of the status
     * @param position its file, line and column
     * @param note why it is skipped or malformed; empty for nothing
     * @param differences what was not as expected
     * @param whatIf the page that decides its request; {@code null} for none
     */
    public record Case(int number, String title, String status, String kind, String position, String note, List<Difference> differences,
            @Nullable String whatIf) { }

    /**
     * Something that is not as expected.
     *
     * @param field the field of the decision
     * @param expected what the test says
     * @param actual what was decided
     * @param position the line and column of the expectation
     */
    public record Difference(String field, String expected, String actual, String position) { }

    /**
     * What came of changes to the policies.
     *
     * @param headline how many were noticed
     * @param unnoticed those that no test notices
     * @param equal those that no test can notice
     */
    public record Changes(String headline, List<Change> unnoticed, List<Change> equal) { }

    /**
     * A change to a policy.
     *
     * @param policy the id of the policy
     * @param link the page of the policy
     * @param change what was changed
     * @param position the file, line and column of the part
     * @param advice what to write, or a request that shows it; empty for nothing
     */
    public record Change(String policy, String link, String change, String position, String advice) { }

    /**
     * What may be chosen.
     *
     * @param page {@code tests} or {@code coverage}
     * @param suites the files and folders with tests
     * @param suite the one that is chosen; empty for all
     * @param under {@code workbench} for the policies of the workbench, {@code suite} for those that the suites name
     * @param q what the names of tests hold
     * @param isFailedOnly whether only tests that failed are shown
     * @param hasMutants whether changes to the policies are tried
     * @param run the address of the run
     * @param folder where tests would be found
     */
    public record Choice(String page, List<String> suites, String suite, String under, String q, boolean isFailedOnly, boolean hasMutants,
            String run, String folder) { }
}
