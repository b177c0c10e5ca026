package dev.sallyport.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.Decision;
import dev.sallyport.Diagnostic;
import dev.sallyport.Directory;
import dev.sallyport.Outcome;
import dev.sallyport.PolicyEngine;
import dev.sallyport.PolicyLoadException;
import dev.sallyport.ReasonCode;
import dev.sallyport.Request;
import dev.sallyport.SignIn;
import dev.sallyport.read.Diagnostics;
import dev.sallyport.read.RequestReader;
import dev.sallyport.read.Resources;
import dev.sallyport.read.Sources;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A small tenant that is attacked: what all attacks share. */
public final class Attack {

    static final String PEOPLE = """
            kind: directory
            organization: { displayName: Contoso, licences: [AAD_PREMIUM_P2] }
            groups: [{ id: g1, displayName: Staff }, { id: g2, displayName: Break glass }]
            applications: [{ appId: a1, displayName: Payroll }]
            users:
              - { id: u1, userPrincipalName: ann@contoso.com, memberOf: [Staff], authenticationMethods: [{ method: fido2 }, { method: microsoftAuthenticatorPush }] }
              - { id: u2, userPrincipalName: bob@contoso.com, perUserMfaState: enabled }
              - { id: u3, userPrincipalName: guy_fabrikam.com#EXT#@contoso.com, userType: Guest, homeTenantId: t2, authenticationMethods: [{ method: fido2 }] }
            """;
    static final String MFA = "grantControls: { operator: OR, builtInControls: [mfa] }";
    public static final String BLOCK = "grantControls: { operator: OR, builtInControls: [block] }";

    private Attack() { }

    /** A policy for everybody and everything, with further conditions as they stand below {@code conditions:}, and controls. */
    public static String policy(String id, String conditions, String controls) {
        return policy(id, "{ includeUsers: [All] }", "{ includeApplications: [All] }", conditions, controls);
    }

    public static String policy(String id, String users, String applications, String conditions, String controls) {
        return "---\nkind: conditionalAccessPolicy\nid: " + id + "\ndisplayName: " + id + "\nstate: enabled\nconditions:\n  users: " + users + "\n  applications: " + applications
                + "\n" + (conditions.contains("clientAppTypes") ? "" : "  clientAppTypes: [all]\n") + conditions.indent(2) + controls + "\n";
    }

    public static PolicyEngine engine(String... resources) throws PolicyLoadException {
        return engine(directory(PEOPLE), resources);
    }

    public static PolicyEngine engine(Directory directory, String... resources) throws PolicyLoadException {
        Diagnostics out = new Diagnostics();
        Resources read = Resources.of(documents("policies.yaml", String.join("", resources), out), out);
        return PolicyEngine.of(read.policySet(), directory, Targets.CLOCK, out);
    }

    static Directory directory(String yaml) throws PolicyLoadException {
        Diagnostics out = new Diagnostics();
        Directory directory = Resources.of(documents("directory.yaml", yaml, out), out).directory();
        if (out.hasErrors()) {
            throw new PolicyLoadException(out.toList());
        }
        return directory;
    }

    static List<Sources.Document> documents(String file, String text, Diagnostics out) {
        return Sources.parseDirectory(file, text.getBytes(StandardCharsets.UTF_8), out);
    }

    /** The errors of resources that must not load. */
    static List<String> errors(String... resources) {
        try {
            engine(resources);
        } catch (PolicyLoadException e) {
            return e.diagnostics().stream().filter(Diagnostic::isError).map(Diagnostic::toString).toList();
        }
        throw new AssertionError("these must not load:\n" + String.join("", resources));
    }

    /** Requests as files say them; {@code out} takes what is wrong. */
    static List<Request> requests(String file, String text, Diagnostics out) {
        List<Request> requests = new ArrayList<>();
        documents(file, text, out).forEach(document -> requests.addAll(new RequestReader(out).read(document.root())));
        return requests;
    }

    /** The errors of a request that no file may hold. */
    static List<String> requestErrors(String file, String text) {
        Diagnostics out = new Diagnostics();
        List<Request> requests = requests(file, text, out);
        assertThat(requests).as(text).isEmpty();
        assertThat(out.hasErrors()).as(text).isTrue();
        return out.toList().stream().filter(Diagnostic::isError).map(Diagnostic::toString).toList();
    }

    public static SignIn.Builder ann() {
        return user("ann@contoso.com");
    }

    static SignIn.Builder user(String name) {
        return SignIn.builder().user(name).application("Payroll").clientAppType("browser").devicePlatform("windows").ipAddress("192.0.2.200").country("NL");
    }

    /** Refused because it makes no sense, whether evaluated or explained. */
    static void assertInvalid(PolicyEngine engine, Request request, String field) {
        for (Decision decision : List.of(engine.evaluate(request), engine.explain(request))) {
            assertThat(decision.outcome()).isEqualTo(Outcome.BLOCK);
            assertThat(decision.reason().code()).as(decision.reason().message()).isEqualTo(ReasonCode.INVALID_REQUEST);
            assertThat(decision.reason().message()).startsWith(field + ": ");
        }
    }

    static Outcome outcome(PolicyEngine engine, SignIn.Builder request) {
        Decision decision = engine.evaluate(request.build());
        assertThat(decision.reason().code()).as(decision.reason().message()).isNotIn(ReasonCode.EVALUATION_FAILED, ReasonCode.INVALID_REQUEST);
        assertThat(engine.explain(request.build()).outcome()).isEqualTo(decision.outcome());
        return decision.outcome();
    }
}
