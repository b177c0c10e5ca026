package dev.sallyport.write;

import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.Directory;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Roles;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import dev.sallyport.read.Shape.Target;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names for ids and ids for names. A name stands for an id only where it leads back to exactly this id. */
public final class IdNames {

    /** Texts that mean something else in lists of references (CA-USR-02, CA-APP-01, CA-LOC-01). */
    private static final Set<String> LITERALS = Set.of("all", "none", "guestsorexternalusers", "alltrusted", "office365",
            "microsoftadminportals",
            "serviceprincipalsinmytenant", "allagentidusers", "allagentidresources", "allinternetresourceswithglobalsecureaccess");

    private final Map<Target, Map<String, String>> namesById = new EnumMap<>(Target.class);
    private final Map<Target, Map<String, Set<String>>> idsByName = new EnumMap<>(Target.class);

    /** Names from the catalogue, a policy set and directories. */
    public IdNames(PolicySet set, Directory... directories) {
        for (Target target : Target.values()) {
            namesById.put(target, new HashMap<>());
            idsByName.put(target, new HashMap<>());
        }
        Roles.IDS.forEach((name, id) -> add(Target.ROLE, id, name));
        set.catalogue().applications().forEach(row -> add(Target.APPLICATION, row.appId(), row.displayName()));
        add(Target.LOCATION, WellKnown.MFA_TRUSTED_IPS, "MFA Trusted IPs");
        for (Directory directory : directories) {
            for (UserState user : directory.users()) {
                add(Target.USER, user.id(), user.userPrincipalName());
            }
            directory.groups().forEach(group -> add(Target.GROUP, group.id(), group.displayName()));
            directory.applications().forEach(application -> add(Target.APPLICATION, application.appId(), application.displayName()));
            directory.servicePrincipals().forEach(principal -> add(Target.SERVICE_PRINCIPAL, principal.id(), principal.displayName()));
        }
        for (NamedLocation location : set.namedLocations()) {
            add(Target.LOCATION, location.id(), location.displayName());
        }
        set.termsOfUse().forEach(terms -> add(Target.TERMS_OF_USE, terms.id(), terms.displayName()));
        for (AuthenticationStrength strength : AuthenticationStrength.builtIn()) {
            add(Target.STRENGTH, strength.id(), strength.displayName());
        }
        set.strengths().forEach(strength -> add(Target.STRENGTH, strength.id(), strength.displayName()));
    }

    private void add(Target target, String id, String name) {
        if (name != null && !name.isBlank() && !id.isBlank()) {
            namesById.get(target).put(id, name);
            idsByName.get(target).computeIfAbsent(WellKnown.fold(name), any -> new LinkedHashSet<>()).add(id);
        }
    }

    /** The name that leads back to exactly this id; {@code null} if there is none. */
    public @Nullable String name(Target target, String id) {
        String name = namesById.get(target).get(id);
        return name != null && !name.equals(id) && id.equals(id(target, name)) ? name : null;
    }

    /** The only id of a name, or {@code null} when it is no name, or that of several. */
    String id(Target target, String name) {
        String folded = WellKnown.fold(name);
        Set<String> ids = idsByName.get(target).getOrDefault(folded, Set.of());
        boolean isId = WellKnown.isId(folded) || LITERALS.contains(folded) || namesById.get(target).containsKey(name);
        return isId || ids.size() != 1 ? null : ids.iterator().next();
    }

    /** Whether a text is an id or one of the texts that stand for themselves. */
    boolean isId(Target target, String text) {
        return WellKnown.isId(WellKnown.fold(text)) || LITERALS.contains(WellKnown.fold(text)) || namesById.get(target).containsKey(text);
    }
}
