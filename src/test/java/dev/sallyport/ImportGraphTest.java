package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The plan of the code, read from its imports: packages are rooms, a room stands above all that it imports. {@code mvn -B test
 * -Dtest=ImportGraphTest} prints it; {@code -Dsallyport.update=true} writes the picture in docs/architecture.md anew.
 */
class ImportGraphTest {

    private static final Path SOURCES = Path.of("src/main/java/dev/sallyport");
    private static final Path PAGE = Path.of("docs/architecture.md");
    private static final Pattern NAME = Pattern.compile("\\bdev\\.sallyport((?:\\.[a-z]+)*)\\.([A-Z]\\w*)");
    private static final String BEGIN = "```mermaid\n";
    private static final String END = "```\n";

    /** What each file imports or names in full, by {@code package/Name}; links of comments are no imports. */
    private static Map<String, Set<String>> files() throws IOException {
        Map<String, Set<String>> graph = new TreeMap<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java") && !each.endsWith("package-info.java")).toList()) {
                String room = SOURCES.relativize(file.getParent()).toString();
                String code = Files.readString(file).replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//[^\n]*", "").replaceAll("(?m)^package .*$", "");
                Set<String> imported = new TreeSet<>();
                Matcher name = NAME.matcher(code);
                while (name.find()) {
                    String other = name.group(1).isEmpty() ? "" : name.group(1).substring(1).replace('.', '/');
                    if (!other.equals(room)) {
                        imported.add(other + "/" + name.group(2));
                    }
                }
                graph.put(room + "/" + file.getFileName().toString().replace(".java", ""), imported);
            }
        }
        return graph;
    }

    private static String room(String file) {
        return file.substring(0, file.lastIndexOf('/'));
    }

    private static Map<String, Set<String>> rooms(Map<String, Set<String>> files) {
        Map<String, Set<String>> rooms = new TreeMap<>();
        files.forEach((file, imported) -> imported.forEach(other -> rooms.computeIfAbsent(room(file), any -> new TreeSet<>()).add(room(other))));
        files.keySet().forEach(file -> rooms.computeIfAbsent(room(file), any -> new TreeSet<>()));
        return rooms;
    }

    /** The floor of each room or file, the ground being 1; what is part of a circle is missing. */
    private static Map<String, Integer> floors(Map<String, Set<String>> graph) {
        Map<String, Integer> floors = new HashMap<>();
        boolean found = true;
        while (found) {
            found = false;
            for (Map.Entry<String, Set<String>> each : graph.entrySet()) {
                if (!floors.containsKey(each.getKey()) && floors.keySet().containsAll(each.getValue())) {
                    floors.put(each.getKey(), each.getValue().stream().mapToInt(floors::get).max().orElse(0) + 1);
                    found = true;
                }
            }
        }
        return floors;
    }

    @Test
    void imports_formNoCircle_neitherOfPackagesNorOfFiles() throws IOException {
        Map<String, Set<String>> files = files();
        Map<String, Set<String>> rooms = rooms(files);
        Map<String, Integer> floors = floors(rooms);
        Set<String> circles = new TreeSet<>(rooms.keySet());
        circles.removeAll(floors.keySet());
        Set<String> knotted = new TreeSet<>(files.keySet());
        knotted.removeAll(floors(files).keySet());
        int arrows = rooms.values().stream().mapToInt(Set::size).sum();
        System.out.printf("%d files, %d packages, %d floors, %d arrows, %d packages and %d files in circles%n", files.size(), rooms.size(),
                floors.values().stream().mapToInt(floor -> floor).max().orElse(0), arrows, circles.size(), knotted.size());
        new TreeMap<>(floors).forEach((room, floor) -> System.out.printf("  floor %d  %-10s imports %s%n", floor, name(room), String.join(", ", rooms.get(room).stream().map(ImportGraphTest::name).toList())));
        assertThat(circles).isEmpty();
        assertThat(knotted).isEmpty();
    }

    private static String name(String room) {
        return room.isEmpty() ? "doors" : room;
    }

    @Test
    void picture_ofTheArchitecturePage_isThePlan() throws IOException {
        Map<String, Set<String>> rooms = rooms(files());
        Map<String, Integer> floors = floors(rooms);
        StringBuilder picture = new StringBuilder(BEGIN).append("graph TD\n");
        for (Map.Entry<String, Set<String>> each : rooms.entrySet()) {
            // only what is not reached by way of another room, so that the picture stays readable
            List<String> direct = new ArrayList<>(each.getValue());
            direct.removeIf(other -> each.getValue().stream().anyMatch(between -> !between.equals(other) && reaches(rooms, between, other)));
            direct.stream().sorted().forEach(other -> picture.append("  ").append(name(each.getKey())).append(" --> ").append(name(other)).append('\n'));
        }
        assertThat(floors).hasSameSizeAs(rooms);
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END, begin + BEGIN.length()) + END.length();
        String expected = page.substring(0, begin) + picture + END + page.substring(end);
        if (Boolean.getBoolean("sallyport.update")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(PAGE).content().isEqualTo(expected);
    }

    private static boolean reaches(Map<String, Set<String>> rooms, String from, String to) {
        return rooms.get(from).contains(to) || rooms.get(from).stream().anyMatch(next -> reaches(rooms, next, to));
    }
}
