package dev.sallyport.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Microsoft's applications: what they are called, the groupings that hold them, and the clients that stand for a resource. Policies,
 * security defaults and the rules on admin portals all take their members from here (DEC-07).
 *
 * <h2>Sources</h2>
 * A row names the page that its id is from. Which names a grouping has is from these pages:
 * <ul>
 * <li>{@code Office365}: Entra, reference-office-365-application-contents.md, 6 December 2024. It has names only.</li>
 * <li>{@code MicrosoftAdminPortals} and the Windows Azure Service Management API: Entra, concept-conditional-access-cloud-apps.md,
 * 26 January 2026.</li>
 * </ul>
 */
public final class KnownApplications {

    private static final String OFFICE = WellKnown.OFFICE_365;
    private static final String PORTALS = WellKnown.MICROSOFT_ADMIN_PORTALS;
    private static final String MANAGEMENT = WellKnown.AZURE_MANAGEMENT;

    /** Support articles, verify-first-party-apps-sign-in.md, 8 March 2024. */
    private static final String FIRST_PARTY = "verify-first-party-apps-sign-in.md";
    /** Entra, concept-conditional-access-cloud-apps.md, 26 January 2026. */
    private static final String TARGETS = "concept-conditional-access-cloud-apps.md";
    /** What Graph lists as applications of Microsoft's tenant: repository merill/microsoft-info, _info/MicrosoftApps.csv. */
    private static final String GRAPH = "MicrosoftApps.csv";
    /** Ids seen in sign-in logs: repository merill/microsoft-info, customdata/OtherMicrosoftApps.csv. */
    private static final String LOGS = "OtherMicrosoftApps.csv";
    /** Entra, concept-mandatory-multifactor-authentication.md, 27 February 2025. */
    private static final String MANDATORY_MFA = "concept-mandatory-multifactor-authentication.md";

    /** Entra, reference-resources-change.md, 26 June 2024. */
    private static final String TRAFFIC = "reference-resources-change.md";

