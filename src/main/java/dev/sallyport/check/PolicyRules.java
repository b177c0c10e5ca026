package dev.sallyport.check;

import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.ContinuousAccessEvaluationMode;
import dev.sallyport.model.DeviceFilter;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.Directory;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.SourceMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What Entra refuses, or does not honour, in one policy (semantics 6.6). The engine evaluates such a policy all the same, so that
 * a mistake never weakens a decision; VAL-11, VAL-12, VAL-24, VAL-26 and VAL-27 are found when it is read.
 */
final class PolicyRules {

    private static final Set<DevicePlatform> TOKEN_PROTECTING = EnumSet.of(DevicePlatform.WINDOWS, DevicePlatform.IOS,
            DevicePlatform.MAC_OS);
    private static final List<String> RESTRICTED = Catalogue.builtIn().use("applicationEnforcedRestrictions");
    private static final List<String> TOKEN_PROTECTED = Catalogue.builtIn().use("tokenProtection");
    private static final List<String> MAIL = Catalogue.builtIn().use("mail");
    private static final Set<GrantControl> APP_CONTROLS = EnumSet.of(GrantControl.APPROVED_APPLICATION, GrantControl.COMPLIANT_APPLICATION);
    private static final Set<ClientAppType> ACTIVE_SYNC = EnumSet.of(ClientAppType.EXCHANGE_ACTIVE_SYNC, ClientAppType.EAS_SUPPORTED);
    private static final Set<String> AGENT_USER_CONDITIONS = Set.of("conditions.agentIdRiskLevels", "conditions.platforms",
            "conditions.locations", "conditions.devices.deviceFilter");
    private static final int MOST_HOURS = 23;
    private static final int MOST_DAYS = 365;

    private static final String CONTROLS = "grantControls.builtInControls";
    private static final String APPLICATIONS = "conditions.applications.includeApplications";
    private static final String FREQUENCY = "sessionControls.signInFrequency";

    private final ConditionalAccessPolicy policy;
    private final Directory directory;
    private final Conditions conditions;
    private final GrantControls grant;
    private final SessionControls session;
    private final Set<GrantControl> controls;
    private final SourceMap places;
    private final Diagnostics out;

    private PolicyRules(ConditionalAccessPolicy policy, Directory directory, SourceMap places, Diagnostics out) {
        this.policy = policy;
        this.directory = directory;
        this.conditions = policy.conditions();
        this.grant = policy.grantControls() != null ? policy.grantControls() : new GrantControls(true, Set.of(), null, List.of(),
                List.of());
        this.session = policy.sessionControls();
        this.controls = grant.builtInControls();
        this.places = places;
        this.out = out;
    }

    /** Reports what is wrong with a policy whose references are resolved. */
    static void check(ConditionalAccessPolicy policy, Directory directory, EvaluationSettings settings, SourceMap places, Diagnostics out) {
        PolicyRules rules = new PolicyRules(policy, directory, places, out);
        rules.remediation();
        rules.grantControls();
        rules.sessionControls();
        rules.userActions(settings);
        rules.workloadIdentities();
        rules.agents();
        rules.conditionsThatDoNotGoTogether();
        rules.conditionsThatSayLittle();
    }

    // ---- password change and risk remediation

