package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Gap;
import dev.sallyport.analyse.Invariants;
import dev.sallyport.analyse.Invariants.Accepted;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.TextChange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.write.Json;
import dev.sallyport.write.YamlText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A gap as an entry of the list {@code accepted} of a file of invariants.
 *
 * @param document a document with the entry alone
 * @param wider what the entry does not limit although the gap does, in words: it accepts more than the gap there
 */
public record AcceptedGap(String document, List<String> wider) {

    private static final Set<String> SUITES = Set.of("Office365", "MicrosoftAdminPortals");
    private static final String LIST = "accepted:\n";
    private static final Map<String, String> RISKS = Map.of("signInRiskLevel", "signInRiskLevels", "userRiskLevel", "userRiskLevels");

    /**
     * The entry of a gap of users of the directory.
     *
     * @param name its name, which has to be unique in the files
     * @param until the last day on which it is accepted; {@code null} for no end
     */
    public static AcceptedGap of(PolicyEngine engine, Gap gap, String name, String reason, @Nullable LocalDate until) {
        Map<String, List<String>> on = new LinkedHashMap<>();
        List<String> wider = new ArrayList<>();
        on.put("kind", List.of(gap.kind().toString()));
        for (Gap.Range range : gap.box()) {
            String risks = RISKS.get(range.dimension());
            List<String> levels = !range.isAnyBut() ? range.values() : Arrays.stream(RiskLevel.values()).map(RiskLevel::graphName).filter(
                    level -> !level.equals("hidden") && !range.values().contains(level)).toList();
            boolean isOfLocations = range.dimension().equals("location")
                    && engine.policySet().namedLocations().stream().map(NamedLocation::displayName)
                    .collect(Collectors.toSet()).containsAll(range.values());
            if (range.dimension().equals("application")) {
                // what cannot be named, such as a part of what an application does, is not limited
                List<String> known = range.values().stream().filter(each -> SUITES.contains(each)
                || !engine.directory().applicationIds(each)
                        .isEmpty()).toList();
                boolean isWhole = known.size() == range.values().size();
                if (isWhole || range.isAnyBut()) {
                    on.put(range.isAnyBut() ? "notApplications" : "applications", known);
                }
                if (!isWhole) {
                    wider.add(range.isAnyBut() ? "what an application does" : "applications");
                }
            } else if (risks != null) {
                on.put(risks, levels);
            } else if (isOfLocations) {
                on.put(range.isAnyBut() ? "notLocations" : "locations", range.values());
            } else {
                wider.add(GapsReport.label(range.dimension()));
            }
        }
        Gap.Crowd people = gap.people();
        boolean isEveryone = people.count() == people.of();
        boolean isNamed = people.names().size() == people.count();
        if (!isEveryone && !isNamed) {
            wider.add("users");
        }
        return new AcceptedGap(YamlText.of(List.of(Json.object(json -> {
            json.writeStringField("kind", "invariants");
            json.writeArrayFieldStart("accepted");
            json.writeStartObject();
            json.writeStringField("name", name);
            json.writeObjectFieldStart("for");
            Json.texts(json, "users", isEveryone || !isNamed ? List.of() : people.names());
            json.writeEndObject();
            json.writeObjectFieldStart("on");
            for (Map.Entry<String, List<String>> each : on.entrySet()) {
                Json.texts(json, each.getKey(), each.getValue());
            }
            json.writeEndObject();
            json.writeStringField("requirement", gap.opening().toString());
            json.writeStringField("reason", reason);
            json.writeStringField("until", until == null ? null : until.toString());
            json.writeEndObject();
            json.writeEndArray();
        }))), List.copyOf(wider));
    }

    /**
     * The change of a file that adds the entry, or makes the file: to the list at its end if there is one, or else as a document of its
     * own.
     * All else in the file stays.
     *
     * @param file a file in YAML
     * @throws PolicyLoadException if the file has errors, or if it would have them then, such as a name that is not unique
     */
    public TextChange addedTo(Path file) throws IOException, PolicyLoadException {
        if (!Files.exists(file)) {
            Invariants.parse(file.toString(), document);
            return new TextChange(file, null, document);
        }
        String before = Files.readString(file, StandardCharsets.UTF_8);
        String ended = before.isEmpty() || before.endsWith("\n") ? before : before + "\n";
        List<Accepted> old = Invariants.parse(file.toString(), before).accepted();
        if (endsInList(ended)) {
            String after = ended + document.substring(document.indexOf(LIST) + LIST.length());
            if (isAdded(file, old, after)) {
                return new TextChange(file, before, after);
            }
        }
        String after = ended + (before.isBlank() ? "" : "---\n") + document;
        Invariants.parse(file.toString(), after);
        return new TextChange(file, before, after);
    }

    /** Whether the last key of a text at the beginning of a line is that of the list, and the list is written as this class writes one. */
    private static boolean endsInList(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith(" ")).toList();
        return !lines.isEmpty() && lines.get(lines.size() - 1).equals(LIST.strip());
    }

    private static boolean isAdded(Path file, List<Accepted> old, String after) {
        try {
            List<Accepted> now = Invariants.parse(file.toString(), after).accepted();
            return now.size() == old.size() + 1 && now.subList(0, old.size()).equals(old);
        } catch (PolicyLoadException e) {
            return false;
        }
    }
}