    /** Id, name, groupings, source of the id. No name where a reader would take it for another application or for the whole grouping. */
    private static final String[][] RESOURCES = {
        {"00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online", OFFICE, FIRST_PARTY},
        {WellKnown.SHAREPOINT_ONLINE, "Office 365 SharePoint Online", OFFICE, FIRST_PARTY},
        {WellKnown.MICROSOFT_TEAMS, "Microsoft Teams Services", OFFICE, FIRST_PARTY},
        {"00000004-0000-0ff1-ce00-000000000000", "Skype for Business Online", OFFICE, FIRST_PARTY},
        {"00000005-0000-0ff1-ce00-000000000000", "Office 365 Yammer", OFFICE, FIRST_PARTY},
        {"00000006-0000-0ff1-ce00-000000000000", "Microsoft Office 365 Portal", OFFICE + "," + PORTALS, FIRST_PARTY},
        {"00000007-0000-0ff1-ce00-000000000000", "Microsoft Exchange Online Protection", OFFICE, FIRST_PARTY},
        {"09abbdfd-ed23-44ee-a2d9-a627aa1c90f3", "Microsoft Planner", OFFICE, GRAPH},
        {"c9a559d2-7aab-4f13-a6ed-e7e9c52aec87", "Microsoft Forms", OFFICE, FIRST_PARTY},
        {"905fcf26-4eb7-48a0-9ff0-8dcc7194b5ba", "Sway", OFFICE, FIRST_PARTY},
        {"95de633a-083e-42f5-b444-a4295d8e9314", "Microsoft Whiteboard Services", OFFICE, FIRST_PARTY},
        {"4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome", OFFICE, FIRST_PARTY},
        {"4b233688-031c-404b-9a80-a4f3f2351f90", "Office.com", OFFICE, FIRST_PARTY},
        {"89bee1f7-5e6e-4d8a-9f3d-ecd601259da7", "Office365 Shell WCSS-Client", OFFICE, FIRST_PARTY},
        {"4345a7b9-9a63-4910-a426-35363201d503", "O365 Suite UX", OFFICE, FIRST_PARTY},
        {"66a88757-258c-4c72-893c-3e8bed4d6899", "Office 365 Search Service", OFFICE, FIRST_PARTY},
        {"94c63fef-13a3-47bc-8074-75af8c65887a", "Office Delve", OFFICE, FIRST_PARTY},
        {"0f698dd4-f011-4d23-a33e-b36416dcb1e6", "OfficeClientService", OFFICE, FIRST_PARTY},
        {"93d53678-613d-4013-afc1-62e9e444a0a5", "Office Online Add-in SSO", OFFICE, FIRST_PARTY},
        {"243c63a3-247d-41c5-9d83-7788c43f1c43", "Office Online Core SSO", OFFICE, FIRST_PARTY},
        {"2abdc806-e091-4495-9b10-b04d93c3f040", "Office Online Augmentation Loop SSO", OFFICE, FIRST_PARTY},
        {"b23dd4db-9142-4734-867f-3577f640ad0c", "Office Online Loki SSO", OFFICE, FIRST_PARTY},
        {"17d5e35f-655b-4fb0-8ae6-86356e9a49f5", "Office Online Maker SSO", OFFICE, FIRST_PARTY},
        {"3ce44149-e365-40e4-9bb4-8c0ecb710fe6", "Office Online Print SSO", OFFICE, LOGS},
        {"5a4eed13-c4c4-4b4c-9506-334ab200bf31", "Office Online Search SSO", OFFICE, LOGS},
        {"944f0bd1-117b-4b1c-af26-804ed95e767e", "Media Analysis and Transformation Service", OFFICE, FIRST_PARTY},
        {"0cd196ee-71bf-4fd6-a57c-b491ffd4fb1e", null, OFFICE, FIRST_PARTY},
        {"2d4d3d8e-2be3-4bef-9f87-7875a61c29de", "OneNote", OFFICE, FIRST_PARTY},
        {"cf53fce8-def6-4aeb-8d30-b158e7b1cf83", "Microsoft Stream Portal", OFFICE, FIRST_PARTY},
        {"2634dd23-5e5a-431c-81ca-11710d9079f4", "Microsoft Stream Service", OFFICE, GRAPH},
        {"08e18876-6177-487e-b8b5-cf950c1e598c", "SharePoint Online Web Client Extensibility", OFFICE, FIRST_PARTY},
        {"3bc2296e-aa22-4ed2-9e1e-946d05afa6a2", "SharePoint Online Web Client Extensibility Isolated", OFFICE, GRAPH},
        {"dcad865d-9257-4521-ad4d-bae3e137b345", "Microsoft SharePoint Online - SharePoint Home", OFFICE, GRAPH},
        {"e1979c22-8b73-4aed-a4da-572cc4d0b832", "App Studio for Microsoft Teams", OFFICE, GRAPH},
        {"4580fd1d-e5a3-4f56-9ad1-aab0e3bf8f76", "Call Recorder", OFFICE, GRAPH},
        {"48af08dc-f6d2-435f-b2a7-069abd99c086", "Connectors", OFFICE, GRAPH},
        {"8f348934-64be-4bb2-bc16-c54c96789f43", "EDU Assignments", OFFICE, GRAPH},
        {"39aaf054-81a5-48c7-a4f8-0293012095b9", "IC3 Gateway", OFFICE, GRAPH},
        {"6b91db1b-f05b-405a-a0b2-e3f60b28d645", "M365 Admin Services", OFFICE, GRAPH},
        {"a8f7a65c-f5ba-4859-b2d6-df772c264e9d", "make.powerapps.com", OFFICE, LOGS},
        {"0e90d0b8-039a-4936-a6f4-d25dd510be5d", "Message Recall", OFFICE, LOGS},
        {"6f82282e-0070-4e78-bc23-e6320c5fa7de", "Microsoft Discovery Service", OFFICE, GRAPH},
        {"6204c1d1-4712-4c46-a7d9-3ed63d992682", "Microsoft Flow Portal", OFFICE, GRAPH},
        {"40775b29-2688-46b6-a3b5-b256bd04df9f", "Microsoft Information Protection API", OFFICE, GRAPH},
        {"394866fc-eedb-4f01-8536-3ff84b16be2a", "Microsoft People Cards Service", OFFICE, GRAPH},
        {"b55b276d-2b09-4ad2-8de5-f09cf24ffba9", "Microsoft Teams - Teams And Channels Service", OFFICE, GRAPH},
        {"b1379a75-ce5e-4fa3-80c6-89bb39bf646c", "Microsoft Teams Chat Aggregator", OFFICE, GRAPH},
        {"ab3be6b7-f5df-413d-ac2d-abf1e3fd9c0b", "Microsoft Teams Graph Service", OFFICE, GRAPH},
        {"51133ff5-8e0d-4078-bcca-84fb7f905b64", "Microsoft Teams Mailhook", OFFICE, GRAPH},
        {"75efb5bc-18a1-4e7b-8a66-2ad2503d79c6", "Microsoft Teams Retail Service", OFFICE, GRAPH},
        {"8e14e873-35ba-4720-b787-0bed94370b17", "Microsoft Teams Targeting Application", OFFICE, GRAPH},
        {"1996141e-2b07-4491-927a-5a024b335c78", "Microsoft Teams UIS", OFFICE, GRAPH},
        {"00695ed2-3202-4156-8da1-69f60065e255", "Microsoft Visio Data Visualizer", OFFICE, GRAPH},
        {"23c898c1-f7e8-41da-9501-f16571f8d097", "OCPS Checkin Service", OFFICE, GRAPH},
        {"72782ba9-4490-4f03-8d82-562370ea3566", null, OFFICE, LOGS},
        {"166f1b03-5b19-416f-a94b-1d7aa2d247dc", "Office Hive", OFFICE, GRAPH},
        {"62fd1447-0ef3-4ab7-a956-7dd05232ecc1", "Office Scripts Service", OFFICE, GRAPH},
        {"b97b6bd4-a49f-4a0c-af18-af507d1da76c", "Office Shredding Service", OFFICE, GRAPH},
        {"9e4a5442-a5c9-4f6f-b03f-5b9fcaaf24b1", "OfficeServicesManager", OFFICE, GRAPH},
        {"475226c6-020e-4fb2-8a90-7a972cbfc1d4", "PowerApps Service", OFFICE, GRAPH},
        {"18f36947-75b0-49fb-8d1c-29584a55cac5", "Reply-At-Mention", OFFICE, GRAPH},
        {"48ac35b8-9aa8-4d74-927d-1f4a14a0b239", "Skype and Teams Tenant Admin API", OFFICE, GRAPH},
        {"7557eb47-c689-4224-abcf-aef9bd7573df", null, OFFICE, GRAPH},
        {"1e70cd27-4707-4589-8ec5-9bd20c472a46", "Skype Presence Service", OFFICE, GRAPH},
        {"4c4f550b-42b2-4a16-93f9-fdb9e01bb6ed", "Targeted Messaging Service", OFFICE, GRAPH},
        {"6bc3b958-689b-49f5-9006-36d165f30e00", "Teams CMD Services Artifacts", OFFICE, GRAPH},
        {WellKnown.AZURE_PORTAL, "Azure Portal", PORTALS + "," + MANAGEMENT, MANDATORY_MFA},
        {"497effe9-df71-4043-a8bb-14cf78c4b63b", "Exchange Admin Center", PORTALS, FIRST_PARTY},
        {"80ccca67-54bd-44ab-8625-4b79c4dc7775", "Microsoft 365 Security and Compliance Center", PORTALS, FIRST_PARTY},
        {"2ddfbe71-ed12-4123-b99b-d5fc8a062a79", "Microsoft Teams Admin Portal Service", PORTALS, LOGS},
        {WellKnown.AZURE_MANAGEMENT, "Windows Azure Service Management API", "", FIRST_PARTY},
        {"ca7f3f0b-7d91-482c-8e09-c5d840d0eac5", "Log Analytics API", MANAGEMENT, GRAPH},
        {"f5c26e74-f226-4ae8-85f0-b4af0080ac9e", "Application Insights API", MANAGEMENT, GRAPH},
        {"e9f49c6b-5ce5-44c8-925d-015017e9f7ad", "Azure Data Lake", MANAGEMENT, FIRST_PARTY},
        {WellKnown.AZURE_AD_GRAPH, "Windows Azure Active Directory", "", TARGETS},
        {WellKnown.MICROSOFT_GRAPH, "Microsoft Graph", "", TARGETS},
        {WellKnown.DEVICE_REGISTRATION_SERVICE, "Device Registration Service", "", GRAPH},
        {"d4ebce55-015a-49b5-a083-c84d1797ae8c", "Microsoft Intune Enrollment", "", GRAPH},
        {TrafficProfile.M365.appId(), TrafficProfile.M365.displayName(), "", TRAFFIC},
        {TrafficProfile.INTERNET.appId(), TrafficProfile.INTERNET.displayName(), "", TRAFFIC},
        {TrafficProfile.PRIVATE.appId(), TrafficProfile.PRIVATE.displayName(), "", TRAFFIC},
    };

