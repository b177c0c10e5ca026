package dev.sallyport.analyse;

import dev.sallyport.analyse.Gap.Because;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Directory.ServicePrincipal;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.Reference;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Why no policy protects a gap: those that would, with the one condition that leaves the gap out. */
final class Reasons {

    private static final int MOST = 20;
    private static final String USERS = "users";
    private static final Set<String> INCLUDING = Set.of("includeUsers", "includeGroups", "includeRoles", "includeGuestsOrExternalUsers");

    private final World world;
    private final Space space;
    /** For each opening and source the people that the source would close it to, as classes of people. */
    private final long[][][] concerned = new long[Opening.values().length][][];
    /** For each policy and rule the classes of people that it asks anything of, in whichever of its sources. */
    private final Map<String, long[]> asked = new HashMap<>();
    /** For each level and source the classes that the source is about, as bits. */
    private final long[][][] about;
    /** For each source the share of the space that it is about. */
    private final double[] widths;

    /** A source that would protect, if it were not for a dimension; {@code null} for people. */
    private record Near(Source source, @Nullable Axis axis, double width) { }

    Reasons(Space space) {
        this.world = space.world();
        this.space = space;
        for (Opening opening : Opening.values()) {
            concerned[opening.ordinal()] = space.sources().stream().map(source -> concerned(source, opening)).toArray(long[][]::new);
        }
        for (Source source : space.sources()) {
            asked.merge(source.name(), people(source.demands()), (one, other) -> {
                Sets.add(one, other);
                return one;
            });
        }
        about = space.dimensions().stream().map(dimension -> about(dimension, space.sources().size())).toArray(long[][][]::new);
        widths = new double[space.sources().size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = 1;
            for (int level = 0; level < about.length; level++) {
                widths[i] *= (double) Arrays.stream(about[level][i]).map(Long::bitCount).sum() / space.dimensions().get(level).size();
            }
        }
    }

    private static long[][] about(Dimension dimension, int sources) {
        long[][] about = new long[sources][Sets.words(dimension.size())];
        for (int c = 0; c < dimension.size(); c++) {
            long[] row = dimension.row(c);
            for (int w = 0; w < row.length; w++) {
                for (long rest = row[w]; rest != 0; rest &= rest - 1) {
                    Sets.add(about[(w << 6) + Long.numberOfTrailingZeros(rest)], c);
                }
            }
        }
        return about;
    }