    private void remediation() {
        boolean change = controls.contains(GrantControl.PASSWORD_CHANGE);
        boolean remediate = controls.contains(GrantControl.RISK_REMEDIATION);
        if (!change && !remediate) {
            return;
        }
        GrantControl control = change ? GrantControl.PASSWORD_CHANGE : GrantControl.RISK_REMEDIATION;
        String name = "`" + control.graphName() + "`";
        Position place = place(control);
        boolean strength = grant.authenticationStrength() != null;
        if (change && !(grant.isAnd() && (controls.contains(GrantControl.MFA) || strength))) {
            error("SP1311", place, "`passwordChange` needs `mfa`, joined by AND",
                    "write `operator: AND` and `builtInControls: [mfa, passwordChange]`", "VAL-01");
        }
        if (conditions.userRiskLevels().isEmpty()) {
            error("SP1312", place, name + " needs `userRiskLevels`", "add `userRiskLevels: [high]` under `conditions:`", "VAL-02");
        }
        if (!includesAllApplications() || !conditions.applications().excludeApplications().isEmpty()) {
            String path = includesAllApplications() ? "conditions.applications.excludeApplications" : APPLICATIONS;
            error("SP1313", at(path), name + " needs all applications, with none excluded",
                    "write `applications: { includeApplications: [All] }`", "VAL-03");
        }
        limits(false).forEach((path, what) ->
                error("SP1314", at(path), name + " allows only conditions on users, applications and user risk, not on " + what,
                        "remove it", "VAL-04"));
        if (change && remediate) {
            error("SP1315", place(GrantControl.RISK_REMEDIATION), "`passwordChange` and `riskRemediation` cannot be combined",
                    "keep one of them", "VAL-05");
        }
        if (remediate && !(grant.isAnd() && strength)) {
            error("SP1316", place(GrantControl.RISK_REMEDIATION), "`riskRemediation` needs an authentication strength, joined by AND",
                    "write `operator: AND` and add `authenticationStrength: { id: Multifactor authentication }`", "VAL-06");
        }
        if (session.signInFrequency() == null || !session.signInFrequency().everyTime()) {
            warning("SP1317", place, name + " needs a sign-in frequency of every time",
                    "add `signInFrequency: { isEnabled: true, frequencyInterval: everyTime }` under `sessionControls:`", "VAL-07");
        }
        for (GrantControl other : change ? controls : Set.<GrantControl>of()) {
            if (other != GrantControl.PASSWORD_CHANGE && other != GrantControl.MFA && other != GrantControl.RISK_REMEDIATION
                    && other != GrantControl.BLOCK) {
                error("SP1318", place(other), "`passwordChange` cannot be combined with `" + other.graphName() + "`",
                        "split it into two policies", "VAL-08");
            }
        }
        for (String other : List.of("termsOfUse", "customAuthenticationFactors")) {
            if (change && !(other.equals("termsOfUse") ? grant.termsOfUse() : grant.customAuthenticationFactors()).isEmpty()) {
                error("SP1318", at("grantControls." + other), "`passwordChange` cannot be combined with `" + other + "`",
                        "split it into two policies", "VAL-08");
            }
        }
    }

    // ---- grant controls

