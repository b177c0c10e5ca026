package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates that a test makes, each signed by itself, with the tool of the JDK. */
final class Certificates {

    private static final char[] PASSWORD = "password".toCharArray();

    private final Path folder;

    Certificates(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes {@code name.p12}, {@code name.crt} and {@code name.key}.
     *
     * @param alternativeNames such as {@code dns:localhost,ip:127.0.0.1}
     */
    void make(String name, String algorithm, String alternativeNames) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Files.deleteIfExists(store);
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias",
                "key", "-keyalg", algorithm, "-dname", "CN=" + name, "-ext", "san=" + alternativeNames, "-storetype", "PKCS12", "-storepass",
                new String(PASSWORD), "-keystore", store.toString(), "-validity", "3650"));
        Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(tool.exitValue()).as(said).isZero();
        KeyStore keys = store(name);
        write(name + ".crt", "CERTIFICATE", keys.getCertificate("key").getEncoded());
        write(name + ".key", "PRIVATE KEY", keys.getKey("key", PASSWORD).getEncoded());
    }

    private void write(String file, String type, byte[] content) throws Exception {
        Files.writeString(folder.resolve(file), "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(content) + "\n-----END " + type + "-----\n");
    }

    private KeyStore store(String name) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    Certificate certificate(String name) throws Exception {
        return store(name).getCertificate("key");
    }

    /** What a client needs that trusts one certificate, and shows another one unless it is {@code null}. */
    SSLContext client(String trusted, String shown) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("trusted", certificate(trusted));
        TrustManagerFactory trusts = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusts.init(trust);
        KeyManagerFactory shows = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (shown != null) {
            shows.init(store(shown), PASSWORD);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown == null ? null : shows.getKeyManagers(), trusts.getTrustManagers(), null);
        return context;
    }
}
