package dev.sallyport.analyse;

import dev.sallyport.analyse.Gap.Range;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.IpAddress;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The values of a box in words that are as few as possible: a dimension that is wholly covered has none. */
final class Words {

    private static final String ELSEWHERE = "elsewhere";
    private static final String OTHER_COUNTRY = "in another country";
    private static final String LOW_PRIVILEGE = "low-privilege scopes of ";

    private final World world;
    private final Map<IpAddress, String> addresses = new LinkedHashMap<>();

    Words(World world) {
        this.world = world;
    }

    /** The dimensions that a box does not cover, in their order of importance. */
    List<Range> ranges(Space space, Regions.Box box) {
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

    private Range range(Dimension dimension, long[] classes) {
        List<Signal> inside = new ArrayList<>();
        List<Signal> outside = new ArrayList<>();
        for (int c = 0; c < dimension.size(); c++) {
            (Sets.has(classes, c) ? inside : outside).addAll(dimension.values(c));
        }
        if (outside.isEmpty()) {
            return null;
        }
        return switch (dimension.axis()) {
            case APPLICATION -> applications(cast(inside), cast(outside));
            case CLIENT -> new Range(dimension.axis().toString(), false, clients(cast(inside), cast(outside)));
            case LOCATION -> new Range(dimension.axis().toString(), false, places(cast(inside), cast(outside)));
            case DEVICE -> origins(cast(inside), cast(outside));
            default -> shorter(dimension.axis(), inside.stream().map(Words::plain).toList(), outside.stream().map(Words::plain).toList());
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

    /** The names of applications; those of a whole grouping are named by it. */
    private List<String> names(List<Signal.Application> applications, boolean isLowPrivilege) {
        Map<String, String> names = new LinkedHashMap<>();
        applications.stream().filter(each -> each.isLowPrivilege() == isLowPrivilege)
                .forEach(each -> names.put(String.valueOf(each.id()), each.name()));
        List<String> found = new ArrayList<>();
        Set<String> grouped = new LinkedHashSet<>();
        for (Catalogue.Bundle grouping : world.directory.catalogue().bundles()) {
            Set<String> members = world.directory.applications().stream().filter(each -> each.memberOf().contains(grouping.id()))
                    .map(Directory.Application::appId).collect(Collectors.toSet());
            if (!members.isEmpty() && names.keySet().containsAll(members)) {
                found.add(grouping.displayName());
                grouped.addAll(members);
                grouped.add(grouping.id());
            }
        }
        found.sort(null);
        names.forEach((id, name) -> {
            if (!grouped.contains(id)) {
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
        List<Function<Signal.Place, String>> parts = List.of(this::address, this::country, place -> place.isInside()
                ? "inside the corporate network" : "", place -> place.isCompliant() ? "through the compliant network" : "");
        List<Signal.Place> all = new ArrayList<>(inside);
        all.addAll(outside);
        return factored(inside, all, parts);
    }

    /** Where an address is: its locations, or elsewhere. */
    private String address(Signal.Place place) {
        return addresses.computeIfAbsent(place.address(), address -> {
            Set<String> names = new LinkedHashSet<>();
            if (address.isPublic() && world.set.mfaSettings().trustedIps().stream().anyMatch(range -> range.contains(address))) {
                names.add("MFA trusted IPs");
            }
            for (NamedLocation location : world.set.namedLocations()) {
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
        List<String> names = world.set.namedLocations().stream().filter(location -> location instanceof NamedLocation.Country country
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
            String name = switch (flow) {
                case NONE -> "no special flow";
                case DEVICE_CODE_FLOW -> "device code flow";
                case AUTHENTICATION_TRANSFER -> "authentication transfer";
            };
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