    private static final String EXCHANGE = "00000002-0000-0ff1-ce00-000000000000";

    /**
     * Name, id or {@code null} for another name of a resource, the resources that it opens, groupings, source of the id. Policies are
     * about resources (CA-APP-04): Conditional Access looks at what a client opens, and does not know these names.
     */
    private static final String[][] CLIENTS = {
        {"Microsoft Teams", "1fec8e78-bce4-4aaf-ab1b-5451cc387264", WellKnown.MICROSOFT_TEAMS, OFFICE, FIRST_PARTY},
        {"Microsoft Teams Web Client", "5e3ce6c0-2b1f-4285-8d4b-75ee78787346", WellKnown.MICROSOFT_TEAMS, OFFICE, FIRST_PARTY},
        {"Microsoft Teams Web Client", "e1829006-9cf1-4d05-8b48-2e665cb48e6a", WellKnown.MICROSOFT_TEAMS, OFFICE, GRAPH},
        {"Teams", null, WellKnown.MICROSOFT_TEAMS, "", FIRST_PARTY},
        {"Microsoft Outlook", "5d661950-3475-41cd-a2c3-d671a3162bc1", EXCHANGE, "", FIRST_PARTY},
        {"Outlook Mobile", "27922004-5251-4030-b22d-91ecd9a37ea4", EXCHANGE, "", FIRST_PARTY},
        {"One Outlook Web", "9199bf20-a13f-4107-85dc-02114787ef48", EXCHANGE, OFFICE, GRAPH},
        {"Outlook", null, EXCHANGE, "", FIRST_PARTY},
        {"Exchange Online", null, EXCHANGE, "", FIRST_PARTY},
        {"Microsoft Office", "d3590ed6-52b3-4102-aeff-aad2292ab01c", EXCHANGE + "," + WellKnown.SHAREPOINT_ONLINE, OFFICE, FIRST_PARTY},
        {"OneDrive", "b26aadf8-566f-4478-926f-589f601d9c74", WellKnown.SHAREPOINT_ONLINE, OFFICE, LOGS},
        {"OneDrive SyncEngine", "ab9b8c07-8f02-4f72-87fa-80105867a763", WellKnown.SHAREPOINT_ONLINE, OFFICE, FIRST_PARTY},
        {"SharePoint Online", null, WellKnown.SHAREPOINT_ONLINE, "", FIRST_PARTY},
        {"Viva Engage", null, "00000005-0000-0ff1-ce00-000000000000", "", FIRST_PARTY},
        {"Yammer", null, "00000005-0000-0ff1-ce00-000000000000", "", FIRST_PARTY},
        {"Microsoft Azure CLI", "04b07795-8ddb-461a-bbee-02f9e1bf7b46", MANAGEMENT, "", FIRST_PARTY},
        {"Microsoft Azure PowerShell", "1950a258-227b-4e31-a9cf-717495945fc2", MANAGEMENT, "", FIRST_PARTY},
        {"Azure Resource Manager", null, MANAGEMENT, "", TARGETS},
        {"Microsoft Graph Command Line Tools", "14d82eec-204b-4c2f-b7e8-296a70dab67e", WellKnown.MICROSOFT_GRAPH, "", FIRST_PARTY},
        {"Graph Explorer", "de8bc8b5-d9f9-48b1-a8ad-b748da725064", WellKnown.MICROSOFT_GRAPH, "", FIRST_PARTY},
        {"Microsoft Entra admin center", null, WellKnown.AZURE_PORTAL, "", MANDATORY_MFA},
        {"Microsoft Intune admin center", null, WellKnown.AZURE_PORTAL, "", MANDATORY_MFA},
        {"Microsoft 365 admin center", null, "00000006-0000-0ff1-ce00-000000000000", "", TARGETS},
        {"Microsoft Teams admin center", null, "2ddfbe71-ed12-4123-b99b-d5fc8a062a79", "", TARGETS},
    };