    private void grantControls() {
        if (controls.contains(GrantControl.MFA) && grant.authenticationStrength() != null) {
            error("SP1319", at("grantControls.authenticationStrength"), "`mfa` and an authentication strength cannot be combined",
                    "remove `mfa`: the strength includes it", "VAL-09");
        }
        boolean others = controls.size() > 1 || grant.authenticationStrength() != null || !grant.termsOfUse().isEmpty()
                || !grant.customAuthenticationFactors().isEmpty();
        if (controls.contains(GrantControl.BLOCK) && others) {
            error("SP1320", place(GrantControl.BLOCK), "`block` cannot be combined: the other controls of this policy have no effect",
                    "remove `block`, or the others", "VAL-10");
        } else if (controls.contains(GrantControl.BLOCK) && !session.equals(SessionControls.NONE)) {
            warning("SP1320", at("sessionControls"), "a session control has no effect together with `block`: no session begins",
                    "remove it, or `block`", "VAL-10");
        }
        boolean appControlsOnly = !controls.isEmpty() && APP_CONTROLS.containsAll(controls) && grant.authenticationStrength() == null
                && grant.termsOfUse().isEmpty() && grant.customAuthenticationFactors().isEmpty();
        boolean needsAppControl = APP_CONTROLS.stream().anyMatch(controls::contains) && (grant.isAnd() || appControlsOnly);
        for (DevicePlatform platform : List.of(DevicePlatform.MAC_OS, DevicePlatform.LINUX)) {
            if (needsAppControl && conditions.platforms() != null && conditions.platforms().include().contains(platform)) {
                error("SP1328", places.item(policy.source(), "conditions.platforms.includePlatforms", platform.graphName()),
                        "nothing on " + platform.graphName() + " can meet an app control", "remove `" + platform.graphName()
                        + "`, or add `compliantDevice` with `operator: OR`", "VAL-20");
            }
        }
        if (controls.contains(GrantControl.APPROVED_APPLICATION)) {
            warning("SP1335", place(GrantControl.APPROVED_APPLICATION), "`approvedApplication` retired in March 2026",
                    "write `compliantApplication`", "GR-APP-03");
        }
        if (!grant.customAuthenticationFactors().isEmpty()) {
            warning("SP1340", at("grantControls.customAuthenticationFactors"), "custom controls retire in early 2027, and since September "
                    + "2026 none can be added or changed", "write `mfa`, and register the provider for external MFA", "DEC-12");
        }
        boolean isIncomplete = session.signInFrequency() == null && places.find(policy.source(), FREQUENCY) instanceof Node.Mapping
                && !"false".equals(places.text(policy.source(), FREQUENCY + ".isEnabled"));      // VAL-16, found when it is read
        boolean switchedOff = places.find(policy.source(), "sessionControls") instanceof Node.Mapping
                && places.find(policy.source(), CONTROLS) == null && !isIncomplete;
        if (switchedOff && grant.isEmpty() && session.equals(SessionControls.NONE) && policy.notEvaluated().isEmpty()) {
            warning("SP1504", at("sessionControls"), "the policy asks for nothing: all its controls are disabled",
                    "enable one, or remove the policy", "CA-POL-11");
        }
    }

    // ---- session controls

    private void sessionControls() {
        if (session.persistentBrowser() != null && (!includesAllApplications() || conditions.applications().excludesAny())) {
            error("SP1321", at("sessionControls.persistentBrowser"), "`persistentBrowser` needs all applications, with none excluded",
                    "write `applications: { includeApplications: [All] }`, or remove it", "VAL-13");
        }
        if (session.continuousAccessEvaluation() == ContinuousAccessEvaluationMode.DISABLED
                && !(includesAllApplications() && conditions.applications().excludeApplications().isEmpty() && limits(true).isEmpty())) {
            error("SP1322", at("sessionControls.continuousAccessEvaluation"), "continuous access evaluation can be disabled only for all "
                    + "resources and without conditions",
                    "target all applications, and remove the conditions", "VAL-14");
        }
        if (session.applicationEnforcedRestrictions()) {
            onlyOffice();
        }
        if (session.signInFrequency() != null) {
            frequency(session.signInFrequency());
        }
        if (session.secureSignInSession()) {
            tokenProtection();
        }
    }

    /** Finds applications for which application enforced restrictions do nothing (VAL-15). */
    private void onlyOffice() {
        for (Reference application : conditions.applications().includeApplications()) {
            if (!application.id().equals(WellKnown.OFFICE_365) && !RESTRICTED.contains(application.id())) {
                warning("SP1323", application.position(), "`applicationEnforcedRestrictions` does nothing in `" + application
                        + "`: only Exchange Online and"
                        + " SharePoint Online support it", "write `includeApplications: [Office365]`", "VAL-15");
            }
        }
    }

    private void frequency(SignInFrequency frequency) {
        for (String field : List.of("type", "value")) {
            if (frequency.everyTime() && places.find(policy.source(), FREQUENCY + "." + field) != null) {
                error("SP1324", at(FREQUENCY + "." + field), "a sign-in frequency of every time has no `" + field + "`",
                        "remove it, or write `frequencyInterval: timeBased`", "VAL-16");
                return;
            }
        }
        int most = frequency.days() ? MOST_DAYS : MOST_HOURS;
        if (!frequency.everyTime() && frequency.value() > most) {
            warning("SP1325", at(FREQUENCY + ".value"), "Entra accepts 1 to " + most + (frequency.days() ? " days" : " hours"),
                    frequency.days() ? "write a smaller number" : "write it in days", "VAL-17");
        }
    }

