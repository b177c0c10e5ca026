package dev.sallyport.check;

import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.Directory;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.Licences;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicySet.NamedReference;
import dev.sallyport.model.PolicySet.TermsOfUse;
import dev.sallyport.model.Reference;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.SourceMap;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is odd about a policy set as a whole: what nobody uses, what can never apply, what the licence does not hold. Warnings only. */
final class SetRules {

    /** How many terms of use a tenant holds (GR-CTL-26). */
    private static final int MOST_TERMS = 40;
    /** In how many groups a user may be without being refused because of it (CA-USR-13). */
    private static final int MOST_GROUPS = 2048;
    private static final String INTUNE_ENROLLMENT = Catalogue.builtIn().use("deviceEnrolment").get(0);
    private static final List<String> UMBRELLAS = Catalogue.builtIn().use("umbrella");
    /** The share of all addresses that trusted locations may not reach: that of a /8, which Entra refuses of one range (CA-LOC-11). */
    private static final double MOST_TRUSTED = 1.0 / 256;
    private static final double MOST_IN_A_LOCATION = 0.5;
    private static final BigInteger IPV4_ADDRESSES = BigInteger.ONE.shiftLeft(32);
    /** Those of 2000::/3, where the internet is. */
    private static final BigInteger IPV6_ADDRESSES = BigInteger.ONE.shiftLeft(125);

    private final PolicySet set;
    private final Directory directory;
    private final SourceMap places;
    private final Diagnostics out;

    private SetRules(PolicySet set, Directory directory, SourceMap places, Diagnostics out) {
        this.set = set;
        this.directory = directory;
        this.places = places;
        this.out = out;
    }

    /** Reports on a set whose references are resolved. */
    static void check(PolicySet set, Directory directory, SourceMap places, Diagnostics out) {
        SetRules rules = new SetRules(set, directory, places, out);
        Inclusions inclusions = new Inclusions(set, directory, places, out);
        for (ConditionalAccessPolicy policy : set.policies()) {
            inclusions.check(policy);
            rules.umbrella(policy);
            rules.deviceTerms(policy);
        }
        rules.trustedLocations();
        rules.addresses();
        rules.unreferenced();
        rules.authenticationContexts();
        rules.limits();
        rules.otherLimits();
        rules.licences();
    }

    static boolean isTrusted(NamedLocation location) {
        return location instanceof NamedLocation.Ip ip && ip.isTrusted();
    }

    private static Set<String> ids(List<Reference> references) {
        return references.stream().map(Reference::id).collect(Collectors.toCollection(HashSet::new));
    }

    private static boolean names(List<Reference> references, String id) {
        return references.stream().anyMatch(each -> each.id().equals(id));
    }

    // ---- what nobody refers to, and what is not there

    private void trustedLocations() {
        if (set.namedLocations().stream().anyMatch(SetRules::isTrusted) || !set.mfaSettings().trustedIps().isEmpty() || set.mfaSettings()
                .skipMfaForFederatedIntranet()) {
            return;
        }
        set.policies().stream().map(policy -> policy.conditions().locations()).filter(Objects::nonNull)
                .flatMap(locations -> Stream.concat(locations.include().stream(), locations.exclude().stream()))
                .filter(each -> each.id().equals("AllTrusted")).findFirst()
                .ifPresent(each -> warning("SP1507", each.position(), "no location is trusted, so `AllTrusted` never matches, here and "
                + "elsewhere",
                        "set `isTrusted: true` on a named location", "CA-LOC-23"));
    }

