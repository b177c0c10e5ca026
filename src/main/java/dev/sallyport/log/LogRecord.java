package dev.sallyport.log;

import dev.sallyport.model.SignIn;
import java.time.Instant;
import java.util.List;

/**
 * A recorded sign-in: the request that it was, and what the log says came of it.
 *
 * @param file      where it stands
 * @param line      the line on which it begins, from 1
 * @param id        the log's own id, or {@code null}
 * @param created   when it happened, or {@code null}
 * @param subject   who signed in, as the log names them
 * @param user      what the log says about the user; {@code null} for a workload identity
 * @param workload  what it says about the workload identity; {@code null} for a user
 * @param application the name of the resource, or its id
 * @param signIn    the request without its time; an MFA claim has the time {@link Instant#EPOCH}
 * @param mfa       whether MFA was done
 * @param hasDevice whether the log tells about the device
 * @param strong    whether the methods that were used are known
 * @param errorCode Entra's code, 0 for success, or {@code null}
 * @param status    {@code success}, {@code failure} or {@code notApplied}, or {@code null}
 * @param policies  how the log says policies fared; empty where it does not say (LOG-18)
 * @param decision  what a decision point logged; {@code null} for a sign-in of Entra
 */
public record LogRecord(String file, int line, String id, Instant created, String subject, User user, Workload workload, String application,
        SignIn signIn, Mfa mfa, boolean hasDevice, boolean strong, Integer errorCode, String status, List<Applied> policies,
        LoggedDecision decision) {

    /** Whether MFA was done, as far as the record tells (RPL-02). */
    public enum Mfa {
        /** The record does not tell. */
        UNKNOWN,
        /** It was not. */
        NOT_DONE,
        /** A claim in the token satisfied it; its age is not known. */
        BY_CLAIM,
        /** It was done in this sign-in. */
        DONE
    }

    /**
     * A user as a log names them; every part may be {@code null}.
     *
     * @param identityParentId the agent whose user account it is, empty if the log does not name it; {@code null} for a person (AGT-11)
     */
    public record User(String id, String userPrincipalName, String userType, String homeTenantId, String resourceTenantId,
            String crossTenantAccessType, String identityParentId) { }

    /**
     * A workload identity as a log names it.
     *
     * @param isAgent whether it is an agent identity; {@code null} if the log does not say (AGT-11)
     * @param blueprint the application id of the blueprint of an agent, or {@code null}
     * @param isBlueprint whether it is a blueprint of agents
     */
    public record Workload(String id, String appId, String displayName, boolean isManagedIdentity, boolean isMicrosofts, Boolean isAgent,
            String blueprint, boolean isBlueprint) { }

    /** How a policy fared, as the log tells it (LOG-16). */
    public record Applied(String id, String displayName, String result, List<String> grantControls) { }
}
