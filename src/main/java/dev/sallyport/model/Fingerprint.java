package dev.sallyport.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Digests of texts: the versions of policy sets and directories. */
public final class Fingerprint {

    /** Is only cloned: looking one up costs more than a short text does. */
    private static final MessageDigest SHA_256 = sha256();

    private Fingerprint() { }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** {@code sha256:…} of texts, independent of their order. */
    public static String ofAll(List<String> texts) {
        return "sha256:" + of(texts.size() == 1 ? texts : texts.stream().sorted().toList());
    }

    /** The SHA-256 of these texts one after another, in hexadecimal digits. */
    public static String of(List<String> texts) {
        try {
            MessageDigest sha = (MessageDigest) SHA_256.clone();
            for (String text : texts) {
                sha.update(text.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the digests of every Java platform can be cloned", e);
        }
    }
}
