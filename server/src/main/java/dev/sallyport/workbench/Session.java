package dev.sallyport.workbench;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** A browser that showed the token. What it has not saved is forgotten when the program stops. */
public final class Session {

    private final String formToken;
    private final Map<Class<?>, Object> things = new ConcurrentHashMap<>();

    Session(String formToken) {
        this.formToken = formToken;
    }

    /** What every form and every request that changes something must bring. */
    public String formToken() {
        return formToken;
    }

    /** What a page keeps for this browser; made when it is first asked for. */
    <T> T keep(Class<T> type, Supplier<T> first) {
        return type.cast(things.computeIfAbsent(type, any -> first.get()));
    }
}
