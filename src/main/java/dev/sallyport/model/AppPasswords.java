package dev.sallyport.model;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes and verifies app passwords: 16 letters that the system chooses (AP-06, AP-07), and a directory keeps only a salted
 * Argon2id hash (AP-09).
 *
 * <p>A client does not say which of the up to 40 app passwords of a user it gives, so a wrong one costs 40 hashes. 16 random
 * letters are 75 bits, out of reach even for fast hashes; 4 MiB and one pass take 7 ms and make guessing dear besides.
 */
public final class AppPasswords {

    private static final int LETTERS = 16;
    private static final int SALT_BYTES = 16;
    private static final Argon2Function ARGON2 = Argon2Function.getInstance(4096, 1, 1, 32, Argon2.ID);
    private static final Pattern HASH = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=([1-9][0-9]{0,4}),t=([1-9][0-9]?),p=[1-4]\\$[A-Za-z0-9+/]{11,86}\\$[A-Za-z0-9+/]{16,86}");
    /**
     * What is verified: memory in KiB times passes, which is half a second; 40 hashes may be tried, and no file is to bring a gateway to
     * its knees.
     */
    private static final int MAX_WORK = 1 << 18;

    private AppPasswords() { }

    /** A new app password; it exists nowhere else and is to be shown once. */
    public static String generate(SecureRandom random) {
        StringBuilder letters = new StringBuilder(LETTERS);
        for (int i = 0; i < LETTERS; i++) {
            letters.append((char) ('a' + random.nextInt(26)));
        }
        return letters.toString();
    }

    /** The hash to keep, in the usual form {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}. */
    public static String hash(String appPassword, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return ARGON2.hash(appPassword.getBytes(StandardCharsets.UTF_8), salt).getResult();
    }

    /** Whether a text is a hash that can be verified. */
    public static boolean isHash(String hash) {
        Matcher form = HASH.matcher(hash);
        if (!form.matches() || Integer.parseInt(form.group(1)) * Integer.parseInt(form.group(2)) > MAX_WORK) {
            return false;
        }
        String[] parts = hash.split("\\$");
        try {
            return Base64.getDecoder().decode(parts[4]).length >= 8 && Base64.getDecoder().decode(parts[5]).length >= 12;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether a text can be an app password at all; nothing else is worth a hash. */
    public static boolean isAppPassword(String text) {
        return text.length() == LETTERS && text.chars().allMatch(letter -> letter >= 'a' && letter <= 'z');
    }

    /**
     * Whether a hash is that of an app password; one that is missing or cannot be verified matches nothing. A text that cannot be an
     * app password is refused without a hash.
     */
    public static boolean matches(String appPassword, @Nullable String hash) {
        return hash != null && isAppPassword(appPassword) && isHash(hash)
                && Argon2Function.getInstanceFromHash(hash).check(appPassword.getBytes(StandardCharsets.UTF_8),
                hash.getBytes(StandardCharsets.UTF_8));
    }
}
