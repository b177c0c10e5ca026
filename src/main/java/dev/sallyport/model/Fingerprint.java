package dev.sallyport.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Digests of texts: the versions of policy sets and directories. */
public final class Fingerprint {

    private Fingerprint() { }

    /** {@code sha256:…} of texts, independent of their order. */
    public static String ofAll(List<String> texts) {
        return "sha256:" + of(texts.stream().sorted().toList());
    }

    /** The SHA-256 of these texts one after another, in hexadecimal digits. */
    public static String of(List<String> texts) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            texts.forEach(text -> sha.update(text.getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
