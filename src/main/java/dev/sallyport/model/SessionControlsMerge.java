package dev.sallyport.model;

import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import org.jspecify.annotations.Nullable;

/**
 * Merges the session controls of policies that apply into those that a sign-in is let in with: of each kind the strictest (SS-20 to SS-26).
 * One thread may use it again and again.
 */
public final class SessionControlsMerge {

    // null until a policy sets the control
    private @Nullable SignInFrequency strictest;
    private @Nullable PersistentBrowserMode persistent;
    private @Nullable CloudAppSecurityType cloud;
    private boolean restricted;
    private @Nullable ContinuousAccessEvaluationMode continuous;
    private boolean noResilience;

    /** Forgets what was added. */
    public void begin() {
        strictest = null;
        persistent = null;
        cloud = null;
        restricted = false;
        continuous = null;
        noResilience = false;
    }

    /**
     * Adds the controls of one policy.
     *
     * @param frequency the policy's sign-in frequency as it is enforced; {@code null} for none
     */
    public void add(ConditionalAccessPolicy.SessionControls controls, @Nullable SignInFrequency frequency) {
        if (frequency != null && (strictest == null || frequency.isStricterThan(strictest))) {
            strictest = frequency;                                                          // SS-22
        }
        if (controls.persistentBrowser() != null && persistent != PersistentBrowserMode.NEVER) {
            persistent = controls.persistentBrowser();                                      // SS-23
        }
        if (controls.cloudAppSecurity() != null && (cloud == null || controls.cloudAppSecurity().compareTo(cloud) > 0)) {
            cloud = controls.cloudAppSecurity();                                            // SS-24
        }
        restricted |= controls.applicationEnforcedRestrictions();                           // SS-25
        if (controls.continuousAccessEvaluation() != null && (continuous == null || controls.continuousAccessEvaluation()
        .compareTo(continuous) > 0)) {
            continuous = controls.continuousAccessEvaluation();                             // SS-26
        }
        noResilience |= controls.disableResilienceDefaults();
    }

    /** What all of them make together; {@link Decision.SessionControls#NONE} for nothing. */
    public Decision.SessionControls merged() {
        return strictest == null && persistent == null && cloud == null && !restricted && continuous == null && !noResilience
                ? Decision.SessionControls.NONE
                : new Decision.SessionControls(strictest, persistent, cloud, restricted, continuous, noResilience);
    }
}
