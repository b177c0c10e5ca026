package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.WhyOptions;
import dev.sallyport.cli.Names;
import dev.sallyport.cli.RequestLine;
import dev.sallyport.cli.WhyWays;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Request;
import dev.sallyport.model.UserState;
import dev.sallyport.workbench.WhatIfView.Hint;
import dev.sallyport.workbench.WhatIfView.Way;
import dev.sallyport.workbench.WhatIfView.Ways;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the policies do to a sign-in that is chosen in a form. */
final class WhatIfPages {

    private static final String FIRST_APPLICATION = "Office 365 Exchange Online";
    private static final int MOST_NAMES = 20;
    private static final int CHANGES = 2;
    private static final int MOST_WAYS = 60;

    private final Desk desk;
    private final Views views;
    private final Sandboxes sandboxes;

    WhatIfPages(Desk desk, Views views, Sandboxes sandboxes) {
        this.desk = desk;
        this.views = views;
        this.sandboxes = sandboxes;
    }

    void addTo(Map<String, Page> pages) {
        pages.put("GET /", this::page);
        pages.put("GET /what-if", this::page);
        pages.put("GET /what-if/verdict", this::part);
        pages.put("GET /what-if/policies", this::policies);
        pages.put("GET /what-if/why", this::why);
    }

    /**
     * What is made of a form.
     *
     * @param exact the form with the names in full
     * @param time the time of the sign-in
     * @param line the options of the request; {@code null} if the form does not make one
     * @param request the request; {@code null} if the form does not make one
     * @param decision the decision; {@code null} if the form does not make a request
     */
    private record Answer(PolicyEngine engine, WhatIfForm form, WhatIfForm exact, Instant now, Instant time, @Nullable RequestLine line,
            @Nullable Request request, @Nullable Decision decision, Map<String, Hint> hints) { }

    // ---- pages

    private Reply page(Visit visit) throws UnusableException {
        if (!visit.rest().isEmpty()) {
            throw new UnusableException(404, "There is no such page.", "Choose one above.");
        }
        PolicyEngine engine = sandboxes.engine(visit);
        WhatIfForm form = named(engine.directory(), WhatIfForm.of(visit.values()));
        return views.html("whatif.jte", Map.of("frame", views.frame("What if", "what-if", visit.session()), "view",
                view(answer(engine, form.isEmpty() ? first(engine) : form))));
    }

    private Reply part(Visit visit) throws UnusableException {
        WhatIfForm form = WhatIfForm.of(visit.values());
        String html = views.text("whatif/answer.jte", Map.of("view", view(answer(sandboxes.engine(visit), form))));
        return new Reply.Content(200, Reply.HTML, html.getBytes(StandardCharsets.UTF_8), Map.of("HX-Replace-Url", form.address()));
    }

    private Reply policies(Visit visit) throws UnusableException {
        Answer answer = usable(visit);
        return views.html("whatif/policies.jte", Map.of("grid", new Verdicts(desk, answer.engine(), RulePages.book()).grid(
                Objects.requireNonNull(answer.decision()), answer.form(), Integer.MAX_VALUE)));
    }

    private Reply why(Visit visit) throws UnusableException, PolicyLoadException {
        Answer answer = usable(visit);
        WhyOptions options = new WhyOptions(CHANGES, null);
        WhyWays found = new WhyWays(Analysis.of(answer.engine()).why(Objects.requireNonNull(answer.request()), null, options), options, 1,
                MOST_WAYS);
        Map<String, List<Way>> groups = new LinkedHashMap<>();
        found.groups().forEach((title, entries) -> groups.put(title, entries.stream().map(entry -> new Way(
                ChangeWords.human(WhyWays.text(entry.way())),
                found.isToAllow() ? "" : WhyWays.outcome(entry.way()), entry.way().isUserChanged() ? "" : address(answer,
                entry.way().witness().request(), entry.way().witness().decision()))).toList()));
        return views.html("whatif/why.jte", Map.of("ways", new Ways(groups, sentence(found.sum()), found.why().notes().stream().map(note
                -> Piece.of(sentence(note), RulePages.book())).toList())));
    }

