package dev.sallyport.model;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ids that are the same in every tenant: applications, bundles, role templates (semantics 4.4, 9.3). */
public final class WellKnown {

    /** Windows Azure Active Directory, the audience of low-privilege scopes (CA-APP-16). */
    public static final String AZURE_AD_GRAPH = "00000002-0000-0000-c000-000000000000";
    /** Device Registration Service, the audience of device registration (CA-ACT-11). */
    public static final String DEVICE_REGISTRATION_SERVICE = "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9";
    /** Windows Azure Service Management API, itself a grouping (CA-APP-08). */
    public static final String AZURE_MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013";
    /** Azure portal, Entra and Intune admin centers. */
    public static final String AZURE_PORTAL = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";
    /** Microsoft Teams Services; with SharePoint Online the resource of B2B direct connect users (CA-GST-10). */
    public static final String MICROSOFT_TEAMS = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe";
    /** Office 365 SharePoint Online. */
    public static final String SHAREPOINT_ONLINE = "00000003-0000-0ff1-ce00-000000000000";
    /** Microsoft Graph, an umbrella over other resources (CA-APP-09). */
    public static final String MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000";
    /** AAD Token Exchange Endpoint: Public, at which agents exchange tokens without policies (AGT-05). */
    public static final String TOKEN_EXCHANGE = "fb60f99c-7a34-4190-8149-302f77469936";
    /** The MFA trusted IPs as a location (CA-LOC-06). */
    public static final String MFA_TRUSTED_IPS = "00000000-0000-0000-0000-000000000000";
    /** Role of Entra Connect and Cloud Sync (SD-10). */
    public static final String DIRECTORY_SYNCHRONIZATION_ACCOUNTS = "d29b2b05-8046-44ba-8758-1e26182fcf32";
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

    /** Roles for which security defaults always ask for MFA (SD-MFA-01). */
    private static final String[][] SECURITY_DEFAULTS_ROLES = {
        {"62e90394-69f5-4237-9190-012177145e10", "Global Administrator"},
        {"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator"},
        {"c4e39bd9-1100-46d3-8c65-fb160da0071f", "Authentication Administrator"},
        {"b0f54661-2d74-4c50-afa3-1ec803f12efe", "Billing Administrator"},
        {"158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator"},
        {"b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "Conditional Access Administrator"},
        {"29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator"},
        {"729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator"},
        {"966707d0-3269-4727-9be2-8c3a10f19b9d", "Password Administrator"},
        {"7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator"},
        {"e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator"},
        {"194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator"},
        {"f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "SharePoint Administrator"},
        {"69091246-20e8-4a56-aa4d-066075b2a7a8", "Teams Administrator"},
        {"fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"},
        {"0526716b-113d-4c15-b2c8-68e3c22b9f80", "Authentication Policy Administrator"},
        {"45d8d3c5-c802-45c6-b32a-1d70b5e1e86e", "Identity Governance Administrator"},
    };

    private static final String[][] OTHER_ROLES = {
        {DIRECTORY_SYNCHRONIZATION_ACCOUNTS, "Directory Synchronization Accounts"},
        {"3a2c62db-5318-420d-8d74-23affee5d9d5", "Intune Administrator"},
        {"8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2", "Hybrid Identity Administrator"},
        {"f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader"},
        {"17315797-102d-40b4-93e0-432062caca18", "Compliance Administrator"},
        {"e6d1a23a-da11-4be4-9570-befc86d067a7", "Compliance Data Administrator"},
        {"5d6b6bb7-de71-4623-b4af-96380a352509", "Security Reader"},
        {"5f2222b1-57c3-48ba-8ad5-d4759f1fde6f", "Security Operator"},
        {"4a5d8f65-41da-4de4-8968-e035b65339cf", "Reports Reader"},
        {"88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers"},
        {"9360feb5-f418-4baa-8175-e2a00bac4301", "Directory Writers"},
        {"95e79109-95c0-4d8e-aee3-d01accf2d47b", "Guest Inviter"},
        {"11648597-926c-4cf3-9c36-bcebb0ba8dcc", "Power Platform Administrator"},
        {"44367163-eba1-44c3-98af-f5787879f96a", "Dynamics 365 Administrator"},
        {"a9ea8996-122f-4c74-9520-8edcd192826c", "Fabric Administrator"},
        {"75941009-915a-4869-abe7-691bff18279e", "Skype for Business Administrator"},
        {"7698a772-787b-4ac8-901f-60d6b08affd2", "Cloud Device Administrator"},
        {"4d6ac14f-3453-41d0-bef9-a3e0c569773a", "License Administrator"},
        {"fdd7a751-b60b-444a-984c-02652fe8fa1c", "Groups Administrator"},
        {"f023fd81-a637-4b56-95fd-791ac0226033", "Service Support Administrator"},
        {"790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b", "Message Center Reader"},
        {"e3973bdf-4987-49ae-837a-ba8e231c7286", "Azure DevOps Administrator"},
        {"be2f45a1-457d-42af-a067-6ec1fa63bc45", "External Identity Provider Administrator"},
        {"7495fdc4-34c4-4d15-a289-98788ce399fd", "Azure Information Protection Administrator"},
        {"cf1c38e5-3621-4004-a7cb-879624dced7c", "Application Developer"},
        {"8329153b-31d0-4727-b945-745eb3bc5f31", "Domain Name Administrator"},
        {"baf37b3a-610e-45da-9e62-d9d1e5e8914b", "Teams Communications Administrator"},
    };

    /** The built-in roles: template ids by name. */
    public static final Map<String, String> ROLE_IDS;
    /** The template ids of the roles for which security defaults always ask for MFA (SD-MFA-01). */
    public static final Set<String> SECURITY_DEFAULTS_ROLE_IDS;

    static {
        Map<String, String> roles = new LinkedHashMap<>();
        Set<String> defaults = new HashSet<>();
        for (String[] role : SECURITY_DEFAULTS_ROLES) {
            roles.put(role[1], role[0]);
            defaults.add(role[0]);
        }
        for (String[] role : OTHER_ROLES) {
            roles.put(role[1], role[0]);
        }
        ROLE_IDS = Collections.unmodifiableMap(roles);
        SECURITY_DEFAULTS_ROLE_IDS = Set.copyOf(defaults);
    }

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
