package dev.sallyport.compile;

import dev.sallyport.Device;
import java.time.Instant;

/**
 * A request as the policy rules see it: ordinals and bit masks of one snapshot. The only fact that policies are matched on.
 */
public final class SignInFact {

    /** What is done: a bit of {@link CompiledPolicy#SIGN_IN} and the like. */
    public int action;
    /** Ordinals of the audiences; each is tested by itself (CA-APP-12). */
    public int[] applications;
    /** Whether only low-privilege scopes are asked for (CA-APP-15). */
    public boolean lowPrivilege;
    /** Whether such a request leaves All policies that exclude something out of scope (CA-APP-15, CA-APP-17). */
    public boolean lowPrivilegeExempt;
    /** Whether only sign-in scopes are asked for by a confidential client (CA-APP-17). */
    public boolean signInScopesOnly;
    /** Number of the authentication context, 1 to 99, or 0. */
    public int context;
    /** Who. */
    public Subject subject;
    /** Single-valued conditions, a bit each; see {@link Environment}. */
    public long environment;
    /** Locations that the request comes from, by ordinal. */
    public long[] locations;
    /** Locations that the request may come from, as far as is known; differs from the above for unknown signals. */
    public long[] possibleLocations;
    /** When it happens. */
    public Instant now;
    /** The registered device, or {@code null}. */
    public Device device;
    /** Whether nothing is known of the device, in strict mode. */
    public boolean deviceUnknown;

    /** Policies that matched, by index; written by the rules of a session. */
    public long[] hits;

    /** Called by the consequence of a policy's rule. */
    public void hit(int policy) {
        hits[policy >> 6] |= 1L << policy;
    }
}
