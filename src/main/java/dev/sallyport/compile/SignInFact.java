package dev.sallyport.compile;

import dev.sallyport.model.Device;
import java.time.Instant;

/**
 * A request as the policy rules see it: ordinals and bit masks of one snapshot. The only fact that policies are matched on.
 * Working memory of one thread: whoever resolves a request sets every field.
 */
public final class SignInFact {

    /** What is done: a bit of {@link CompiledPolicy#SIGN_IN} and the like. */
    public int action;
    /** Ordinals of the audiences; each is tested by itself (CA-APP-12). None for a context alone (CA-ACX-04). */
    public int[] applications = new int[1];
    /** Whether only low-privilege scopes are asked for (CA-APP-15). */
    public boolean lowPrivilege;
    /** Ordinal of the audience of such a request (CA-APP-16, DEC-14). */
    public int baselineTarget;
    /** Whether such a request leaves All policies that exclude something out of scope (CA-APP-15, CA-APP-17). */
    public boolean lowPrivilegeExempt;
    /** Whether only low-privilege scopes may be asked for, in strict mode. */
    public boolean scopesUnknown;
    /** Whether only sign-in scopes are asked for by a confidential client (CA-APP-17). */
    public boolean signInScopesOnly;
    /** Number of the authentication context, 1 to 99, or 0. */
    public int context;
    /** Whether there may be one that is not known, in strict mode. */
    public boolean contextUnknown;
    /** Who. */
    public Subject subject;
    /** Single-valued conditions, a bit each; see {@link Environment}. */
    public long environment;
    /** Locations that the request comes from, by ordinal. */
    public final long[] locations;
    /** Locations that the request may come from, as far as is known; differs from the above for unknown signals. */
    public final long[] possibleLocations;
    /** When it happens. */
    public Instant now;
    /** The registered device, or {@code null}. */
    public Device device;
    /** Whether nothing is known of the device, in strict mode. */
    public boolean deviceUnknown;
    /** The device, in strict mode, if what it does not say is unknown. */
    public Device deviceThatMayLack;

    /** Whether a device filter that cannot be evaluated counts as it stands in Microsoft's table (CA-DEV-07). */
    public boolean literalExtensionAttributes;

    /** Policies that matched, by index. */
    final long[] hits;

    SignInFact(int policyWords, int locationWords) {
        hits = new long[policyWords];
        locations = new long[locationWords];
        possibleLocations = new long[locationWords];
    }

    /** Forgets the request, so that it can be collected. */
    public void end() {
        subject = null;
        now = null;
        device = null;
        deviceThatMayLack = null;
    }

    /** Called by the consequence of a policy's rule. */
    public void hit(int policy) {
        hits[policy >> 6] |= 1L << policy;
    }
}
