package dev.sallyport.attack;

import static java.util.Map.entry;

import dev.sallyport.AppPasswords;
import dev.sallyport.Decision;
import dev.sallyport.Device;
import dev.sallyport.Directory;
import dev.sallyport.Lifecycle;
import dev.sallyport.Outcome;
import dev.sallyport.PolicyEngine;
import dev.sallyport.PolicyLoadException;
import dev.sallyport.ReasonCode;
import dev.sallyport.Request;
import dev.sallyport.SignIn;
import dev.sallyport.UserState;
import dev.sallyport.UserState.AppPassword;
import dev.sallyport.WhatIfException;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.edit.EditException;
import dev.sallyport.explain.DecisionWriter;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.DeviceFilter;
import dev.sallyport.model.DeviceProperties;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.IpRange;
import dev.sallyport.read.Diagnostics;
import dev.sallyport.read.RequestReader;
import dev.sallyport.read.Resources;
import dev.sallyport.read.Sources;
import dev.sallyport.read.SuiteReader;
import dev.sallyport.replay.Change;
import dev.sallyport.replay.Disagreement;
import dev.sallyport.replay.Replayer;
import dev.sallyport.replay.Summary;
import dev.sallyport.suite.TestCase;
import dev.sallyport.suite.TestRun;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.comments.CommentType;
import org.snakeyaml.engine.v2.events.CommentEvent;
import org.snakeyaml.engine.v2.events.Event;

/**
 * Everything that bytes from outside reach. A target takes any bytes and returns; it throws when something happens that may not:
 * any exception but the documented one, a decision that failed inside, an allow for a request that was refused.
 */
