package dev.sallyport.model;

import dev.sallyport.diagnose.Position;
import java.util.List;

/**
 * The per-user MFA service settings (interface 1.3).
 *
 * @param trustedIps       at most 50 IPv4 ranges (TI-02)
 * @param rememberMfaDays  0 when devices are not remembered, else 1 to 365 (RM-01)
 * @param registrationGracePeriodDays how long an enabled user may postpone registration (PU-13)
 * @param maxAppPasswords  how many app passwords a user may have (AP-05)
 * @param source           where it is declared, {@code null} for the defaults
 * @param allowAppPasswordsSource where {@code allowAppPasswords} is said, {@code null} where it is not
 */
public record MfaSettings(boolean allowAppPasswords, List<IpRange> trustedIps, boolean skipMfaForFederatedIntranet, int rememberMfaDays,
        int registrationGracePeriodDays, int maxAppPasswords, Position source, Position allowAppPasswordsSource) {

    /** What a tenant has that declares nothing. */
    public static final MfaSettings DEFAULT = new MfaSettings(false, List.of(), false, 0, 14, 40, null);

    /** Settings of which it is not known where {@code allowAppPasswords} is said. */
    public MfaSettings(boolean allowAppPasswords, List<IpRange> trustedIps, boolean skipMfaForFederatedIntranet, int rememberMfaDays,
            int registrationGracePeriodDays, int maxAppPasswords, Position source) {
        this(allowAppPasswords, trustedIps, skipMfaForFederatedIntranet, rememberMfaDays, registrationGracePeriodDays, maxAppPasswords, source, null);
    }
}
