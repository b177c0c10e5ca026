package dev.sallyport.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drools.base.base.ClassObjectType;
import org.drools.core.impl.InternalRuleBase;
import org.drools.core.reteoo.AlphaNode;
import org.drools.core.reteoo.LeftInputAdapterNode;
import org.drools.core.reteoo.LeftTupleSink;
import org.drools.core.reteoo.ObjectSink;
import org.drools.core.reteoo.ObjectTypeNode;
import org.drools.core.reteoo.RuleTerminalNode;
import org.drools.model.functions.Predicate1;
import org.drools.modelcompiler.constraints.LambdaConstraint;
import org.kie.api.KieBase;

/**
 * The alpha network that Drools built for single-pattern rules over one fact class, walked without a session: no agenda, no
 * tuples, no memory, so that one instance serves all threads.
 *
 * <p>This is the only class that touches Drools classes which are not public API; the Drools version is pinned for it. The
 * same {@link KieBase} in a plain {@code KieSession} answers the same, which the tests compare.
 */
public final class AlphaNetwork {

    /** A node of the network: its predicate, the nodes behind it, and the rules that end here. */
    private record Node(Predicate1<Object> predicate, Node[] next, int[] rules) { }

    private final Node[] roots;
    private final Predicate1<Object>[][] chains;

    private AlphaNetwork(Node[] roots, Predicate1<Object>[][] chains) {
        this.roots = roots;
        this.chains = chains;
    }

    /**
     * Reads the network of a KieBase.
     *
     * @param rules the index of each rule by name
     * @throws IllegalStateException when a rule is more than one pattern over the fact class
     */
    public static AlphaNetwork of(KieBase base, Class<?> factClass, Map<String, Integer> rules) {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Predicate1<Object>[][] chains = new Predicate1[rules.size()][];
        List<Node> roots = new ArrayList<>();
        for (ObjectTypeNode type : ((InternalRuleBase) base).getRete().getObjectTypeNodes()) {
            if (type.getObjectType() instanceof ClassObjectType objectType && objectType.getClassType() == factClass) {
                for (ObjectSink sink : type.getObjectSinkPropagator().getSinks()) {
                    roots.add(read(sink, new ArrayList<>(), rules, chains));
                }
            }
        }
        return new AlphaNetwork(roots.toArray(Node[]::new), chains);
    }

    /**
     * The predicate that a node holds; called directly, because finding its argument through the node's declarations takes longer than it.
     */
    @SuppressWarnings("unchecked")
    private static Predicate1<Object> predicate(AlphaNode node) {
        if (!(node.getConstraint() instanceof LambdaConstraint lambda)) {
            throw new IllegalStateException("not a constraint of the executable model: " + node.getConstraint());
        }
        Predicate1<?> predicate = lambda.getEvaluator().getConstraint().getPredicate1();
        return (Predicate1<Object>) (predicate instanceof Predicate1.Impl<?> wrapped ? wrapped.getLambda() : predicate);
    }

    private static Node read(ObjectSink sink, List<Predicate1<Object>> above, Map<String, Integer> rules, Predicate1<Object>[][] chains) {
        if (sink instanceof AlphaNode alpha) {
            List<Predicate1<Object>> path = new ArrayList<>(above);
            path.add(predicate(alpha));
            List<Node> next = new ArrayList<>();
            List<Integer> ends = new ArrayList<>();
            for (ObjectSink below : alpha.getObjectSinkPropagator().getSinks()) {
                Node node = read(below, path, rules, chains);
                if (node.predicate() == null) {
                    for (int rule : node.rules()) {
                        ends.add(rule);
                    }
                } else {
                    next.add(node);
                }
            }
            return new Node(predicate(alpha), next.toArray(Node[]::new), ends.stream().mapToInt(Integer::intValue).toArray());
        }
        if (sink instanceof LeftInputAdapterNode end) {
            List<Integer> ends = new ArrayList<>();
            for (LeftTupleSink terminal : end.getSinkPropagator().getSinks()) {
                if (!(terminal instanceof RuleTerminalNode rule)) {
                    throw new IllegalStateException("a rule has more than one pattern: " + terminal);
                }
                int index = rules.get(rule.getRule().getName());
                @SuppressWarnings("unchecked")
                Predicate1<Object>[] chain = above.toArray(Predicate1[]::new);
                chains[index] = chain;
                ends.add(index);
            }
            return new Node(null, new Node[0], ends.stream().mapToInt(Integer::intValue).toArray());
        }
        throw new IllegalStateException("not a single-pattern rule: " + sink);
    }

    /** Whether every condition of one rule holds. */
    public boolean matches(int rule, Object fact) {
        for (Predicate1<Object> predicate : chains[rule]) {
            if (!test(predicate, fact)) {
                return false;
            }
        }
        return true;
    }

    /** The rules that match, as bits; for at most 64 rules. */
    public long match(Object fact) {
        long matched = 0;
        for (Node root : roots) {
            matched |= match(root, fact);
        }
        return matched;
    }

    private static long match(Node node, Object fact) {
        if (node.predicate != null && !test(node.predicate, fact)) {
            return 0;
        }
        long matched = 0;
        for (int rule : node.rules) {
            matched |= 1L << rule;
        }
        for (Node next : node.next) {
            matched |= match(next, fact);
        }
        return matched;
    }

    private static boolean test(Predicate1<Object> predicate, Object fact) {
        try {
            return predicate.test(fact);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The index of each name in a list. */
    public static Map<String, Integer> indexes(List<String> names) {
        Map<String, Integer> indexes = new HashMap<>();
        for (String name : names) {
            indexes.put(name, indexes.size());
        }
        return indexes;
    }
}
