package dev.sallyport.model;

import java.util.List;

/**
 * All resources of a policy set; the order of files and documents does not matter.
 *
 * @param version {@code sha256:…} over the resources, whatever their order
 */
public record PolicySet(List<ConditionalAccessPolicy> policies, List<NamedLocation> namedLocations, List<AuthenticationStrength> strengths,
        List<NamedReference> termsOfUse, List<NamedReference> authenticationContexts, SecurityDefaults securityDefaults,
        MfaSettings mfaSettings, EvaluationSettings evaluationSettings, String version) {

    /** Something that is only referred to: terms of use, an authentication context. */
    public record NamedReference(String id, String displayName, dev.sallyport.Position source) { }
}
