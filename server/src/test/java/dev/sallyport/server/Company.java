package dev.sallyport.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A made-up company, the same in every run: policies, users in groups, applications and locations. */
final class Company {

    static final int USERS = 1_000;
    private static final int GROUPS = 120;
    private static final int APPLICATIONS = 30;
    private static final int LOCATIONS = 20;
    private static final String[] CONTROLS = {"mfa", "compliantDevice", "domainJoinedDevice", "block"};

    private Company() { }

    static String user(int index) {
        return "user-" + index + "@company.example";
    }

    static String application(int index) {
        return "Application " + index % APPLICATIONS;
    }

    /**
     * Writes {@code policies.yaml} and {@code directory.yaml}. About nine of 240 policies apply to a request, and one of them asks for
     * something.
     */
    static void write(Path folder, int policies) throws IOException {
        StringBuilder directory = new StringBuilder("kind: directory\ngroups:\n");
        for (int i = 0; i < GROUPS; i++) {
            directory.append("  - { id: group-").append(i).append(", displayName: Group ").append(i).append(" }\n");
        }
        directory.append("applications:\n");
        for (int i = 0; i < APPLICATIONS; i++) {
            directory.append("  - { appId: 00000000-0000-4000-8000-").append(String.format("%012d", i)).append(", displayName: ")
                    .append(application(i)).append(" }\n");
        }
        directory.append("users:\n");
        for (int i = 0; i < USERS; i++) {
            directory.append("  - { id: user-").append(i).append(", userPrincipalName: ").append(user(i)).append(", memberOf: [");
            for (int j = 0; j < 12; j++) {
                directory.append(j == 0 ? "" : ", ").append("Group ").append((i * 7 + j * 11) % GROUPS);
            }
            directory.append("], authenticationMethods: [{ method: microsoftAuthenticatorPush }] }\n");
        }
        Files.writeString(folder.resolve("directory.yaml"), directory);

        StringBuilder set = new StringBuilder();
        for (int i = 0; i < LOCATIONS; i++) {
            set.append("kind: ipNamedLocation\ndisplayName: Location ").append(i).append("\nisTrusted: true\nipRanges: [{ cidrAddress: 10.").append(i)
                    .append(".0.0/16 }, { cidrAddress: 192.0.").append(i).append(".0/24 }]\n---\n");
        }
        for (int i = 0; i < policies; i++) {
            set.append(i == 0 ? "" : "---\n").append("kind: conditionalAccessPolicy\nid: policy-").append(i).append("\ndisplayName: Policy ")
                    .append(i).append("\nstate: enabled\nconditions:\n  users: { ").append(i % 12 == 0 ? "includeUsers: [All]"
                    : "includeGroups: [Group " + i % GROUPS + "]").append(" }\n  applications: { includeApplications: [")
                    .append(i % 3 == 0 ? "All" : application(i)).append("] }\n  clientAppTypes: [all]\n");
            if (i % 2 == 0) {
                set.append("  locations: { includeLocations: [All], excludeLocations: [Location ").append(i % LOCATIONS).append("] }\n");
            }
            if (i % 5 == 0) {
                set.append("  platforms: { includePlatforms: [android, iOS] }\n");
            }
            set.append("grantControls: { operator: OR, builtInControls: [").append(CONTROLS[i % CONTROLS.length]).append("] }\n");
        }
        Files.writeString(folder.resolve("policies.yaml"), set);
    }
}
