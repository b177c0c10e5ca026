package dev.sallyport.read;

import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.Reference;
import dev.sallyport.model.SecurityDefaults;
import dev.sallyport.model.UnknownSignals;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns objects into the settings of a tenant: security defaults, the MFA service settings, and the switches of the evaluation. */
public final class SettingsReader {

    /** No tenant may hold more, whatever its settings say. */
    private static final int MOST_RESOURCES = 100_000;

    private final Diagnostics out;

    /** @param out takes what is wrong */
    public SettingsReader(Diagnostics out) {
        this.out = out;
    }

    public SecurityDefaults securityDefaults(Fields fields) {
        boolean enabled = fields.bool("isEnabled", false);
        Integer grace = fields.integer("registrationGracePeriodDays", 0, 365, "SD-REG-03");
        fields.ignore("id", "displayName", "description");
        fields.done();
        return new SecurityDefaults(enabled, grace, fields.position());
    }

    public MfaSettings mfaSettings(Fields fields) {
        List<IpRange> trusted = new ArrayList<>();
        List<Reference> texts = fields.references("trustedIps");
        for (Reference text : texts) {
            IpRange range = IpRange.parseCidr(text.text());
            if (range != null && range.isIpv6()) {
                fields.mistake("SP1309", "trustedIps", text.position(), "MFA trusted IPs must be IPv4: `" + text.text() + "`",
                        "make it a trusted named location", "TI-02");
                continue;
            }
            IpRange checked = LocationReader.checked(range, text.text(), text.position(), fields, "trustedIps", out);
            if (checked != null) {
                trusted.add(checked);
            }
        }
        if (texts.size() > 50) {
            out.add(Severity.ERROR, "SP1309", texts.get(50).position(), "at most 50 MFA trusted IP ranges are allowed",
                    "use a named location", "TI-02");
        }
        Integer remember = fields.integer("rememberMfaDays", 0, 365, "RM-01");
        Integer grace = fields.integer("registrationGracePeriodDays", 0, 365, "PU-13");
        Integer max = fields.integer("maxAppPasswords", 0, 1000, "AP-05");
        MfaSettings settings = new MfaSettings(fields.bool("allowAppPasswords", false), List.copyOf(trusted),
                fields.bool("skipMfaForFederatedIntranet", false),
                remember == null ? 0 : remember, grace == null ? MfaSettings.DEFAULT.registrationGracePeriodDays() : grace,
                max == null ? MfaSettings.DEFAULT.maxAppPasswords() : max, fields.position(),
                fields.has("allowAppPasswords") ? fields.position("allowAppPasswords") : null);
        fields.done();
        return settings;
    }

    public EvaluationSettings evaluationSettings(Fields fields) {
        String unknown = fields.option("unknownSignals", null, "entra", "strict");
        String scopes = fields.option("lowPrivilegeScopes", null, "evaluated", "exempt");
        String actions = fields.option("reportOnlyUserActions", null, "notApplied", "evaluated");
        String filter = fields.option("deviceFilterExtensionAttributes", null, "keepApplicable", "literal");
        String dependencies = fields.option("serviceDependencies", null, "evaluated", "ignored");
        Reference baseline = fields.reference("baselineScopesApplication");
        if (baseline != null && "exempt".equals(scopes)) {
            out.add(Severity.ERROR, "SP1142", baseline.position(), "`baselineScopesApplication` cannot be combined with "
                    + "`lowPrivilegeScopes: exempt`", "remove one of them: a tenant customizes the enforcement or disables it", "DEC-14");
        }
        String activeSync = fields.option("activeSyncCompliantDevice", "AMB-59", "blocked", "met");
        EvaluationSettings settings = EvaluationSettings.builder()
                .unknownSignals("strict".equals(unknown) ? UnknownSignals.STRICT : UnknownSignals.ENTRA)
                .exemptLowPrivilegeScopes(scopes == null ? null : scopes.equals("exempt"))
                .evaluateReportOnlyUserActions("evaluated".equals(actions)).literalExtensionAttributes("literal".equals(filter))
                .mandatoryAdminPortalMfa(fields.bool("mandatoryAdminPortalMfa", true)).mandatoryMfaPhase2From(phase2(fields))
                .evaluateServiceDependencies(!"ignored".equals(dependencies)).approvedClientAppRetired(retired(fields))
                .baselineScopesApplication(baseline).evaluateActiveSyncDevices("met".equals(activeSync))
                .limits(limits(fields)).source(fields.position()).build();
        fields.done();
        return settings;
    }

    /** Reads the limits of a tenant (CA-POL-13). */
    private static EvaluationSettings.Limits limits(Fields fields) {
        EvaluationSettings.Limits usual = EvaluationSettings.Limits.DEFAULT;
        Integer policies = fields.integer("maxPolicies", 1, MOST_RESOURCES, "CA-POL-13");
        Integer locations = fields.integer("maxIpNamedLocations", 1, MOST_RESOURCES, "CA-LOC-10");
        Integer strengths = fields.integer("maxAuthenticationStrengths", 1, MOST_RESOURCES, "CA-POL-13");
        return new EvaluationSettings.Limits(policies == null ? usual.policies() : policies, locations == null ? usual.ipNamedLocations()
                : locations,
                strengths == null ? usual.authenticationStrengths() : strengths);
    }

    /** Reads the time when the approved client app control retires (GR-APP-03). */
    private Instant retired(Fields fields) {
        Instant date = date(fields, "approvedClientAppRetired", "2026-03-01", "GR-APP-03");
        return date == null ? EvaluationSettings.APPROVED_CLIENT_APP_RETIRED : date;
    }

    /** Reads since when a tenant that postponed phase 2 of Microsoft's own MFA is in it (DEC-10). */
    private @Nullable Instant phase2(Fields fields) {
        Instant date = date(fields, "mandatoryMfaPhase2From", "2026-07-01", "DEC-10");
        Instant last = Catalogue.builtIn().mandatoryMfa().stream().map(Catalogue.MandatoryMfa::postponableUntil).filter(Objects::nonNull)
                .findFirst().orElseThrow();
        if (date != null && date.isAfter(last)) {
            out.add(Severity.ERROR, "SP1106", fields.position("mandatoryMfaPhase2From"),
                    "`mandatoryMfaPhase2From` is after the last day to which a tenant could postpone it",
                    "write a date up to " + last.toString().substring(0, 10), "DEC-10");
            return last;
        }
        return date;
    }

    private @Nullable Instant date(Fields fields, String name, String example, String rule) {
        Reference date = fields.reference(name);
        if (date == null) {
            return null;
        }
        try {
            return LocalDate.parse(date.text().strip()).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            out.add(Severity.ERROR, "SP1107", date.position(), "`" + name + "` is not a date: `" + date.text() + "`",
                    "write a date such as " + example, rule);
            return null;
        }
    }
}
