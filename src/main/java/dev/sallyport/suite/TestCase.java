package dev.sallyport.suite;

import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Request;
import dev.sallyport.parse.Node;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One test of a suite; of a test with a matrix, one cell.
 *
 * @param file  the suite
 * @param cell  the values of the matrix, such as {@code user: ann@contoso.com}, or empty
 * @param skip  why it is not run, or {@code null}
 * @param steps one, or those of a timeline in their order
 */
public record TestCase(String file, String name, String cell, Position position, String skip, World world, List<Step> steps) {

    public TestCase {
        steps = List.copyOf(steps);
    }

    /** The name, and the cell in brackets. */
    public String title() {
        return cell.isEmpty() ? name : name + " [" + cell + "]";
    }

    /** The policies whose rows are expected to look in some way. */
    Set<String> expectedRows() {
        Set<String> ids = new TreeSet<>();
        steps.stream().filter(step -> step.expected() != null).forEach(step -> ids.addAll(step.expected().rows()));
        return ids;
    }

    /**
     * What happens at one time: users change, or a request is decided.
     *
     * @param request  {@code null} when only users change
     * @param written  the request with defaults and matrix in it, as it stands in the file
     * @param expected {@code null} when only users change
     */
    public record Step(Instant at, List<StateMove> moves, Request request, Node.Mapping written, Expectation expected) {

        public Step {
            moves = List.copyOf(moves);
        }
    }
}