    private void unreferenced() {
        Set<String> used = new HashSet<>();
        for (ConditionalAccessPolicy policy : set.policies()) {
            if (policy.conditions().locations() != null) {
                used.addAll(ids(policy.conditions().locations().include()));
                used.addAll(ids(policy.conditions().locations().exclude()));
            }
            if (policy.grantControls() != null) {
                used.addAll(ids(policy.grantControls().termsOfUse()));
                if (policy.grantControls().authenticationStrength() != null) {
                    used.add(policy.grantControls().authenticationStrength().id());
                }
            }
            used.addAll(policy.conditions().applications().includeAuthenticationContextClassReferences());
        }
        for (NamedLocation location : set.namedLocations()) {
            boolean trusted = isTrusted(location) && used.contains("AllTrusted");
            unreferenced(!trusted && !used.contains(WellKnown.fold(location.id())), "named location", location.displayName(),
                    location.source());
        }
        Set<String> builtIn = AuthenticationStrength.builtIn().stream().map(AuthenticationStrength::id).collect(Collectors.toSet());
        for (AuthenticationStrength strength : set.strengths()) {
            boolean known = builtIn.contains(WellKnown.fold(strength.id()));
            unreferenced(!known && !used.contains(WellKnown.fold(strength.id())), "authentication strength", strength.displayName(),
                    strength.source());
        }
        for (TermsOfUse terms : set.termsOfUse()) {
            unreferenced(!used.contains(WellKnown.fold(terms.id())), "terms of use", terms.displayName(), terms.source());
        }
        for (NamedReference context : set.authenticationContexts()) {
            unreferenced(!used.contains(WellKnown.fold(context.id())), "authentication context", context.id(), context.source());
        }
    }

    private void unreferenced(boolean isUnused, String what, String name, Position position) {
        if (isUnused) {
            warning("SP1505", position, "no policy uses the " + what + " `" + name + "`", "use it, or remove it", null);
        }
    }

    /** CA-ACX-02: a set that declares contexts declares those that its policies ask for, and publishes them. */
    private void authenticationContexts() {
        List<String> declared = set.authenticationContexts().stream().map(context -> WellKnown.fold(context.id())).toList();
        Set<String> unpublished = set.authenticationContexts().stream()
                .filter(context -> "false".equals(places.text(context.source(), "isAvailable")))
                .map(context -> WellKnown.fold(context.id())).collect(Collectors.toSet());
        for (ConditionalAccessPolicy policy : set.policies()) {
            for (String context : policy.conditions().applications().includeAuthenticationContextClassReferences()) {
                Position position = places.item(policy.source(), "conditions.applications.includeAuthenticationContextClassReferences",
                        context);
                if (!declared.isEmpty() && !declared.contains(context)) {
                    String near = Suggestions.didYouMean(context, declared);
                    warning("SP1506", position, "the authentication context `" + context + "` is not declared", near != null ? near
                            : "declare it", "CA-ACX-02");
                } else if (unpublished.contains(context)) {
                    warning("SP1506", position, "the authentication context `" + context + "` is not published", "set `isAvailable: true`",
                            "CA-ACX-02");
                }
            }
        }
    }

    /** Finds a policy that names Microsoft Graph, an umbrella over other resources (CA-APP-09). */
    private void umbrella(ConditionalAccessPolicy policy) {
        Applications applications = policy.conditions().applications();
        Stream.concat(applications.includeApplications().stream(), applications.excludeApplications().stream())
                .filter(each -> UMBRELLAS.contains(each.id())).forEach(each -> warning("SP1750", each.position(),
                        "Microsoft Graph cannot be a target of policies: it represents the resources behind it",
                                "name those resources, or All", "CA-APP-09"));
    }

    /** GR-CTL-26: a device that enrols is not registered yet, and cannot accept. */
    private void deviceTerms(ConditionalAccessPolicy policy) {
        Set<String> perDevice = set.termsOfUse().stream().filter(TermsOfUse::isPerDevice).map(each -> WellKnown.fold(each.id()))
                .collect(Collectors.toSet());
        Applications applications = policy.conditions().applications();
        boolean asks = policy.grantControls() != null && policy.grantControls().termsOfUse().stream()
                .anyMatch(each -> perDevice.contains(each.id()));
        if (asks && names(applications.includeApplications(), "All") && !names(applications.excludeApplications(), INTUNE_ENROLLMENT)) {
            warning("SP1751", places.of(policy.source(), "grantControls.termsOfUse"),
                    "a device that enrols in Intune cannot yet accept terms of use that are accepted per device",
                    "exclude `Microsoft Intune Enrollment`", "GR-CTL-26");
        }
    }

