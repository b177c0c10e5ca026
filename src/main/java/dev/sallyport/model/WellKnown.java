package dev.sallyport.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Literals of policies; other ids that are the same in every tenant are in the {@link Catalogue}. */
public final class WellKnown {

    /** The MFA trusted IPs as a location (CA-LOC-06). */
    public static final String MFA_TRUSTED_IPS = "00000000-0000-0000-0000-000000000000";
    /** The grouping of the Office 365 applications, as policies name it (CA-APP-06). */
    public static final String OFFICE_365 = "Office365";
    /** The grouping of the admin portals, as policies name it (CA-APP-07). */
    public static final String MICROSOFT_ADMIN_PORTALS = "MicrosoftAdminPortals";

    /** All agent users, as policies name them (AGT-01). */
    public static final String ALL_AGENT_USERS = "AllAgentIdUsers";
    /** The grouping of the agents that are resources, as policies name it (AGT-06). */
    public static final String ALL_AGENT_RESOURCES = "AllAgentIdResources";

    /** User action: register security information (CA-ACT-01). */
    public static final String REGISTER_SECURITY_INFO = "urn:user:registersecurityinfo";
    /** User action: register or join devices (CA-ACT-01). */
    public static final String REGISTER_DEVICE = "urn:user:registerdevice";
    /** The user action of creating an app password; not in Graph. */
    public static final String CREATE_APP_PASSWORD = "urn:user:createapppassword";

    /** The longest name that is looked up, in characters; longer than each name of the catalogue. */
    static final int LONGEST_NAME = 100;

    private WellKnown() { }

    /** Whether a text is an object id. */
    public static boolean isId(String text) {
        if (text.length() != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : Character.digit(c, 16) < 0 || c > 'f') {
                return false;
            }
        }
        return true;
    }

    /** Whether two names are the same; {@code equalsIgnoreCase} also takes a dotless i for an i and a long s for an s. */
    public static boolean isSame(@Nullable String name, @Nullable String other) {
        return name != null && other != null && fold(name).equals(fold(other));
    }

    /** The text in lower case, in every locale alike, for comparisons. */
    public static String fold(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