    /** VAL-23: elsewhere sign-ins fail. */
    private void tokenProtection() {
        if (!conditions.clientAppTypes().equals(EnumSet.of(ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS))) {
            warning("SP1331", at("conditions.clientAppTypes"), "token protection works only in apps: browsers and older clients fail",
                    "write `clientAppTypes: [mobileAppsAndDesktopClients]`", "VAL-23");
        }
        if (conditions.platforms() == null || conditions.platforms().include().isEmpty()
                || !TOKEN_PROTECTING.containsAll(conditions.platforms().include())) {
            warning("SP1331", at(conditions.platforms() == null ? "sessionControls.secureSignInSession"
                    : "conditions.platforms.includePlatforms"),
                    "token protection works only on Windows, iOS, iPadOS and macOS",
                    "add `platforms: { includePlatforms: [windows, iOS, macOS] }`", "VAL-23");
        }
        for (Reference application : conditions.applications().includeApplications()) {
            if (!TOKEN_PROTECTED.contains(application.id())) {
                warning("SP1331", application.position(), "token protection makes sign-ins to `" + application + "` fail",
                        "name Exchange Online, SharePoint Online or Teams one by one", "VAL-23");
            }
        }
    }

    // ---- user actions, workload identities, clients

    private void userActions(EvaluationSettings settings) {
        List<String> actions = conditions.applications().includeUserActions();
        if (actions.contains(WellKnown.REGISTER_DEVICE)) {
            for (GrantControl control : controls) {
                if (control != GrantControl.MFA) {
                    error("SP1326", place(control), "registering a device allows only `mfa` or an authentication strength", "write `mfa`",
                            "VAL-18");
                }
            }
            Map<String, String> limits = limits(false);
            for (String path : List.of("conditions.clientAppTypes", "conditions.devices.deviceFilter", "conditions.devices")) {
                if (limits.containsKey(path)) {
                    error("SP1326", at(path), "registering a device allows no condition on " + limits.get(path), "remove it", "VAL-18");
                }
            }
        }
        if (!actions.isEmpty() && policy.state() == PolicyState.REPORT_ONLY && !settings.evaluateReportOnlyUserActions()) {
            warning("SP1336", at("conditions.applications.includeUserActions"), "a report-only policy on user actions is never evaluated",
                    "set `reportOnlyUserActions: evaluated` in the evaluationSettings to try it here", "CA-ACT-10");
        }
    }

    private void workloadIdentities() {
        boolean workload = conditions.clientApplications() != null;
        boolean isForAgents = includesAgentIdentities() || includesAgentUsers();
        if (workload && (grant.isEmpty() || !controls.equals(EnumSet.of(GrantControl.BLOCK)))) {
            GrantControl other = controls.stream().filter(control -> control != GrantControl.BLOCK).findFirst().orElse(null);
            error("SP1329", other != null ? place(other) : at("grantControls"), "a policy for " + (isForAgents ? "agent" : "workload")
                    + " identities can only `block`", "write `builtInControls: [block]`", isForAgents ? "AGT-08" : "VAL-21");
        }
        boolean user = conditions.isRiskBased();
        if (isForAgents) {
            return;                                             // SP1343
        }
        if (!conditions.agentIdRiskLevels().isEmpty()) {
            warning("SP1334", at("conditions.agentIdRiskLevels"), "`agentIdRiskLevels` is never met by a " + (workload
                    ? "workload identity that is not an agent" : "person"), "include agents, or write " + (workload
                    ? "`servicePrincipalRiskLevels`" : "`userRiskLevels` or `signInRiskLevels`"), "AGT-07");
        }
        if (workload ? user : !conditions.servicePrincipalRiskLevels().isEmpty()) {
            String risk = !workload ? "servicePrincipalRiskLevels" : conditions.userRiskLevels().isEmpty() ? "signInRiskLevels"
                    : "userRiskLevels";
            warning("SP1334", at("conditions." + risk), "`" + risk + "` is never met by " + (workload ? "a workload identity" : "a user"),
                    workload ? "write `servicePrincipalRiskLevels`" : "write `userRiskLevels` or `signInRiskLevels`", "CA-RSK-09");
        }
    }

