package dev.sallyport.analyse;

import dev.sallyport.analyse.Gap.Range;
import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.analyse.Why.Change;
import dev.sallyport.compile.Control;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.TransferMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The values of a box in words that are as few as possible: a dimension that is wholly covered has none. */
final class Words {

    private static final String ELSEWHERE = "elsewhere";
    private static final String OTHER_COUNTRY = "in another country";
    /** How a place begins that is not one to come from. */
    private static final Pattern IN = Pattern.compile("(not )?(in|inside|through) ");
    private static final String LOW_PRIVILEGE = "low-privilege scopes of ";
    /** A grouping without at most this number of its applications, and an eighth of them, is named by its name. */
    private static final int MOST_MISSING = 5;

    private final World world;
    private final List<NamedLocation> locations;
    private final List<IpRange> trustedIps;
    private final Map<IpAddress, String> addresses = new LinkedHashMap<>();

    Words(World world) {
        this(world, world.set.namedLocations(), world.set.mfaSettings().trustedIps());
    }

    /**
     * Words about places of several worlds.
     *
     * @param locations  the locations that places may be in
     * @param trustedIps the MFA trusted IPs
     */
    Words(World world, List<NamedLocation> locations, List<IpRange> trustedIps) {
        this.world = world;
        this.locations = locations;
        this.trustedIps = trustedIps;
    }

    /** One of several things that can be asked for, such as {@code mfa or compliantDevice}; {@code block} where nothing meets it. */
    static String clause(List<Requirements.Literal> clause) {
        return clause.isEmpty() ? "block" : clause.stream().map(Words::literal).sorted().distinct().collect(Collectors.joining(" or "));
    }

    private static String literal(Requirements.Literal literal) {
        if (literal instanceof Requirements.Literal.Frequency frequency) {
            return "sign-in frequency " + FieldChanges.text(frequency.frequency());
        }
        if (literal instanceof Requirements.Literal.Session session) {
            return session.control();
        }
        Requirements.Literal.Grant grant = (Requirements.Literal.Grant) literal;
        Control control = grant.control();
        String name = control.strength() != null ? control.strength().displayName() : control.name() != null ? control.name()
                : control.id();
        return control.kind().requiredName() + (name == null ? "" : " `" + name + "`") + (grant.isByRisk() ? " before registering" : "");
    }

    /** The dimensions that a box does not cover, in their order of importance. */
    List<Range> ranges(Grid space, Regions.Box box) {
        List<Range> ranges = new ArrayList<>();
        for (Axis axis : Axis.values()) {
            for (int level = 0; level < space.dimensions().size(); level++) {
                Dimension dimension = space.dimensions().get(level);
                if (dimension.axis() == axis) {
                    Range range = range(dimension, box.classes()[level]);
                    if (range != null) {
                        ranges.add(range);
                    }
                }
            }
        }
        return ranges;
    }

    /**
     * A change of one dimension.
     *
     * @param nearest values, each of which is such a change
     * @param others  values that are not
     * @param own     the value that is changed
     */
    Change change(Axis axis, List<Signal> nearest, List<Signal> others, Signal own) {
        Range shorter = axis == Axis.LOCATION || axis == Axis.CLIENT ? null : range(axis, nearest, others);
        Range range = shorter != null ? shorter : new Range(axis.toString(), false, nearest.stream().map(each -> value(each, own))
                .distinct().toList());
        String listed = (range.isAnyBut() ? "any but " : "") + String.join(" or ", range.values());
        String from = value(own, nearest.get(0));
        String text = switch (axis) {
            case APPLICATION -> "to " + listed + " instead of " + from;
            case LOCATION -> (IN.matcher(listed).lookingAt() ? "" : "from ") + listed + " instead of " + from;
            case DEVICE -> origin(cast(nearest), (Signal.Origin) own);
            case CLIENT -> "with " + listed + " instead of " + from;
            case METHOD -> "registering " + listed + " instead of " + from;
            case TIME -> "at " + listed;
            default -> "with " + axis + " " + listed + " instead of " + from;
        };
        return new Change(range.dimension(), range.isAnyBut(), range.values(), from, text);
    }

    /** A value, by that in which it differs from another one. */
    private String value(Signal signal, Signal other) {
        if (signal instanceof Signal.Application application) {
            return application.name();
        }
        if (signal instanceof Signal.Client client) {
            Signal.Client others = (Signal.Client) other;
            return client.platform() == others.platform() ? client.type().graphName() : client.type() == others.type() ? platform(client)
                    : client.type().graphName() + " on " + platform(client);
        }
        if (signal instanceof Signal.Place place) {
            Signal.Place others = (Signal.Place) other;
            String parts = parts().stream().filter(part -> !part.apply(place).equals(part.apply(others))).map(part -> part.apply(place))
                    .filter(text -> !text.isEmpty()).collect(Collectors.joining(", "));
            return parts.isEmpty() ? "another network" : parts;
        }
        return signal instanceof Signal.Origin origin ? flow(origin.flow()) + " with " + device(origin) : plain(signal);
    }

