package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Comparison.Coverage;
import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.SignInFact;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The users and applications of the directory that policies cover. */
public final class Coverages {

    private final World world;
    private final People people;
    private final List<String> names;
    private final Map<@Nullable String, Integer> indexes = new HashMap<>();

    private Coverages(PolicyEngine engine, PolicySet set) {
        world = new World(set, engine.directory(), engine.now());
        people = People.of(Stream.of(Kind.SIGN_IN, Kind.WORKLOAD, Kind.AGENT).flatMap(kind -> People.persons(world.directory, kind)
                .stream()).toList(), world);
        names = IntStream.range(0, people.size()).mapToObj(i -> people.person(i).name()).toList();
        for (int i = 0; i < world.policies.size(); i++) {
            indexes.putIfAbsent(world.policies.get(i).policy().id(), i);
        }
    }

    /** What the policies of an engine cover when they are enabled, whatever their state. */
    public static Coverages of(PolicyEngine engine) {
        PolicySet set = engine.policySet();
        return new Coverages(engine, set.withPolicies(set.policies().stream().map(policy -> policy.with(PolicyState.ENABLED)).toList()));
    }

    /** The number of users, service principals and agents that a policy is about; 0 for an unknown id. */
    public int count(@Nullable String id) {
        int policy = index(id);
        return policy < 0 ? 0 : Arrays.stream(people.concerned(world, policy)).mapToInt(Long::bitCount).sum();
    }

    /** The policies of two sets that cover other users or applications than before; a disabled one covers none. */
    static List<Coverage> of(PolicyEngine before, PolicyEngine after, Matching matching) {
        Coverages old = new Coverages(before, before.policySet());
        Coverages now = new Coverages(after, after.policySet());
        List<Coverage> changed = new ArrayList<>();
        for (ConditionalAccessPolicy policy : after.policySet().policies()) {
            changed(old, matching.before(policy.id()), now, policy.id(), policy, changed);
        }
        for (ConditionalAccessPolicy policy : before.policySet().policies()) {
            if (matching.after(policy.id()) == null) {
                changed(old, policy.id(), now, null, policy, changed);
            }
        }
        return List.copyOf(changed);
    }

    private static void changed(Coverages before, @Nullable String old, Coverages after, @Nullable String now,
            ConditionalAccessPolicy shown, List<Coverage> changed) {
        boolean isSame = before.isAboutSameUsers(old, after, now);
        Set<String> usersBefore = isSame ? Set.of() : before.users(old);
        Set<String> usersAfter = isSame ? Set.of() : after.users(now);
        Set<String> applicationsBefore = before.applications(old);
        Set<String> applicationsAfter = after.applications(now);
        if (!usersBefore.equals(usersAfter) || !applicationsBefore.equals(applicationsAfter)) {
            changed.add(new Coverage(shown.displayName(), before.count(old), after.count(now), without(usersAfter, usersBefore),
                    without(usersBefore, usersAfter), without(applicationsAfter, applicationsBefore),
                    without(applicationsBefore, applicationsAfter), shown.source()));
        }
    }

    /** Whether two policies are about the same of the same people; {@code false} if that is not seen at once. */
    private boolean isAboutSameUsers(@Nullable String id, Coverages other, @Nullable String otherId) {
        int own = index(id);
        int others = other.index(otherId);
        return own >= 0 && others >= 0 && names.equals(other.names) && Arrays.equals(people.concerned(world, own), other.people.concerned(
                other.world, others));
    }

    private static List<String> without(Set<String> set, Set<String> other) {
        return set.stream().filter(each -> !other.contains(each)).toList();
    }

    private int index(@Nullable String id) {
        return indexes.getOrDefault(id, -1);
    }

    /** The user principal names of users, and the names of service principals, that a policy is about, in order; none for an unknown id. */
    public Set<String> users(@Nullable String id) {
        int policy = index(id);
        Set<String> users = new TreeSet<>();
        if (policy >= 0) {
            long[] concerned = people.concerned(world, policy);
            IntStream.range(0, names.size()).filter(i -> Sets.has(concerned, i)).forEach(i -> users.add(names.get(i)));
        }
        return users;
    }

    /** The names of the applications that a policy is about, in order; none for an unknown id. */
    public Set<String> applications(@Nullable String id) {
        int policy = index(id);
        TreeMap<String, String> names = new TreeMap<>();
        if (policy >= 0) {
            CompiledPolicy compiled = world.policies.get(policy);
            SignInFact fact = world.snapshot.newFact();
            fact.action = CompiledPolicy.SIGN_IN;
            for (Directory.Application application : world.directory.applications()) {
                fact.applications = new int[] {world.snapshot.application(application.appId())};
                if (compiled.matchesTarget(fact)) {
                    Catalogue.Client client = world.directory.catalogue().clientById(application.appId());
                    names.put(application.appId(), client == null ? application.displayName() : client.displayName());
                }
            }
        }
        return new TreeSet<>(names.values());
    }
}
