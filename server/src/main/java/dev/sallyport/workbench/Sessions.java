package dev.sallyport.workbench;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The browsers that may see the workbench: those that showed the token which the command printed. */
final class Sessions {

    /** More browsers than one person has; the one that was let in first has to show the token again. */
    private static final int MOST = 100;
    private static final int BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final String token = secret();
    private final Map<String, Session> byCookie = new LinkedHashMap<>();

    /** The token that lets a browser in. */
    String token() {
        return token;
    }

    /** Lets a browser in that shows the token: the value of its cookie, or {@code null}. */
    synchronized @Nullable String admit(String shown) {
        if (!isSame(shown, token)) {
            return null;
        }
        if (byCookie.size() >= MOST) {
            byCookie.remove(byCookie.keySet().iterator().next());
        }
        String cookie = secret();
        byCookie.put(cookie, new Session(secret()));
        return cookie;
    }

    /** The session of a cookie; {@code null} for none. */
    synchronized @Nullable Session of(@Nullable String cookie) {
        return cookie == null ? null : byCookie.get(cookie);
    }

    /** Whether two secrets are the same, in a time that does not tell how they differ. */
    static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private String secret() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
