package dev.sallyport.compile;

import dev.sallyport.model.SecurityAttributes;

/**
 * Who signs in, resolved once per user and snapshot.
 *
 * @param principals the user, their groups and roles, as bits of the ordinals that policies refer to
 * @param possible   the same, and groups in which the user may be as well: policies that include those include the user
 * @param guestType  a bit of the kind of guest, 0 for an own user
 * @param includedAs bits of the kinds of guests as which policies include the user (CA-GST-10)
 * @param tenant     ordinal of the home tenant, 0 when it is not known, -1 when no policy names it
 * @param servicePrincipal whether this is a workload identity or an agent identity
 * @param workload   whether filters of workload identities reach it (CA-WID-01, AMB-57)
 * @param agent      whether filters of agent identities reach it (AGT-04)
 * @param attributes what those filters look at
 * @param row        candidates: policies whose assignment may match, by index
 * @param roles      {@link #SECURITY_DEFAULTS_ADMIN} and {@link #DIRECTORY_SYNCHRONIZATION}
 */
public record Subject(long[] principals, long[] possible, int guestType, int includedAs, int tenant, boolean servicePrincipal,
        boolean workload, boolean agent, SecurityAttributes attributes, long[] row, int roles) {

    /** Holds a role of SD-MFA-01. */
    public static final int SECURITY_DEFAULTS_ADMIN = 1;
    /** Holds the role of SD-10. */
    public static final int DIRECTORY_SYNCHRONIZATION = 2;
}
