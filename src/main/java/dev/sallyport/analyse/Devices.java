package dev.sallyport.analyse;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Device;
import dev.sallyport.model.DeviceFilter;
import dev.sallyport.model.DeviceProperties;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Devices that realise every combination of answers that device filters can give.
 *
 * <p>A text property gets every value that a comparison quotes, none, and texts put together of a prefix, any of the parts and a suffix
 * that comparisons quote, with a character between them that none of them has. The text with the longest prefix and suffix that hold, and
 * all parts that hold, answers like any text for which they hold.
 *
 * <p>Filters that share no property answer independently of each other, where the device's trust type and state are given. So one device is
 * kept for each answer of filters that share properties, and the answers are combined.
 */
final class Devices {

    private static final int MOST_PARTS = 6;
    private static final int MOST_DEVICES = 20_000;
    private static final List<String> TRUST_TYPES = List.of("Workplace", "AzureAD", "ServerAD");
    private static final String SEPARATORS = "~|#^_=+.:;!$%&*?<>@/,0123456789abcdefghijklmnopqrstuvwxyz";
    private static final String ID = "00000000-0000-4000-8000-00000000de01";
    private static final String TRUST = "trustType";
    private static final String COMPLIANT = "isCompliant";

    /** Filters that share properties, with the values of those, apart from none. */
    private record Group(List<DeviceFilter> filters, Map<String, List<Object>> values) { }

    private final List<Group> groups = new ArrayList<>();
    private final Set<String> trustTypes = new LinkedHashSet<>(TRUST_TYPES);
    private final ConditionalAccessPolicy filtering;
    private final boolean isSimple;

    private Devices(List<ConditionalAccessPolicy> policies) throws PolicyLoadException {
        Map<String, List<DeviceFilter.Test>> tests = new TreeMap<>();
        List<DeviceFilter> filters = new ArrayList<>();
        ConditionalAccessPolicy last = null;
        for (ConditionalAccessPolicy policy : policies) {
            DeviceFilter filter = filter(policy);
            if (filter != null && filters.stream().noneMatch(each -> each.rule().equals(filter.rule()))) {
                filters.add(filter);
                filter.tests().forEach(test -> tests.computeIfAbsent(test.property(), any -> new ArrayList<>()).add(test));
                last = policy;
            }
        }
        filtering = last;
        isSimple = filters.isEmpty() && policies.stream().allMatch(policy -> policy.conditions().excludedDeviceStates().isEmpty());
        if (!isSimple) {
            tests.getOrDefault(TRUST, List.of()).forEach(test -> trustTypes.addAll(test.values()));
            trustTypes.add(null);
        }
        List<DeviceFilter> left = new ArrayList<>(filters);
        while (!left.isEmpty()) {
            List<DeviceFilter> group = new ArrayList<>(List.of(left.remove(0)));
            Set<String> properties = new LinkedHashSet<>(own(group.get(0)));
            for (DeviceFilter more = sharing(left, properties); more != null; more = sharing(left, properties)) {
                left.remove(more);
                group.add(more);
                properties.addAll(own(more));
            }
            Map<String, List<Object>> values = new LinkedHashMap<>();
            for (String property : properties) {
                values.put(property, values(tests.get(property)));
            }
            groups.add(new Group(group, values));
        }
    }

    /**
     * The devices, and first {@code null} for an unregistered one.
     *
     * @throws PolicyLoadException if the filters compare too much to try every combination
     */
    static List<@Nullable Device> of(List<ConditionalAccessPolicy> policies) throws PolicyLoadException {
        return new Devices(policies).all();
    }

    private static DeviceFilter sharing(List<DeviceFilter> filters, Set<String> properties) {
        return filters.stream().filter(each -> own(each).stream().anyMatch(properties::contains)).findFirst().orElse(null);
    }

    /** The properties that a filter reads, apart from those that are given. */
    private static List<String> own(DeviceFilter filter) {
        return filter.properties().stream().filter(each -> !each.equals(TRUST) && !each.equals(COMPLIANT)).toList();
    }

    private List<@Nullable Device> all() throws PolicyLoadException {
        List<Device> devices = new ArrayList<>();
        devices.add(null);
        for (String trust : trustTypes) {
            for (Boolean compliant : isSimple ? new Boolean[] {false, true} : new Boolean[] {null, false, true}) {
                for (boolean managed : isSimple ? new boolean[] {compliant} : new boolean[] {false, true}) {
                    List<Map<String, Object>> properties = List.of(Map.of());
                    for (Group group : groups) {
                        properties = product(properties, answers(group, trust, compliant, managed));
                    }
                    properties.forEach(each -> devices.add(device(each, trust, compliant, managed)));
                    refuseIf(devices.size() > MOST_DEVICES);
                }
            }
        }
        devices.removeIf(device -> device != null && !device.isRegistered());
        return devices;
    }

    /** Properties of one device for each answer of the filters of a group. */
    private Collection<Map<String, Object>> answers(Group group, String trust, Boolean compliant, boolean managed)
            throws PolicyLoadException {
        List<Map<String, Object>> all = List.of(Map.of());
        for (Map.Entry<String, List<Object>> property : group.values().entrySet()) {
            List<Map<String, Object>> values = new ArrayList<>(List.of(Map.of()));
            property.getValue().forEach(value -> values.add(Map.of(property.getKey(), value)));
            all = product(all, values);
        }
        Map<List<Object>, Map<String, Object>> byAnswer = new LinkedHashMap<>();
        for (Map<String, Object> each : all) {
            DeviceProperties device = DeviceProperties.of(device(each, trust, compliant, managed));
            byAnswer.putIfAbsent(group.filters().stream().<Object>map(filter -> filter.test(device)).toList(), each);
        }
        return byAnswer.values();
    }

