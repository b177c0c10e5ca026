package dev.sallyport.model;

import dev.sallyport.diagnose.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The service settings of per-user MFA (interface 1.3).
 *
 * @param allowAppPasswords whether users may create and use app passwords (AP-01)
 * @param trustedIps the MFA trusted IPs: at most 50 IPv4 ranges (TI-02)
 * @param skipMfaForFederatedIntranet whether federated users skip MFA inside the corporate network (TI-01)
 * @param rememberMfaDays the number of days for which a device remembers MFA, 1 to 365 (RM-01); 0 for none
 * @param registrationGracePeriodDays the number of days for which an enabled user may postpone registration (PU-13)
 * @param maxAppPasswords the number of app passwords that a user may have (AP-05)
 * @param source the position of its declaration; {@code null} for the defaults
 * @param allowAppPasswordsSource the position of {@code allowAppPasswords}; {@code null} if it is not written
 */
public record MfaSettings(boolean allowAppPasswords, List<IpRange> trustedIps, boolean skipMfaForFederatedIntranet, int rememberMfaDays,
        int registrationGracePeriodDays, int maxAppPasswords, @Nullable Position source,
        @Nullable Position allowAppPasswordsSource) {

    /** The settings of a tenant that declares none. */
    public static final MfaSettings DEFAULT = new MfaSettings(false, List.of(), false, 0, 14, 40, null);

    /** Makes settings without a position of {@code allowAppPasswords}. */
    public MfaSettings(boolean allowAppPasswords, List<IpRange> trustedIps, boolean skipMfaForFederatedIntranet, int rememberMfaDays,
            int registrationGracePeriodDays, int maxAppPasswords, @Nullable Position source) {
        this(allowAppPasswords, trustedIps, skipMfaForFederatedIntranet, rememberMfaDays, registrationGracePeriodDays, maxAppPasswords,
                source, null);
    }
}
