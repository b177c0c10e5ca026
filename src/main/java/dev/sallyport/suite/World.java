package dev.sallyport.suite;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.UserState;
import dev.sallyport.parse.SourceMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Under which policies and with which users a test is decided. Tests whose {@code given} is the same share one.
 *
 * @param base   what the suite names, before {@code given} narrowed or changed it
 * @param engine decides
 * @param users  the users that {@code given} changed, by folded id
 */
public record World(Base base, PolicyEngine engine, Map<String, UserState> users) {

    /**
     * The policy set and the directory of a suite.
     *
     * @param places where the parts of its policies stand
     * @param policies the files and folders of the policy set
     * @param directories the files and folders of the directory
     */
    public record Base(PolicyEngine engine, SourceMap places, List<Path> policies, List<Path> directories) { }

    public World {
        users = Map.copyOf(users);
    }
}
