package dev.sallyport.compile;

/**
 * Who signs in, resolved once per user and snapshot.
 *
 * @param principals the user, their groups and roles, as bits of the ordinals that policies refer to
 * @param possible   the same, and groups in which the user may be as well: policies that include those include the user
 * @param guestType  a bit of the kind of guest, 0 for an own user
 * @param includedAs bits of the kinds of guests as which policies include the user (CA-GST-10)
 * @param tenant     ordinal of the home tenant, 0 when it is not known, -1 when no policy names it
 * @param servicePrincipal whether this is a workload identity
 * @param inScope    whether a workload identity is one that policies reach (CA-WID-01)
 * @param mayBeAgent whether policies for agent identities reach it (CA-SET-10)
 * @param row        candidates: policies whose assignment may match, by index
 * @param roles      {@link #SECURITY_DEFAULTS_ADMIN} and {@link #DIRECTORY_SYNCHRONIZATION}
 */
public record Subject(long[] principals, long[] possible, int guestType, int includedAs, int tenant, boolean servicePrincipal,
        boolean inScope, boolean mayBeAgent, long[] row,
        int roles) {

    /** Holds a role of SD-MFA-01. */
    public static final int SECURITY_DEFAULTS_ADMIN = 1;
    /** Holds the role of SD-10. */
    public static final int DIRECTORY_SYNCHRONIZATION = 2;
}
