package dev.sallyport.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drools.base.base.ClassObjectType;
import org.drools.base.rule.constraint.AlphaNodeFieldConstraint;
import org.drools.core.common.DefaultFactHandle;
import org.drools.core.impl.InternalRuleBase;
import org.drools.core.reteoo.AlphaNode;
import org.drools.core.reteoo.LeftInputAdapterNode;
import org.drools.core.reteoo.LeftTupleSink;
import org.drools.core.reteoo.ObjectSink;
import org.drools.core.reteoo.ObjectTypeNode;
import org.drools.core.reteoo.RuleTerminalNode;
import org.kie.api.KieBase;

/**
 * The alpha network that Drools built for single-pattern rules over one fact class, walked without a session: no agenda, no
 * tuples, no memory, so that one instance serves all threads.
 *
 * <p>This is the only class that touches Drools classes which are not public API; the Drools version is pinned for it. The
 * same {@link KieBase} in a plain {@code KieSession} answers the same, which the tests compare.
 */
public final class AlphaNetwork {

    /** A node of the network: its constraint, the nodes behind it, and the rules that end here. */
    private record Node(AlphaNodeFieldConstraint constraint, Node[] next, int[] rules) { }

    private final Node[] roots;
    private final AlphaNodeFieldConstraint[][] chains;

    private AlphaNetwork(Node[] roots, AlphaNodeFieldConstraint[][] chains) {
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
        AlphaNodeFieldConstraint[][] chains = new AlphaNodeFieldConstraint[rules.size()][];
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

    private static Node read(ObjectSink sink, List<AlphaNodeFieldConstraint> above, Map<String, Integer> rules, AlphaNodeFieldConstraint[][] chains) {
        if (sink instanceof AlphaNode alpha) {
            List<AlphaNodeFieldConstraint> path = new ArrayList<>(above);
            path.add(alpha.getConstraint());
            List<Node> next = new ArrayList<>();
            List<Integer> ends = new ArrayList<>();
            for (ObjectSink below : alpha.getObjectSinkPropagator().getSinks()) {
                Node node = read(below, path, rules, chains);
                if (node.constraint() == null) {
                    for (int rule : node.rules()) {
                        ends.add(rule);
                    }
                } else {
                    next.add(node);
                }
            }
            return new Node(alpha.getConstraint(), next.toArray(Node[]::new), ends.stream().mapToInt(Integer::intValue).toArray());
        }
        if (sink instanceof LeftInputAdapterNode end) {
            List<Integer> ends = new ArrayList<>();
            for (LeftTupleSink terminal : end.getSinkPropagator().getSinks()) {
                if (!(terminal instanceof RuleTerminalNode rule)) {
                    throw new IllegalStateException("a rule has more than one pattern: " + terminal);
                }
                int index = rules.get(rule.getRule().getName());
                chains[index] = above.toArray(AlphaNodeFieldConstraint[]::new);
                ends.add(index);
            }
            return new Node(null, new Node[0], ends.stream().mapToInt(Integer::intValue).toArray());
        }
        throw new IllegalStateException("not a single-pattern rule: " + sink);
    }

    /** A fact as the network takes it. */
    public static DefaultFactHandle handle(Object fact) {
        return new DefaultFactHandle(0, fact);
    }

    /** Whether every constraint of one rule holds. */
    public boolean matches(int rule, DefaultFactHandle handle) {
        for (AlphaNodeFieldConstraint constraint : chains[rule]) {
            if (!constraint.isAllowed(handle, null)) {
                return false;
            }
        }
        return true;
    }

    /** The rules that match, as bits; for at most 64 rules. */
    public long match(DefaultFactHandle handle) {
        long matched = 0;
        for (Node root : roots) {
            matched |= match(root, handle);
        }
        return matched;
    }

    private static long match(Node node, DefaultFactHandle handle) {
        if (node.constraint != null && !node.constraint.isAllowed(handle, null)) {
            return 0;
        }
        long matched = 0;
        for (int rule : node.rules) {
            matched |= 1L << rule;
        }
        for (Node next : node.next) {
            matched |= match(next, handle);
        }
        return matched;
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
