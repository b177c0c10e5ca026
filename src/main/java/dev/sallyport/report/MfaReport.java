package dev.sallyport.report;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Decision.Requirement;
import dev.sallyport.model.Directory;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Registration;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AuthenticationMethod;
import dev.sallyport.model.WellKnown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who is really protected. The report that administrators pass around (RPT-20) guesses that from registered methods (RPT-23); this
 * one decides sample sign-ins of each user, as somebody would attempt them who knows the password and nothing else: from an address
 * that belongs to no named location, on no registered device, in a browser, in a modern app and in a legacy client.
 *
 * <p>Such sign-ins are tried for an application that no policy names, and for every application that an enabled policy includes by
 * name. They are tried again from trusted places: an MFA trusted IP, a named location that is trusted, and each named location that an
 * enabled policy excludes.
 */
public final class MfaReport {

    /** The kinds of client that are tried, and what people call them. */
    private static final Map<String, String> CLIENTS = Map.of("browser", "browser", "mobileAppsAndDesktopClients", "modern apps", "other",
            "legacy clients");
    private static final List<String> CLIENT_ORDER = List.of("browser", "mobileAppsAndDesktopClients", "other");
    /** RPT-24: OneWaySMS, TwoWayVoice…, PhoneAppNotification and PhoneAppOTP; no email, no Temporary Access Pass, no passkey. */
    private static final Set<AuthenticationMethodMode> SCRIPT_METHODS = EnumSet.of(AuthenticationMethodMode.SMS,
            AuthenticationMethodMode.VOICE,
            AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH, AuthenticationMethodMode.DEVICE_BASED_PUSH,
            AuthenticationMethodMode.SOFTWARE_OATH,
            AuthenticationMethodMode.HARDWARE_OATH);
    private static final List<String> MAIL = Catalogue.builtIn().use("mail");
    private static final List<String> PORTAL = Catalogue.builtIn().use("adminPortal");

    /** What a password opens if the first to register owns the account. */
    private static final String REGISTRATION = "registration";

    private final PolicyEngine engine;
    private final Instant now;
    private final String outside;
    private final String trusted;
    private final List<String> trustedPlaces;
    private final List<String> applications;

    /**
     * A report under the policy set and directory of an engine.
     *
     * @param now when the sample sign-ins happen
     */
    public MfaReport(PolicyEngine engine, Instant now) {
        this.engine = engine;
        this.now = now;
        this.outside = outside(engine.policySet());
        this.trusted = trusted(engine.policySet());
        this.trustedPlaces = trustedPlaces(engine.policySet());
        this.applications = applications(engine);
    }

    /**
     * One user.
     *
     * @param status            {@code Enforced}, {@code Enabled}, {@code Enabled via Conditional Access}, {@code Enabled via security
     *                          defaults} or {@code Disabled}: what asks for MFA, recomputed (RPT-26)
     * @param scriptStatus      what the common script would say: the state, else a guess from telephones and apps (RPT-21)
     * @param protection        whether a password alone lets somebody in from anywhere
     * @param protectedBy       what stands in the way: {@code per-user MFA}, {@code security defaults}, ids of policies, what matters
     *     most first
     * @param passwordAlone     what a password alone opens from anywhere, such as {@code legacy clients}; {@code registration} comes first
     * @param onlyFromTrusted   what it opens besides, but only from a trusted place
     * @param registrationDue   when the user is asked to register: the time of the report for now, {@code null} for never
     * @param isHijackable      whether somebody with the password could register first (REG-55)
     */
    public record Row(UserState user, String status, String scriptStatus, Protection protection, List<String> protectedBy,
            List<String> passwordAlone, List<String> onlyFromTrusted, Instant registrationDue, boolean isHijackable) {

        /** {@code Yes} if a method is registered that serves as a second factor (RPT-22). */
        public boolean isActivated() {
            return user.isMfaRegistered();
        }

        /** The default method's name, or {@code null}. */
        public String defaultMethod() {
            return user.authenticationMethods().stream().filter(AuthenticationMethod::isDefault).map(method -> method.method().graphName())
                    .findFirst()
                    .orElse(null);
        }

        /** The names of the registered methods, each once. */
        public List<String> methods() {
            return user.authenticationMethods().stream().map(method -> method.method().graphName()).distinct().toList();
        }

        /** Whether somebody with the password could register first, but only from a trusted place. */
        public boolean isHijackableFromTrusted() {
            return !isHijackable && !onlyFromTrusted.isEmpty() && onlyFromTrusted.get(0).equals(REGISTRATION);
        }

        /** Whether the user holds a built-in role, in the tenant or a part of it. */
        public boolean isAdmin() {
            return !user.roles().isEmpty() || !user.scopedRoles().isEmpty();
        }
    }

