package dev.sallyport.decide;

import java.util.List;
import java.util.Set;

/** Low-privilege scopes, which leave an application out of scope in one behaviour and not in the other (CA-APP-15..18). */
public final class Scopes {

    private static final Set<String> BASELINE = Set.of("email", "offline_access", "openid", "profile", "User.Read", "User.Read.All",
            "User.ReadBasic.All", "People.Read", "People.Read.All", "GroupMember.Read.All", "Member.Read.Hidden");
    private static final Set<String> OIDC = Set.of("email", "offline_access", "openid", "profile");

    private Scopes() { }

    /** Whether nothing beyond the baseline set is asked for. */
    public static boolean areLowPrivilege(List<String> scopes) {
        return BASELINE.containsAll(scopes);
    }

    /** Whether only sign-in scopes are asked for (CA-APP-17). */
    public static boolean areOidc(List<String> scopes) {
        return OIDC.containsAll(scopes);
    }
}
