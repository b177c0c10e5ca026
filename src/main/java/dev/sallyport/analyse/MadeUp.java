package dev.sallyport.analyse;

import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Agents;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Directory;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Request;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import dev.sallyport.write.Json;
import dev.sallyport.write.UserWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the files lack for a request of a person who could exist: the user, a binding for each unbound name that the user, the application
 * or the place has, and a location. With these resources beside the files, the evaluator decides the request as the analysis does.
 */
final class MadeUp {

    private static final String TYPE = "\"@odata.type\":\"#microsoft.graph.user\",";
    /** The agent of a user account of which no policy names the agent. */
    private static final String PARENT = "00000000-0000-4000-8000-00000000fe03";

    private final PolicySet set;
    private final PolicySet bound;
    private final Directory directory;
    /** For each text of a name its id. */
    private final Map<String, String> bindings = new LinkedHashMap<>();

    /**
     * @param set   the policies as the files have them
     * @param bound the same policies, in the same order, with {@linkplain OpenNames names} that stand for something
     */
    MadeUp(PolicySet set, PolicySet bound, Directory directory) {
        this.set = set;
        this.bound = bound;
        this.directory = directory;
    }

    /** The user, with the ids that {@link #resources} bind names to; {@code null} for a service principal. */
    @Nullable UserState user(Person person) {
        UserState state = person.state();
        return state == null ? null : state.toBuilder().id(person.isOpen() ? id(state.id()) : state.id())
                .memberOf(state.memberOf().stream().map(group -> directory.groupIds(group).isEmpty() ? id(group) : group).toList())
                .roles(state.roles().stream().map(this::id).toList())
                .identityParentId(state.isAgentUser() && state.identityParentId().isEmpty() ? PARENT : state.identityParentId()).build();
    }

    /** The resources as objects of JSON, which a policy set may hold; a user of the directory is not among them. */
    synchronized List<String> resources(Person person, Request request) {
        bindings.clear();
        List<String> resources = new ArrayList<>();
        UserState user = user(person);
        for (int i = 0; i < set.policies().size(); i++) {
            Applications before = set.policies().get(i).conditions().applications();
            Applications after = bound.policies().get(i).conditions().applications();
            applications(before.includeApplications(), after.includeApplications(), request);
            applications(before.excludeApplications(), after.excludeApplications(), request);
        }
        IpAddress address = request.signIn().ipAddress() == null ? null : IpAddress.parse(request.signIn().ipAddress());
        if (address != null) {
            bound.namedLocations().stream().filter(each -> !set.namedLocations().contains(each)).map(NamedLocation.Ip.class::cast)
                    .filter(each -> each.ranges().stream().anyMatch(range -> range.contains(address)))
                    .forEach(each -> resources.add(location(each, request.signIn().ipAddress())));
            if (!bound.mfaSettings().trustedIps().equals(set.mfaSettings().trustedIps()) && bound.mfaSettings().trustedIps().stream()
                    .anyMatch(range -> range.contains(address))) {
                resources.add(Json.object(json -> {
                    json.writeStringField("kind", "mfaSettings");
                    Json.texts(json, "trustedIps", List.of(range(request.signIn().ipAddress())));
                }));
            }
        }
        if (user != null && person.isOpen()) {
            resources.add(0, Json.object(json -> {
                json.writeStringField("kind", "directory");
                json.writeArrayFieldStart("users");
                json.writeRawValue(UserWriter.json(user).replace(TYPE, ""));
                json.writeEndArray();
            }));
        }
        if (person.principal() != null && person.isOpen()) {
            resources.add(0, principal(person.principal()));
        }
        if (!bindings.isEmpty()) {
            resources.add(Json.object(json -> {
                json.writeStringField("kind", "bindings");
                json.writeObjectFieldStart("bindings");
                for (Map.Entry<String, String> each : bindings.entrySet()) {
                    json.writeStringField(each.getKey(), each.getValue());
                }
                json.writeEndObject();
            }));
        }
        return List.copyOf(resources);
    }

