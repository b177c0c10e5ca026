package dev.sallyport.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys in PEM, as gateways have them. */
final class Pem {

    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final String[] ALGORITHMS = {"EC", "RSA", "Ed25519"};

    private Pem() { }

    /** A store with a certificate, its chain and its key. */
    static KeyStore keyStore(Path certificate, Path key) throws SettingsException {
        try {
            Collection<? extends Certificate> chain = certificates(certificate);
            KeyStore store = empty();
            store.setKeyEntry("key", key(key), new char[0], chain.toArray(Certificate[]::new));
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw unusable("the certificate `" + certificate + "` and the key `" + key + "`", e,
                    "write the certificate with its chain, and its key in PKCS#8 (`BEGIN PRIVATE KEY`), both in PEM");
        }
    }

    /** A store with authorities to trust. */
    static KeyStore trustStore(Path authorities) throws SettingsException {
        try {
            KeyStore store = empty();
            int count = 0;
            for (Certificate each : certificates(authorities)) {
                store.setCertificateEntry("authority-" + count++, each);
            }
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw unusable("the authorities `" + authorities + "`", e, "write their certificates in PEM");
        }
    }

    private static SettingsException unusable(String what, Exception e, String help) {
        return new SettingsException("cannot use " + what + ": " + e.getMessage(), help);
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        Collection<? extends Certificate> all = CertificateFactory.getInstance("X.509").generateCertificates(
                new ByteArrayInputStream(Files.readAllBytes(file)));
        if (all.isEmpty()) {
            throw new GeneralSecurityException("it contains no certificate");
        }
        return all;
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new GeneralSecurityException("the key file contains no key in PKCS#8");
        }
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // the next one
            }
        }
        throw new GeneralSecurityException("the key is not of EC, RSA or Ed25519");
    }
}
