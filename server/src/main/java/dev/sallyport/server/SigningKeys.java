package dev.sallyport.server;

import com.nimbusds.jose.jwk.JWKSet;
import dev.sallyport.server.Settings.IssuerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of an issuer, from a file or from the JWKS document at a URI.
 *
 * <p>They are fetched in a thread of this class only, so no request waits for an issuer that is slow. A set that is fetched replaces the
 * one before, with keys that are gone. If a token names an unknown key, the set is fetched again soon, but not more often than the shortest
 * interval allows. If the issuer cannot be reached, the last set is used for a day.
 */
final class SigningKeys implements AutoCloseable {

    /** How often keys are fetched. */
    static final Duration INTERVAL = Duration.ofMinutes(5);
    /** The shortest time between two attempts. */
    static final Duration SHORTEST = Duration.ofSeconds(10);
    /** How long keys are used after they were fetched. */
    static final Duration LONGEST = Duration.ofHours(24);

    private static final int LARGEST = 256 << 10;
    private static final int TIMEOUT_MILLIS = 3_000;
    private static final int LOOK_MILLIS = 500;
    private static final System.Logger LOG = System.getLogger("dev.sallyport.server");

    private final IssuerSettings issuer;
    private final long interval;
    private final long shortest;
    private final long longest;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "sallyport-keys");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable Loaded loaded;
    private volatile boolean isWanted;
    private long attempted;
    private @Nullable String seen;

    private record Loaded(JWKSet keys, long nanos) { }

    /**
     * Begins to fetch.
     *
     * @throws SettingsException if a file of keys cannot be used
     */
    SigningKeys(IssuerSettings issuer, Duration interval, Duration shortest, Duration longest) throws SettingsException {
        this.issuer = issuer;
        this.interval = interval.toNanos();
        this.shortest = shortest.toNanos();
        this.longest = longest.toNanos();
        Path file = issuer.keysFile();
        if (file != null) {
            try {
                seen = state(file);
                loaded = new Loaded(read(file), System.nanoTime());
            } catch (IOException | ParseException e) {
                throw new SettingsException("cannot read the keys `" + file + "`: " + e.getMessage(),
                        "write the JWKS document of the issuer");
            }
        }
        attempted = System.nanoTime() - this.interval;
        clock.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The keys; {@code null} if they were not fetched yet, or too long ago. */
    @Nullable JWKSet keys() {
        Loaded now = loaded;
        return now == null || issuer.keysFile() == null && System.nanoTime() - now.nanos() > longest ? null : now.keys();
    }

    /** A token names a key that is not in the set. */
    void want() {
        isWanted = true;
    }

    private void look() {
        try {
            Path file = issuer.keysFile();
            if (file != null) {
                String state = state(file);
                if (!state.equals(seen)) {
                    seen = state;
                    loaded = new Loaded(read(file), System.nanoTime());
                }
                return;
            }
            long now = System.nanoTime();
            Loaded before = loaded;
            boolean isDue = before == null || isWanted || now - before.nanos() >= interval;
            if (isDue && now - attempted >= Math.min(shortest, interval)) {
                attempted = now;
                isWanted = false;
                JWKSet keys = JWKSet.load(Objects.requireNonNull(issuer.keysUri()).toURL(), TIMEOUT_MILLIS, TIMEOUT_MILLIS, LARGEST);
                loaded = new Loaded(keys.toPublicJWKSet(), System.nanoTime());
            }
        } catch (Exception | StackOverflowError e) {
            LOG.log(System.Logger.Level.WARNING,
                    "cannot load the keys of " + issuer.issuer() + "; those from before stay in force: " + e);
        }
    }

    private static JWKSet read(Path file) throws IOException, ParseException {
        return JWKSet.parse(Files.readString(file)).toPublicJWKSet();
    }

    private static String state(Path file) throws IOException {
        return Files.getLastModifiedTime(file) + " " + Files.size(file);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