    /** Devices and flows as a change: by what all of them have in common. */
    private static String origin(List<Signal.Origin> origins, Signal.Origin own) {
        List<String> texts = new ArrayList<>();
        if (origins.stream().noneMatch(each -> each.flow() == own.flow())) {
            texts.add(own.flow() == TransferMethod.NONE ? "by " + origins.stream().map(each -> flow(each.flow())).distinct()
                    .collect(Collectors.joining(" or ")) : "without " + flow(own.flow()));
        }
        List<Signal.Origin> alike = origins.stream().filter(each -> !texts.isEmpty() || each.flow() == own.flow()).toList();
        if (!own.isShownLike(alike)) {
            Predicate<Signal.Origin> isCompliant = each -> each.shown() != null && each.shown().isKnownCompliant();
            Predicate<Signal.Origin> isJoined = each -> each.shown() != null && each.shown().isDomainJoined();
            texts.add(alike.stream().allMatch(isCompliant) ? "with a compliant device"
                    : alike.stream().allMatch(isJoined) ? "with a hybrid joined device"
                    : alike.stream().allMatch(isCompliant.or(isJoined)) ? "with a compliant or hybrid joined device"
                    : alike.stream().allMatch(each -> each.shown() == null) ? "with an unregistered device"
                    : "with another device, such as: " + device(alike.get(0)));
        }
        return texts.isEmpty() ? "with another device" : String.join(" and ", texts);
    }

    /** What a user does to meet a control, as a noun. */
    static String proof(Literal literal) {
        if (literal instanceof Literal.Frequency) {
            return "signing in again now";
        }
        if (literal instanceof Literal.Session session) {
            return session.control().equals(Profile.TOKEN_PROTECTION) ? "binding the token to the device" : session.control();
        }
        Control control = ((Literal.Grant) literal).control();
        return switch (control.kind()) {
            case AUTHENTICATION_STRENGTH -> "proving the strength " + control.strength().displayName();
            case MFA, ENFORCED_MFA -> "doing MFA";
            case APPROVED_APPLICATION -> "using an approved client app";
            case COMPLIANT_APPLICATION -> "using an app with an app protection policy";
            case PASSWORD_CHANGE -> "changing the password";
            case RISK_REMEDIATION -> "remediating the risk";
            case TERMS_OF_USE -> "accepting the terms " + control.name();
            case CUSTOM -> "meeting the custom control " + control.name();
            default -> control.kind().requiredName();
        };
    }

    private @Nullable Range range(Dimension dimension, long[] classes) {
        List<Signal> inside = new ArrayList<>();
        List<Signal> outside = new ArrayList<>();
        for (int c = 0; c < dimension.size(); c++) {
            (Sets.has(classes, c) ? inside : outside).addAll(dimension.values(c));
        }
        return range(dimension.axis(), inside, outside);
    }

    private @Nullable Range range(Axis axis, List<Signal> inside, List<Signal> outside) {
        if (outside.isEmpty()) {
            return null;
        }
        return switch (axis) {
            case APPLICATION -> applications(cast(inside), cast(outside));
            case CLIENT -> new Range(axis.toString(), false, clients(cast(inside), cast(outside)));
            case LOCATION -> new Range(axis.toString(), false, places(cast(inside), cast(outside)));
            case DEVICE -> origins(cast(inside), cast(outside));
            default -> shorter(axis, inside.stream().map(Words::plain).toList(), outside.stream().map(Words::plain).toList());
        };
    }

    @SuppressWarnings("unchecked")
    private static <T extends Signal> List<T> cast(List<Signal> signals) {
        return (List<T>) signals;
    }

    private static String plain(Signal signal) {
        if (signal instanceof Signal.Time time) {
            return time.instant().toString();
        }
        if (signal instanceof Signal.Context context) {
            return context.id();
        }
        GraphEnum value = signal instanceof Signal.Risk risk ? risk.level() : signal instanceof Signal.InsiderRisk risk ? risk.level()
                : signal instanceof Signal.Method method ? method.mode() : ((Signal.Secret) signal).credential();
        return value.graphName();
    }

    /** The values, or the other ones where those are fewer. */
    private static Range shorter(Axis axis, List<String> inside, List<String> outside) {
        boolean isAnyBut = outside.size() < inside.size();
        return new Range(axis.toString(), isAnyBut, isAnyBut ? outside : inside);
    }

