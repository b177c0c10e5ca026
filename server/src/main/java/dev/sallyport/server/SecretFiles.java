package dev.sallyport.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** Looks every two seconds whether key files or the certificate have changed, and puts what they hold into force without a restart. */
final class SecretFiles implements AutoCloseable {

    private static final int SECONDS = 2;
    private static final System.Logger LOG = System.getLogger("dev.sallyport.server");

    private final Settings settings;
    private final Callers callers;
    private final SslContextFactory.@Nullable Server tls;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "sallyport-secrets");
        thread.setDaemon(true);
        return thread;
    });
    private String seenKeys;
    private String seenCertificate;

    SecretFiles(Settings settings, Callers callers, SslContextFactory.@Nullable Server tls) {
        this.settings = settings;
        this.callers = callers;
        this.tls = tls;
        this.seenKeys = state(callers.files());
        this.seenCertificate = state(certificateFiles());
        clock.scheduleWithFixedDelay(this::look, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    /** Puts a certificate, and the authorities of client certificates, into a factory. */
    static void load(SslContextFactory.Server tls, Path certificate, Path key, @Nullable Path authorities) throws SettingsException {
        tls.setKeyStore(Pem.keyStore(certificate, key));
        tls.setKeyStorePassword("");
        if (authorities != null) {
            tls.setTrustStore(Pem.trustStore(authorities));
            tls.setWantClientAuth(true);                // a caller may show a key instead
        }
    }

    private List<Path> certificateFiles() {
        List<Path> files = new ArrayList<>();
        for (Path each : new Path[] {settings.certificate(), settings.key(), settings.wire().clientAuthorities()}) {
            if (each != null) {
                files.add(each);
            }
        }
        return files;
    }

    private void look() {
        try {
            String keys = state(callers.files());
            if (!keys.equals(seenKeys)) {
                seenKeys = keys;
                callers.reload();
            }
            String certificate = state(certificateFiles());
            Path file = settings.certificate();
            Path key = settings.key();
            if (tls != null && file != null && key != null && !certificate.equals(seenCertificate)) {
                seenCertificate = certificate;
                SslContextFactory.Server next = new SslContextFactory.Server();
                load(next, file, key, settings.wire().clientAuthorities());     // before the one in force is touched
                tls.reload(any -> {
                    try {
                        load(tls, file, key, settings.wire().clientAuthorities());
                    } catch (SettingsException e) {
                        throw new IllegalStateException(e);
                    }
                });
            }
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage() + "; what was loaded before stays in force");
        }
    }

    private static String state(List<Path> files) {
        StringBuilder text = new StringBuilder();
        for (Path each : files) {
            try {
                text.append(Files.getLastModifiedTime(each)).append(' ').append(Files.size(each)).append('\n');
            } catch (IOException e) {
                text.append("missing\n");
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