    private String principal(Directory.ServicePrincipal principal) {
        return Json.object(json -> {
            json.writeStringField("kind", "directory");
            json.writeArrayFieldStart("servicePrincipals");
            json.writeStartObject();
            String id = id(principal.id());
            json.writeStringField("id", id);
            if (!id.equals(principal.id())) {
                json.writeStringField("displayName", principal.id());
            }
            json.writeBooleanField("isSingleTenant", principal.isSingleTenant());
            json.writeBooleanField("isManagedIdentity", principal.isManagedIdentity());
            if (principal.isAgentIdentity() != null) {
                json.writeBooleanField("isAgentIdentity", principal.isAgentIdentity());
            }
            if (principal.agentIdentityBlueprintId() != null) {
                json.writeStringField("agentIdentityBlueprintId", id(principal.agentIdentityBlueprintId()));
            }
            json.writeBooleanField("isAgentIdentityBlueprint", principal.isAgentIdentityBlueprint());
            json.writeEndObject();
            json.writeEndArray();
        });
    }

    private static String range(String address) {
        return address + (address.indexOf(':') < 0 ? "/32" : "/128");
    }

    private String location(NamedLocation.Ip location, String address) {
        String id = id(location.id());
        return Json.object(json -> {
            json.writeStringField("kind", "ipNamedLocation");
            json.writeStringField("id", WellKnown.isId(id) ? id : UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString());
            json.writeStringField("displayName", "made up: " + location.displayName());
            json.writeBooleanField("isTrusted", location.isTrusted());
            json.writeArrayFieldStart("ipRanges");
            json.writeStartObject();
            json.writeStringField("cidrAddress", range(address));
            json.writeEndObject();
            json.writeEndArray();
        });
    }

    /** Binds applications that the request names by an id that was made up. */
    private void applications(List<Reference> before, List<Reference> after, Request request) {
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).id().equals(after.get(i).id()) && request.signIn().applications().contains(after.get(i).id())) {
                bindings.put(before.get(i).text(), after.get(i).id());
            }
        }
    }

    /** The id of a name: its own, or one that the name is bound to wherever policies write it. */
    private String id(String name) {
        List<String> texts = WellKnown.isId(name) ? List.of() : set.policies().stream().flatMap(MadeUp::references)
                .filter(each -> WellKnown.fold(each.id()).equals(WellKnown.fold(name))).map(Reference::text).distinct().toList();
        String id = texts.isEmpty() ? name : UUID.nameUUIDFromBytes(WellKnown.fold(name).getBytes(StandardCharsets.UTF_8)).toString();
        texts.forEach(text -> bindings.put(text, id));
        return id;
    }

    private static Stream<Reference> references(ConditionalAccessPolicy policy) {
        Users users = policy.conditions().users();
        Locations locations = policy.conditions().locations();
        ClientApplications principals = policy.conditions().clientApplications();
        Agents agents = policy.conditions().agents();
        Stream<List<Reference>> ofPrincipals = Stream.concat(principals == null ? Stream.of() : Stream.of(
                principals.includeServicePrincipals(), principals.excludeServicePrincipals(), principals.includeAgentIdServicePrincipals(),
                principals.excludeAgentIdServicePrincipals()), agents == null ? Stream.of() : Stream.of(agents.includeAgentUsers(),
                agents.excludeAgentUsers()));
        Stream<List<Reference>> ofPeople = Stream.of(users.includeUsers(), users.excludeUsers(), users.includeGroups(),
                users.excludeGroups(), users.includeRoles(), users.excludeRoles(), locations == null ? List.of() : locations.include(),
                locations == null ? List.of() : locations.exclude());
        return Stream.concat(ofPrincipals, ofPeople).flatMap(List::stream);
    }
}
