package dev.sallyport.analyse;

import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.PolicySet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which policy of a set is which one of another: the one with its id; else the only one with its name; else the only one with its
 * conditions and controls.
 */
final class Matching {

    private final Map<String, String> beforeOfAfter = new HashMap<>();
    private final Map<String, String> afterOfBefore = new HashMap<>();

    Matching(PolicySet before, PolicySet after) {
        pair(before.policies(), after.policies(), ConditionalAccessPolicy::id);
        pair(before.policies(), after.policies(), ConditionalAccessPolicy::displayName);
        pair(before.policies(), after.policies(), FieldChanges::content);
    }

    private void pair(List<ConditionalAccessPolicy> before, List<ConditionalAccessPolicy> after,
            Function<ConditionalAccessPolicy, Object> key) {
        Map<Object, String> old = only(before, afterOfBefore.keySet(), key);
        only(after, beforeOfAfter.keySet(), key).forEach((value, id) -> {
            String match = old.get(value);
            if (match != null) {
                beforeOfAfter.put(id, match);
                afterOfBefore.put(match, id);
            }
        });
    }

    /** The ids of policies that are not taken, by a key that no other one has. */
    private static Map<Object, String> only(List<ConditionalAccessPolicy> policies, Set<String> taken,
            Function<ConditionalAccessPolicy, Object> key) {
        Map<Object, String> ids = new HashMap<>();
        Set<Object> several = new HashSet<>();
        for (ConditionalAccessPolicy policy : policies) {
            if (!taken.contains(policy.id()) && ids.putIfAbsent(key.apply(policy), policy.id()) != null) {
                several.add(key.apply(policy));
            }
        }
        several.forEach(ids::remove);
        return ids;
    }

    /** The id before of a policy after; {@code null} for one that is added. */
    @Nullable String before(String after) {
        return beforeOfAfter.get(after);
    }

    /** The id after of a policy before; {@code null} for one that is removed. */
    @Nullable String after(String before) {
        return afterOfBefore.get(before);
    }

    /** The policy with an id; {@code null} for none. */
    static @Nullable ConditionalAccessPolicy policy(PolicySet set, @Nullable String id) {
        return id == null ? null : set.policies().stream().filter(policy -> Objects.equals(policy.id(), id)).findFirst().orElse(null);
    }
}