    private List<Map<String, Object>> product(List<Map<String, Object>> sofar, Collection<Map<String, Object>> more)
            throws PolicyLoadException {
        refuseIf(sofar.size() * (long) more.size() > MOST_DEVICES);
        List<Map<String, Object>> longer = new ArrayList<>();
        for (Map<String, Object> each : sofar) {
            for (Map<String, Object> other : more) {
                Map<String, Object> both = new LinkedHashMap<>(each);
                both.putAll(other);
                longer.add(both);
            }
        }
        return longer;
    }

    /** The filter of a policy; {@code null} without one, or with one that does not parse, which holds (CA-DEV-47). */
    private static @Nullable DeviceFilter filter(ConditionalAccessPolicy policy) {
        try {
            return policy.conditions().deviceFilter() == null ? null : DeviceFilter.parseStored(policy.conditions().deviceFilter().rule());
        } catch (DeviceFilter.SyntaxException e) {
            return null;
        }
    }

    private void refuseIf(boolean isTooMuch) throws PolicyLoadException {
        if (isTooMuch) {
            throw new PolicyLoadException(List.of(new Diagnostic(Diagnostic.Severity.ERROR, "SP1406",
                    "the device filters compare too much to analyse every combination", filtering.conditions().deviceFilter().position(),
                    "name fewer properties, or fewer values with `-contains`", "CA-DEV-01")));
        }
    }

    /** Values of a property, one for each combination of answers, apart from that of no value: texts, or lists of the elements. */
    private List<Object> values(List<DeviceFilter.Test> tests) throws PolicyLoadException {
        Set<String> prefixes = new LinkedHashSet<>(List.of(""));
        Set<String> suffixes = new LinkedHashSet<>(List.of(""));
        Set<String> parts = new LinkedHashSet<>();
        Set<String> whole = new LinkedHashSet<>();
        for (DeviceFilter.Test test : tests) {
            switch (test.operator()) {
                case "startsWith" -> prefixes.addAll(test.values());
                case "endsWith" -> suffixes.addAll(test.values());
                case "contains" -> parts.addAll(test.values());
                default -> whole.addAll(test.values());
            }
        }
        boolean isCollection = tests.get(0).isCollection();
        Set<String> chosen = isCollection ? whole : parts;
        refuseIf(chosen.size() > MOST_PARTS);
        String separator = separator(tests);
        Map<List<Boolean>, Object> byAnswers = new LinkedHashMap<>();
        for (List<String> subset : subsets(List.copyOf(chosen))) {
            if (isCollection) {
                List<String> elements = subset.isEmpty() ? List.of(separator) : subset;
                byAnswers.putIfAbsent(tests.stream().map(test -> elements.stream().anyMatch(test::holds)).toList(), elements);
                continue;
            }
            for (String prefix : prefixes) {
                for (String suffix : suffixes) {
                    String text = prefix + separator + String.join(separator, subset) + separator + suffix;
                    byAnswers.putIfAbsent(answers(tests, text), text);
                }
            }
        }
        if (!isCollection) {
            whole.forEach(text -> byAnswers.putIfAbsent(answers(tests, text), text));
        }
        return List.copyOf(byAnswers.values());
    }

    private static List<Boolean> answers(List<DeviceFilter.Test> tests, String text) {
        return tests.stream().map(test -> test.holds(text)).toList();
    }

    /** A character that no value has, as text. */
    private static String separator(List<DeviceFilter.Test> tests) {
        for (char c : SEPARATORS.toCharArray()) {
            if (tests.stream().allMatch(test -> test.values().stream().allMatch(value -> value.indexOf(c) < 0
                    && value.indexOf(Character.toUpperCase(c)) < 0))) {
                return String.valueOf(c);
            }
        }
        return "\u00a4";
    }

    private static List<List<String>> subsets(List<String> of) {
        List<List<String>> subsets = new ArrayList<>();
        for (int bits = 0; bits < 1 << of.size(); bits++) {
            List<String> subset = new ArrayList<>();
            for (int i = 0; i < of.size(); i++) {
                if ((bits >> i & 1) != 0) {
                    subset.add(of.get(i));
                }
            }
            subsets.add(subset);
        }
        return subsets;
    }

    private static Device device(Map<String, Object> properties, @Nullable String trust, @Nullable Boolean compliant, boolean managed) {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, List<String>> collections = new LinkedHashMap<>();
        properties.forEach((name, value) -> {
            if (value instanceof String text) {
                texts.put(name, text);
            } else if (value instanceof List<?> elements) {
                collections.put(name, elements.stream().map(String.class::cast).toList());
            }
        });
        if (trust != null) {
            texts.put(TRUST, trust);
        }
        if (compliant != null) {
            texts.put(COMPLIANT, compliant ? "True" : "False");
        }
        String id = texts.getOrDefault("deviceId", properties.containsKey("deviceId") || trust != null ? null : ID);
        if (id != null) {
            texts.put("deviceId", id);
        }
        return new Device(id, texts.get("displayName"), compliant, managed, trust, texts, collections);
    }
}
