package dev.sallyport.workbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** 5,000 users and 240 policies, a third of which apply. */
final class LargeTenant {

    private static final int POLICIES = 240;
    private static final int USERS = 5_000;

    private LargeTenant() { }

    /** Writes the folder {@code set} and the file {@code people.yaml}. */
    static void write(Path folder) throws IOException {
        StringBuilder set = new StringBuilder();
        for (int i = 0; i < POLICIES; i++) {
            set.append("---\nkind: conditionalAccessPolicy\nid: p").append(i).append("\ndisplayName: Policy ").append(i).append(
                    "\nstate: enabled\nconditions:\n  users: { includeUsers: [").append(i % 3 == 0 ? "All" : "user" + i + "@contoso.com").append(
                    "] }\n  applications: { includeApplications: [All] }\n  clientAppTypes: [all]\n").append(i % 2 == 0 ? "  signInRiskLevels: [high]\n" : "")
                    .append("grantControls: { operator: OR, builtInControls: [mfa] }\n");
        }
        Files.writeString(Files.createDirectories(folder.resolve("set")).resolve("all.yaml"), set);
        StringBuilder people = new StringBuilder("kind: directory\nusers:\n");
        for (int i = 0; i < USERS; i++) {
            people.append("  - { id: ").append(new UUID(i, i)).append(", userPrincipalName: user").append(i).append(
                    "@contoso.com, displayName: User ").append(i).append(", userType: Member, accountEnabled: true, perUserMfaState: enabled, "
                    + "perUserMfaEnabledDateTime: 2026-11-20T09:00:00Z }\n");
        }
        Files.writeString(folder.resolve("people.yaml"), people);
    }

    /** A workbench on it. */
    static Bench bench(Path folder) throws Exception {
        write(folder);
        return Bench.of(Files.createDirectory(folder.resolve("copy")), folder.resolve("set"), folder.resolve("people.yaml"));
    }
}
