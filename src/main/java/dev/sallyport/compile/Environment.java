package dev.sallyport.compile;

import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.Platforms;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.TransferMethod;
import java.util.Set;

/**
 * The conditions that have one value each, as bits of one word: a request sets one bit a group, a policy forbids the bits that
 * it does not match, and the whole test is {@code (request & forbidden) == 0}. Each group has a bit for <em>unknown</em>, which
 * no policy forbids; only strict mode sets it.
 */
public final class Environment {

    private static final int CLIENT = 0;            // browser, mobile, EAS on a supported platform, EAS elsewhere, other, unknown
    private static final int PLATFORM = 6;          // android … linux, none that is known, unknown
    private static final int SIGN_IN_RISK = 14;     // none, low, medium, high, unknown
    private static final int USER_RISK = 19;
    private static final int PRINCIPAL_RISK = 24;
    private static final int INSIDER_RISK = 29;     // none, minor, moderate, elevated, unknown
    private static final int FLOW = 34;             // none, device code, transfer, both, unknown
    private static final int AGENT_RISK = 39;       // none, low, medium, high, unknown

    /** How many bits there are. */
    static final int BITS = 44;
    /** The bits of the client app condition, which device registration does not have (CA-ACT-04). */
    public static final long CLIENT_BITS = (1L << PLATFORM) - 1;

    private Environment() { }

    /** The bit of a client; absent is a legacy client, or unknown in strict mode (CA-UNK-03). */
    public static long client(ClientAppType client, DevicePlatform platform, boolean strict) {
        if (client == null) {
            return bit(CLIENT, strict ? 5 : 4);
        }
        return bit(CLIENT, switch (client) {
            case BROWSER -> 0;
            case MOBILE_APPS_AND_DESKTOP_CLIENTS -> 1;
            case EXCHANGE_ACTIVE_SYNC -> isSupported(platform) || platform == null && strict ? 2 : 3;
            default -> 4;
        });
    }

    /** Whether Exchange ActiveSync supports a platform (CA-CLI-07). */
    private static boolean isSupported(DevicePlatform platform) {
        return platform == DevicePlatform.IOS || platform == DevicePlatform.ANDROID || platform == DevicePlatform.WINDOWS;
    }

    /** The bit of a platform; absent is one that only {@code all} covers (CA-PLT-05). */
    public static long platform(DevicePlatform platform, boolean strict) {
        return bit(PLATFORM, platform == null ? strict ? 7 : 6 : platform.ordinal() - 1);
    }

    /** The bit of the sign-in risk; absent and hidden count as none (CA-RSK-07). */
    public static long signInRisk(RiskLevel level, boolean strict) {
        return bit(SIGN_IN_RISK, risk(level, strict));
    }

    /** The bit of the user risk. */
    public static long userRisk(RiskLevel level, boolean strict) {
        return bit(USER_RISK, risk(level, strict));
    }

    /** The bit of the service principal risk. */
    public static long servicePrincipalRisk(RiskLevel level, boolean strict) {
        return bit(PRINCIPAL_RISK, risk(level, strict));
    }

    /** The bit of the agent risk. */
    public static long agentRisk(RiskLevel level, boolean strict) {
        return bit(AGENT_RISK, risk(level, strict));
    }

    private static int risk(RiskLevel level, boolean strict) {
        return level == null || level == RiskLevel.HIDDEN ? strict ? 4 : 0 : level.ordinal();
    }

    /** The bit of the insider risk. */
    public static long insiderRisk(InsiderRiskLevel level, boolean strict) {
        return bit(INSIDER_RISK, level == null ? strict ? 4 : 0 : level.ordinal());
    }

    /** The bit of the authentication flows of this session (CA-FLW-03). */
    public static long flow(boolean known, boolean deviceCode, boolean transfer, boolean strict) {
        return bit(FLOW, !known && strict ? 4 : (deviceCode ? 1 : 0) + (transfer ? 2 : 0));
    }

    private static long bit(int group, int value) {
        return 1L << group + value;
    }

    /** What a policy does not match. */
    static long forbidden(Conditions conditions) {
        long forbidden = 0;
        if (conditions.limitsClientAppTypes()) {
            Set<ClientAppType> types = conditions.clientAppTypes();
            forbidden |= unless(types.contains(ClientAppType.BROWSER), CLIENT, 0);
            forbidden |= unless(types.contains(ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS), CLIENT, 1);
            boolean eas = types.contains(ClientAppType.EXCHANGE_ACTIVE_SYNC);
            forbidden |= unless(eas || types.contains(ClientAppType.EAS_SUPPORTED), CLIENT, 2);
            forbidden |= unless(eas, CLIENT, 3);
            forbidden |= unless(types.contains(ClientAppType.OTHER), CLIENT, 4);
        }
        if (conditions.platforms() != null) {
            forbidden |= platforms(conditions.platforms());
        }
        forbidden |= risks(conditions.signInRiskLevels(), SIGN_IN_RISK);
        forbidden |= risks(conditions.userRiskLevels(), USER_RISK);
        forbidden |= risks(conditions.servicePrincipalRiskLevels(), PRINCIPAL_RISK);
        forbidden |= risks(conditions.agentIdRiskLevels(), AGENT_RISK);
        if (!conditions.insiderRiskLevels().isEmpty()) {
            for (InsiderRiskLevel level : InsiderRiskLevel.values()) {
                forbidden |= unless(conditions.insiderRiskLevels().contains(level), INSIDER_RISK, level.ordinal());
            }
        }
        if (conditions.limitsTransferMethods()) {
            boolean code = conditions.transferMethods().contains(TransferMethod.DEVICE_CODE_FLOW);
            boolean transfer = conditions.transferMethods().contains(TransferMethod.AUTHENTICATION_TRANSFER);
            forbidden |= unless(conditions.transferMethods().contains(TransferMethod.NONE), FLOW, 0);
            forbidden |= unless(code, FLOW, 1);
            forbidden |= unless(transfer, FLOW, 2);
        }
        return forbidden;
    }

    private static long platforms(Platforms platforms) {
        boolean all = platforms.include().isEmpty() || platforms.include().contains(DevicePlatform.ALL);
        boolean none = platforms.exclude().contains(DevicePlatform.ALL);
        long forbidden = 0;
        for (DevicePlatform platform : DevicePlatform.values()) {
            if (platform != DevicePlatform.ALL) {
                boolean matches = (all || platforms.include().contains(platform)) && !none && !platforms.exclude().contains(platform);
                forbidden |= unless(matches, PLATFORM, platform.ordinal() - 1);
            }
        }
        forbidden |= unless(all && !none, PLATFORM, 6);
        return forbidden | unless(!none, PLATFORM, 7);
    }

    private static long risks(Set<RiskLevel> levels, int group) {
        if (levels.isEmpty()) {
            return 0;
        }
        long forbidden = 0;
        for (RiskLevel level : RiskLevel.values()) {
            if (level != RiskLevel.HIDDEN) {
                forbidden |= unless(levels.contains(level), group, level.ordinal());
            }
        }
        return forbidden;
    }

    private static long unless(boolean matches, int group, int value) {
        return matches ? 0 : bit(group, value);
    }
}