final class Targets {

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC);

    /** The targets by name, which is also the name of the folder of each one's corpus. */
    static final Map<String, Consumer<byte[]>> ALL = Map.ofEntries(entry("yaml", Targets::yaml), entry("json", Targets::json),
            entry("request", Targets::request), entry("whatIf", Targets::whatIf), entry("deviceFilter", Targets::deviceFilter),
            entry("address", Targets::address), entry("range", Targets::range), entry("appPassword", Targets::appPassword), entry("log", Targets::log),
            entry("table", Targets::table), entry("suite", Targets::suite), entry("edit", Targets::edit));

    private static final SignIn PROBE = SignIn.builder().user("emma.hart@contoso.com").application("Office 365 Exchange Online").clientAppType("browser")
            .ipAddress("192.0.2.200").country("NL").devicePlatform("windows").build();

    private Targets() { }

    /** An engine over the shipped rules and the sample directory. */
    private static final class Shipped {
        static final PolicyEngine ENGINE = engine();

        private static PolicyEngine engine() {
            try {
                return PolicyEngine.load(List.of(Path.of("rules/conditional-access")), Directory.load(Path.of("samples/directory.yaml")), CLOCK);
            } catch (PolicyLoadException e) {
                throw new AssertionError(e);
            }
        }
    }

    static PolicyEngine shipped() {
        return Shipped.ENGINE;
    }

    static void yaml(byte[] bytes) {
        resources("fuzz.yaml", bytes);
    }

    static void json(byte[] bytes) {
        resources("fuzz.json", bytes);
    }

    /** A file loads and decides, or is refused with at least one error. */
    private static void resources(String file, byte[] bytes) {
        Diagnostics out = new Diagnostics();
        Resources resources = Resources.of(Sources.parseDirectory(file, bytes, out), out);
        try {
            PolicyEngine engine = PolicyEngine.of(resources.policySet(), resources.directory().with(Shipped.ENGINE.directory()), CLOCK, out);
            decided(engine, PROBE);
        } catch (PolicyLoadException e) {
            check(e.diagnostics().stream().anyMatch(each -> each.isError() && !each.message().isBlank()), "refused without an error");
        }
    }

    static void request(byte[] bytes) {
        Diagnostics out = new Diagnostics();
        for (Sources.Document document : Sources.parseDirectory("fuzz.yaml", bytes, out)) {
            for (Request request : new RequestReader(out).read(document.root())) {
                decided(Shipped.ENGINE, request);
            }
        }
    }

    static void whatIf(byte[] bytes) {
        try {
            String answer = Shipped.ENGINE.whatIf(new String(bytes, StandardCharsets.UTF_8));
            check(answer.startsWith("{") && answer.endsWith("}"), answer);
        } catch (WhatIfException e) {
            check(e.diagnostics().stream().anyMatch(each -> each.isError()), "refused without an error");
        }
    }

    static void deviceFilter(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            DeviceFilter.parseAttributes(text);
        } catch (DeviceFilter.SyntaxException e) {
            check(e.getMessage().length() < 500, e.getMessage());
        }
        try {
            DeviceFilter filter = DeviceFilter.parse(text);
            for (String id : new String[] {"d1", null}) {
                check(filter.test(DeviceProperties.of(new Device(id, "d1", true, true, null,
                    Map.of("displayName", "d1"), Map.of()))) != null, text);
            }
        } catch (DeviceFilter.SyntaxException e) {
            check(e.getMessage().length() < 500, e.getMessage());
        }
    }

    static void address(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        IpAddress address = IpAddress.parse(text);
        IpRange range = IpRange.parseCidr(text);
        if (range != null) {
            range.hasHostBits();
            check(!range.isTooWide() || address == null, text);
        }
        SignIn signIn = SignIn.builder().user("emma.hart@contoso.com").ipAddress(text).build();
        Decision decision = Shipped.ENGINE.evaluate(signIn);
        check(address == null == (decision.reason().code() == ReasonCode.INVALID_REQUEST), decision.toString());
    }

    /** The first line is a range, the second an address: the range holds it when their first bits, written out, are the same. */
    static void range(byte[] bytes) {
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", 2);
        IpRange range = IpRange.parseCidr(lines[0]);
        if (range == null) {
            return;
        }
        String first = lines[0].substring(0, lines[0].indexOf('/'));
        IpAddress lowest = IpAddress.parse(first);
        if (lowest.isIpv6() != range.isIpv6()) {
            return;                                         // a range that only begins among the mapped addresses is one of IPv6 (CA-LOC-26)
        }
        check(range.contains(lowest), lines[0]);
        check(range.isIpv6() || range.prefixLength() <= 32, lines[0]);
        IpAddress other = lines.length < 2 ? null : IpAddress.parse(lines[1]);
        if (other != null) {
            boolean isSame = lowest.isIpv6() == other.isIpv6() && bits(lowest).substring(0, range.prefixLength()).equals(bits(other).substring(0, range.prefixLength()));
            check(range.contains(other) == isSame, lines[0] + " " + lines[1]);
        }
    }

    private static String bits(IpAddress address) {
        return address.isIpv6() ? bits(address.high(), 64) + bits(address.low(), 64) : bits(address.low(), 32);
    }

    private static String bits(long value, int length) {
        String digits = Long.toBinaryString(value);
        return "0".repeat(length - digits.length()) + digits;
    }

    /** A log is replayed, or is none; each record of it is counted once, whatever becomes of it. */
    static void log(byte[] bytes) {
        int[] told = new int[2];
        Replayer.Listener listener = new Replayer.Listener() {
            @Override
            public void malformed(String file, int line, int column, String message) {
                check(line > 0 && !message.isBlank(), "line " + line + ": " + message);
                told[0]++;
            }

            @Override
            public void change(Change change) {
                change.toString();
            }

            @Override
            public void disagreement(Disagreement disagreement) {
                disagreement.toString();
            }

            @Override
            public void progress(int records) {
                told[1] += records;
            }
        };
        try (Replayer replayer = new Replayer(Shipped.ENGINE, listener, 1)) {
            replayer.read("fuzz", new ByteArrayInputStream(bytes));
            Summary summary = replayer.summary();
            check(summary.records() == told[1] && summary.malformed() >= told[0], "records are lost");
        } catch (IOException e) {
            check(e.getMessage() != null && !e.getMessage().isBlank(), "refused without a reason");
        }
    }

    /** The same below a header of Log Analytics. */
    static void table(byte[] bytes) {
        byte[] header = ("TimeGenerated [UTC],CreatedDateTime,Id,UserPrincipalName,UserId,AppId,ResourceIdentity,IPAddress,ClientAppUsed,IsInteractive,ResultType,"
                + "RiskLevelDuringSignIn,DeviceDetail_dynamic,LocationDetails,ConditionalAccessPolicies,AuthenticationDetails\r\n").getBytes(StandardCharsets.UTF_8);
        byte[] whole = Arrays.copyOf(header, header.length + bytes.length);
        System.arraycopy(bytes, 0, whole, header.length, bytes.length);
        log(whole);
    }

    /** A suite over the shipped rules, whatever it names, runs or is refused. */
    static void suite(byte[] bytes) {
        Diagnostics out = new Diagnostics();
        Path file = write(bytes);
        List<TestCase> tests = new SuiteReader(List.of(Path.of("rules/conditional-access/block-legacy-authentication.yaml")), List.of(Path.of("samples/directory.yaml")), CLOCK.instant(), out)
                .read(List.of(file));
        boolean isEmpty = Sources.parseText("fuzz.yaml", new String(bytes, StandardCharsets.UTF_8), new Diagnostics()).isEmpty();
        check(!tests.isEmpty() || out.hasErrors() || isEmpty, "neither a test nor an error");
        for (TestRun.Result result : new TestRun(false, (number, test, decision) -> { }).run(tests.subList(0, Math.min(50, tests.size())))) {
            check(result.status() != TestRun.Status.FAILED || !result.failures().isEmpty(), result.toString());
        }
    }

    /**
     * A directory is changed in each way that the commands know, or is left alone: what was asked reads back, other users are as they
     * were, and no comment is lost.
     */
    static void edit(byte[] bytes) {
        Path file = write(bytes);
        try {
            Directory before = DirectoryFiles.read(List.of(file)).directory();
            List<String> comments = comments(bytes);
            for (UserState user : before.users().subList(0, Math.min(3, before.users().size()))) {
                for (UserState changed : changes(user)) {
                    write(bytes);
                    edit(file, before, changed, comments);
                }
            }
        } catch (PolicyLoadException e) {
            check(e.diagnostics().stream().anyMatch(each -> each.isError() && !each.message().isBlank()), "refused without an error");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void edit(Path file, Directory before, UserState changed, List<String> comments) throws IOException, PolicyLoadException {
        try (DirectoryFiles files = DirectoryFiles.lock(List.of(file), Duration.ofSeconds(5))) {
            files.change(List.of(changed)).write();
        } catch (EditException e) {
            check(!e.getMessage().isBlank(), "refused without a reason");
            return;
        }
        List<UserState> wanted = before.users().stream().map(user -> user.id().equalsIgnoreCase(changed.id()) ? changed : user).toList();
        check(DirectoryFiles.read(List.of(file)).directory().users().equals(wanted), "not what was asked");
        check(comments == null || comments.equals(comments(Files.readAllBytes(file))), "a comment changed");
    }

    private static List<UserState> changes(UserState user) {
        Instant now = CLOCK.instant();
        List<UserState> changes = new ArrayList<>();
        changes.add(Lifecycle.enable(user, now));
        changes.add(Lifecycle.disable(user));
        changes.add(Lifecycle.revokeSessions(user, now));
        changes.add(Lifecycle.disableAccount(user, now));
        changes.add(Lifecycle.addAppPassword(user, new AppPassword("id-1", "Printer: 2nd floor # 'old'", now, "$argon2id$v=19$m=16,t=1,p=1$YWJjZGVmZ2g$AAAA")));
        changes.add(Lifecycle.register(user, AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH, "Phone # 1", now));
        return changes;
    }

    /** The comments in their order; {@code null} when the parser of comments does not take the text. */
    private static List<String> comments(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        List<String> comments = new ArrayList<>();
        try {
            for (Event event : new Parse(LoadSettings.builder().setParseComments(true).build()).parseString(text)) {
                if (event instanceof CommentEvent comment && comment.getCommentType() != CommentType.BLANK_LINE) {
                    comments.add(comment.getValue().strip());
                }
            }
            return comments;
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** A file of this thread's with these bytes. */
    private static Path write(byte[] bytes) {
        try {
            return Files.write(FOLDER.get().resolve("fuzz.yaml"), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final ThreadLocal<Path> FOLDER = ThreadLocal.withInitial(() -> {
        try {
            Path folder = Files.createTempDirectory("sallyport-fuzz");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    });

    /** The first line is the hash, the rest the password; a hash that takes too long to verify is none. */
    static void appPassword(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        String hash = end < 0 ? text : text.substring(0, end);
        String password = end < 0 ? "" : text.substring(end + 1);
        boolean matches = AppPasswords.matches(password, hash);
        check(!matches || AppPasswords.isHash(hash), hash);
    }

    /** Evaluated and explained alike, written as JSON that is one line; neither failed inside. */
    static void decided(PolicyEngine engine, Request request) {
        Decision decision = engine.evaluate(request);
        Decision explained = engine.explain(request);
        check(decision.reason().code() != ReasonCode.EVALUATION_FAILED, decision.toString());
        check(explained.reason().code() != ReasonCode.EVALUATION_FAILED, explained.toString());
        check(decision.outcome() == explained.outcome() && decision.reason().equals(explained.reason()), decision + "\n" + explained);
        check(decision.reason().code() != ReasonCode.INVALID_REQUEST || decision.outcome() == Outcome.BLOCK, decision.toString());
        check(DecisionWriter.toJson(explained).indexOf('\n') < 0, "a line break in the JSON of a decision");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