    // ---- limits and licences

    private void limits() {
        EvaluationSettings.Limits limits = set.evaluationSettings().limits();
        limit(set.policies().stream().map(ConditionalAccessPolicy::source).toList(), limits.policies(), "policies", "maxPolicies",
                "CA-POL-13");
        limit(set.namedLocations().stream().filter(NamedLocation.Ip.class::isInstance).map(NamedLocation::source).toList(),
                limits.ipNamedLocations(), "IP named locations",
                "maxIpNamedLocations", "CA-LOC-10");
        Set<String> builtIn = AuthenticationStrength.builtIn().stream().map(AuthenticationStrength::id).collect(Collectors.toSet());
        limit(set.strengths().stream().filter(strength -> !builtIn.contains(WellKnown.fold(strength.id())))
                .map(AuthenticationStrength::source).toList(),
                limits.authenticationStrengths(), "custom authentication strengths", "maxAuthenticationStrengths", "CA-POL-13");
    }

    private void limit(List<Position> resources, int most, String what, String setting, String rule) {
        if (resources.size() > most) {
            warning("SP1509", resources.get(most), "a tenant can hold " + most + " " + what + ", but this set has " + resources.size(),
                    "remove or merge some; if your tenant can hold more, set `" + setting + "` in the evaluationSettings", rule);
        }
    }

    // ---- addresses

    private void addresses() {
        List<NamedLocation.Ip> locations = set.namedLocations().stream().filter(NamedLocation.Ip.class::isInstance)
                .map(NamedLocation.Ip.class::cast).toList();
        locations.forEach(location -> location.ranges().forEach(range -> notPublic(range, location.source(), "ipRanges", "CA-LOC-08")));
        set.mfaSettings().trustedIps().forEach(range -> notPublic(range, set.mfaSettings().source(), "trustedIps", "TI-02"));
        List<IpRange> trusted = new ArrayList<>(set.mfaSettings().trustedIps());
        boolean told = false;
        for (NamedLocation.Ip location : locations) {
            told |= tooWide("`" + location.displayName() + "` contains", location.ranges(), location.isTrusted() ? MOST_TRUSTED
                    : MOST_IN_A_LOCATION, location.source());
            if (location.isTrusted()) {
                trusted.addAll(location.ranges());
            }
        }
        Position first = locations.stream().filter(NamedLocation.Ip::isTrusted).map(NamedLocation::source).findFirst()
                .orElse(set.mfaSettings().source());
        if (!told) {
            tooWide("the trusted locations together contain", trusted, MOST_TRUSTED, first);
        }
    }

    /** Where a range is written. */
    private Position range(Position resource, String list, IpRange range) {
        if (places.find(resource, list) instanceof Node.Sequence ranges) {
            for (Node item : ranges.items()) {
                Node text = item instanceof Node.Mapping mapping ? mapping.get("cidrAddress") : item;
                if (text instanceof Node.Scalar scalar && scalar.text().strip().equals(range.text())) {
                    return scalar.position();
                }
            }
        }
        return places.of(resource, list);
    }

    private void notPublic(IpRange range, Position resource, String list, String rule) {
        String kind = range.kind();
        if (kind != null) {
            warning("SP1510", range(resource, list, range), "`" + range.text() + "` contains " + kind
                    + " addresses, which never reach Entra: no sign-in comes from this range",
                    "use the public addresses of your network", rule);
        }
    }

