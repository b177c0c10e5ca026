package dev.sallyport.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells who asks: by a key, or by the certificate of the client. A key file holds one key per line, so that a new key can be added before
 * the old one is removed; it is read again when it changes. Keys are compared in constant time.
 */
final class Callers {

    /** The shortest key, in characters. */
    private static final int SHORTEST_KEY = 32;
    private static final System.Logger LOG = System.getLogger("dev.sallyport.server");
    /** Alternative names of certificates (RFC 5280): a host, and a URI. */
    private static final Collection<Integer> NAMES = List.of(2, 6);

    private final List<Settings.CallerSettings> settings;
    /** The caller of every request; {@code null} if callers have to say who they are. */
    private final @Nullable Caller everyone;
    private volatile List<Key> keys;
    private final Map<String, Caller> byCertificate = new HashMap<>();

    private record Key(byte[] digest, Caller caller) { }

    private Callers(List<Settings.CallerSettings> settings, @Nullable Caller everyone, List<Key> keys) {
        this.settings = settings;
        this.everyone = everyone;
        this.keys = keys;
        for (Settings.CallerSettings each : settings) {
            if (each.certificate() != null) {
                byCertificate.put(each.certificate(), new Caller(each.name(), each.isTrusted()));
            }
        }
    }

    /**
     * The callers of the settings.
     *
     * @throws SettingsException if a key file cannot be read, or holds no usable key
     */
    static Callers of(List<Settings.CallerSettings> settings, boolean isInsecureLocal) throws SettingsException {
        return new Callers(settings, isInsecureLocal ? new Caller("local", true) : null, keys(settings));
    }

    private static List<Key> keys(List<Settings.CallerSettings> settings) throws SettingsException {
        List<Key> keys = new ArrayList<>();
        for (Settings.CallerSettings each : settings) {
            Path file = each.keyFile();
            if (file == null) {
                continue;
            }
            List<String> lines;
            try {
                lines = Files.readAllLines(file).stream().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .toList();
            } catch (IOException e) {
                throw new SettingsException("cannot read the key file `" + file + "`: " + e.getMessage(), "write one key per line");
            }
            if (lines.isEmpty()) {
                throw new SettingsException("the key file `" + file + "` contains no key", "make one: `openssl rand -hex 32`");
            }
            for (String line : lines) {
                if (line.length() < SHORTEST_KEY) {
                    throw new SettingsException("a key in `" + file + "` is shorter than " + SHORTEST_KEY + " characters",
                            "make a longer one: `openssl rand -hex 32`");
                }
                keys.add(new Key(digest(line), new Caller(each.name(), each.isTrusted())));
            }
        }
        return List.copyOf(keys);
    }

    /** Reads the key files again. A file that cannot be used changes nothing. */
    void reload() {
        try {
            keys = keys(settings);
        } catch (SettingsException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage() + "; the keys from before stay in force");
        }
    }

    /** The files whose change matters. */
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        settings.forEach(each -> {
            if (each.keyFile() != null) {
                files.add(each.keyFile());
            }
        });
        return files;
    }

    /**
     * The caller of a request; {@code null} if it is unknown.
     *
     * @param key the key that the request shows; {@code null} for none
     * @param certificate the verified certificate of the connection; {@code null} for none
     */
    @Nullable Caller of(@Nullable String key, @Nullable X509Certificate certificate) {
        if (everyone != null) {
            return everyone;
        }
        Caller found = null;
        if (key != null) {
            byte[] shown = digest(key);
            for (Key each : keys) {             // all of them, so that the time tells nothing
                found = MessageDigest.isEqual(each.digest(), shown) ? each.caller() : found;
            }
        }
        return found != null || certificate == null ? found : named(certificate);
    }

    private @Nullable Caller named(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                for (List<?> each : names) {
                    Caller caller = NAMES.contains((Integer) each.get(0)) ? byCertificate.get(String.valueOf(each.get(1))) : null;
                    if (caller != null) {
                        return caller;
                    }
                }
            }
        } catch (CertificateParsingException e) {
            LOG.log(System.Logger.Level.WARNING, "a client certificate has unreadable names");
        }
        return null;
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
