package dev.sallyport.workbench;

import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The form of What if. Its fields have the names of the options of {@code sallyport evaluate}, so that the form, its address and the
 * command line say the same. Fields without a value are left out.
 */
public final class WhatIfForm {

    /** The field with the time of the sign-in. */
    static final String AT = "at";
    static final String SESSION_STARTED = "session-started";

    private static final String ON = "on";
    /** The field with the service principal that signs in instead of a user. */
    static final String PRINCIPAL = "service-principal";

    private static final List<String> TEXTS = List.of("user", PRINCIPAL, "service-principal-risk", "app", "register",
            "authentication-context", "client", "platform", "ip",
            "country", "risk", "user-risk", "insider-risk", "agent-risk", "flow", "device", "method", SESSION_STARTED);
    /** The fields that tell of a service principal; all others but the time tell of a user. */
    private static final List<String> OF_PRINCIPALS = List.of(PRINCIPAL, "service-principal-risk", "agent-risk", "app", "ip", "country");
    private static final List<String> FLAGS = List.of("compliant", "hybrid-joined", "mfa", "silent", "new-device");
    private static final Map<String, String> CLIENTS = Map.of("browser", "browser", "mobileAppsAndDesktopClients", "app",
            "exchangeActiveSync", "activesync", "other", "legacy");
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private WhatIfForm() { }

    /** The form with what a browser sent. */
    static WhatIfForm of(Map<String, List<String>> sent) {
        WhatIfForm form = new WhatIfForm();
        for (String name : TEXTS) {
            form.put(name, sent.getOrDefault(name, List.of()).stream().map(String::strip).filter(each -> !each.isEmpty()).toList());
        }
        for (String name : FLAGS) {
            form.put(name, sent.containsKey(name) ? List.of(ON) : List.of());
        }
        form.put(AT, sent.getOrDefault(AT, List.of()).stream().map(String::strip).filter(each -> !each.isEmpty()).toList());
        form.keepOneWho(sent.getOrDefault("who", List.of("")).get(0));
        for (String name : List.of(AT, SESSION_STARTED)) {
            Instant instant = instant(form.get(name));
            if (instant != null) {
                form.put(name, List.of(instant.toString()));
            }
        }
        return form;
    }

    /** Forgets what tells of a user or of a service principal, whichever does not sign in. */
    private void keepOneWho(String who) {
        boolean isPrincipal = who.isEmpty() ? has(PRINCIPAL) : who.equals("principal");
        if (isPrincipal) {
            values.keySet().removeIf(name -> !name.equals(AT) && !OF_PRINCIPALS.contains(name));
            values.putIfAbsent(PRINCIPAL, List.of(""));
        } else {
            values.keySet().removeAll(List.of(PRINCIPAL, "service-principal-risk"));
        }
    }

    /** Whether a service principal signs in. */
    public boolean isOfPrincipal() {
        return values.containsKey(PRINCIPAL);
    }

    /**
     * The form that makes a request.
     *
     * @param time the time that counts as now
     */
    static WhatIfForm of(Request request, Instant time) {
        SignIn signIn = request.signIn();
        WhatIfForm form = new WhatIfForm();
        form.put("user", signIn.user());
        form.put(PRINCIPAL, signIn.servicePrincipal());
        form.put("service-principal-risk", signIn.servicePrincipalRiskLevel());
        form.put("app", signIn.applications());
        form.put("register", !(request instanceof Registration registration) ? null : Objects.requireNonNullElse(registration.method(),
                "none"));
        form.put("authentication-context", signIn.authenticationContext());
        form.put("client", CLIENTS.getOrDefault(Objects.requireNonNullElse(signIn.clientAppType(), "other"), "legacy"));
        form.put("platform", signIn.devicePlatform());
        form.put("ip", signIn.ipAddress());
        form.put("country", signIn.country());
        form.put("risk", signIn.signInRiskLevel());
        form.put("user-risk", signIn.userRiskLevel());
        form.put("insider-risk", signIn.insiderRiskLevel());
        form.put("agent-risk", signIn.agentIdRiskLevel());
        form.put("flow", signIn.authenticationFlow());
        form.put("device", signIn.deviceName());
        form.put("method", signIn.authentication().methods().stream().filter(each -> !each.equals("password")).toList());
        Instant started = signIn.session().startedDateTime();
        form.put(SESSION_STARTED, started == null ? null : started.toString());
        form.flag("compliant", signIn.device() != null && signIn.device().isKnownCompliant());
        form.flag("hybrid-joined", signIn.device() != null && signIn.device().isDomainJoined());
        form.flag("mfa", signIn.authentication().mfaDateTime() != null);
        form.flag("silent", Boolean.FALSE.equals(signIn.session().isInteractive()));
        form.flag("new-device", Boolean.TRUE.equals(signIn.session().isNewDevice()));
        Instant at = signIn.createdDateTime();
        form.put(AT, at == null || at.equals(time) ? null : at.toString());
        form.keepOneWho("");
        return form;
    }

    private void put(String name, @Nullable String value) {
        put(name, value == null ? List.of() : List.of(value));
    }

    private void flag(String name, boolean isSet) {
        put(name, isSet ? List.of(ON) : List.of());
    }

    private void put(String name, List<String> all) {
        if (all.isEmpty()) {
            values.remove(name);
        } else {
            values.put(name, List.copyOf(all));
        }
    }

    /** The same form with another value of a field. */
    WhatIfForm with(String name, String value) {
        WhatIfForm form = new WhatIfForm();
        form.values.putAll(values);
        form.put(name, List.of(value));
        return form;
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /** The value of a field; empty if it has none. */
    public String get(String name) {
        return values.getOrDefault(name, List.of("")).get(0);
    }

    /** Whether a field has a value. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** Whether a field has a value, which may be one of several. */
    public boolean has(String name, String value) {
        return values.getOrDefault(name, List.of()).stream().anyMatch(value::equalsIgnoreCase);
    }

    /** A time as a field for a date and a time holds it; what is not a time, and no time, is empty. */
    public String local(String name) {
        Instant instant = instant(get(name));
        return instant == null ? "" : LOCAL.format(instant.atOffset(ZoneOffset.UTC));
    }

    /** The time of a field; {@code null} for none. */
    @Nullable Instant time(String name) {
        return instant(get(name));
    }

    private static @Nullable Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            try {
                return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
            } catch (DateTimeException notLocal) {
                return null;
            }
        }
    }

    /** The options that say the same; the time is not among them. */
    List<String> options() {
        List<String> options = new ArrayList<>();
        values.forEach((name, all) -> {
            if (!name.equals(AT)) {
                all.forEach(value -> options.add("--" + name + (FLAGS.contains(name) ? "" : "=" + value)));
            }
        });
        return options;
    }

    /** The query that says the same. */
    public String query() {
        List<String> pairs = new ArrayList<>();
        values.forEach((name, all) -> all.forEach(value -> pairs.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8))));
        return String.join("&", pairs);
    }

    /** The address of the page with this form. */
    public String address() {
        return Workbench.ROOT + "what-if?" + query();
    }
}
