package dev.sallyport.world;

import dev.sallyport.Directory;
import dev.sallyport.Request;
import dev.sallyport.UserState;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.PolicySet;
import java.time.Instant;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A tenant made up from a seed: a policy set, a directory, and as many requests as anybody wants. Together worlds use every
 * condition, control, setting and state that the model has, with what is rare in real tenants far from rare. The same seed gives
 * the same world on every machine, and request {@code n} of it is always the same request.
 *
 * <pre>{@code
 * RandomWorld world = RandomWorld.of(7);
 * Facts facts = world.scenario(0).facts();
 * }</pre>
 */
public final class RandomWorld {

    private static final int REQUEST = 1;

    private final long seed;
    private final Instant clock;
    private final Directory directory;
    private final PolicySet written;
    private final PolicySet resolved;
    private final RandomRequests requests;

    private RandomWorld(long seed, int size) {
        this.seed = seed;
        Dice dice = new Dice(seed, 0, size);
        this.clock = dice.oneOf(Instant.parse("2026-11-22T09:00:00Z"), Instant.parse("2026-11-22T09:00:00Z"), Instant.parse("2026-06-15T00:00:00Z"),
                Instant.parse("2024-07-29T00:00:00Z"), Instant.parse("2024-03-01T12:00:00Z"));
        boolean small = size <= 60;
        MfaSettings settings = RandomPolicies.mfaSettings(dice);
        RandomDirectory people = new RandomDirectory(dice, clock, settings.registrationGracePeriodDays(), settings.maxAppPasswords());
        int users = small ? dice.between(8, 40) : Math.min(2_000, size);
        int groups = small ? dice.between(2, 10) : Math.min(5_000, size / 4);
        int applications = small ? dice.between(2, 8) : Math.max(8, Math.min(500, size / 10));
        this.directory = people.make(users, groups, applications);
        this.written = new RandomPolicies(dice, directory, people, size).make(dice, settings);
        this.resolved = Scenario.resolved(written, directory);
        this.requests = new RandomRequests(resolved, directory, clock);
    }

    /** A world of 1 to 60 policies, more often few; now and then of up to 200, which is more than a word of an index has bits. */
    public static RandomWorld of(long seed) {
        Dice dice = new Dice(seed, -1, 0);
        return ofSize(seed, switch (dice.weighted(50, 47, 3)) {
            case 0 -> dice.between(1, 12);
            case 1 -> dice.between(1, 60);
            default -> dice.between(61, 200);
        });
    }

    /** A world of so many policies. Whatever the number, about equally many apply to a request. */
    public static RandomWorld ofSize(long seed, int policies) {
        return new RandomWorld(seed, policies);
    }

    /** The seed. */
    public long seed() {
        return seed;
    }

    /** The time of requests that do not say when they happen. */
    public Instant clock() {
        return clock;
    }

    /** The directory. */
    public Directory directory() {
        return directory;
    }

    /** The policy set as its author wrote it: references are ids or names. */
    public PolicySet written() {
        return written;
    }

    /** The policy set with references resolved; some device filters in it do not parse ({@link Scenario#loadable} leaves them out). */
    public PolicySet policySet() {
        return resolved;
    }

    /** The request of this number. */
    public Request request(long index) {
        return requests.request(new Dice(seed, REQUEST, index));
    }

    /** All requests; there is no end to them. */
    public Stream<Request> requests() {
        return LongStream.iterate(0, index -> index + 1).mapToObj(this::request);
    }

    /** Everything that decides the request of this number. */
    public Scenario scenario(long index) {
        Dice dice = new Dice(seed, REQUEST, index);
        Request request = requests.request(dice);
        UserState state = requests.state(dice, request);
        return new Scenario(written, directory, request, state, clock);
    }

    @Override
    public String toString() {
        return "RandomWorld.ofSize(" + seed + "L, " + written.policies().size() + ")";
    }
}
