package dev.sallyport.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.decide.FastEvaluator;
import dev.sallyport.decide.InvalidRequestException;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.SecurityAttributes;
import dev.sallyport.model.UserState;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A compiled directory is the directory, or it is not used. */
class DirectoryCacheTest {

    private static final long SEED = Long.getLong("sallyport.seed", 20);
    private static final int WORLDS = Integer.getInteger("sallyport.worlds", 60);
    private static final byte[] SOURCE = {1, 2, 3};
    private static final String YAML = """
            kind: directory
            organization: { displayName: Contoso, licences: [AAD_PREMIUM], inboundTrust: { isMfaAccepted: true } }
            breakGlass: [ann@contoso.com]
            groups:
              - { displayName: Staff, members: [ann@contoso.com] }
            users:
              - { userPrincipalName: ann@contoso.com, displayName: Ann Zażółć 😀, usertype: Member, memberOf: [Staff] }
              - { userPrincipalName: bob@contoso.com, appPasswords: [{ id: a, hash: x }] }
            """;

    @TempDir
    Path folder;

    private Path file;
    private Path compiled;

    private void compile(String yaml) throws Exception {
        file = Files.writeString(folder.resolve("people.yaml"), yaml);
        compiled = DirectoryCache.beside(file);
        Files.write(compiled, DirectoryCache.compiled(Resources.readDirectory(List.of(file), new Diagnostics()).directory(), Files.readAllBytes(file)));
    }

    private static List<Object> parts(Directory directory) {
        return Arrays.asList(directory.organization(), directory.users(), directory.groups(), directory.declaredApplications(), directory.devices(),
                directory.servicePrincipals(), directory.breakGlass(), directory.version(), directory.warnings(), directory.gaps());
    }

    private static Object answer(FastEvaluator evaluator, Scenario scenario) {
        try {
            return evaluator.decide(scenario.facts());
        } catch (InvalidRequestException e) {
            return e.getMessage();
        }
    }

    @Test
    void randomDirectories_areEqual_andDecideAlike() throws Exception {
        int decided = 0;
        for (int w = 0; w < WORLDS; w++) {
            RandomWorld world = RandomWorld.of(SEED * 1_000_003 + w);
            Directory read = DirectoryCache.directory("x.yaml", SOURCE, DirectoryCache.compiled(world.directory(), SOURCE));
            assertThat(parts(read)).as(world.toString()).isEqualTo(parts(world.directory()));
            FastEvaluator before = new FastEvaluator(world.policySet(), world.directory());
            FastEvaluator after = new FastEvaluator(world.policySet(), read);
            for (int i = 0; i < 20; i++, decided++) {
                Scenario of = world.scenario(i);
                assertThat(answer(after, new Scenario(of.policies(), read, of.request(), of.user(), of.clock()))).as(world + " " + i).isEqualTo(answer(before, of));
            }
        }
        assertThat(decided).isEqualTo(WORLDS * 20);
    }

