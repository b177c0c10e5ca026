package dev.sallyport.world;

import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.read.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes a scenario smaller while it stays interesting: drops policies, then every part of the request, the policies and the
 * directory that does not matter. What is left is the fault and little else.
 */
public final class Shrinker {

    private final Predicate<Scenario> interesting;

    private Shrinker(Predicate<Scenario> interesting) {
        this.interesting = interesting;
    }

    /**
     * A small scenario that is as interesting as a large one.
     *
     * @param interesting holds for the large one; an exception of it counts as no
     */
    public static Scenario shrink(Scenario scenario, Predicate<Scenario> interesting) {
        return new Shrinker(interesting).shrink(scenario);
    }

    private boolean isInteresting(Scenario scenario) {
        try {
            return scenario != null && interesting.test(scenario);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private Scenario shrink(Scenario large) {
        List<ConditionalAccessPolicy> policies = without(large.policies().policies(), left -> isInteresting(large.with(left)));
        Scenario few = large.with(policies);
        Scenario moved = few.inDirectory();
        Scenario start = isInteresting(moved) ? moved : few;
        Documents all = new Documents(WorldYaml.policySet(start.policies()), WorldYaml.directory(start.directory()), WorldYaml.request(start.request()));
        if (!isInteresting(all.scenario(start))) {
            return start;                                       // the YAML does not say all that matters: leave it
        }
        Documents before = null;
        while (!all.equals(before)) {
            before = all;
            Documents sofar = all;
            Node request = reduced(sofar.request, node -> isInteresting(sofar.with(node).scenario(start)));
            Documents asked = sofar.with(request);
            List<Node> resources = new ArrayList<>(without(asked.resources, left -> isInteresting(asked.with(left).scenario(start))));
            for (int i = 0; i < resources.size(); i++) {
                int at = i;
                resources.set(i, reduced(resources.get(i), node -> isInteresting(asked.with(replaced(resources, at, node)).scenario(start))));
            }
            Documents ruled = asked.with(resources);
            Node directory = reduced(ruled.directory, node -> isInteresting(ruled.in(node).scenario(start)));
            all = ruled.in(directory);
        }
        return all.scenario(start);
    }

    private record Documents(List<Node> resources, Node directory, Node request) {

        Scenario scenario(Scenario of) {
            return WorldYaml.read(resources, directory, request, of.user(), of.clock());
        }

        Documents with(List<Node> others) {
            return new Documents(List.copyOf(others), directory, request);
        }

        Documents with(Node other) {
            return new Documents(resources, directory, other);
        }

        Documents in(Node other) {
            return new Documents(resources, other, request);
        }
    }

    private static <T> List<T> replaced(List<T> list, int index, T element) {
        List<T> replaced = new ArrayList<>(list);
        replaced.set(index, element);
        return replaced;
    }

    /** The list without what does not matter: large pieces are tried first. */
    private static <T> List<T> without(List<T> list, Predicate<List<T>> interesting) {
        List<T> left = new ArrayList<>(list);
        for (int piece = Math.max(1, left.size()); piece > 0; piece /= 2) {
            for (int from = 0; from < left.size();) {
                List<T> candidate = new ArrayList<>(left);
                candidate.subList(from, Math.min(from + piece, candidate.size())).clear();
                if (interesting.test(candidate)) {
                    left = candidate;
                } else {
                    from += piece;
                }
            }
        }
        return left;
    }

    private static Node reduced(Node node, Predicate<Node> interesting) {
        if (node instanceof Node.Mapping mapping) {
            List<Node.Entry> entries = without(mapping.entries(), left -> interesting.test(new Node.Mapping(mapping.position(), left)));
            for (int i = 0; i < entries.size(); i++) {
                int at = i;
                List<Node.Entry> now = entries;
                Node.Entry entry = entries.get(i);
                Node value = reduced(entry.value(), smaller ->
                        interesting.test(new Node.Mapping(mapping.position(), replaced(now, at, new Node.Entry(entry.key(), smaller)))));
                entries = replaced(entries, i, new Node.Entry(entry.key(), value));
            }
            return new Node.Mapping(mapping.position(), entries);
        }
        if (node instanceof Node.Sequence sequence) {
            List<Node> items = without(sequence.items(), left -> interesting.test(new Node.Sequence(sequence.position(), left)));
            for (int i = 0; i < items.size(); i++) {
                int at = i;
                List<Node> now = items;
                Node item = reduced(items.get(i), smaller -> interesting.test(new Node.Sequence(sequence.position(), replaced(now, at, smaller))));
                items = replaced(items, i, item);
            }
            return new Node.Sequence(sequence.position(), items);
        }
        return node;
    }
}
