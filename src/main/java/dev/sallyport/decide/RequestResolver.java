package dev.sallyport.decide;

import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.Environment;
import dev.sallyport.compile.SignInFact;
import dev.sallyport.compile.Snapshot;
import dev.sallyport.compile.Subject;
import dev.sallyport.decide.Facts.Action;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.Reference;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Turns a request into the ordinals and bits that compiled policies look at. */
final class RequestResolver {

    private static final Instant BASELINE_SCOPES_ENFORCED = Catalogue.builtIn().dateOf("baselineScopesEnforced");   // AMB-29
    private static final String BASELINE_SCOPES = Catalogue.builtIn().use("baselineScopes").get(0);
    private static final List<String> OF_AGENTS = Catalogue.builtIn().use("agentTokens");
    private static final List<String> OF_BLUEPRINTS = Stream.of("agentTokens", "agentCreation")
            .flatMap(name -> Catalogue.builtIn().use(name).stream()).toList();
    private static final Instant DEVICE_CREDENTIALS_COVERED = Catalogue.builtIn().dateOf("deviceCredentialsCovered");   // DEC-12
    /** By {@link Action}. */
    private static final int[] ACTIONS = {CompiledPolicy.SIGN_IN, CompiledPolicy.REGISTER_SECURITY_INFO, CompiledPolicy.CREATE_APP_PASSWORD,
        CompiledPolicy.REGISTER_DEVICE, CompiledPolicy.REGISTER_SECURITY_INFO};

    private final Snapshot snapshot;
    private final EvaluationSettings settings;
    private final Subjects subjects;

    RequestResolver(Snapshot snapshot, EvaluationSettings settings, Subjects subjects) {
        this.snapshot = snapshot;
        this.settings = settings;
        this.subjects = subjects;
    }

    /** The same for other settings; subjects that are known stay known. */
    RequestResolver with(EvaluationSettings other) {
        return new RequestResolver(snapshot, other, subjects);
    }

    /** Sets every field of the fact. */
    void resolve(Facts facts, Action action, SignInFact fact) {
        fact.action = isRegisteredAside(facts, action) ? CompiledPolicy.REGISTER_DEVICE_CREDENTIAL : ACTIONS[action.ordinal()];
        fact.context = action == Action.SIGN_IN && facts.authenticationContext != null
                ? Integer.parseInt(facts.authenticationContext.substring(1)) : 0;
        applications(facts, fact);
        fact.lowPrivilege = action == Action.SIGN_IN && facts.lowPrivilege;
        fact.contextUnknown = action == Action.SIGN_IN && facts.contextUnknown;
        fact.scopesUnknown = action == Action.SIGN_IN && facts.scopesUnknown;
        if (fact.lowPrivilege || fact.scopesUnknown) {
            Boolean exempt = settings.exemptLowPrivilegeScopes();
            Reference own = settings.baselineScopesApplication();                                     // DEC-14
            fact.baselineTarget = snapshot.application(own == null ? BASELINE_SCOPES : own.id());
            fact.lowPrivilegeExempt = exempt != null ? exempt : own == null && facts.now.isBefore(BASELINE_SCOPES_ENFORCED);
            fact.signInScopesOnly = fact.lowPrivilege && facts.client == ClientAppType.BROWSER && Scopes.areOidc(facts.signIn.scopes())
                    && !facts.applications.isEmpty();
        } else {
            fact.lowPrivilegeExempt = false;
            fact.signInScopesOnly = false;
        }
        fact.subject = facts.principal == null ? subject(facts)
                : isBeyondPolicies(facts) ? snapshot.nobody() : snapshot.subject(facts.principal);
        long environment = Environment.client(facts.client, facts.platform, facts.strict)
                | Environment.platform(facts.platform, facts.strict)
                | Environment.signInRisk(facts.signInRisk, facts.strict) | Environment.userRisk(facts.userRisk, facts.strict)
                | Environment.servicePrincipalRisk(facts.servicePrincipalRisk, facts.strict)
                | Environment.agentRisk(facts.agentRisk, facts.strict) | Environment.insiderRisk(facts.insiderRisk, facts.strict)
                | Environment.flow(facts.flowKnown, facts.deviceCodeFlow, facts.authenticationTransfer, facts.strict);
        fact.environment = environment;
        String gps = facts.gpsCountry();
        snapshot.locations(facts.ip, facts.country, gps, facts.insideCorporateNetwork, facts.compliantNetwork, facts.strict, false, false,
                fact.locations);
        if (!facts.strict && (gps != null || !snapshot.asksForGps())) {
            System.arraycopy(fact.locations, 0, fact.possibleLocations, 0, fact.locations.length);
        } else {
            snapshot.locations(facts.ip, facts.country, gps, facts.insideCorporateNetwork || facts.corporateNetworkUnknown,
                    facts.compliantNetwork, facts.strict, facts.strict, true, fact.possibleLocations);
        }
        fact.now = facts.now;
        fact.device = facts.device;
        fact.deviceUnknown = facts.strict && !facts.deviceKnown;
        fact.deviceThatMayLack = facts.deviceThatMayLack();
        fact.literalExtensionAttributes = settings.literalExtensionAttributes();
    }

