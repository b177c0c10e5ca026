package dev.sallyport.read;

import dev.sallyport.parse.Node;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a tenant that concern registering and are not evaluated, each with the reason (section 19 of the rule book). An author's
 * document of such a kind is an error; in an export it is skipped with a warning.
 */
final class NotEvaluated {

    private static final String CAMPAIGN = "a registration campaign asks after MFA, and how often a user postponed it is in no export "
            + "[REG-30]";
    private static final String DEVICES = "if it requires MFA to join devices, policies on the user action are not enforced properly: set "
            + "it to No in the tenant [CA-ACT-05]";
    private static final String RISK_POLICY = "when each user was asked first is in no export; a Conditional Access policy for user risk "
            + "replaces it [REG-20]";
    private static final String PASSWORD_RESET = "a user can skip registering for password reset at each sign-in [REG-05]";

    /** The reasons by kind, in Graph's words and in those of the portal. */
    private static final Map<String, String> REASONS = Map.of(
            "authenticationMethodsPolicy", CAMPAIGN, "registrationCampaign", CAMPAIGN,
            "deviceRegistrationPolicy", DEVICES,
            "mfaRegistrationPolicy", RISK_POLICY, "identityProtectionPolicy", RISK_POLICY,
            "ssprSettings", PASSWORD_RESET, "passwordResetPolicies", PASSWORD_RESET);

    private NotEvaluated() { }

    /** Why resources of a kind are not evaluated; {@code null} for other kinds. */
    static @Nullable String reason(String kind) {
        return REASONS.get(kind);
    }

    /** The kind of an object of an export that is not evaluated, by its type, its address or its fields; {@code null} for others. */
    static @Nullable String kind(Node.Mapping node) {
        String type = node.get("@odata.type") instanceof Node.Scalar text ? text.text().replace("#microsoft.graph.", "") : null;
        if (type != null && REASONS.containsKey(type)) {
            return type;
        }
        if (node.get("@odata.context") instanceof Node.Scalar context) {
            for (String kind : REASONS.keySet()) {
                if (context.text().contains("/" + kind + "/") || context.text().contains("#" + kind + "/")) {
                    return kind;
                }
            }
        }
        return node.get("registrationEnforcement") != null ? "authenticationMethodsPolicy"
                : node.get("multiFactorAuthConfiguration") != null ? "deviceRegistrationPolicy" : null;
    }
}
