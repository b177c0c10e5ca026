package dev.sallyport.workbench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Files that are not part of the policy set and lie beside it, such as tests. */
final class Beside {

    private static final List<String> PLACES = List.of("", "samples");

    private Beside() { }

    /**
     * The folders and files with a name, such as {@code tests} and {@code tests.yaml}: in the folder of the policies, in the one above,
             and in
     * {@code samples} there.
     */
    static List<Path> paths(Desk desk, String name) {
        Set<Path> found = new LinkedHashSet<>();
        for (Path policies : desk.policies()) {
            Path parent = policies.toAbsolutePath().normalize().getParent();
            Stream.of(parent, parent == null ? null : parent.getParent()).filter(Objects::nonNull).forEach(folder -> PLACES.forEach(place ->
                    Stream.of(name, name + ".yaml", name + ".json").map(folder.resolve(place)::resolve).filter(Files::exists)
                            .forEach(found::add)));
        }
        return List.copyOf(found);
    }

    /** Paths in words. */
    static String names(List<Path> paths) {
        return paths.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    /** A text, in which files of these folders are named from there. */
    static String shortened(String text, List<Path> folders) {
        String shortened = text;
        for (Path folder : folders) {
            shortened = shortened.replace(folder + File.separator, "");
        }
        return shortened;
    }
}
