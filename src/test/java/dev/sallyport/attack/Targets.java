package dev.sallyport.attack;

import dev.sallyport.AppPasswords;
import dev.sallyport.Decision;
import dev.sallyport.Device;
import dev.sallyport.Directory;
import dev.sallyport.Outcome;
import dev.sallyport.PolicyEngine;
import dev.sallyport.PolicyLoadException;
import dev.sallyport.ReasonCode;
import dev.sallyport.Request;
import dev.sallyport.SignIn;
import dev.sallyport.WhatIfException;
import dev.sallyport.explain.DecisionWriter;
import dev.sallyport.model.DeviceFilter;
import dev.sallyport.model.DeviceProperties;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.IpRange;
import dev.sallyport.read.Diagnostics;
import dev.sallyport.read.RequestReader;
import dev.sallyport.read.Resources;
import dev.sallyport.read.Sources;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Everything that bytes from outside reach. A target takes any bytes and returns; it throws when something happens that may not:
 * any exception but the documented one, a decision that failed inside, an allow for a request that was refused.
 */
final class Targets {

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC);

    /** The targets by name, which is also the name of the folder of each one's corpus. */
    static final Map<String, Consumer<byte[]>> ALL = Map.of("yaml", Targets::yaml, "json", Targets::json, "request", Targets::request, "whatIf", Targets::whatIf,
            "deviceFilter", Targets::deviceFilter, "address", Targets::address, "appPassword", Targets::appPassword);

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