    // ---- applications

    /** Applications; low-privilege scopes of others are told one by one, since a policy on all of them asks something else there. */
    private @Nullable Range applications(List<Signal.Application> inside, List<Signal.Application> outside) {
        List<String> named = names(inside, false);
        List<String> notNamed = names(outside, false);
        List<Signal.Application> scopes = inside.stream().filter(each -> each.isLowPrivilege() && inside.stream().noneMatch(other ->
                !other.isLowPrivilege() && Objects.equals(other.id(), each.id()))).toList();
        if (scopes.isEmpty()) {
            boolean isAnyBut = named.contains(Space.UNNAMED);
            return notNamed.isEmpty() ? null : new Range(Axis.APPLICATION.toString(), isAnyBut, isAnyBut ? notNamed : named);
        }
        List<String> all = new ArrayList<>(named);
        Set<String> open = scopes.stream().map(each -> String.valueOf(each.id())).collect(Collectors.toSet());
        List<String> closed = names(Stream.concat(inside.stream(), outside.stream()).filter(each
                -> !open.contains(String.valueOf(each.id()))).toList(), false);
        boolean isAnyBut = closed.size() < scopes.size();
        all.add(LOW_PRIVILEGE + (isAnyBut ? "any application" + (closed.isEmpty() ? "" : " but " + String.join(", ", closed))
                : String.join(", ", names(scopes, true))));
        return new Range(Axis.APPLICATION.toString(), false, all);
    }

    /** The names of applications; those of a whole grouping are named by it, and those of clients by all that they open. */
    private List<String> names(List<Signal.Application> applications, boolean isLowPrivilege) {
        Map<String, String> names = new LinkedHashMap<>();
        applications.stream().filter(each -> each.isLowPrivilege() == isLowPrivilege)
                .forEach(each -> names.put(String.valueOf(each.id()), each.name()));
        List<String> found = new ArrayList<>();
        Set<String> grouped = new LinkedHashSet<>();
        for (Catalogue.Bundle grouping : world.directory.catalogue().bundles()) {
            Set<String> members = world.directory.applications().stream().filter(each -> each.memberOf().contains(grouping.id()))
                    .map(Directory.Application::appId).collect(Collectors.toSet());
            List<String> missing = members.stream().filter(id -> !names.containsKey(id)).map(id -> world.directory.application(id)
                    .displayName()).sorted().toList();
            if (members.size() > missing.size() && missing.size() <= Math.min(MOST_MISSING, members.size() / 8)) {
                found.add(grouping.displayName() + (missing.isEmpty() ? "" : " (without " + String.join(", ", missing) + ")"));
                grouped.addAll(members);
                grouped.add(grouping.id());
            }
        }
        found.sort(null);
        names.forEach((id, name) -> {
            Catalogue.Client client = world.directory.catalogue().clientById(id);
            boolean isTold = client != null && !client.opens().isEmpty() && !client.opens().contains(id)
                    && names.keySet().containsAll(client.opens());
            if (!isTold && !grouped.contains(id)) {
                found.add(name);
            }
        });
        return found.stream().distinct().toList();
    }

    // ---- clients

    private static List<String> clients(List<Signal.Client> inside, List<Signal.Client> outside) {
        Map<String, List<Signal.Client>> byType = inside.stream().collect(Collectors.groupingBy(client -> client.type().graphName(),
                LinkedHashMap::new, Collectors.toList()));
        List<String> texts = new ArrayList<>();
        byType.forEach((type, clients) -> {
            List<String> platforms = clients.stream().map(Words::platform).toList();
            List<String> others = outside.stream().filter(client -> client.type().graphName().equals(type)).map(Words::platform).toList();
            texts.add(type + (others.isEmpty() ? "" : others.size() < platforms.size() ? " on any platform but " + String.join(", ", others)
                    : " on " + String.join(", ", platforms)));
        });
        return texts;
    }

    private static String platform(Signal.Client client) {
        return client.platform() == null ? "an unknown platform" : client.platform().graphName();
    }

    // ---- places

    private List<String> places(List<Signal.Place> inside, List<Signal.Place> outside) {
        List<Signal.Place> all = new ArrayList<>(inside);
        all.addAll(outside);
        return factored(inside, all, parts());
    }

    private List<Function<Signal.Place, String>> parts() {
        return List.of(this::address, this::country, place -> place.isInside() ? "inside the corporate network" : "",
                place -> place.isCompliant() ? "through the compliant network" : "");
    }