    /**
     * A client, or another name of a resource.
     *
     * @param name the name
     * @param resources the ids of the resources that it opens, in lower case; one or more
     */
    public record Client(String name, List<String> resources) { }

    /** Names of the resources by id, for those that have one. */
    public static final Map<String, String> NAMES;
    /** Groupings by id of a member, clients included: {@code Office365}, {@code MicrosoftAdminPortals}, or an application's id. */
    public static final Map<String, Set<String>> GROUPINGS;
    /** Groupings in the words of a directory file, with how policies name them. */
    public static final Map<String, String> GROUPING_NAMES =
            Map.of(OFFICE, OFFICE, PORTALS, PORTALS, "Windows Azure Service Management API", MANAGEMENT);

    private static final Map<String, Client> CLIENTS_BY_ID = new HashMap<>();
    private static final Map<String, Client> CLIENTS_BY_NAME = new HashMap<>();
    /** Longer than each of their names, also with characters that fold to none. */
    private static final int LONGEST_CLIENT = 100;

    static {
        Map<String, String> names = new LinkedHashMap<>();
        Map<String, Set<String>> groupings = new LinkedHashMap<>();
        for (String[] row : RESOURCES) {
            if (row[1] != null) {
                names.put(row[0], row[1]);
            }
            groupings.put(row[0], Set.copyOf(list(row[2])));
        }
        for (String[] row : CLIENTS) {
            Client client = new Client(row[0], list(row[2]));
            CLIENTS_BY_NAME.put(WellKnown.fold(row[0]), client);
            if (row[1] != null) {
                CLIENTS_BY_ID.put(row[1], client);
                groupings.put(row[1], Set.copyOf(list(row[3])));
            }
        }
        NAMES = Collections.unmodifiableMap(names);
        GROUPINGS = Collections.unmodifiableMap(groupings);
    }

    private KnownApplications() { }

    private static List<String> list(String text) {
        List<String> parts = new ArrayList<>();
        for (String part : text.split(",")) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return List.copyOf(parts);
    }

    /** The client with an id in lower case; {@code null} if unknown. */
    public static @Nullable Client clientById(String foldedId) {
        return CLIENTS_BY_ID.get(foldedId);
    }

    /** The client with a name, without regard to case; {@code null} if unknown. */
    public static @Nullable Client clientByName(String name) {
        return name.length() > LONGEST_CLIENT ? null : CLIENTS_BY_NAME.get(WellKnown.fold(name));
    }

    /** The names of the resources that a client opens, for messages. */
    public static String resourcesOf(Client client) {
        return String.join(" and ", client.resources().stream().map(id -> "`" + NAMES.get(id) + "`").toList());
    }

    /** Whether an entry of a policy names a grouping of applications (CA-APP-06 to CA-APP-08). */
    public static boolean isGrouping(String entry) {
        return entry.equals(OFFICE) || entry.equals(PORTALS) || entry.equals(MANAGEMENT);
    }
}
