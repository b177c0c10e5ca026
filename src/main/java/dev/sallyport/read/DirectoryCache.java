package dev.sallyport.read;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Directory.Application;
import dev.sallyport.model.Directory.Gaps;
import dev.sallyport.model.Directory.Group;
import dev.sallyport.model.Directory.Organization;
import dev.sallyport.model.Directory.ServicePrincipal;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.SecurityAttributes;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AppPassword;
import dev.sallyport.model.UserState.AuthenticationMethod;
import dev.sallyport.model.UserState.PerUserMfaChange;
import dev.sallyport.model.UserState.ScopedRole;
import dev.sallyport.model.UserType;
import dev.sallyport.parse.Sources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A directory file in compiled form, in a file beside it. {@code sallyport users compile} writes it, and nothing else does. Every load of
 * the directory file takes the compiled form if it was made of exactly these bytes by this version; otherwise it reads the directory file,
 * and says why.
 *
 * <h2>Format</h2>
 * Eight letters, the SHA-256 of all that follows, then: the version of the format and of the product, the constants of the enumerations,
 * the SHA-256 of the directory file, and the directory. Numbers and texts are written as {@link CacheWriter} does.
 *
 * <p>The digests find what is stale, cut off or damaged. They do not keep out a forger: the compiled form needs the same protection as the
 * directory file.
 */
public final class DirectoryCache {

    /** What the name of a compiled directory ends with, behind that of the directory file. */
    public static final String ENDING = ".cache";

    private static final int BLOCK = 8192;
    private static final byte[] MAGIC = {'S', 'A', 'L', 'L', 'Y', 'D', 'I', 'R'};
    private static final int DIGEST = 32;
    /** To be raised with every change of the format, of the records in it, and of what the readers make of a file. */
    private static final int FORMAT = 1;
    /** Whether a date is in the future changes with time, and is said when a file is read. */
    private static final String CHANGES_WITH_TIME = "SP1122";

    private static final UserType[] USER_TYPES = UserType.values();
    private static final GuestType[] GUEST_TYPES = GuestType.values();
    private static final PerUserMfaState[] STATES = PerUserMfaState.values();
    private static final AuthenticationMethodMode[] METHODS = AuthenticationMethodMode.values();

    private DirectoryCache() { }

    /** Where the compiled form of a directory file is. */
    public static Path beside(Path directory) {
        return directory.resolveSibling(directory.getFileName() + ENDING);
    }

