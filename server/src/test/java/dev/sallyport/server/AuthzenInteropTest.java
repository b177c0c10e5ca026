package dev.sallyport.server;

import static dev.sallyport.server.Running.at;
import static dev.sallyport.server.Running.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The scenarios of AuthZEN's interoperability events (openid/authzen, interop/authzen-interop-website/docs/scenarios: todo-1.1, api-gateway
 * and search, 2025): their people and records in a directory, their rules as policies that block.
 */
class AuthzenInteropTest {

    @TempDir
    private Path folder;

    // ---- what a fixture is made of

    private final StringBuilder directory = new StringBuilder("kind: directory\n");
    private final StringBuilder policies = new StringBuilder();

    private void mapping(String applications, String types) {
        policies.append("kind: authzenMapping\nsubject: { user: \"${subject.id}\" }\napplications: ").append(applications).append("\ntypes: ")
                .append(types).append("\ncontext: { clientAppType: browser }\n");
    }

    private void block(String application, String exceptions) {
        policies.append("---\nkind: conditionalAccessPolicy\nid: '").append(application).append("'\ndisplayName: '").append(application)
                .append("'\nstate: enabled\nconditions:\n  users: { includeUsers: [All], ").append(exceptions)
                .append(" }\n  applications: { includeApplications: ['").append(application)
                .append("'] }\n  clientAppTypes: [all]\ngrantControls: { operator: OR, builtInControls: [block] }\n");
    }

    private void group(String name) {
        directory.append("  - { id: ").append(name).append(", displayName: ").append(name).append(" }\n");
    }

    private Running start() throws Exception {
        Files.writeString(folder.resolve("policies.yaml"), policies);
        Files.writeString(folder.resolve("directory.yaml"), directory);
        return Running.of(Running.local(folder.resolve("policies.yaml"), folder.resolve("directory.yaml"), Settings.Wire.DEFAULT));
    }