    /** The page with a request in its form; empty if the form does not lead to the same outcome. */
    private String address(Answer answer, Request request, Decision decision) {
        if (request.signIn().applications().size() > 1) {
            return "";
        }
        WhatIfForm form = WhatIfForm.of(request, answer.now());
        Decision same = answer(answer.engine(), form).decision();
        return same != null && same.outcome() == decision.outcome() ? form.address() : "";
    }

    private Answer usable(Visit visit) throws UnusableException {
        Answer answer = answer(sandboxes.engine(visit), WhatIfForm.of(visit.values()));
        if (answer.decision() == null) {
            throw new UnusableException(422, "There is no verdict.", "Correct the fields of the form first.");
        }
        return answer;
    }

    // ---- from the form to the decision

    /** The form with names for ids, as far as the directory has names that are unique. */
    private static WhatIfForm named(Directory directory, WhatIfForm form) {
        WhatIfForm named = form;
        Directory.Application application = directory.application(form.get("app"));
        if (application != null && directory.applicationIds(application.displayName()).size() == 1) {
            named = named.with("app", application.displayName());
        }
        UserState user = directory.user(form.get("user"));
        if (user != null) {
            named = named.with("user", user.userPrincipalName());
        }
        Directory.ServicePrincipal principal = directory.servicePrincipal(form.get(WhatIfForm.PRINCIPAL));
        String called = principal == null ? null : principal.displayName();
        if (called != null && directory.servicePrincipal(called) == principal) {
            named = named.with(WhatIfForm.PRINCIPAL, called);
        }
        Device device = form.has("device") ? directory.device(form.get("device")) : null;
        String name = device == null ? null : device.displayName();
        if (name != null && directory.device(name) == device) {
            named = named.with("device", name);
        }
        return named;
    }