    /** Whether a device gets a credential at a time when policies on registering security information did not cover that (DEC-12). */
    private static boolean isRegisteredAside(Facts facts, Action action) {
        if (action != Action.REGISTER_SECURITY_INFO || facts.registering == null || !facts.now.isBefore(DEVICE_CREDENTIALS_COVERED)) {
            return false;
        }
        return switch (facts.registering) {
            case WINDOWS_HELLO_FOR_BUSINESS, PLATFORM_CREDENTIAL -> true;
            default -> false;
        };
    }

    /** AGT-05: agents and blueprints exchange tokens, and blueprints make agents with Microsoft Graph, whatever the policies. */
    private static boolean isBeyondPolicies(Facts facts) {
        List<String> beyond = facts.principal.isAgentIdentityBlueprint() ? OF_BLUEPRINTS
                : facts.principal.isAgent() ? OF_AGENTS : List.of();
        return !facts.applications.isEmpty() && beyond.containsAll(facts.applications);
    }

    private void applications(Facts facts, SignInFact fact) {
        List<String> ids = facts.applications;
        boolean unknown = ids.isEmpty() && (fact.context == 0 || facts.strict);
        boolean services = fact.action == CompiledPolicy.SIGN_IN && facts.action == Action.SIGN_IN && settings.evaluateServiceDependencies()
                && !facts.isWhatIf();
        int count = unknown ? 1 : ids.size();
        for (int i = 0; services && i < ids.size(); i++) {
            int[] behind = snapshot.services(ids.get(i));
            count += behind == null ? 0 : behind.length;
        }
        if (fact.applications.length != count) {
            fact.applications = new int[count];
        }
        if (unknown) {
            fact.applications[0] = snapshot.unknownApplication(facts.strict);
        }
        int next = ids.size();
        for (int i = 0; i < ids.size(); i++) {
            fact.applications[i] = snapshot.application(ids.get(i));
            int[] behind = services ? snapshot.services(ids.get(i)) : null;
            if (behind != null) {
                System.arraycopy(behind, 0, fact.applications, next, behind.length);
                next += behind.length;
            }
        }
    }

    private Subject subject(Facts facts) {
        UserState user = facts.user;
        boolean asDirectoryHasIt = facts.signIn.externalUserType() == null && facts.signIn.externalTenantId() == null
                && facts.alsoGuestTypes == 0
                && facts.possibleGroups.isEmpty();
        Subject known = asDirectoryHasIt ? subjects.get(user) : null;
        if (known != null) {
            return known;
        }
        Subject subject = snapshot.subject(user, facts.guestType, facts.alsoGuestTypes, facts.homeTenant, facts.possibleGroups);
        if (asDirectoryHasIt) {
            subjects.put(user, subject);
        }
        return subject;
    }
}
