package dev.sallyport.analyse;

import java.util.List;

/**
 * The classes of the requests of a policy set by what is asked of them, and those that none of some requests is in.
 *
 * @param missed the classes that none is in: those of which least is asked first, then by kind and by share
 * @param entered the number of classes that one of the requests is in
 * @param missedShare the share of all requests that is in a missed class, of each kind the same weight, from 0 to 1
 * @param isComplete whether every request is in a class; otherwise people and places differ too much for few classes
 * @param notes what the analysis approximates or leaves out, a sentence each
 * @param faults classes whose witness the evaluator decides otherwise; such a class is a fault of the analysis
 */
public record RequestClasses(List<RequestClass> missed, int entered, double missedShare, boolean isComplete, List<String> notes,
        List<String> faults) {

    /** How many classes there are. */
    public int total() {
        return missed.size() + entered;
    }

    /**
     * A class of requests of which the same is asked: every combination of its values, of each of its people.
     *
     * @param kind the kind of request
     * @param people the people
     * @param box the values of each dimension that the class does not wholly cover; a dimension that is not listed may have any value
     * @param requires what is asked, such as {@code mfa or compliantDevice}; {@code block} for a block, and empty for nothing
     * @param share the share of all requests of this kind, from 0 to 1; classes may overlap
     * @param witness one of the requests, of a user who has given a password and nothing else
     */
    public record RequestClass(Kind kind, Gap.Crowd people, List<Gap.Range> box, List<String> requires, double share,
            Gap.Witness witness) { }
}
