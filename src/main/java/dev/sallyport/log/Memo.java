package dev.sallyport.log;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** A function of few values that come again and again. For one thread. */
final class Memo<K, V> {

    private static final int MOST = 20_000;

    private final Map<K, V> known = new HashMap<>();
    private final Function<K, V> function;

    Memo(Function<K, V> function) {
        this.function = function;
    }

    V of(K key) {
        V value = known.get(key);
        if (value == null) {
            value = function.apply(key);
            if (known.size() >= MOST) {
                known.clear();
            }
            known.put(key, value);
        }
        return value;
    }
}