    /** What the page shows without a query. */
    private static WhatIfForm first(PolicyEngine engine) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        engine.directory().users().stream().findFirst().ifPresent(user -> values.put("user", List.of(user.userPrincipalName())));
        values.putAll(Map.of("app", List.of(FIRST_APPLICATION), "client", List.of("browser"), "platform", List.of("windows")));
        return WhatIfForm.of(values);
    }

    private Answer answer(PolicyEngine engine, WhatIfForm form) {
        Instant now = desk.now();
        Map<String, Hint> hints = new LinkedHashMap<>();
        Instant time = form.has(WhatIfForm.AT) ? form.time(WhatIfForm.AT) : now;
        hints.put(WhatIfForm.AT, time == null ? new Hint("Not a date and time.", true) : new Hint(WhatIfClock.words(now, time), false));
        if (form.has(WhatIfForm.SESSION_STARTED) && form.time(WhatIfForm.SESSION_STARTED) == null) {
            hints.put(WhatIfForm.SESSION_STARTED, new Hint("Not a date and time.", true));
        }
        WhatIfForm exact = form;
        if (form.isOfPrincipal()) {
            if (form.get(WhatIfForm.PRINCIPAL).isEmpty()) {
                hints.put(WhatIfForm.PRINCIPAL, new Hint("Choose a service principal or an agent.", true));
            } else {
                exact = named(exact, WhatIfForm.PRINCIPAL, hints, notes -> Names.servicePrincipal(form.get(WhatIfForm.PRINCIPAL),
                        engine.directory(), notes));
            }
        } else if (form.has("user")) {
            exact = named(exact, "user", hints, notes -> Names.user(form.get("user"), engine.directory(), notes).userPrincipalName());
        } else {
            hints.put("user", new Hint(engine.directory().users().isEmpty() ? "The directory has no users. Start with `-d` and a directory."
                    : "Choose a user.", true));
        }
        if (form.has("app")) {
            exact = named(exact, "app", hints, notes -> Names.application(form.get("app"), engine.directory(), notes));
        }
        if (form.has("device")) {
            exact = named(exact, "device", hints, notes -> Names.device(form.get("device"), engine.directory(), notes));
        }
        Answer none = new Answer(engine, form, exact, now, time == null ? now : time, null, null, null, hints);
        if (time == null || hints.values().stream().anyMatch(Hint::isProblem)) {
            return none;
        }
        try {
            RequestLine line = RequestLine.of(exact.options());
            Request request = line.request(engine, time, note -> { });
            Decision decision = engine.explain(request);
            String problem = RequestLine.problem(engine, request, decision);
            if (problem != null) {
                problem(hints, problem, "");
                return none;
            }
            return new Answer(engine, form, exact, now, time, line, request, decision, hints);
        } catch (PolicyLoadException e) {
            Diagnostic first = e.diagnostics().get(0);
            problem(hints, first.message(), Objects.requireNonNullElse(first.help(), ""));
            return none;
        }
    }

    /** Looks up a name. */
    private interface Lookup {
        String named(Consumer<String> notes) throws PolicyLoadException;
    }

    private static WhatIfForm named(WhatIfForm form, String field, Map<String, Hint> hints, Lookup lookup) {
        try {
            return form.with(field, lookup.named(note -> hints.put(field, new Hint(sentence(note), false))));
        } catch (PolicyLoadException e) {
            Diagnostic first = e.diagnostics().get(0);
            String help = first.help() == null || first.help().startsWith("see `") ? "write the beginning of a name" : first.help();
            hints.put(field, new Hint(sentence(first.message()) + " " + sentence(help), true));
            return form;
        }
    }

    /** A problem beside the field of the option that it begins with, or names; what has no field is told beside the user. */
    private static void problem(Map<String, Hint> hints, String message, String help) {
        int colon = message.indexOf(": ");
        boolean isOfField = message.startsWith("--") && colon > 0 && WhatIfView.HINTED.contains(message.substring(2, colon));
        String field = isOfField ? message.substring(2, colon) : message.contains("--device") ? "device" : message.contains(
                "--service-principal") ? WhatIfForm.PRINCIPAL : "user";
        hints.put(field, new Hint((sentence(isOfField ? message.substring(colon + 2) : message) + " " + sentence(help)).strip(), true));
    }

    private static String sentence(String text) {
        boolean isEnded = text.endsWith(".") || text.endsWith("?") || text.endsWith("…");
        return text.isEmpty() ? "" : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + (isEnded ? "" : ".");
    }

    // ---- what the page shows

    private WhatIfView view(Answer answer) {
        PolicyEngine engine = answer.engine();
        WhatIfForm form = answer.form();
        WhatIfClock clock = new WhatIfClock(answer.now(), answer.time());
        RequestLine line = answer.line();
        Request request = answer.request();
        Decision decision = answer.decision();
        List<Hint> refusals = answer.hints().values().stream().filter(Hint::isProblem).toList();
        boolean hasHours = engine.policySet().policies().stream().anyMatch(policy -> policy.conditions().times() != null);
        return new WhatIfView(form, WhatIfChoices.of(engine), Names.users(form.get("user"), engine.directory(), MOST_NAMES),
                Names.servicePrincipals(form.get(WhatIfForm.PRINCIPAL), engine.directory(), MOST_NAMES), !engine.directory()
                .servicePrincipals().isEmpty(), Names.applications(form.get("app"), engine.directory(), MOST_NAMES),
                Names.devices(form.get("device"), engine.directory(),
                MOST_NAMES), answer.hints(), clock, line == null ? null : WhatIfTimeline.of(clock, time -> decided(engine, line, time),
                hasHours), request == null || decision == null ? null : new Verdicts(desk, engine, RulePages.book()).verdict(answer.exact(),
                request, decision, answer.time()), refusals);
    }

    private static Decision decided(PolicyEngine engine, RequestLine line, Instant time) {
        try {
            return engine.evaluate(line.request(engine, time, note -> { }));
        } catch (PolicyLoadException e) {
            throw new IllegalStateException(e);             // the same options made a request before
        }
    }
}