    /** AGT-08, AGT-09: what Entra offers in a policy for agents. */
    private void agents() {
        boolean identities = includesAgentIdentities();
        boolean users = includesAgentUsers();
        if (!identities && !users) {
            return;
        }
        boolean workloads = conditions.clientApplications() != null && conditions.clientApplications().includesWorkloads();
        boolean people = !conditions.users().includeGroups().isEmpty() || !conditions.users().includeRoles().isEmpty()
                || conditions.users().includeGuestsOrExternalUsers() != null
                || conditions.users().includeUsers().stream().anyMatch(user -> !user.id().equals("None") && !isAgentUser(user));
        if (identities && users || workloads || people) {
            warning("SP1343", at(identities ? "conditions.clientApplications" : conditions.agents() != null ? "conditions.agents"
                    : "conditions.users.includeUsers"), "a policy is for agent identities, for agent users or for others, not for several",
                    "split it into several policies", "AGT-09");
            return;
        }
        Set<String> allowed = identities ? Set.of("conditions.agentIdRiskLevels") : AGENT_USER_CONDITIONS;
        limits(true).forEach((path, what) -> {
            if (!allowed.contains(path)) {
                warning("SP1343", at(path), "a policy for agent " + (identities ? "identities" : "users") + " has no condition on " + what,
                        "remove it", "AGT-08");
            }
        });
        boolean canBeMet = controls.equals(EnumSet.of(GrantControl.BLOCK)) || controls.equals(EnumSet.of(GrantControl.COMPLIANT_DEVICE));
        boolean others = grant.authenticationStrength() != null || !grant.termsOfUse().isEmpty()
                || !grant.customAuthenticationFactors().isEmpty();
        if (users && (others || !controls.isEmpty() && !canBeMet)) {
            GrantControl other = controls.stream().filter(control -> control != GrantControl.BLOCK
                    && control != GrantControl.COMPLIANT_DEVICE).findFirst().orElse(null);
            error("SP1329", other != null ? place(other) : at("grantControls"),
                    "a policy for agent users can only `block` or ask for `compliantDevice`", "write `builtInControls: [block]`", "AGT-08");
        }
    }

    private boolean includesAgentIdentities() {
        return conditions.clientApplications() != null && conditions.clientApplications().includesAgents();
    }

    private boolean includesAgentUsers() {
        return conditions.agents() != null || conditions.users().includeUsers().stream().anyMatch(this::isAgentUser);
    }

    private boolean isAgentUser(Reference included) {
        UserState user = directory.user(included.id());
        return included.id().equals(WellKnown.ALL_AGENT_USERS) || user != null && user.isAgentUser();
    }

    private void conditionsThatDoNotGoTogether() {
        if (conditions.deviceFilter() != null && !conditions.excludedDeviceStates().isEmpty()) {
            error("SP1327", conditions.deviceFilter().position(), "a device filter and device states cannot be combined",
                    "write the states into the filter: `device.isCompliant -eq True`", "VAL-19");
        }
        if (!conditions.clientAppTypes().isEmpty() && ACTIVE_SYNC.containsAll(conditions.clientAppTypes())) {
            for (Reference application : conditions.applications().includeApplications()) {
                if (!MAIL.contains(application.id())) {
                    warning("SP1330", application.position(), "a policy for Exchange ActiveSync supports only Exchange Online, not `"
                            + application + "`",
                            "write `includeApplications: [Office 365 Exchange Online]`", "VAL-22");
                }
            }
        }
    }