    /** Whether a password alone lets somebody in. */
    public enum Protection {
        /** Nowhere. */
        YES("Yes"),
        /** In some clients or applications. */
        PARTLY("Partly"),
        /** Everywhere, if only by registering first. */
        NO("No"),
        /** The account cannot sign in. */
        ACCOUNT_DISABLED("Account disabled");

        private final String text;

        Protection(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** The row of a user of the directory, or of one whose state the caller brings. */
    public Row row(UserState user) {
        Decision first = engine.explain(signIn(user, "browser", null, outside), user);
        Set<String> by = new LinkedHashSet<>();
        boolean policiesAsk = false;
        for (Requirement requirement : first.requirements()) {
            if (requirement.provider().equals("conditionalAccess")) {
                by.addAll(requirement.policies());
                policiesAsk |= isMfa(requirement.control());
            } else if (!requirement.provider().equals("registration")) {
                by.add(provider(requirement.provider()));
            }
        }
        Map<String, Set<String>> open = new LinkedHashMap<>();
        int tried = 0;
        int allowed = 0;
        for (String client : CLIENT_ORDER) {
            for (String application : applications) {
                Decision decision = engine.evaluate(signIn(user, client, application, outside), user);
                tried++;
                if (decision.outcome() == Outcome.ALLOW) {
                    allowed++;
                    open.computeIfAbsent(client, any -> new LinkedHashSet<>()).add(application);
                } else {
                    by.addAll(decision.reason().policies());
                    policiesAsk |= decision.outcome() != Outcome.BLOCK && !decision.reason().policies().isEmpty();
                }
            }
        }
        Decision within = trusted == null ? first : engine.evaluate(signIn(user, "browser", null, trusted), user);
        Instant due = due(first) != null ? due(first) : due(within);
        boolean demanded = policiesAsk || user.perUserMfaState() != PerUserMfaState.DISABLED || due != null || !by.isEmpty();
        boolean mayBeTaken = user.accountEnabled() && !user.isMfaRegistered() && demanded;
        boolean hijackable = mayBeTaken && opensRegistration(user, outside);
        Protection protection = !user.accountEnabled() ? Protection.ACCOUNT_DISABLED
                : hijackable || allowed == tried ? Protection.NO : allowed > 0 ? Protection.PARTLY : Protection.YES;
        List<String> alone = passwordAlone(open);
        if (hijackable) {
            alone.add(0, REGISTRATION);
        }
        List<String> trustedAlone = user.accountEnabled() ? passwordAlone(onlyFromTrusted(user, open)) : new ArrayList<>();
        if (mayBeTaken && !hijackable && trustedPlaces.stream().anyMatch(place -> opensRegistration(user, place))) {
            trustedAlone.add(0, REGISTRATION);
        }
        return new Row(user, status(user, policiesAsk, by), scriptStatus(user), protection, List.copyOf(by), List.copyOf(alone),
                List.copyOf(trustedAlone), due, hijackable);
    }

    private boolean opensRegistration(UserState user, String address) {
        return engine.evaluate(new Registration(signIn(user, "browser", null, address), null, null), user).outcome() == Outcome.ALLOW;
    }

    /** The applications by kind of client that a password alone opens from a trusted place, and not from anywhere. */
    private Map<String, Set<String>> onlyFromTrusted(UserState user, Map<String, Set<String>> anywhere) {
        Map<String, Set<String>> open = new LinkedHashMap<>();
        for (String client : CLIENT_ORDER) {
            Set<String> known = anywhere.getOrDefault(client, Collections.emptySet());
            for (String application : applications) {
                if (!known.contains(application) && trustedPlaces.stream().anyMatch(place -> engine.evaluate(signIn(user, client,
                        application, place), user).outcome() == Outcome.ALLOW)) {
                    open.computeIfAbsent(client, any -> new LinkedHashSet<>()).add(application);
                }
            }
        }
        return open;
    }

    /**
     * What still keeps a user out who has registered: policies that block a group outside some locations, as accounts without a method
     * are blocked until they have one (REG-52). Empty for everybody else.
     */
    public List<ConditionalAccessPolicy> lockedIn(UserState user) {
        AuthenticationMethod method = user.authenticationMethods().stream().filter(each -> each.isUsable()
                && UserState.isStrong(each.method())).findFirst().orElse(null);
        if (method == null || !user.accountEnabled()) {
            return List.of();
        }
        SignIn signIn = SignIn.builder().user(user.userPrincipalName()).clientAppType("browser").ipAddress(outside).createdDateTime(now)
                .authentication(SignIn.Authentication.builder().credential("password")
                        .methods(List.of("password", method.method().graphName())).mfaDateTime(now).signInDateTime(now)
                        .homeTenantMfa(false).build()).build();
        Decision decision = engine.evaluate(signIn, user);
        return decision.outcome() != Outcome.BLOCK ? List.of() : engine.policySet().policies().stream()
                .filter(policy -> decision.reason().policies().contains(policy.id()) && !groups(policy, user).isEmpty()
                && isForSomePlaces(policy)).toList();
    }

    /** The groups of a user by which a policy is about them; none where it is about everybody. */
    public List<String> groups(ConditionalAccessPolicy policy, UserState user) {
        ConditionalAccessPolicy.Users users = policy.conditions().users();
        Set<String> groups = engine.directory().groupIdsOf(user);
        return users == null || users.includeUsers().stream().anyMatch(each -> each.id().equalsIgnoreCase("All")) ? List.of()
                : users.includeGroups().stream().filter(group -> groups.contains(WellKnown.fold(group.id()))).map(Reference::text).toList();
    }

    private static boolean isForSomePlaces(ConditionalAccessPolicy policy) {
        return policy.conditions().locations() != null && !policy.conditions().locations().exclude().isEmpty();
    }

    private SignIn signIn(UserState user, String client, String application, String address) {
        SignIn.Builder builder = SignIn.builder().user(user.userPrincipalName()).clientAppType(client).ipAddress(address)
                .createdDateTime(now)
                .authentication(SignIn.Authentication.builder().credential("password").methods(List.of("password")).homeTenantMfa(false)
                        .build());
        return application == null ? builder.build() : builder.application(application).build();
    }

    private Instant due(Decision decision) {
        return decision.registration() == null ? null : decision.registration().required() ? now : decision.registration().dueDateTime();
    }

    private static String provider(String requirement) {
        return switch (requirement) {
            case "securityDefaults" -> "security defaults";
            case "user" -> "per-user MFA";
            case "mandatoryMfa" -> "mandatory MFA";
            default -> requirement;
        };
    }

    private static boolean isMfa(String control) {
        return control.equals("mfa") || control.equals("authenticationStrength");
    }

    private static String status(UserState user, boolean policiesAsk, Set<String> by) {
        return switch (user.perUserMfaState()) {
            case ENFORCED -> "Enforced";
            case ENABLED -> "Enabled";
            case DISABLED -> policiesAsk ? "Enabled via Conditional Access"
                    : by.contains(provider("securityDefaults")) ? "Enabled via security defaults" : "Disabled";
        };
    }

    /** RPT-21: the common script looks at telephones and apps, as the old service listed them, and at nothing else. */
    private static String scriptStatus(UserState user) {
        return switch (user.perUserMfaState()) {
            case ENFORCED -> "Enforced";
            case ENABLED -> "Enabled";
            case DISABLED -> user.authenticationMethods().stream()
                    .noneMatch(method -> SCRIPT_METHODS.contains(method.method())) ? "Disabled" : "Enabled via Conditional Access";
        };
    }

    private List<String> passwordAlone(Map<String, Set<String>> open) {
        List<String> places = new ArrayList<>();
        open.forEach((client, where) -> {
            List<String> closed = applications.stream().filter(application -> !where.contains(application)).toList();
            String name = CLIENTS.get(client);
            places.add(closed.isEmpty() ? name : closed.size() < where.size() ? name + " (all but " + names(closed) + ")"
                    : name + " (" + names(where) + ")");
        });
        return places;
    }

    private String names(Collection<String> ids) {
        return ids.stream().map(this::applicationName).collect(Collectors.joining(", "));
    }

    private String applicationName(String id) {
        Directory.Application application = id == null ? null : engine.directory().application(id);
        return id == null ? "other applications" : application == null ? id : application.displayName();
    }

    // ---- the samples

    /**
     * {@code null} for an application that no policy names, Exchange for what legacy clients open, and what enabled policies include by
     * name.
     */
    private static List<String> applications(PolicyEngine engine) {
        Set<String> found = new LinkedHashSet<>();
        found.add(null);
        found.addAll(MAIL);
        for (ConditionalAccessPolicy policy : engine.policySet().policies()) {
            if (policy.state() == PolicyState.ENABLED) {
                for (Reference reference : policy.conditions().applications().includeApplications()) {
                    if (reference.id().equals(WellKnown.MICROSOFT_ADMIN_PORTALS)) {
                        found.addAll(PORTAL);
                    } else if (engine.directory().application(reference.id()) != null) {
                        found.add(reference.id());
                    }
                }
            }
        }
        return new ArrayList<>(found);
    }

    /** An address that lies in no range of the policy set. */
    public static String outside(PolicySet set) {
        for (String candidate : List.of("192.0.2.200", "198.51.100.200", "203.0.113.200")) {
            if (!isNamed(set, candidate)) {
                return candidate;
            }
        }
        for (int first = 11; first < 224; first++) {
            String candidate = first + ".77.77.77";
            if (!isNamed(set, candidate)) {
                return candidate;
            }
        }
        return "2001:db8:7777::77";
    }

    private static boolean isNamed(PolicySet set, String address) {
        IpAddress parsed = IpAddress.parse(address);
        return set.mfaSettings().trustedIps().stream().anyMatch(range -> range.contains(parsed)) || set.namedLocations().stream()
                .anyMatch(location -> location instanceof NamedLocation.Ip ip && ip.ranges().stream()
                .anyMatch(range -> range.contains(parsed)));
    }

    /** An address at which users are trusted, of the MFA trusted IPs first; {@code null} for none. */
    public static String trusted(PolicySet set) {
        List<IpRange> ranges = new ArrayList<>(set.mfaSettings().trustedIps());
        set.namedLocations().forEach(location -> {
            if (location instanceof NamedLocation.Ip ip && ip.isTrusted()) {
                ranges.addAll(ip.ranges());
            }
        });
        return ranges.isEmpty() ? null : address(ranges.get(0));
    }

    /** An address of each trusted place that enabled policies can tell from the others. */
    private static List<String> trustedPlaces(PolicySet set) {
        List<String> places = new ArrayList<>();
        set.mfaSettings().trustedIps().stream().limit(1).map(MfaReport::address).forEach(places::add);
        Set<String> named = new HashSet<>();
        Set<String> excluded = new HashSet<>();
        set.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED && policy.conditions().locations() != null)
                .forEach(policy -> {
                    policy.conditions().locations().include().forEach(location -> named.add(WellKnown.fold(location.id())));
                    policy.conditions().locations().exclude().forEach(location -> excluded.add(WellKnown.fold(location.id())));
                });
        boolean hasOther = false;
        for (NamedLocation location : set.namedLocations()) {
            String id = WellKnown.fold(location.id());
            boolean isOther = !named.contains(id) && !excluded.contains(id);
            if (location instanceof NamedLocation.Ip ip && !ip.ranges().isEmpty() && (excluded.contains(id) || ip.isTrusted() && !(isOther
                    && hasOther))) {
                places.add(address(ip.ranges().get(0)));
                hasOther |= isOther;
            }
        }
        return places;
    }

    /** An address of a range; the first of all is often the network's own. */
    private static String address(IpRange range) {
        String first = range.text().split("[/-]")[0];
        String host = first.replaceFirst("\\.0$", ".1");
        return range.contains(IpAddress.parse(host)) ? host : first;
    }
}
