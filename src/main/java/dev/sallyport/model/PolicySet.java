package dev.sallyport.model;

import dev.sallyport.diagnose.Position;
import java.util.List;

/**
 * The resources of a policy set. The order of files and documents does not matter.
 *
 * @param policies the Conditional Access policies
 * @param namedLocations the named locations
 * @param strengths the authentication strengths, without the built-in ones
 * @param termsOfUse the terms of use
 * @param authenticationContexts the authentication contexts
 * @param securityDefaults the security defaults; {@link SecurityDefaults#OFF} if not declared
 * @param mfaSettings the settings of per-user MFA; {@link MfaSettings#DEFAULT} if not declared
 * @param evaluationSettings the settings for what Microsoft leaves open; {@link EvaluationSettings#DEFAULT} if not declared
 * @param catalogue the catalogue, with what the set adds to it
 * @param authzenMapping the mapping of AuthZEN requests; {@link AuthzenMapping#DEFAULT} if not declared
 * @param version {@code sha256:…} of the resources, independent of their order
 */
public record PolicySet(List<ConditionalAccessPolicy> policies, List<NamedLocation> namedLocations,
        List<AuthenticationStrength> strengths, List<TermsOfUse> termsOfUse, List<NamedReference> authenticationContexts,
        SecurityDefaults securityDefaults, MfaSettings mfaSettings, EvaluationSettings evaluationSettings, Catalogue catalogue,
        AuthzenMapping authzenMapping, String version) {

    /** Makes a policy set with the built-in catalogue and without a mapping of AuthZEN requests. */
    public PolicySet(List<ConditionalAccessPolicy> policies, List<NamedLocation> namedLocations, List<AuthenticationStrength> strengths,
            List<TermsOfUse> termsOfUse, List<NamedReference> authenticationContexts, SecurityDefaults securityDefaults,
            MfaSettings mfaSettings, EvaluationSettings evaluationSettings, String version) {
        this(policies, namedLocations, strengths, termsOfUse, authenticationContexts, securityDefaults, mfaSettings, evaluationSettings,
                Catalogue.builtIn(), AuthzenMapping.DEFAULT, version);
    }

    /** The same set with other policies. */
    public PolicySet withPolicies(List<ConditionalAccessPolicy> others) {
        return new PolicySet(others, namedLocations, strengths, termsOfUse, authenticationContexts, securityDefaults, mfaSettings,
                evaluationSettings, catalogue, authzenMapping, version);
    }

    /** The same set with other settings. */
    public PolicySet with(SecurityDefaults defaults, MfaSettings mfa, EvaluationSettings evaluation) {
        return new PolicySet(policies, namedLocations, strengths, termsOfUse, authenticationContexts, defaults, mfa, evaluation, catalogue,
                authzenMapping, version);
    }


    /**
     * Terms of use.
     *
     * @param id the id
     * @param displayName the name
     * @param isPerDevice whether each device has to accept them (GR-CTL-26)
     * @param source the position of its declaration
     */
    public record TermsOfUse(String id, String displayName, boolean isPerDevice, Position source) { }

    /**
     * Something that policies only refer to: an authentication context.
     *
     * @param id the id, such as {@code c1}
     * @param displayName the name
     * @param source the position of its declaration
     */
    public record NamedReference(String id, String displayName, Position source) { }
}
