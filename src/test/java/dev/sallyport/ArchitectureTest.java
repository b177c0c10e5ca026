package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * How the packages hang together, what evaluation may not touch, and what a gateway sees and gets. The two lists in
 * {@code src/test/resources/library} are written anew by {@code -Dsallyport.update=true}; what changes in them is a change to
 * what users of the library rely on.
 */
class ArchitectureTest {

    private static final String ROOT = "dev.sallyport";
    private static final JavaClasses CLASSES = read();

    /** The packages from the bottom up, each with those that it may look at; the empty name is that of the doors, {@link #ROOT} itself. */
    private static final Map<String, Set<String>> LAYERS = new LinkedHashMap<>();

    static {
        LAYERS.put("diagnose", Set.of());
        LAYERS.put("parse", Set.of("diagnose"));
        LAYERS.put("model", Set.of("diagnose", "parse"));
        LAYERS.put("read", Set.of("diagnose", "model", "parse"));
        LAYERS.put("write", Set.of("diagnose", "model", "parse", "read"));
        LAYERS.put("edit", Set.of("diagnose", "model", "parse", "read"));
        LAYERS.put("compile", Set.of("model"));
        LAYERS.put("decide", Set.of("diagnose", "model", "compile"));
        LAYERS.put("explain", Set.of("diagnose", "model", "parse", "read", "write", "compile", "decide"));
        LAYERS.put("userstate", Set.of("diagnose", "model", "parse", "read", "write"));
        LAYERS.put("", Set.of("diagnose", "model", "parse", "read", "decide", "explain", "userstate"));
        LAYERS.put("analyse", Set.of("diagnose", "model", "parse", "read", "write", "compile", "decide", ""));
        LAYERS.put("check", Set.of("diagnose", "model", "parse", "read", "decide", "analyse", ""));
        LAYERS.put("suite", Set.of("diagnose", "model", "parse", "read", "compile", "decide", "analyse", ""));
        LAYERS.put("log", Set.of("diagnose", "model", "parse", "read", ""));
        LAYERS.put("report", Set.of("model", ""));
        LAYERS.put("replay", Set.of("model", "compile", "log", "report", ""));
        LAYERS.put("cli", Set.of("diagnose", "model", "parse", "read", "write", "edit", "decide", "explain", "check", "suite", "log", "replay", "report", "analyse", ""));
    }

    private static final Set<String> EVALUATION = Set.of("model", "compile", "decide", "explain", "analyse");
    /** Makes app passwords, at random. */
    private static final String AT_RANDOM = "AppPasswords";
    /** The packages that users of the library see, besides what these show of others. */
    private static final Set<String> DOORS = Set.of("", "userstate", "analyse");

