package dev.sallyport.analyse;

import dev.sallyport.diagnose.Position;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two policy sets: the fields of their files, the users and applications that
 * each policy covers, and the requests that are decided otherwise.
 *
 * @param fields the fields that differ, by resource
 * @param coverages the policies that cover other users or applications of the directory than before
 * @param changes what changes for requests, what is loosened first, then by share
 * @param extents how much changes, per kind of request and people
 * @param notCompared what differs and is not compared request by request, a sentence each
 * @param notes what the comparison approximates or leaves out, a sentence each
 * @param faults changes that the evaluator does not confirm, with both answers; such a change is a fault of the analysis
 */
public record Comparison(List<FieldChange> fields, List<Coverage> coverages, List<Change> changes, List<Extent> extents,
        List<String> notCompared, List<String> notes, List<String> faults) {

    /** Whether it is proved that both sets decide every request alike, apart from requests that {@link #notes} name. */
    public boolean isEqual() {
        return changes.isEmpty() && notCompared.isEmpty() && faults.isEmpty() && isComplete();
    }

    /** Whether every request that changes belongs to a change that is told. */
    public boolean isComplete() {
        return extents.stream().allMatch(extent -> extent.leftOut() == 0);
    }

    /** Whether something is loosened, or may be: a part that is not compared differs, or a change is not confirmed. */
    public boolean isLoosened() {
        return changes.stream().anyMatch(change -> change.direction() != Direction.TIGHTENED) || !notCompared.isEmpty() || !faults.isEmpty()
                || !isComplete();
    }

    /** Which way a change goes. */
    public enum Direction {
        /** Less is asked than before. */
        LOOSENED("loosened"),
        /** Something is asked in place of something else. */
        OTHERWISE("otherwise"),
        /** More is asked than before. */
        TIGHTENED("tightened");

        private final String text;

        Direction(String text) {
            this.text = text;
        }

        /** The word in output, such as {@code loosened}. */
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * A field of a resource that differs, or a resource that only one of the sets has.
     *
     * @param kind the kind of resource, such as {@code conditionalAccessPolicy}
     * @param id the id of the resource
     * @param name the name of the resource after the change, or before it if it is removed
     * @param field the path of the field, such as {@code conditions.users.excludeGroups}; empty for the whole resource
     * @param removed the values before that are not there after, with names for ids
     * @param added the values after that were not there before
     * @param before the position before; {@code null} for a resource that is added
     * @param after the position after; {@code null} for a resource that is removed
     */
    public record FieldChange(String kind, String id, String name, String field, List<String> removed, List<String> added,
            @Nullable Position before, @Nullable Position after) { }

    /**
     * The users, service principals and applications of the directory that a policy covers.
     *
     * @param policy the name of the policy
     * @param usersBefore the number of users and service principals before
     * @param usersAfter the number of users and service principals after
     * @param usersGained user principal names, and names of service principals, that are covered now and were not
     * @param usersLost user principal names, and names of service principals, that are not covered any more
     * @param applicationsGained the names of applications that are covered now and were not
     * @param applicationsLost the names of applications that are not covered any more
     * @param source the position of the policy after, or before if it is removed
     */
    public record Coverage(String policy, int usersBefore, int usersAfter, List<String> usersGained, List<String> usersLost,
            List<String> applicationsGained, List<String> applicationsLost, Position source) { }

    /**
     * One change of what is asked: whatever was asked before, this is added and that is dropped.
     *
     * @param direction which way it goes
     * @param added what is asked now and was not, such as {@code mfa or compliantDevice}; {@code block} for a block
     * @param dropped what is not asked any more
     * @param people the user principal names of the users of the directory whom it concerns, and the names of service principals, in
     *     order, by kind of request; a kind of which it concerns no one is missing
     * @param classes the requests that it concerns
     */
    public record Change(Direction direction, List<String> added, List<String> dropped, Map<Kind, List<String>> people,
            List<Affected> classes) { }

    /**
     * A class of requests that a change concerns: every combination of its values, of each of its people.
     *
     * @param kind the kind of request
     * @param isAnybody whether the people could exist; otherwise they are users of the directory
     * @param people the people
     * @param box the values of each dimension that the class does not wholly cover; a dimension that is not listed may have any value
     * @param share the share of all requests of this kind of these people, from 0 to 1; classes of a change may overlap
     * @param because the policies that decide the example otherwise than before
     * @param example a request of the class that shows the change
     */
    public record Affected(Kind kind, boolean isAnybody, Gap.Crowd people, List<Gap.Range> box, double share, List<Cause> because,
            Example example) { }

    /**
     * A policy or another rule that decides a request otherwise than before.
     *
     * @param policy the name of the policy
     * @param before what it asks before: the names of its controls, or {@code does not apply}
     * @param after what it asks after
     * @param source the position of the policy after, or before if it is removed; {@code null} if unknown
     */
    public record Cause(String policy, String before, String after, @Nullable String source) { }

    /**
     * A request, and what the evaluator says of it under either set.
     *
     * @param before the request, the user as the directory before has it, and the decision before
     * @param after the same request, the user as the directory after has it, and the decision after
     */
    public record Example(Gap.Witness before, Gap.Witness after) { }

    /**
     * How much changes.
     *
     * @param kind the kind of request
     * @param isAnybody whether the people could exist; otherwise they are users of the directory
     * @param people the number of people, or of kinds of them
     * @param requests the number of combinations of values and people
     * @param changed the share of them that is decided otherwise, from 0 to 1
     * @param leftOut the share that is decided otherwise and belongs to no change that is told
     */
    public record Extent(Kind kind, boolean isAnybody, int people, double requests, double changed, double leftOut) { }
}