    /** Many ranges that are narrow enough each (CA-LOC-11). */
    private boolean tooWide(String what, List<IpRange> ranges, double most, Position position) {
        Ranges all = new Ranges(ranges);
        double ipv4 = share(all.size(false), IPV4_ADDRESSES);
        double ipv6 = share(all.size(true), IPV6_ADDRESSES);
        boolean isIpv6 = ipv6 >= 1.0 / 32;
        if (ipv4 < most && !(isIpv6 && ipv6 >= most)) {
            return false;
        }
        boolean tellsIpv4 = ipv4 >= most;
        String percent = String.format(Locale.ROOT, "%.1f", 100 * (tellsIpv4 ? ipv4 : ipv6)).replace(".0", "");
        warning("SP1511", position, what + " " + percent + " % of all " + (tellsIpv4 ? "IPv4" : "IPv6") + " addresses",
                "use only the addresses of your own network", "CA-LOC-11");
        return true;
    }

    private static double share(BigInteger some, BigInteger all) {
        return Math.min(1, some.doubleValue() / all.doubleValue());
    }

    /** What is more than a tenant or a token holds, beside policies and locations. */
    private void otherLimits() {
        if (set.termsOfUse().size() > MOST_TERMS) {
            warning("SP1509", set.termsOfUse().get(MOST_TERMS).source(), "a tenant can hold " + MOST_TERMS
                    + " terms of use, but this set has " + set.termsOfUse().size(),
                    "remove or merge some", "GR-CTL-26");
        }
        if (directory.groups().size() > MOST_GROUPS && !set.policies().isEmpty()) {
            directory.users().stream().filter(user -> directory.groupIdsOf(user).size() > MOST_GROUPS).findFirst()
                    .ifPresent(user -> warning("SP1509",
                    set.policies().get(0).source(), "`" + user.userPrincipalName() + "` is in more than " + MOST_GROUPS
                    + " groups, so their sign-ins may be refused",
                    "remove the user from some groups", "CA-USR-13"));
        }
    }

    /** Where the directory says which licences there are (section 15). */
    private void licences() {
        Directory.Organization tenant = directory.organization();
        if (Licences.lacksP1(tenant) && !set.policies().isEmpty()) {
            warning("SP1333", set.policies().get(0).source(), "Conditional Access needs a P1 licence, which the directory does not list",
                    "add `AAD_PREMIUM` to `licences`, or use security defaults", "LIC-03");
        }
        if (Licences.lacksP1(tenant) && !set.mfaSettings().trustedIps().isEmpty()) {
            warning("SP1333", places.of(set.mfaSettings().source(), "trustedIps"),
                    "MFA trusted IPs need a P1 licence, which the directory does not list",
                    "add `AAD_PREMIUM` to `licences`, or remove them", "LIC-05");
        }
        for (ConditionalAccessPolicy policy : set.policies()) {
            if (Licences.lacksP2(tenant) && Licences.needsP2(policy)) {
                String path = !policy.conditions().userRiskLevels().isEmpty() ? "conditions.userRiskLevels"
                        : !policy.conditions().signInRiskLevels().isEmpty() ? "conditions.signInRiskLevels"
                        : !policy.conditions().agentIdRiskLevels().isEmpty() ? "conditions.agentIdRiskLevels"
                        : "grantControls.builtInControls";
                warning("SP1333", places.of(policy.source(), path), "risk needs a P2 licence, which the directory does not list: without "
                        + "it, every risk is `hidden`",
                        "add `AAD_PREMIUM_P2` to `licences`, or remove the policy", "VAL-28");
            }
            if (Licences.lacksWorkloadIdentities(tenant) && Licences.needsWorkloadIdentities(policy)) {
                warning("SP1333", places.of(policy.source(), "conditions.clientApplications"),
                        "a policy for workload identities needs Workload Identities Premium, which the directory does not list",
                        "add `AAD_WRKLDID_P1` or `AAD_WRKLDID_P2` to `licences`, or remove the policy", "LIC-07");
            }
        }
    }

    private void warning(String code, Position position, String message, String help, String rule) {
        out.add(Severity.WARNING, code, position, message, help, rule);
    }
}
