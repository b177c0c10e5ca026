package dev.sallyport.model;

import dev.sallyport.model.Catalogue.SecurityDefaultsRole;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The built-in roles of the catalogue. */
public final class Roles {

    /** Template ids by name. */
    public static final Map<String, String> IDS;
    /** The template ids of the roles for which security defaults always ask for MFA (SD-MFA-01). */
    public static final Set<String> ALWAYS_MFA = with(SecurityDefaultsRole.ALWAYS_MFA);
    /** The template ids of the roles to which security defaults do not apply (SD-10). */
    public static final Set<String> EXEMPT = with(SecurityDefaultsRole.EXEMPT);

    private static final Map<String, String> IDS_BY_FOLDED_NAME = Catalogue.builtIn().roles().stream()
            .collect(Collectors.toUnmodifiableMap(role -> WellKnown.fold(role.displayName()), Catalogue.Role::id));

    static {
        Map<String, String> roles = new LinkedHashMap<>();
        Catalogue.builtIn().roles().forEach(role -> roles.put(role.displayName(), role.id()));
        IDS = Collections.unmodifiableMap(roles);
    }

    private Roles() { }

    private static Set<String> with(SecurityDefaultsRole which) {
        return Catalogue.builtIn().roles().stream().filter(role -> role.securityDefaults() == which).map(Catalogue.Role::id)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The template id of a role by name or id; the text itself, in lower case, if no built-in role has that name. */
    public static String id(String nameOrId) {
        String folded = WellKnown.fold(nameOrId);
        return IDS_BY_FOLDED_NAME.getOrDefault(folded, folded);
    }
}