    @Test
    void directoriesOfTheProject_loadAlike_warningsIncluded() throws Exception {
        int compared = 0;
        for (Path each : Stream.concat(Stream.of(Path.of("samples/directory.yaml")), Files.walk(Path.of("src/test/resources")).filter(path -> path.toString()
                .matches(".*directory[^/]*\\.(ya?ml|json)"))).toList()) {
            Diagnostics found = new Diagnostics();
            Directory directory = Resources.readDirectory(List.of(each), found).directory();
            if (!found.hasErrors() && found.toList().stream().noneMatch(warning -> warning.code().equals("SP1122"))) {
                byte[] source = Files.readAllBytes(each);
                assertThat(parts(DirectoryCache.directory(each.toString(), source, DirectoryCache.compiled(directory, source)))).isEqualTo(parts(directory));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(2);
    }

    @Test
    void compiledForm_isUsed_andSaysTheSameWarnings() throws Exception {
        compile(YAML);
        Diagnostics read = new Diagnostics();
        Directory directory = Resources.readDirectory(List.of(file), read).directory();
        assertThat(read.toList()).extracting(each -> each.code()).containsExactly("SP1108", "SP1121");
        Diagnostics found = new Diagnostics();
        assertThat(parts(DirectoryCache.load(List.of(file), found))).isEqualTo(parts(directory));
        assertThat(found.toList()).isEqualTo(read.toList());
        // of another directory under the same digests: what is compiled is what is used
        byte[] source = Files.readAllBytes(file);
        Files.write(compiled, DirectoryCache.compiled(Directory.empty(), source));
        assertThat(DirectoryCache.load(List.of(file), new Diagnostics()).users()).isEmpty();
    }

    private void assertNotUsed(String why) {
        Diagnostics found = new Diagnostics();
        Directory directory = DirectoryCache.load(List.of(file), found);
        assertThat(directory.users()).extracting(UserState::userPrincipalName).contains("bob@contoso.com");
        assertThat(found.toList().get(0).code()).isEqualTo("SP1824");
        assertThat(found.toList().get(0).message()).isEqualTo("the compiled directory is not used: " + why);
        assertThat(found.hasErrors()).isFalse();
    }

    @Test
    void staleForm_isNotUsed() throws Exception {
        compile(YAML);
        Files.writeString(file, YAML.replace("Ann", "Anna"));
        assertNotUsed("the directory file has changed since");
    }

    @Test
    void formOfAnotherVersion_isNotUsed() throws Exception {
        compile(YAML);
        byte[] bytes = Files.readAllBytes(compiled);
        int maker = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("[MEMBER");
        bytes[maker + 1] = 'N';
        Files.write(compiled, signed(bytes));
        assertNotUsed("another version of Sallyport made it");
    }

    private static byte[] signed(byte[] bytes) throws Exception {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        sha.update(bytes, 40, bytes.length - 40);
        System.arraycopy(sha.digest(), 0, bytes, 8, 32);
        return bytes;
    }

    @Test
    void changedOrCutForm_isNeverUsed() throws Exception {
        compile(YAML);
        byte[] whole = Files.readAllBytes(compiled);
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= (byte) (1 << i % 8);
            assertThatThrownBy(() -> DirectoryCache.directory("x", Files.readAllBytes(file), changed)).isInstanceOf(DirectoryCache.Unusable.class);
            byte[] cut = Arrays.copyOf(whole, i);
            assertThatThrownBy(() -> DirectoryCache.directory("x", Files.readAllBytes(file), cut)).isInstanceOf(DirectoryCache.Unusable.class);
        }
        Files.write(compiled, Arrays.copyOf(whole, whole.length - 1));
        assertNotUsed("it is damaged");
        Files.write(compiled, new byte[0]);
        assertNotUsed("it is not a compiled directory, or cut off");
    }

    /** Whoever signs what they changed gets a directory or none, and nothing breaks. */
    @Test
    void signedNonsense_breaksNothing() throws Exception {
        compile(YAML);
        byte[] whole = Files.readAllBytes(compiled);
        Random random = new Random(SEED);
        for (int i = 0; i < 5_000; i++) {
            byte[] changed = random.nextInt(4) == 0 ? Arrays.copyOf(whole, 41 + random.nextInt(whole.length - 41)) : whole.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                changed[40 + random.nextInt(changed.length - 40)] = (byte) random.nextInt();
            }
            try {
                DirectoryCache.directory("x", Files.readAllBytes(file), signed(changed));
            } catch (DirectoryCache.Unusable e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void dateInTheFuture_isNotCompiled() {
        assertThatThrownBy(() -> compile(YAML.replace("appPasswords:", "firstSignInDateTime: 2999-01-01T00:00:00Z, appPasswords:")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("in the future");
    }

    @Test
    void errorsOfAFile_areReported_besideAStaleForm() throws Exception {
        compile(YAML);
        Files.writeString(file, YAML + "  - { userPrincipalNam: x }\n");
        Diagnostics found = new Diagnostics();
        DirectoryCache.load(List.of(file), found);
        assertThat(found.hasErrors()).isTrue();
        assertThat(found.toList()).extracting(each -> each.code()).contains("SP1824", "SP1102", "SP1105");
    }

    /** Who changes one of these records changes the format: write the new component, read it, and raise {@code FORMAT}. */
    @Test
    void recordsInTheFormat_haveTheComponentsThatItWrites() {
        List<String> components = new ArrayList<>();
        for (Class<?> type : List.of(Directory.Organization.class, Directory.Gaps.class, Directory.Group.class, Directory.Application.class, Device.class,
                Directory.ServicePrincipal.class, SecurityAttributes.class, UserState.class, UserState.ScopedRole.class, UserState.AuthenticationMethod.class,
                UserState.AppPassword.class, UserState.PerUserMfaChange.class)) {
            components.add(type.getSimpleName() + Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).collect(Collectors.joining(" ", " ", "")));
        }
        assertThat(components).containsExactly("Organization displayName tenantId licences isMfaAccepted isCompliantDeviceAccepted isHybridAzureADJoinedDeviceAccepted",
                "Gaps users groups", "Group id displayName members", "Application appId displayName memberOf customSecurityAttributes",
                "Device deviceId displayName isCompliant isManaged trustType texts collections",
                "ServicePrincipal id appId displayName isSingleTenant isManagedIdentity customSecurityAttributes isAgentIdentity agentIdentityBlueprintId isAgentIdentityBlueprint",
                "SecurityAttributes texts collections", "UserState id userPrincipalName displayName accountEnabled userType externalUserType homeTenantId memberOf roles scopedRoles "
                + "perUserMfaState perUserMfaEnabledDateTime firstSignInDateTime authenticationMethods appPasswords signInSessionsValidFromDateTime rememberDevicesNotIssuedBefore "
                + "perUserMfaHistory identityParentId", "ScopedRole role directoryScopeId",
                "AuthenticationMethod method displayName isDefault createdDateTime isUsable phoneNumber emailAddress", "AppPassword id displayName createdDateTime hash",
                "PerUserMfaChange dateTime from to by");
    }
}
