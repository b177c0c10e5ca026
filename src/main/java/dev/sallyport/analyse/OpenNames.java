package dev.sallyport.analyse;

import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Directory;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Gives the names of a policy set something to stand for where the files do not say what: an unbound placeholder or an unknown name of a
 * user, group or role can have members, an unknown application can be signed in to, and an unknown location has an address. Without this,
 * an exclusion of them would look empty.
 */
final class OpenNames {

    private static final Set<String> LITERALS = Set.of("All", "None", "GuestsOrExternalUsers", "AllTrusted", WellKnown.MFA_TRUSTED_IPS,
            WellKnown.ALL_AGENT_USERS, WellKnown.ALL_AGENT_RESOURCES);
    private static final String TRUSTED = "a trusted location";

    /** What the names of all sets stand for. */
    private static final class Shared {

        private final List<IpRange> ranges = new ArrayList<>();
        private final Map<String, String> applications = new HashMap<>();
        private final Map<String, IpRange> addresses = new HashMap<>();
        /** Whether a set has an MFA trusted IP, or a location that counts as trusted; otherwise one is made up wherever it is named. */
        private final boolean hasTrustedIps;
        private final boolean hasTrusted;
        private int lastAddress;

        Shared(List<PolicySet> sets) {
            hasTrustedIps = sets.stream().anyMatch(set -> !set.mfaSettings().trustedIps().isEmpty());
            hasTrusted = hasTrustedIps || sets.stream().flatMap(set -> set.namedLocations().stream()).anyMatch(each
                    -> each instanceof NamedLocation.Ip ip && ip.isTrusted() && !ip.ranges().isEmpty());
            for (PolicySet set : sets) {
                ranges.addAll(set.mfaSettings().trustedIps());
                for (NamedLocation location : set.namedLocations()) {
                    if (location instanceof NamedLocation.Ip ip) {
                        ranges.addAll(ip.ranges());
                    }
                }
            }
        }
    }

    private final Directory directory;
    private final Shared shared;
    private final List<NamedLocation> locations;
    private final Set<String> locationIds = new HashSet<>();
    private List<IpRange> trustedIps;

    private OpenNames(PolicySet set, Directory directory, Shared shared) {
        this.directory = directory;
        this.shared = shared;
        locations = new ArrayList<>(set.namedLocations());
        trustedIps = set.mfaSettings().trustedIps();
        locations.forEach(location -> locationIds.add(WellKnown.fold(location.id())));
    }

    /** The set with its names bound. */
    static PolicySet bound(PolicySet set, Directory directory) {
        return bound(List.of(set), List.of(directory)).get(0);
    }

    /** Sets with their names bound, each with its directory; a name stands for the same in all of them. */
    static List<PolicySet> bound(List<PolicySet> sets, List<Directory> directories) {
        Shared shared = new Shared(sets);
        List<PolicySet> bound = new ArrayList<>();
        for (int i = 0; i < sets.size(); i++) {
            bound.add(bound(sets.get(i), new OpenNames(sets.get(i), directories.get(i), shared)));
        }
        return bound;
    }

    private static PolicySet bound(PolicySet set, OpenNames names) {
        List<ConditionalAccessPolicy> policies = set.policies().stream().map(names::policy).toList();
        MfaSettings mfa = set.mfaSettings();
        MfaSettings bound = new MfaSettings(mfa.allowAppPasswords(), names.trustedIps, mfa.skipMfaForFederatedIntranet(),
                mfa.rememberMfaDays(),
                mfa.registrationGracePeriodDays(), mfa.maxAppPasswords(), mfa.source(), mfa.allowAppPasswordsSource());
        return new PolicySet(policies, List.copyOf(names.locations), set.strengths(), set.termsOfUse(), set.authenticationContexts(),
                set.securityDefaults(), bound, set.evaluationSettings(), set.catalogue(), set.version());
    }

    private ConditionalAccessPolicy policy(ConditionalAccessPolicy policy) {
        Conditions old = policy.conditions();
        Users users = old.users();
        Users named = new Users(folded(users.includeUsers()), folded(users.excludeUsers()), folded(users.includeGroups()),
                folded(users.excludeGroups()), folded(users.includeRoles()), folded(users.excludeRoles()),
                users.includeGuestsOrExternalUsers(), users.excludeGuestsOrExternalUsers());
        Applications target = old.applications();
        Applications bound = new Applications(target.includeApplications().stream().map(this::application).toList(),
                target.excludeApplications().stream().map(this::application).toList(), target.includeUserActions(),
                target.includeAuthenticationContextClassReferences(), target.filter(), target.includesUnknown());
        Locations where = old.locations() == null ? null : new Locations(old.locations().include().stream().map(this::location).toList(),
                old.locations().exclude().stream().map(this::location).toList());
        Conditions conditions = new Conditions(named, old.clientApplications(), old.agents(), bound, old.clientAppTypes(), old.platforms(),
                where, old.signInRiskLevels(), old.userRiskLevels(), old.servicePrincipalRiskLevels(), old.agentIdRiskLevels(),
                old.insiderRiskLevels(), old.deviceFilter(), old.excludedDeviceStates(), old.transferMethods(), old.times());
        return new ConditionalAccessPolicy(policy.id(), policy.displayName(), policy.state(), conditions, policy.grantControls(),
                policy.sessionControls(), policy.notEvaluated(), policy.annotations(), policy.source());
    }

    /** Memberships compare without regard to case, and so does every name then. */
    private static List<Reference> folded(List<Reference> references) {
        return references.stream().map(each -> LITERALS.contains(each.id()) ? each : each.resolved(WellKnown.fold(each.id()))).toList();
    }

    private Reference application(Reference reference) {
        String id = reference.id();
        boolean isKnown = LITERALS.contains(id) || directory.catalogue().isBundle(id) || WellKnown.isId(id)
                || directory.application(id) != null;
        return isKnown ? reference : reference.resolved(shared.applications.computeIfAbsent(WellKnown.fold(id),
                any -> String.format(Locale.ROOT, "00000000-0000-4000-8000-%012x", 0xaa0100 + shared.applications.size())));
    }

    private Reference location(Reference reference) {
        String id = WellKnown.fold(reference.id());
        if (reference.id().equals("AllTrusted")) {
            if (!shared.hasTrusted && locationIds.add(TRUSTED)) {
                locations.add(new NamedLocation.Ip(TRUSTED, TRUSTED, true, List.of(address(TRUSTED)), reference.position()));
            }
        } else if (reference.id().equals(WellKnown.MFA_TRUSTED_IPS)) {
            trustedIps = shared.hasTrustedIps ? trustedIps : List.of(address(WellKnown.MFA_TRUSTED_IPS));
        } else if (!LITERALS.contains(reference.id()) && locationIds.add(id)) {
            locations.add(new NamedLocation.Ip(id, reference.text(), false, List.of(address(id)), reference.position()));
        }
        return LITERALS.contains(reference.id()) ? reference : reference.resolved(id);
    }

    /** The address of a name, which belongs to no other location: of the block for benchmarks, and where that is named, of others. */
    private IpRange address(String name) {
        return shared.addresses.computeIfAbsent(name, any -> address());
    }

    private IpRange address() {
        while (true) {
            int number = ++shared.lastAddress;
            String text = (number < 1 << 17 ? "198." + (18 + (number >> 16)) : "100." + (number >> 16 & 63)) + "." + (number >> 8 & 255)
                    + "." + (number & 255);
            IpAddress address = IpAddress.parse(text);
            if (shared.ranges.stream().noneMatch(range -> range.contains(address))) {
                return IpRange.parseCidr(text + "/32");
            }
        }
    }
}