    /** What the compiled form depends on besides the directory file. */
    private static String maker() {
        String version = DirectoryCache.class.getPackage().getImplementationVersion();
        return FORMAT + " " + version + " " + Arrays.asList(USER_TYPES) + Arrays.asList(GUEST_TYPES) + Arrays.asList(STATES)
                + Arrays.asList(METHODS);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    // ---- writing

    /**
     * The compiled form of a directory.
     *
     * @param directory what {@link Resources} made of the file
     * @param source    the bytes of the file
     * @throws IllegalArgumentException if what is said about the directory changes with time (SP1122)
     */
    public static byte[] compiled(Directory directory, byte[] source) {
        if (directory.warnings().stream().anyMatch(warning -> warning.code().equals(CHANGES_WITH_TIME))) {
            throw new IllegalArgumentException("a date of the directory is in the future");
        }
        CacheWriter out = new CacheWriter();
        out.text(maker());
        out.bytes(sha256().digest(source));
        write(directory, out);
        byte[] content = out.toBytes();
        byte[] file = new byte[MAGIC.length + DIGEST + content.length];
        System.arraycopy(MAGIC, 0, file, 0, MAGIC.length);
        System.arraycopy(sha256().digest(content), 0, file, MAGIC.length, DIGEST);
        System.arraycopy(content, 0, file, MAGIC.length + DIGEST, content.length);
        return file;
    }

    private static void write(Directory directory, CacheWriter out) {
        Organization tenant = directory.organization();
        out.text(tenant.displayName());
        out.text(tenant.tenantId());
        out.list(tenant.licences(), out::text);
        out.bool(tenant.isMfaAccepted());
        out.bool(tenant.isCompliantDeviceAccepted());
        out.bool(tenant.isHybridAzureADJoinedDeviceAccepted());
        out.text(directory.version());
        out.list(directory.breakGlass(), out::text);
        out.list(directory.gaps().users(), out::text);
        out.list(directory.gaps().groups(), out::text);
        out.list(directory.groups(), group -> {
            out.text(group.id());
            out.text(group.displayName());
            out.list(group.members(), out::text);
        });
        out.list(directory.declaredApplications(), application -> {
            out.text(application.appId());
            out.text(application.displayName());
            out.list(application.memberOf(), out::text);
            attributes(application.customSecurityAttributes(), out);
        });
        out.list(directory.devices(), device -> {
            out.text(device.deviceId());
            out.text(device.displayName());
            out.maybe(device.isCompliant());
            out.maybe(device.isManaged());
            out.text(device.trustType());
            out.map(device.texts(), out::text);
            out.map(device.collections(), texts -> out.list(texts, out::text));
        });
        out.list(directory.servicePrincipals(), principal -> {
            out.text(principal.id());
            out.text(principal.appId());
            out.text(principal.displayName());
            out.bool(principal.isSingleTenant());
            out.bool(principal.isManagedIdentity());
            attributes(principal.customSecurityAttributes(), out);
            out.maybe(principal.isAgentIdentity());
            out.text(principal.agentIdentityBlueprintId());
            out.bool(principal.isAgentIdentityBlueprint());
        });
        out.list(blocks(directory.users()), block -> {
            CacheWriter users = new CacheWriter();
            users.list(block, user -> user(user, users));
            out.block(users);
        });
        out.list(directory.warnings(), warning -> {
            out.bool(warning.isError());
            out.text(warning.code());
            out.text(warning.message());
            out.number(warning.position() == null ? 0 : warning.position().line() + 1);
            out.number(warning.position() == null ? 0 : warning.position().column());
            out.text(warning.help());
            out.text(warning.rule());
        });
    }

    /** The users in parts, each of which is read by a thread. */
    private static List<List<UserState>> blocks(List<UserState> users) {
        return IntStream.range(0, (users.size() + BLOCK - 1) / BLOCK)
                .mapToObj(i -> users.subList(i * BLOCK, Math.min(users.size(), (i + 1) * BLOCK))).toList();
    }

    private static void attributes(SecurityAttributes attributes, CacheWriter out) {
        out.map(attributes.texts(), out::text);
        out.map(attributes.collections(), texts -> out.list(texts, out::text));
    }

    private static void user(UserState user, CacheWriter out) {
        out.text(user.id());
        out.text(user.userPrincipalName());
        out.text(user.displayName());
        out.bool(user.accountEnabled());
        out.constant(user.userType());
        out.constant(user.externalUserType());
        out.text(user.homeTenantId());
        out.list(user.memberOf(), out::text);
        out.list(user.roles(), out::text);
        out.list(user.scopedRoles(), scoped -> {
            out.text(scoped.role());
            out.text(scoped.directoryScopeId());
        });
        out.constant(user.perUserMfaState());
        out.time(user.perUserMfaEnabledDateTime());
        out.time(user.firstSignInDateTime());
        out.list(user.authenticationMethods(), method -> {
            out.constant(method.method());
            out.text(method.displayName());
            out.bool(method.isDefault());
            out.time(method.createdDateTime());
            out.bool(method.isUsable());
            out.text(method.phoneNumber());
            out.text(method.emailAddress());
        });
        out.list(user.appPasswords(), password -> {
            out.text(password.id());
            out.text(password.displayName());
            out.time(password.createdDateTime());
            out.text(password.hash());
        });
        out.time(user.signInSessionsValidFromDateTime());
        out.time(user.rememberDevicesNotIssuedBefore());
        out.list(user.perUserMfaHistory(), change -> {
            out.time(change.dateTime());
            out.constant(change.from());
            out.constant(change.to());
            out.text(change.by());
        });
        out.text(user.identityParentId());
    }

    // ---- reading

    /** Why a compiled form is not used. */
    static final class Unusable extends Exception {

        Unusable(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * The directory of these files: its compiled form, if there is one file that has one, and otherwise what the files say.
     *
     * @param out takes what is wrong, and a warning if the compiled form is not used (SP1824)
     */
    public static Directory load(List<Path> paths, Diagnostics out) {
        Path path = paths.size() == 1 ? paths.get(0) : null;
        Path compiled = path == null || path.getFileName() == null ? null : beside(path);
        if (compiled != null && Files.isRegularFile(compiled) && Files.isRegularFile(path)) {
            try {
                CompletableFuture<byte[]> source = CompletableFuture.supplyAsync(() -> digest(path));
                Directory directory = directory(path.toString(), source::join, Files.readAllBytes(compiled));
                directory.warnings().forEach(each -> out.add(each.severity(), each.code(), each.position(), each.message(), each.help(),
                        each.rule()));
                return directory;
            } catch (IOException | CompletionException | Unusable e) {
                out.warning("SP1824", Position.of(compiled.toString()), "the compiled directory is not used: "
                        + (e instanceof Unusable ? e.getMessage() : Sources.why(e instanceof CompletionException wrapped
                        && wrapped.getCause() instanceof UncheckedIOException failure ? failure : e)),
                        "the directory file was read instead; run `sallyport users compile` again, or remove the compiled directory");
            }
        }
        return Resources.readDirectory(paths, out).directory();
    }

    /**
     * The directory of a compiled form.
     *
     * @param file   the name of the directory file
     * @param source the bytes of the directory file
     */
    static Directory directory(String file, byte[] source, byte[] compiled) throws Unusable {
        return directory(file, () -> sha256().digest(source), compiled);
    }

    private static byte[] digest(Path file) {
        try {
            return sha256().digest(Sources.directoryBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The digest of the directory file is asked for last: another thread makes it meanwhile. */
    private static Directory directory(String file, Supplier<byte[]> source, byte[] compiled) throws Unusable {
        int begin = MAGIC.length + DIGEST;
        if (compiled.length < begin || !Arrays.equals(compiled, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new Unusable("it is not a compiled directory, or cut off");
        }
        MessageDigest sha = sha256();
        sha.update(compiled, begin, compiled.length - begin);
        if (!MessageDigest.isEqual(sha.digest(), Arrays.copyOfRange(compiled, MAGIC.length, begin))) {
            throw new Unusable("it is damaged");
        }
        byte[] digest;
        Directory directory;
        try {
            CacheReader in = new CacheReader(compiled, begin, compiled.length);
            if (!maker().equals(in.text())) {
                throw new Unusable("another version of Sallyport made it");
            }
            digest = in.bytes(DIGEST);
            directory = read(file, in);
        } catch (RuntimeException e) {
            throw new Unusable("it is damaged");
        }
        if (!MessageDigest.isEqual(source.get(), digest)) {
            throw new Unusable("the directory file has changed since");
        }
        return directory;
    }

    private static Directory read(String file, CacheReader in) {
        Organization tenant = new Organization(in.text(), in.text(), in.texts(), in.bool(), in.bool(), in.bool());
        String version = in.text();
        List<String> breakGlass = in.texts();
        Gaps gaps = new Gaps(set(in.texts()), set(in.texts()));
        List<Group> groups = in.list(() -> new Group(in.text(), in.text(), in.texts()));
        List<Application> applications = in.list(() -> new Application(in.text(), in.text(), set(in.texts()), attributes(in)));
        List<Device> devices = in.list(() -> new Device(in.text(), in.text(), in.maybe(), in.maybe(), in.text(), in.map(in::text),
                in.map(in::texts)));
        List<ServicePrincipal> principals = in.list(() -> new ServicePrincipal(in.text(), in.text(), in.text(), in.bool(), in.bool(),
                attributes(in), in.maybe(), in.text(), in.bool()));
        List<UserState> users = in.list(in::block).parallelStream().map(block -> block.list(() -> user(block))).flatMap(List::stream)
                .toList();
        List<Diagnostic> warnings = in.list(() -> warning(file, in));
        if (!in.isAtEnd()) {
            throw new IllegalArgumentException("something is left");
        }
        return new Directory(tenant, users, groups, applications, devices, principals, warnings, version, gaps).withBreakGlass(breakGlass);
    }

    private static Diagnostic warning(String file, CacheReader in) {
        Severity severity = in.bool() ? Severity.ERROR : Severity.WARNING;
        String code = in.text();
        String message = in.text();
        int line = in.number();
        int column = in.number();
        return new Diagnostic(severity, code, message, line == 0 ? null : new Position(file, line - 1, column), in.text(), in.text());
    }

    private static Set<String> set(List<String> texts) {
        return texts.isEmpty() ? Set.of() : new LinkedHashSet<>(texts);
    }

    private static SecurityAttributes attributes(CacheReader in) {
        SecurityAttributes read = new SecurityAttributes(in.map(in::text), in.map(in::texts));
        return read.equals(SecurityAttributes.NONE) ? SecurityAttributes.NONE : read;
    }

    private static UserState user(CacheReader in) {
        return new UserState(in.text(), in.text(), in.text(), in.bool(), in.constant(USER_TYPES), in.constant(GUEST_TYPES), in.text(),
                in.texts(), in.texts(), in.list(() -> new ScopedRole(in.text(), in.text())), in.constant(STATES), in.time(), in.time(),
                in.list(() -> new AuthenticationMethod(in.constant(METHODS), in.text(), in.bool(), in.time(), in.bool(), in.text(),
                        in.text())),
                in.list(() -> new AppPassword(in.text(), in.text(), in.time(), in.text())), in.time(), in.time(),
                in.list(() -> new PerUserMfaChange(in.time(), in.constant(STATES), in.constant(STATES), in.text())), in.text());
    }
}