    /** Where an address is: its locations, or elsewhere. */
    private String address(Signal.Place place) {
        return place.address() == null ? "an unknown address" : addresses.computeIfAbsent(place.address(), address -> {
            Set<String> names = new LinkedHashSet<>();
            if (address.isPublic() && trustedIps.stream().anyMatch(range -> range.contains(address))) {
                names.add("MFA trusted IPs");
            }
            for (NamedLocation location : locations) {
                if (location instanceof NamedLocation.Ip ip && address.isPublic() && ip.ranges().stream()
                        .anyMatch(range -> range.contains(address))) {
                    names.add(location.displayName());
                }
            }
            return names.isEmpty() ? ELSEWHERE : String.join(" and ", names);
        });
    }

    private String country(Signal.Place place) {
        if (place.country() == null) {
            return "in an unknown country";
        }
        List<String> names = locations.stream().filter(location -> location instanceof NamedLocation.Country country
                && !country.byGps() && country.countries().contains(place.country())).map(NamedLocation::displayName).toList();
        return names.isEmpty() ? OTHER_COUNTRY : "in " + String.join(" and ", names);
    }

    /**
     * Values as the product of what their parts say, where they are one: every part that is not covered, with its texts. Else the values
     * one by one.
     */
    private static <T> List<String> factored(List<T> inside, List<T> all, List<Function<T, String>> parts) {
        List<Set<String>> own = parts.stream().map(part -> inside.stream().map(part).collect(Collectors.toCollection(LinkedHashSet::new)))
                .map(set -> (Set<String>) set).toList();
        Set<String> texts = inside.stream().map(each -> text(each, parts)).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> product = all.stream().filter(each -> IntStream.range(0, parts.size()).allMatch(i -> own.get(i)
                .contains(parts.get(i).apply(each)))).map(each -> text(each, parts)).collect(Collectors.toSet());
        if (!product.equals(texts)) {
            return List.copyOf(texts);
        }
        List<String> named = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Set<String> others = all.stream().map(parts.get(i)).collect(Collectors.toCollection(LinkedHashSet::new));
            others.removeAll(own.get(i));
            if (!others.isEmpty()) {
                boolean isNot = Stream.of("", ELSEWHERE, OTHER_COUNTRY).anyMatch(own.get(i)::contains);
                named.add((isNot ? "not " : "") + String.join(" or ", isNot ? others : own.get(i)));
            }
        }
        return List.of(String.join(", ", named));
    }

    private static <T> String text(T value, List<Function<T, String>> parts) {
        return parts.stream().map(part -> part.apply(value)).filter(text -> !text.isEmpty()).collect(Collectors.joining(", "));
    }

    // ---- devices

    /** Flows, each with its devices where some are left out. */
    private static Range origins(List<Signal.Origin> inside, List<Signal.Origin> outside) {
        List<String> whole = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<String> partly = new ArrayList<>();
        for (TransferMethod flow : TransferMethod.values()) {
            Set<String> devices = devices(inside, flow);
            Set<String> others = devices(outside, flow);
            others.removeAll(devices);
            String name = flow(flow);
            if (devices.isEmpty() || others.isEmpty()) {
                (others.isEmpty() ? whole : missing).add(name);
            } else {
                boolean isAnyBut = others.size() < devices.size();
                partly.add(name + " with " + (isAnyBut ? "any device but " : "") + String.join("; or ", isAnyBut ? others : devices));
            }
        }
        boolean isAnyBut = partly.isEmpty() && missing.size() < whole.size();
        whole.addAll(partly);
        return new Range(Axis.DEVICE.toString(), isAnyBut, isAnyBut ? missing : whole);
    }

    private static String flow(TransferMethod flow) {
        return switch (flow) {
            case NONE -> "no special flow";
            case DEVICE_CODE_FLOW -> "device code flow";
            case AUTHENTICATION_TRANSFER -> "authentication transfer";
        };
    }

    private static Set<String> devices(List<Signal.Origin> origins, TransferMethod flow) {
        return origins.stream().filter(origin -> origin.flow() == flow).map(Words::device)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String device(Signal.Origin origin) {
        Device device = origin.shown();
        if (device == null) {
            return "unregistered device";
        }
        String properties = new TreeMap<>(device.texts()).entrySet().stream().filter(each -> !each.getKey().equals("deviceId"))
                .map(each -> each.getKey() + " " + each.getValue()).collect(Collectors.joining(", "));
        String collections = new TreeMap<>(device.collections()).entrySet().stream().map(each -> each.getKey() + " "
                + String.join(" ", each.getValue())).collect(Collectors.joining(", "));
        return "registered device" + (properties.isEmpty() ? "" : " with " + properties) + (collections.isEmpty() ? "" : ", " + collections)
                + (Boolean.TRUE.equals(device.isManaged()) ? ", enrolled in Intune" : "");
    }
}