    private static String decision(Running running, String type, String subject, String action, String resource) throws Exception {
        HttpResponse<String> response = running.post("/access/v1/evaluation", json("{'subject':{'type':'" + type + "','id':'" + subject
                + "'},'action':{'name':'" + action + "'},'resource':" + resource + ",'context':{}}"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return at(response, "decision");
    }

    // ---- todo

    private static final Map<String, String> ROLES = new TreeMap<>(Map.of("rick@the-citadel.com", "admin, evil_genius", "morty@the-citadel.com",
            "editor", "summer@the-smiths.com", "editor", "beth@the-smiths.com", "viewer", "jerry@the-smiths.com", "viewer"));

    private static String pid(String name) {
        return "pid-of-" + name.substring(0, name.indexOf('@'));
    }

    private void people() {
        directory.append("groups:\n");
        List.of("admin", "editor", "evil_genius", "viewer").forEach(this::group);
        directory.append("users:\n");
        ROLES.forEach((name, roles) -> directory.append("  - { id: ").append(pid(name)).append(", userPrincipalName: ").append(name)
                .append(", memberOf: [").append(roles).append("] }\n"));
    }

    private Running todo() throws Exception {
        people();
        directory.append("applications:\n");
        for (String each : List.of("user can_read_user", "todo can_read_todos", "todo can_create_todo", "todo can_update_todo",
                "todo can_delete_todo")) {
            directory.append("  - { appId: ").append(each).append(" }\n");
        }
        mapping("[\"${resource.type} ${action.name}\", \"${action.name} of ${resource.properties.ownerID}\"]",
                "{ subject: [user], resource: [user, todo] }");
        block("todo can_create_todo", "excludeGroups: [admin, editor, evil_genius]");
        block("todo can_update_todo", "excludeGroups: [editor, evil_genius]");
        block("todo can_delete_todo", "excludeGroups: [admin, editor]");
        for (String owner : ROLES.keySet()) {
            for (String[] action : new String[][] {{"can_update_todo", "evil_genius"}, {"can_delete_todo", "admin"}}) {
                String application = action[0] + " of " + owner;
                directory.append("  - { appId: ").append(application).append(" }\n");
                block(application, "excludeUsers: [" + owner + "], excludeGroups: [" + action[1] + "]");
            }
        }
        return start();
    }

    private static String todo(String owner) {
        return "{'type':'todo','id':'7240d0db-8ff0-41ec-98b2-34a096273b92','properties':{'ownerID':'" + owner + "'}}";
    }

    @Test
    void todo_everyUserActionAndOwner_isDecidedAsItsRoles() throws Exception {
        try (Running running = todo()) {
            int count = 0;
            for (String user : ROLES.keySet()) {
                boolean isEditor = user.startsWith("morty") || user.startsWith("summer");
                boolean isRick = user.startsWith("rick");
                for (String subject : List.of(user, pid(user))) {
                    assertThat(decision(running, "user", subject, "can_read_user", "{'type':'user','id':'beth@the-smiths.com'}"))
                            .isEqualTo("true");
                    assertThat(decision(running, "user", subject, "can_read_todos", "{'type':'todo','id':'todo-1'}")).isEqualTo("true");
                    assertThat(decision(running, "user", subject, "can_create_todo", "{'type':'todo','id':'todo-1'}")).as(user)
                            .isEqualTo(String.valueOf(isRick || isEditor));
                    for (String owner : ROLES.keySet()) {
                        for (String action : List.of("can_update_todo", "can_delete_todo")) {
                            assertThat(decision(running, "user", subject, action, todo(owner))).as(user + " " + action + " of " + owner)
                                    .isEqualTo(String.valueOf(isRick || isEditor && owner.equals(user)));
                            count++;
                        }
                    }
                }
            }
            assertThat(count).isEqualTo(100);
        }
    }

    @Test
    void todo_boxcarOfTwoOwners_isDecidedItemByItem() throws Exception {
        try (Running running = todo()) {
            HttpResponse<String> response = running.post("/access/v1/evaluations", json("{'subject':{'type':'user','id':'pid-of-morty'},"
                    + "'action':{'name':'can_update_todo'},'resource':{},'context':{},'evaluations':[{'resource':"
                    + todo("rick@the-citadel.com") + "},{'resource':" + todo("morty@the-citadel.com") + "}]}"));

            assertThat(at(response, "evaluations.0.decision")).isEqualTo("false");
            assertThat(at(response, "evaluations.1.decision")).isEqualTo("true");
        }
    }

    @Test
    void todo_ofAnOwnerWhoIsUnknown_isNo() throws Exception {
        try (Running running = todo()) {
            for (String owner : List.of("unicorn@the-citadel.com", "", "RICK", "rick@the-citadel.com ")) {
                assertThat(decision(running, "user", "rick@the-citadel.com", "can_update_todo", todo(owner))).as(owner).isEqualTo("false");
            }
        }
    }

    // ---- API gateway

    @ParameterizedTest
    @CsvSource({"rick, true", "morty, true", "summer, true", "beth, false", "jerry, false"})
    void gateway_routes_areDecidedAsTheRolesOfTheUser(String name, boolean mayWrite) throws Exception {
        people();
        directory.append("applications:\n");
        for (String each : List.of("GET /users/{userId}", "GET /todos", "POST /todos", "PUT /todos/{todoId}", "DELETE /todos/{todoId}")) {
            directory.append("  - { appId: '").append(each).append("' }\n");
        }
        mapping("[\"${action.name} ${resource.id}\"]", "{ subject: [identity], resource: [route] }");
        block("POST /todos", "excludeGroups: [admin, editor]");
        block("PUT /todos/{todoId}", "excludeGroups: [editor, evil_genius]");
        block("DELETE /todos/{todoId}", "excludeGroups: [admin, editor]");
        try (Running running = start()) {
            for (String route : List.of("GET /users/{userId}", "GET /todos", "POST /todos", "PUT /todos/{todoId}", "DELETE /todos/{todoId}")) {
                String[] parts = route.split(" ");
                assertThat(decision(running, "identity", "pid-of-" + name, parts[0], "{'type':'route','id':'" + parts[1] + "'}")).as(route)
                        .isEqualTo(String.valueOf(mayWrite || parts[0].equals("GET")));
            }
            assertThat(decision(running, "identity", "pid-of-" + name, "PATCH", "{'type':'route','id':'/todos'}")).isEqualTo("false");
            assertThat(decision(running, "user", "pid-of-" + name, "GET", "{'type':'route','id':'/todos'}")).isEqualTo("false");
        }
    }

    // ---- search

    private static final List<String> USERS = List.of("alice manager Sales", "bob employee Legal", "carol contractor Legal", "dan manager Finance",
            "erin employee Finance", "felix contractor Accounting");
    /** The departments and owners of the records 101 to 120. */
    private static final List<String> RECORDS = List.of("Legal alice", "Legal bob", "Legal carol", "Accounting dan", "Legal erin",
            "Accounting felix", "Sales alice", "Legal bob", "Accounting carol", "Sales dan", "Accounting erin", "Legal felix", "Sales alice",
            "Accounting bob", "Finance carol", "Legal dan", "Legal erin", "Accounting felix", "Legal alice", "Accounting bob");

    private Running records() throws Exception {
        directory.append("groups:\n");
        group("managers");
        for (String department : List.of("Sales", "Legal", "Finance", "Accounting")) {
            group(department);
            group("managers of " + department);
        }
        directory.append("users:\n");
        for (String each : USERS) {
            String[] user = each.split(" ");
            directory.append("  - { id: ").append(user[0]).append(", userPrincipalName: ").append(user[0]).append("@records.example, memberOf: [")
                    .append(user[2]).append(user[1].equals("manager") ? ", managers, managers of " + user[2] : "").append("] }\n");
        }
        directory.append("applications:\n");
        mapping("[\"record ${resource.id} ${action.name}\"]", "{ subject: [user], resource: [record] }");
        policies.replace(0, policies.length(), policies.toString().replace("${subject.id}", "${subject.id}@records.example"));
        for (int i = 0; i < RECORDS.size(); i++) {
            String[] record = RECORDS.get(i).split(" ");
            String owner = "excludeUsers: [" + record[1] + "@records.example]";
            for (String[] action : new String[][] {{"view", ", excludeGroups: [managers, " + record[0] + "]"},
                {"edit", ", excludeGroups: [managers of " + record[0] + "]"}, {"delete", ""}}) {
                directory.append("  - { appId: record ").append(101 + i).append(' ').append(action[0]).append(" }\n");
                block("record " + (101 + i) + " " + action[0], owner + action[1]);
            }
        }
        return start();
    }

    private static List<String> results(Running running, String what, String body) throws Exception {
        HttpResponse<String> response = running.post("/access/v1/search/" + what, json(body));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        List<String> found = new ArrayList<>();
        for (int i = 0; i < response.body().split("\\{", -1).length - 2; i++) {
            found.add(at(response, "results." + i + (what.equals("action") ? ".name" : ".id")).replace("\"", ""));
        }
        return found;
    }

    /** The rules of the scenario about a user and a record, each a line of the table above. */
    private static boolean may(String user, String action, String record) {
        String[] who = user.split(" ");
        String[] what = record.split(" ");
        boolean isOwner = who[0].equals(what[1]);
        boolean isOfDepartment = who[2].equals(what[0]);
        boolean isManager = who[1].equals("manager");
        return isOwner || action.equals("view") && (isOfDepartment || isManager) || action.equals("edit") && isManager && isOfDepartment;
    }

    @Test
    void search_ofEverything_findsWhatTheRulesSay() throws Exception {
        try (Running running = records()) {
            for (String action : List.of("view", "edit", "delete")) {
                BiPredicate<String, String> may = (user, record) -> may(user, action, record);
                for (int i = 0; i < RECORDS.size(); i++) {
                    String record = RECORDS.get(i);
                    assertThat(results(running, "subject", "{'subject':{'type':'user'},'action':{'name':'" + action
                            + "'},'resource':{'type':'record','id':'" + (101 + i) + "'}}")).as(action + " " + (101 + i)).isEqualTo(USERS.stream()
                            .filter(user -> may.test(user, record)).map(user -> user.split(" ")[0]).toList());
                }
                for (String user : USERS) {
                    List<String> expected = new ArrayList<>();
                    for (int i = 0; i < RECORDS.size(); i++) {
                        if (may.test(user, RECORDS.get(i))) {
                            expected.add(String.valueOf(101 + i));
                        }
                    }
                    assertThat(results(running, "resource", "{'subject':{'type':'user','id':'" + user.split(" ")[0] + "'},'action':{'name':'"
                            + action + "'},'resource':{'type':'record'}}")).as(user + " " + action).isEqualTo(expected);
                }
            }
            for (String user : USERS) {
                for (int i = 0; i < RECORDS.size(); i++) {
                    String record = RECORDS.get(i);
                    assertThat(results(running, "action", "{'subject':{'type':'user','id':'" + user.split(" ")[0]
                            + "'},'resource':{'type':'record','id':'" + (101 + i) + "'}}")).isEqualTo(Stream.of("view", "edit", "delete")
                            .filter(action -> may(user, action, record)).toList());
                }
            }
        }
    }

    /** Rows of the published tables. */
    @Test
    void search_ofARowOfTheTable_findsThoseListed() throws Exception {
        try (Running running = records()) {
            for (String row : List.of("subject view 105: alice, bob, carol, dan, erin", "subject edit 110: alice, dan",
                    "subject edit 115: carol, dan", "subject delete 110: dan", "subject view 121: ", "subject fly 105: ",
                    "resource view erin: 105, 111, 115, 117", "resource edit dan: 104, 110, 115, 116", "resource delete unknown: ")) {
                String[] asked = row.substring(0, row.indexOf(':')).split(" ");
                String body = asked[0].equals("subject") ? "{'subject':{'type':'user'},'action':{'name':'" + asked[1]
                        + "'},'resource':{'type':'record','id':'" + asked[2] + "'}}"
                        : "{'subject':{'type':'user','id':'" + asked[2] + "'},'action':{'name':'" + asked[1] + "'},'resource':{'type':'record'}}";

                assertThat(String.join(", ", results(running, asked[0], body))).as(row).isEqualTo(row.substring(row.indexOf(':') + 2));
            }
        }
    }
}
