package dev.sallyport.cli;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What people mean by a name: a user, an application or a device of the directory. The beginning of any word of a name is enough if only
 * one name has it. What a name was taken for is told as a note; what is unknown or ambiguous is an error with suggestions.
 */
public final class Names {

    private static final int MOST_COMPARED = 10_000;
    private static final int SHOWN = 5;

    private Names() { }

    /**
     * A name that can be completed.
     *
     * @param name what is written
     * @param label what else the thing is called; empty for nothing
     */
    public record Entry(String name, String label) { }

    /**
     * The user of a name or id, or the one whose name has a word that begins so.
     *
     * @throws PolicyLoadException with one diagnostic if the name is unknown or ambiguous
     */
    public static UserState user(String name, Directory directory, Consumer<String> notes) throws PolicyLoadException {
        UserState exact = directory.user(name);
        return exact != null ? exact : clear(name, "user", directory.users(), Names::names, UserState::userPrincipalName,
                "see `sallyport users list`", notes);
    }

    /**
     * The application of a name or id, or the one whose name has a word that begins so; what is no name stays as it is.
     *
     * @throws PolicyLoadException with one diagnostic if the name is unknown or ambiguous
     */
    public static String application(String name, Directory directory, Consumer<String> notes) throws PolicyLoadException {
        if (!directory.applicationIds(name).isEmpty() || WellKnown.isId(name.toLowerCase(Locale.ROOT))) {
            return name;
        }
        Catalogue.Client client = Catalogue.builtIn().clientByName(name);
        if (client != null && client.opens().size() == 1) {
            String resource = Catalogue.builtIn().nameOf(client.opens().get(0));
            notes.accept("`" + name + "` matches " + resource);
            return resource;
        }
        return clear(name, "application", directory.applications(), application -> List.of(application.displayName()),
                Directory.Application::displayName, "write its id", notes).displayName();
    }

    /**
     * The name or id of a device, also of the one whose name has a word that begins so.
     *
     * @throws PolicyLoadException with one diagnostic if the name is unknown or ambiguous
     */
    public static String device(String name, Directory directory, Consumer<String> notes) throws PolicyLoadException {
        if (directory.device(name) != null) {
            return name;
        }
        Device found = clear(name, "device", directory.devices().stream().filter(each -> each.displayName() != null).toList(),
                device -> List.of(device.displayName()), Device::displayName, "name a device of the directory, or use --compliant", notes);
        return found.deviceId() == null ? found.displayName() : found.deviceId();
    }

    /**
     * The name or id of a service principal, also of the one whose name has a word that begins so.
     *
     * @throws PolicyLoadException with one diagnostic if the name is unknown or ambiguous
     */
    public static String servicePrincipal(String name, Directory directory, Consumer<String> notes) throws PolicyLoadException {
        return directory.servicePrincipal(name) != null ? name : unique(clear(name, "service principal", directory.servicePrincipals(),
                principal -> List.of(called(principal)), Names::called, "name a service principal of the directory", notes), directory);
    }

    /** The name of a service principal; its id if others have that name. */
    private static String unique(Directory.ServicePrincipal principal, Directory directory) {
        return directory.servicePrincipal(called(principal)) == principal ? called(principal) : principal.id();
    }

    /** The first service principals whose name has a word that begins so; a name that several have is an id. */
    public static List<Entry> servicePrincipals(String beginning, Directory directory, int most) {
        return directory.servicePrincipals().stream().filter(each -> isMatch(List.of(called(each)), beginning)).limit(most).map(each -> {
            String name = unique(each, directory);
            return new Entry(name, name.equals(called(each)) ? "" : called(each));
        }).toList();
    }

    private static String called(Directory.ServicePrincipal principal) {
        return Objects.requireNonNullElse(principal.displayName(), principal.id());
    }

    /** The first users whose name has a word that begins so; without a beginning, the first ones of the directory. */
    public static List<Entry> users(String beginning, Directory directory, int most) {
        return directory.users().stream().filter(user -> isMatch(names(user), beginning)).limit(most).map(user -> new Entry(
                user.userPrincipalName(), Objects.requireNonNullElse(user.displayName(), ""))).toList();
    }

    /** The first applications by name that have a word that begins so. */
    public static List<Entry> applications(String beginning, Directory directory, int most) {
        return directory.applications().stream().filter(each -> isMatch(List.of(each.displayName()), beginning)).sorted(Comparator
                .comparing(Directory.Application::displayName)).limit(most).map(each -> new Entry(each.displayName(), "")).toList();
    }

    /** The first devices whose name has a word that begins so. */
    public static List<Entry> devices(String beginning, Directory directory, int most) {
        return directory.devices().stream().filter(each -> each.displayName() != null && isMatch(List.of(each.displayName()), beginning))
                .limit(most).map(each -> new Entry(each.displayName(), "")).toList();
    }

    private static List<String> names(UserState user) {
        return Stream.of(user.userPrincipalName(), user.displayName()).filter(Objects::nonNull).toList();
    }

    private static boolean isMatch(List<String> names, String beginning) {
        return beginning.isBlank() || names.stream().anyMatch(name -> hasWord(name, beginning));
    }

    /** The one thing of which a name has a word that begins with what was given, which is told. */
    private static <T> T clear(String given, String kind, Collection<T> all, Function<T, List<String>> names, Function<T, String> name,
            String help, Consumer<String> notes) throws PolicyLoadException {
        List<T> found = all.stream().filter(each -> names.apply(each).stream().anyMatch(text -> hasWord(text, given))).toList();
        if (found.size() == 1) {
            notes.accept("`" + given + "` matches " + name.apply(found.get(0)));
            return found.get(0);
        }
        if (found.isEmpty()) {
            String near = Suggestions.didYouMean(given, all.size() > MOST_COMPARED ? List.of() : all.stream().map(name).toList());
            throw error("SP1202", "unknown " + kind + " `" + given + "`", near != null ? near : help);
        }
        String some = String.join(", ", found.stream().limit(SHOWN).map(each -> "`" + name.apply(each) + "`").toList());
        throw error("SP1203", "`" + given + "` matches " + found.size() + " " + kind + "s", "write more of the name: " + some
                + (found.size() > SHOWN ? ", …" : ""));
    }

    /** Whether a word of a name begins so, in any case of letters. */
    private static boolean hasWord(String name, String beginning) {
        String word = beginning.strip();
        for (int at = 0; !word.isEmpty() && at + word.length() <= name.length(); at++) {
            boolean isStart = at == 0 || !Character.isLetterOrDigit(name.charAt(at - 1));
            if (isStart && name.regionMatches(true, at, word, 0, word.length())) {
                return true;
            }
        }
        return false;
    }

    /** One error about what was given, which has no place in a file. */
    static PolicyLoadException error(String code, String message, String help) {
        return new PolicyLoadException(List.of(new Diagnostic(Severity.ERROR, code, message, null, help, null)));
    }
}
