package dev.sallyport.model;

import java.util.List;

/**
 * All resources of a policy set; the order of files and documents does not matter.
 *
 * @param version {@code sha256:…} over the resources, whatever their order
 */
public record PolicySet(List<ConditionalAccessPolicy> policies, List<NamedLocation> namedLocations, List<AuthenticationStrength> strengths,
        List<TermsOfUse> termsOfUse, List<NamedReference> authenticationContexts, SecurityDefaults securityDefaults,
        MfaSettings mfaSettings, EvaluationSettings evaluationSettings, String version) {

    /**
     * Terms of use.
     *
     * @param isPerDevice whether every device accepts them for itself (GR-CTL-26)
     */
    public record TermsOfUse(String id, String displayName, boolean isPerDevice, dev.sallyport.diagnose.Position source) { }

    /** Something that is only referred to: an authentication context. */
    public record NamedReference(String id, String displayName, dev.sallyport.diagnose.Position source) { }
}