    /** What is written and cannot be meant. */
    private void conditionsThatSayLittle() {
        String name = places.text(policy.source(), "displayName");
        boolean isOfTemplate = !policy.displayName().isBlank() && !policy.displayName().equals(policy.id());
        if (name == null ? !isOfTemplate : name.isBlank()) {
            warning("SP1338", policy.source(), "the policy has no `displayName`", "add `displayName:`: Entra requires a name",
                    "CA-POL-10");
        }
        if (conditions.platforms() != null && conditions.platforms().include().isEmpty()) {
            warning("SP1113", at("conditions.platforms.includePlatforms"), "`platforms` includes nothing: it counts as all platforms",
                    "add `includePlatforms: [all]`", "CA-CMB-05");
        }
        if (conditions.deviceFilter() != null) {
            for (DeviceFilter.Mismatch mismatch : mismatches(conditions.deviceFilter().rule())) {
                warning("SP1339", conditions.deviceFilter().position(), "no device has the `" + mismatch.property() + "` `"
                        + mismatch.value() + "`", mismatch.help(),
                        mismatch.ruleId());
            }
        }
    }

    private static List<DeviceFilter.Mismatch> mismatches(String rule) {
        try {
            return DeviceFilter.parse(rule).mismatches();
        } catch (DeviceFilter.SyntaxException e) {
            return List.of();                   // SP1305
        }
    }

    /** The conditions that are set beside users, applications and user risk, by path; {@code userRisk} counts it too. */
    private Map<String, String> limits(boolean userRisk) {
        Map<String, String> limits = new TreeMap<>();
        put(limits, conditions.limitsClientAppTypes(), "conditions.clientAppTypes", "client apps");
        put(limits, conditions.platforms() != null, "conditions.platforms", "device platforms");
        put(limits, conditions.locations() != null, "conditions.locations", "locations");
        put(limits, !conditions.signInRiskLevels().isEmpty(), "conditions.signInRiskLevels", "sign-in risk");
        put(limits, userRisk && !conditions.userRiskLevels().isEmpty(), "conditions.userRiskLevels", "user risk");
        put(limits, !conditions.servicePrincipalRiskLevels().isEmpty(), "conditions.servicePrincipalRiskLevels", "service principal risk");
        put(limits, !conditions.agentIdRiskLevels().isEmpty(), "conditions.agentIdRiskLevels", "agent risk");
        put(limits, !conditions.insiderRiskLevels().isEmpty(), "conditions.insiderRiskLevels", "insider risk");
        put(limits, conditions.deviceFilter() != null, "conditions.devices.deviceFilter", "a device filter");
        put(limits, !conditions.excludedDeviceStates().isEmpty(), "conditions.devices", "device states");
        put(limits, conditions.limitsTransferMethods(), "conditions.authenticationFlows", "authentication flows");
        put(limits, conditions.times() != null, "conditions.times", "times");
        return limits;
    }

    private static void put(Map<String, String> limits, boolean isSet, String path, String what) {
        if (isSet) {
            limits.put(path, what);
        }
    }

    private boolean includesAllApplications() {
        return conditions.applications().includeApplications().stream().anyMatch(application -> application.id().equals("All"));
    }

    private Position place(GrantControl control) {
        return places.item(policy.source(), CONTROLS, control.graphName());
    }

    private Position at(String path) {
        return places.of(policy.source(), path);
    }

    private void error(String code, Position position, String message, String help, String rule) {
        out.add(Severity.ERROR, code, position, message, help, rule);
    }

    private void warning(String code, Position position, String message, String help, String rule) {
        out.add(Severity.WARNING, code, position, message, help, rule);
    }
}
