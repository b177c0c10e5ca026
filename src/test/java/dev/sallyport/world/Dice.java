package dev.sallyport.world;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/** Random choices that depend on a seed and on nothing else: no iteration order of a hashed set comes into them. */
final class Dice {

    private final SplittableRandom random;

    /** Dice of a seed, and of what is made with them: equal numbers of different purposes do not repeat each other. */
    Dice(long seed, long purpose, long index) {
        this.random = new SplittableRandom(mix(seed + mix(purpose + mix(index))));
    }

    /** The finaliser of MurmurHash3. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** From 0 to below a bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Both ends included. */
    int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    long between(long low, long high) {
        return random.nextLong(low, high + 1);
    }

    long bits() {
        return random.nextLong();
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    @SafeVarargs
    final <T> T oneOf(T... from) {
        return from[random.nextInt(from.length)];
    }

    /** A value or, as often as said, {@code null}. */
    <T> T unless(double absent, T value) {
        return chance(absent) ? null : value;
    }

    /** The number of the weight that was hit. */
    int weighted(int... weights) {
        int sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        int hit = random.nextInt(sum);
        int i = 0;
        while (hit >= weights[i]) {
            hit -= weights[i++];
        }
        return i;
    }

    /** Different elements in random order. */
    <T> List<T> some(List<T> from, int min, int max) {
        List<T> left = new ArrayList<>(from);
        shuffle(left);
        return List.copyOf(left.subList(0, Math.min(left.size(), between(min, max))));
    }

    void shuffle(List<?> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, random.nextInt(i + 1));
        }
    }

    <E extends Enum<E>> Set<E> someOf(Class<E> type, int min, int max) {
        EnumSet<E> some = EnumSet.noneOf(type);
        some.addAll(some(List.of(type.getEnumConstants()), min, max));
        return Collections.unmodifiableSet(some);
    }

    /** An object id. */
    String id() {
        long high = random.nextLong();
        long low = random.nextLong();
        String id = String.format("%08x-%04x-%04x-%04x-%012x", high >>> 32, high >>> 16 & 0xFFFF, high & 0xFFFF, low >>> 48, low & 0xFFFF_FFFF_FFFFL);
        return chance(0.1) ? id.toUpperCase(Locale.ROOT) : id;
    }

    /** The text, now and then in other letters: ids and names compare without regard to case. */
    String anyCase(String text) {
        return switch (weighted(16, 1, 1)) {
            case 1 -> text.toUpperCase(Locale.ROOT);
            case 2 -> text.toLowerCase(Locale.ROOT);
            default -> text;
        };
    }
}