    private static JavaClasses read() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter().importPath(Path.of("target/classes"));
    }

    private static String layer(JavaClass type) {
        return layer(type.getPackageName());
    }

    private static String layer(String name) {
        return name.startsWith(ROOT + ".") ? name.substring(ROOT.length() + 1).split("\\.")[0] : "";
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    @Test
    void packages_lookDownOnly() {
        Set<String> lower = new TreeSet<>();
        LAYERS.forEach((layer, below) -> {
            assertThat(lower).as("below " + layer).containsAll(below);
            lower.add(layer);
        });
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            String from = layer(type);
            assertThat(LAYERS).as("a package that has no layer").containsKey(from);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass();
                if (isOurs(target) && !layer(target).equals(from) && !LAYERS.get(from).contains(layer(target))) {
                    wrong.add(type.getName() + " looks up at " + target.getName());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyPackage_saysWhatItIs() throws IOException {
        try (Stream<Path> walk = Files.walk(Path.of("src/main/java"))) {
            assertThat(walk.filter(file -> file.toString().endsWith(".java")).map(Path::getParent).distinct()).hasSize(LAYERS.size())
                    .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).content().containsPattern("(?s)/\\*\\*.*Begin with .*\\*/"));
        }
    }

    @Test
    void internalsOfDrools_areTouchedByOneClass() {
        Set<String> touching = CLASSES.stream().filter(type -> type.getPackageName().startsWith(ROOT)).filter(type -> type.getDirectDependenciesFromSelf().stream()
                .anyMatch(dependency -> Pattern.matches("org\\.drools\\.(core|base|kiesession)\\..*", dependency.getTargetClass().getName())))
                .map(type -> outermost(type).getName()).filter(name -> !isGenerated(name)).collect(Collectors.toCollection(TreeSet::new));
        assertThat(touching).containsExactly(ROOT + ".compile.AlphaNetwork");
    }

    /** What the build makes of the decision rules. */
    private static boolean isGenerated(String name) {
        return !Files.exists(Path.of("src/main/java", name.replace('.', '/') + ".java"));
    }

    private static final List<String> OUTSIDE = List.of("java.io.File", "java.io.RandomAccessFile", "java.nio.file.", "java.nio.channels.", "java.net.", "java.util.Random",
            "java.security.SecureRandom", "java.lang.Process", "java.util.concurrent.ThreadLocalRandom", "java.util.TimeZone", "java.util.Calendar", "java.util.GregorianCalendar",
            "java.util.Date", "java.util.Timer", "java.util.Scanner", "java.text.", "java.sql.", "javax.");
    private static final Set<String> FORBIDDEN_CALLS = Set.of("java.lang.System.getProperty", "java.lang.System.getenv", "java.lang.System.currentTimeMillis", "java.lang.System.nanoTime",
            "java.util.Locale.getDefault", "java.time.ZoneId.systemDefault", "java.lang.Boolean.getBoolean", "java.lang.Integer.getInteger", "java.lang.Long.getLong", "java.lang.Math.random",
            "java.util.UUID.randomUUID", "java.lang.Runtime.getRuntime", "java.lang.Thread.sleep",
            "java.lang.System.load", "java.lang.System.loadLibrary", "java.lang.System.exit", "java.nio.charset.Charset.defaultCharset");
    private static final Set<String> BY_LOCALE = Set.of("toLowerCase", "toUpperCase", "format", "formatted");

    /** Also what the build makes of the decision rules. */
    private static boolean isEvaluation(JavaClass type) {
        return EVALUATION.contains(layer(type)) && !outermost(type).getSimpleName().equals(AT_RANDOM);
    }

    @Test
    void evaluation_readsNoClockFileNetworkPropertyOrLocale() {
        Set<String> wrong = new TreeSet<>();
        CLASSES.stream().filter(type -> isEvaluation(type)).forEach(type -> {
            type.getDirectDependenciesFromSelf().stream().filter(dependency -> OUTSIDE.stream().anyMatch(dependency.getTargetClass().getName()::startsWith))
                    .forEach(dependency -> wrong.add(dependency.getDescription()));
            type.getCodeUnitAccessesFromSelf().stream().filter(ArchitectureTest::isForbidden).forEach(call -> wrong.add(call.getDescription()));
        });
        assertThat(wrong).isEmpty();
    }

    private static boolean isForbidden(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getName();
        String full = access.getTarget().getFullName();
        boolean now = owner.startsWith("java.time.") && name.equals("now") || owner.equals("java.time.Clock") && name.startsWith("system");
        boolean byLocale = owner.equals("java.lang.String") && BY_LOCALE.contains(name) && !full.contains("(java.util.Locale")
                || owner.equals("java.time.format.DateTimeFormatter") && name.startsWith("of") && !full.contains("java.util.Locale");
        boolean byCharset = owner.equals("java.lang.String") && (name.equals("getBytes") && full.endsWith("()") || full.endsWith("<init>([B)"));
        return now || byLocale || byCharset || FORBIDDEN_CALLS.contains(owner + "." + name);
    }

    /** What the caller brings, and may do anything. */
    private static final Set<String> BROUGHT = Set.of("UserStateSource", "DecisionListener");
    /** How long a decision took, for the listener. */
    private static final String TIMING = "java.lang.System.nanoTime";

    /** Follows every call from the engine's questions on, also into the packages that may read files, and from the compiled decision rules on. */
    @Test
    void evaluation_reachesNoClockFileNetworkPropertyOrLocale_byAnyCall() {
        Deque<JavaCodeUnit> open = new ArrayDeque<>();
        CLASSES.get(ROOT + ".PolicyEngine").getMethods().stream().filter(method -> Pattern.matches("(evaluate|explain)(Workload)?", method.getName())).forEach(open::add);
        assertThat(open).hasSizeGreaterThan(5);
        CLASSES.stream().filter(type -> isGenerated(outermost(type).getName())).forEach(type -> open.addAll(type.getCodeUnits()));
        Set<JavaCodeUnit> seen = new HashSet<>(open);
        Set<String> wrong = new TreeSet<>();
        while (!open.isEmpty()) {
            JavaCodeUnit unit = open.pop();
            for (JavaAccess<?> access : unit.getAccessesFromSelf()) {
                JavaClass owner = access.getTargetOwner();
                boolean timing = (owner.getName() + "." + access.getName()).equals(TIMING) && outermost(unit.getOwner()).getSimpleName().equals("PolicyEngine");
                if (!timing && (isForbidden(access) || OUTSIDE.stream().anyMatch(owner.getName()::startsWith))) {
                    wrong.add(access.getDescription());
                }
                if (owner.getName().startsWith(ROOT) && !BROUGHT.contains(owner.getSimpleName())) {
                    reached(owner, access).filter(seen::add).forEach(open::add);
                }
            }
        }
        assertThat(seen).as("code that is reached").hasSizeGreaterThan(500).extracting(unit -> unit.getOwner().getSimpleName()).contains("Snapshot", "SpecMatcher", "DecisionRules");
        assertThat(wrong).isEmpty();
    }

    /** The code that an access may run: the method in its class, above and below it, and what makes the class ready. */
    private static Stream<JavaCodeUnit> reached(JavaClass owner, JavaAccess<?> access) {
        Set<JavaClass> types = new LinkedHashSet<>(owner.getAllSubclasses());
        types.add(owner);
        types.addAll(owner.getAllRawSuperclasses());
        return types.stream().flatMap(type -> type.getCodeUnits().stream()).filter(unit -> unit.getName().equals(access.getName()) || unit.getName().equals("<clinit>"));
    }

    // ---- what a gateway sees

    @Test
    void publicSurface_isTheListedOne() throws Exception {
        Set<String> surface = new TreeSet<>();
        Deque<Class<?>> open = new ArrayDeque<>();
        for (JavaClass type : CLASSES) {
            if (isOurs(type) && DOORS.contains(layer(type)) && type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC)) {
                open.add(type.reflect());
            }
        }
        Set<Class<?>> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            Class<?> type = open.pop();
            String name = type.getName().replace('$', '.');
            surface.add(name);
            Stream.of(type.getDeclaredClasses()).filter(inner -> Modifier.isPublic(inner.getModifiers())).forEach(inner -> reach(inner, seen, open));
            for (RecordComponent component : type.isRecord() ? type.getRecordComponents() : new RecordComponent[0]) {
                reach(component.getGenericType(), seen, open);
            }
            // members of doors and data; of the packages between only which types can be reached
            for (Executable member : members(type)) {
                Stream.of(member.getGenericParameterTypes()).forEach(each -> reach(each, seen, open));
                Type result = member instanceof Method method ? method.getGenericReturnType() : type;
                reach(result, seen, open);
                if (Set.of("", "userstate", "analyse", "model", "diagnose").contains(layer(type.getPackageName()))) {
                    surface.add(name + "#" + (member instanceof Method ? member.getName() : "new") + Arrays.stream(member.getParameterTypes()).map(Class::getSimpleName)
                            .collect(Collectors.joining(", ", "(", ")")));
                }
            }
        }
        assertListed("public-surface.txt", surface);
    }

    private static List<Executable> members(Class<?> type) {
        Stream<Constructor<?>> constructors = Stream.of(type.getDeclaredConstructors());
        return Stream.concat(constructors, Stream.of(type.getDeclaredMethods())).map(each -> (Executable) each)
                .filter(each -> Modifier.isPublic(each.getModifiers()) && !each.isSynthetic()).filter(each -> !Set.of("equals", "hashCode", "toString").contains(each.getName())).toList();
    }

    private static void reach(Type type, Set<Class<?>> seen, Deque<Class<?>> open) {
        if (type instanceof ParameterizedType parameterized) {
            reach(parameterized.getRawType(), seen, open);
            Stream.of(parameterized.getActualTypeArguments()).forEach(each -> reach(each, seen, open));
        } else if (type instanceof GenericArrayType array) {
            reach(array.getGenericComponentType(), seen, open);
        } else if (type instanceof Class<?> found) {
            Class<?> element = found.isArray() ? found.getComponentType() : found;
            if (element.getPackageName().startsWith(ROOT) && seen.add(element)) {
                open.add(element);
            }
        }
    }

    // ---- what a gateway gets

    private static final Pattern LISTED = Pattern.compile("^\\s*([\\w.-]+:[\\w.-]+):jar:(?:[\\w.-]+:)?([\\w.-]+):(compile|runtime)\\b(?!.*\\(optional).*");

    @Test
    void dependenciesOfTheLibrary_areTheListedOnes() throws IOException {
        Set<String> dependencies = Files.readAllLines(Path.of("target/dependencies.txt")).stream().map(line -> line.replaceAll("\u001B\\[[0-9;]*m", "")).map(LISTED::matcher)
                .filter(java.util.regex.Matcher::matches).map(each -> each.group(1)).collect(Collectors.toCollection(TreeSet::new));
        assertListed("dependencies.txt", dependencies);
    }

    /** What the command line alone has on its class path. */
    private static final Pattern OPTIONAL = Pattern.compile("(picocli|de\\.siegmar|me\\.tongfei|org\\.slf4j\\.nop|com\\.github\\.benmanes)\\..*");

    @Test
    void library_needsNoOptionalDependency_exceptWhereItSaysSo() {
        Deque<JavaClass> open = new ArrayDeque<>(CLASSES.stream().filter(type -> isOurs(type) && DOORS.contains(layer(type))
                && !outermost(type).getSimpleName().equals("CachingUserStateSource")).toList());
        Set<JavaClass> seen = new HashSet<>(open);
        Set<String> wrong = new TreeSet<>();
        while (!open.isEmpty()) {
            for (Dependency dependency : open.pop().getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass();
                if (OPTIONAL.matcher(target.getName()).matches() || layer(target).equals("cli")) {
                    wrong.add(dependency.getDescription());
                }
                if (target.getName().startsWith(ROOT) && seen.add(target)) {
                    open.add(target);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static void assertListed(String list, Set<String> found) throws IOException {
        Path file = Path.of("src/test/resources/library", list);
        if (Boolean.getBoolean("sallyport.update")) {
            Files.createDirectories(file.getParent());
            Files.write(file, found);
        }
        assertThat(found).as(file + "; -Dsallyport.update=true writes it anew").containsExactlyElementsOf(Files.readAllLines(file));
    }
}