    /**
     * The policies and rules that would close a box, if it were not for one condition.
     *
     * @param signals the values of the witness
     * @param person  the person of the witness
     */
    List<Because> of(Regions.Box box, Opening opening, List<Signal> signals, Person person) {
        long[] people = space.sets().bits(box.people());
        List<Near> near = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            long[] own = concerned[opening.ordinal()][i];
            if (Sets.isEmpty(own)) {
                continue;
            }
            List<Axis> missing = new ArrayList<>();
            for (int level = 0; level < space.dimensions().size(); level++) {
                if (!Sets.intersects(about[level][i], box.classes()[level])) {
                    missing.add(space.dimensions().get(level).axis());
                }
            }
            boolean isAbout = Sets.intersects(own, people);
            String name = space.sources().get(i).name();
            if (isAbout ? missing.size() == 1 : missing.isEmpty() && !Sets.intersects(asked.get(name), people)
                    && !Rules.OF_ACCOUNTS.contains(name)) {
                near.add(new Near(space.sources().get(i), missing.isEmpty() ? null : missing.get(0), widths[i]));
            }
        }
        near.sort(Comparator.comparingDouble((Near each) -> -each.width()).thenComparing(each -> each.source().name()));
        return near.stream().map(each -> because(each, signals, person)).distinct().sorted(Comparator.comparingInt(Reasons::rank))
                .limit(MOST).toList();
    }

    /** Exclusions first, which are easily too wide; then what policies are limited to, and last that they are about others. */
    private static int rank(Because because) {
        return because.condition().startsWith("exclude") || because.condition().equals("deviceFilter") ? 0
                : because.condition().equals(USERS) || INCLUDING.contains(because.condition())
                ? 2 : 1;
    }

    /** The people that a source would close the opening to. */
    private long[] concerned(Source source, Opening opening) {
        return people(source.demands().stream().filter(demand -> Profile.closes(demand.gap(), opening)).toList());
    }

    /** The people that are asked, as classes of people. */
    private long[] people(List<Source.Demand> demands) {
        long[] people = new long[Sets.words(space.sets().size())];
        for (Source.Demand demand : demands) {
            Sets.add(people, space.classes(demand.people()));
        }
        return people;
    }

    private Because because(Near near, List<Signal> signals, Person person) {
        if (near.source().policy() == null) {
            return new Because(near.source().name(), near.axis() == null ? USERS : near.axis().toString(), List.of(), null);
        }
        ConditionalAccessPolicy policy = near.source().policy().policy();
        if (near.axis() == null) {
            return users(policy, person);
        }
        Signal signal = signals.stream().filter(each -> each.axis() == near.axis()).findFirst().orElseThrow();
        Conditions conditions = policy.conditions();
        return switch (near.axis()) {
            case APPLICATION -> application(policy, (Signal.Application) signal);
            case CLIENT -> conditions.limitsClientAppTypes() && !conditions.clientAppTypes().contains(((Signal.Client) signal).type())
                    ? because(policy, "clientAppTypes", conditions.clientAppTypes()) : platforms(policy);
            case SIGN_IN_RISK -> because(policy, "signInRiskLevels", conditions.signInRiskLevels());
            case USER_RISK -> because(policy, "userRiskLevels", conditions.userRiskLevels());
            case INSIDER_RISK -> because(policy, "insiderRiskLevels", conditions.insiderRiskLevels());
            case LOCATION -> location(policy, (Signal.Place) signal);
            case DEVICE -> device(policy, near.source(), (Signal.Origin) signal);
            case SERVICE_PRINCIPAL_RISK -> because(policy, "servicePrincipalRiskLevels", conditions.servicePrincipalRiskLevels());
            case AGENT_RISK -> because(policy, "agentIdRiskLevels", conditions.agentIdRiskLevels());
            case AUTHENTICATION_CONTEXT -> new Because(policy.id(), "includeAuthenticationContextClassReferences",
                    conditions.applications().includeAuthenticationContextClassReferences(), policy.source());
            case TIME -> new Because(policy.id(), "times", List.of(), policy.source());
            case CREDENTIAL, METHOD -> new Because(policy.id(), near.axis().toString(), List.of(), policy.source());
        };
    }

    private static Because because(ConditionalAccessPolicy policy, String condition, Collection<? extends GraphEnum> values) {
        return new Because(policy.id(), condition, values.stream().map(GraphEnum::graphName).sorted().toList(), policy.source());
    }

    /** A list of references: the ones that exclude, or what the policy is limited to. */
    private static Because because(ConditionalAccessPolicy policy, String condition, List<Reference> references) {
        return new Because(policy.id(), condition, references.stream().map(Reference::text).toList(), references.isEmpty()
                || references.get(0).position() == null ? policy.source() : references.get(0).position());
    }

    private static Because platforms(ConditionalAccessPolicy policy) {
        ConditionalAccessPolicy.Platforms platforms = policy.conditions().platforms();
        return platforms == null ? because(policy, "clientAppTypes", policy.conditions().clientAppTypes())
                : platforms.exclude().isEmpty() ? because(policy, "includePlatforms", platforms.include())
                : because(policy, "excludePlatforms", platforms.exclude());
    }

    private Because application(ConditionalAccessPolicy policy, Signal.Application application) {
        ConditionalAccessPolicy.Applications target = policy.conditions().applications();
        List<Reference> excluding = target.excludeApplications().stream().filter(each -> application.audiences().stream()
                .anyMatch(id -> isOrHolds(each.id(), id))).toList();
        if (!excluding.isEmpty()) {
            return because(policy, "excludeApplications", excluding);
        }
        if (!target.includeApplications().isEmpty()) {
            return because(policy, "includeApplications", target.includeApplications());
        }
        return new Because(policy.id(), target.includeUserActions().isEmpty() ? "includeAuthenticationContextClassReferences"
                : "includeUserActions", target.includeUserActions().isEmpty() ? target.includeAuthenticationContextClassReferences()
                : target.includeUserActions(), policy.source());
    }

    private boolean isOrHolds(String entry, String id) {
        Directory.Application application = world.directory.application(id);
        return entry.equals(id) || application != null && application.memberOf().contains(entry);
    }

    private Because location(ConditionalAccessPolicy policy, Signal.Place place) {
        ConditionalAccessPolicy.Locations locations = policy.conditions().locations();
        List<Reference> excluding = locations.exclude().stream().filter(each -> holds(each.id(), place)).toList();
        return excluding.isEmpty() ? because(policy, "includeLocations", locations.include())
                : because(policy, "excludeLocations", excluding);
    }

    private boolean holds(String entry, Signal.Place place) {
        boolean isTrustedIp = View.isTrustedIp(world, place);
        return switch (entry) {
            case "All" -> true;
            case WellKnown.MFA_TRUSTED_IPS -> isTrustedIp;
            case "AllTrusted" -> isTrustedIp || world.set.namedLocations().stream().anyMatch(each -> each instanceof NamedLocation.Ip ip
                    && ip.isTrusted() && holds(ip, place));
            default -> world.set.namedLocations().stream().anyMatch(each -> WellKnown.isSame(each.id(), entry) && holds(each, place));
        };
    }

    private static boolean holds(NamedLocation location, Signal.Place place) {
        if (location instanceof NamedLocation.Ip ip) {
            return place.address() != null && place.address().isPublic() && ip.ranges().stream()
                    .anyMatch(range -> range.contains(place.address()));
        }
        if (location instanceof NamedLocation.Country country) {
            String code = country.byGps() ? place.gps() : place.country();
            return code == null ? country.includeUnknown() && !country.byGps() : country.countries().contains(code);
        }
        return place.isCompliant();
    }

    private static Because device(ConditionalAccessPolicy policy, Source source, Signal.Origin origin) {
        Conditions conditions = policy.conditions();
        if (conditions.limitsTransferMethods() && !conditions.transferMethods().contains(origin.flow())) {
            return because(policy, "authenticationFlows", conditions.transferMethods());
        }
        return conditions.deviceFilter() == null || source.narrower().containsKey(Axis.DEVICE)
                ? new Because(policy.id(), "deviceStates", List.of(), policy.source())
                : new Because(policy.id(), "deviceFilter", List.of((conditions.deviceFilter().isExclude() ? "exclude " : "include ")
                        + conditions.deviceFilter().rule()), conditions.deviceFilter().position());
    }

    private Because users(ConditionalAccessPolicy policy, Person person) {
        Users users = policy.conditions().users();
        UserState user = person.state();
        if (user == null || user.isAgentUser()) {
            return principals(policy, person);
        }
        Set<String> groups = world.directory.groupIdsOf(user);
        Set<String> roles = Directory.roleIdsOf(user);
        String id = WellKnown.fold(user.id());
        List<Reference> excludedUsers = users.excludeUsers().stream().filter(each -> each.id().equals(id) || each.id().equals("All")
                || each.id().equals("GuestsOrExternalUsers") && user.guestType() != null).toList();
        List<Reference> excludedGroups = users.excludeGroups().stream().filter(each -> groups.contains(each.id())).toList();
        List<Reference> excludedRoles = users.excludeRoles().stream().filter(each -> roles.contains(each.id())).toList();
        GuestsOrExternalUsers guests = users.excludeGuestsOrExternalUsers();
        if (!excludedUsers.isEmpty()) {
            return because(policy, "excludeUsers", excludedUsers);
        }
        if (!excludedGroups.isEmpty()) {
            return because(policy, "excludeGroups", excludedGroups);
        }
        if (!excludedRoles.isEmpty()) {
            return because(policy, "excludeRoles", excludedRoles);
        }
        if (guests != null && user.guestType() != null && guests.types().contains(user.guestType())) {
            return because(policy, "excludeGuestsOrExternalUsers", guests.types());
        }
        List<Reference> included = new ArrayList<>(users.includeUsers());
        included.addAll(users.includeGroups());
        included.addAll(users.includeRoles());
        return included.isEmpty() && users.includeGuestsOrExternalUsers() != null
                ? because(policy, "includeGuestsOrExternalUsers", users.includeGuestsOrExternalUsers().types())
                : because(policy, users.includeUsers().isEmpty() ? users.includeGroups().isEmpty() ? "includeRoles" : "includeGroups"
                : "includeUsers", included);
    }

    /** The lists of service principals and agents, where one of them asks. */
    private static Because principals(ConditionalAccessPolicy policy, Person person) {
        Conditions conditions = policy.conditions();
        boolean isAgentUser = person.state() != null;
        ConditionalAccessPolicy.ClientApplications principals = conditions.clientApplications();
        if (isAgentUser && conditions.agents() != null) {
            String user = WellKnown.fold(person.state().id());
            List<Reference> excluded = conditions.agents().excludeAgentUsers().stream().filter(each -> each.id().equals(user)).toList();
            return excluded.isEmpty() ? because(policy, "includeAgentUsers", conditions.agents().includeAgentUsers())
                    : because(policy, "excludeAgentUsers", excluded);
        }
        if (isAgentUser || principals == null) {
            return because(policy, "includeUsers", conditions.users().includeUsers());
        }
        ServicePrincipal principal = Objects.requireNonNull(person.principal());
        List<Reference> excluded = Stream.concat(principals.excludeServicePrincipals().stream(),
                principals.excludeAgentIdServicePrincipals().stream()).filter(each -> WellKnown.isSame(each.id(), principal.id())
                || principal.agentIdentityBlueprintId() != null && WellKnown.isSame(each.id(), principal.agentIdentityBlueprintId()))
                .toList();
        boolean isOnAgents = !principals.includeAgentIdServicePrincipals().isEmpty() && principals.includeServicePrincipals().isEmpty();
        return !excluded.isEmpty() ? because(policy, isOnAgents ? "excludeAgentIdServicePrincipals" : "excludeServicePrincipals", excluded)
                : isOnAgents ? because(policy, "includeAgentIdServicePrincipals", principals.includeAgentIdServicePrincipals())
                : because(policy, "includeServicePrincipals", principals.includeServicePrincipals());
    }
}
