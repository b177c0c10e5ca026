package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.AppPasswordSteps;
import dev.sallyport.cli.DecisionWords;
import dev.sallyport.cli.MethodOffers;
import dev.sallyport.cli.UserText;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.edit.EditException;
import dev.sallyport.explain.Assignments;
import dev.sallyport.model.AppPasswords;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AppPassword;
import dev.sallyport.model.UserState.AuthenticationMethod;
import dev.sallyport.model.UserState.PerUserMfaChange;
import dev.sallyport.report.MfaReport;
import dev.sallyport.report.MfaReport.Row;
import dev.sallyport.workbench.SecurityInfoView.Assigned;
import dev.sallyport.workbench.SecurityInfoView.Device;
import dev.sallyport.workbench.SecurityInfoView.Fact;
import dev.sallyport.workbench.SecurityInfoView.Method;
import dev.sallyport.workbench.SecurityInfoView.Offer;
import dev.sallyport.workbench.SecurityInfoView.Offers;
import dev.sallyport.workbench.SecurityInfoView.Place;
import dev.sallyport.workbench.SecurityInfoView.Policies;
import dev.sallyport.workbench.SecurityInfoView.Step;
import dev.sallyport.workbench.SecurityInfoView.Tried;
import dev.sallyport.workbench.SecurityInfoView.Verdict;
import dev.sallyport.workbench.UserReports.Report;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The security info of one user: methods, what may be added and why not, app passwords, and a sign-in with one. */
final class SecurityInfoPages {

    private static final int MOST_DEVICES = 200;
    private static final int MOST_APPLICATIONS = 300;
    private static final int MOST_SUGGESTED = 10_000;
    private static final String MAIL = "Office 365 Exchange Online";

    private final Desk desk;
    private final Views views;
    private final UserReports reports;
    private final UserChanges changes;

    SecurityInfoPages(Desk desk, Views views, UserReports reports, UserChanges changes) {
        this.desk = desk;
        this.views = views;
        this.reports = reports;
        this.changes = changes;
        changes.shows("security-info", this::part);
        changes.guard((visit, user, engine) -> {
            MethodOffers.Offer offer = MethodOffers.of(engine, user, session(user, place(visit, user, engine), desk.now()),
                    UserChanges.method(visit.get("step").substring("register:".length())));
            return offer.isAllowed() ? null : UserWords.name(offer.method()) + " cannot be added from there. " + sentences(whyNot(offer))
                    + (visit.has("confirm") ? " This has changed since it was shown." : "");
        });
    }

    void addTo(Map<String, Page> pages) {
        pages.put("GET /users/security-info/", this::page);
        pages.put("GET /users/security-info", this::page);
        pages.put("POST /users/offers", this::offers);
        pages.put("POST /users/add-method", this::addMethod);
        pages.put("POST /users/app-password", this::appPassword);
        pages.put("POST /users/try", this::tried);
    }

    private Reply page(Visit visit) throws UnusableException {
        SecurityInfoView view = view(visit, visit.rest().isEmpty() ? visit.get("user") : visit.rest());
        return views.html("securityinfo.jte", Map.of("frame", views.frame(view.name(), "users", visit.session()), "view", view));
    }

    /** The page behind a dialog. */
    private String part(Visit visit) throws UnusableException {
        return views.text("securityinfo-user.jte", Map.of("view", view(visit, visit.get("user")), "isAside", true));
    }

    private Reply offers(Visit visit) throws UnusableException {
        PolicyEngine engine = desk.engine();
        UserState user = user(visit.get("user"), engine.directory());
        Place place = place(visit, user, engine);
        return views.html("securityinfo-offers.jte", Map.of("offers", offers(engine, user, place)));
    }

    private UserState user(String name, Directory directory) throws UnusableException {
        UserState user = directory.user(name);
        if (user == null) {
            String near = directory.users().size() > MOST_SUGGESTED ? null : Suggestions.didYouMean(name, directory.users().stream()
                    .map(UserState::userPrincipalName).toList());
            throw new UnusableException(404, "The directory has no user `" + name + "`.", near != null ? UserWords.sentence(near)
                    : "Search for the user in Users.");
        }
        return user;
    }

    // ---- the page

    private SecurityInfoView view(Visit visit, String name) throws UnusableException {
        PolicyEngine engine = desk.engine();
        Directory directory = engine.directory();
        UserState user = user(name, directory);
        Report report = reports.of(engine, desk.now());
        Row row = report.row(user);
        if (row == null) {
            throw new UnusableException(404, "The directory has no user `" + name + "`.", "Search for the user in Users.");
        }
        Place place = place(visit, user, engine);
        List<PerUserMfaChange> history = new ArrayList<>(user.perUserMfaHistory());
        Collections.reverse(history);
        String refusal = AppPasswordSteps.deletionRefusal(engine.policySet().mfaSettings());
        return new SecurityInfoView(user.id(), user.displayName() == null ? user.userPrincipalName() : user.displayName(),
                user.userPrincipalName(), UserWords.marks(row, directory),
                UserWords.state(user.perUserMfaState()), UserWords.chip(user.perUserMfaState()),
                steps(user), protection(row), UserWords.chip(row), facts(user, row, report.at(), engine),
                methods(user, refusal == null), user.appPasswords().size(), refusal == null ? "" : UserWords.sentence(refusal),
                history.stream().map(SecurityInfoPages::words).toList(), policies(user, engine), place, offers(engine, user, place),
                directory.applications().stream().filter(each -> !each.displayName().equals(each.appId()))
                        .map(Directory.Application::displayName).sorted().distinct().limit(MOST_APPLICATIONS).toList(),
                place.trusted().isEmpty() ? place.elsewhere() : place.trusted());
    }

    private static String protection(Row row) {
        return switch (row.protection()) {
            case YES -> row.onlyFromTrusted().isEmpty() ? "Protected everywhere" : "Protected outside trusted places";
            case PARTLY -> "Partly protected";
            case NO -> "Not protected";
            case ACCOUNT_DISABLED -> "Cannot sign in";
        };
    }

    /** Those that are about the user come first. */
    private Policies policies(UserState user, PolicyEngine engine) {
        List<Assignments.Assignment> assignments = Assignments.of(engine.policySet(), engine.directory(), user, desk.now());
        DecisionWords words = new DecisionWords(engine);
        List<Assigned> all = assignments.stream().sorted(Comparator.comparing((Assignments.Assignment each) -> !each.isInScope())
                .thenComparing(each -> each.policy().state())).map(each -> assigned(each, words)).toList();
        int inScope = (int) assignments.stream().filter(Assignments.Assignment::isInScope).count();
        int others = engine.policySet().policies().size() - assignments.size();
        return new Policies(UserWords.number(inScope) + " of " + (engine.policySet().policies().size() == 1 ? "1 policy"
                : UserWords.number(engine.policySet().policies().size()) + " policies"), all, others == 0 ? "" : UserWords.number(others)
                + (others == 1 ? " other policy does" : " other policies do") + " not include this user.",
                Workbench.ROOT + "policies?user=" + UserWords.encoded(user.userPrincipalName()));
    }

    private static Assigned assigned(Assignments.Assignment each, DecisionWords words) {
        PolicyState state = each.policy().state();
        String name = PolicyViews.STATES.stream().filter(known -> known.value().equals(state.graphName())).findFirst().orElseThrow().name();
        return new Assigned(each.policy().displayName(), Links.policy(each.policy().id()), name, state == PolicyState.ENABLED ? "allow"
                : state == PolicyState.REPORT_ONLY ? "prompt-register" : "", by(each.includedBy(), words), by(each.excludedBy(), words));
    }

    /** Assignments in words. */
    static String by(List<Decision.Rule> rules, DecisionWords words) {
        return rules.stream().map(rule -> rule.rule().equals("allUsers") ? "all users" : words.rule(rule))
                .collect(Collectors.joining(", "));
    }

    private static List<Step> steps(UserState user) {
        List<Step> steps = new ArrayList<>();
        PerUserMfaState state = user.perUserMfaState();
        if (state == PerUserMfaState.DISABLED) {
            steps.add(new Step("enable", "Enable", user.isMfaRegistered() ? "" : "primary"));
        }
        if (state != PerUserMfaState.ENFORCED) {
            steps.add(new Step("enforce", "Enforce", user.isMfaRegistered() ? "primary" : ""));
        }
        if (state != PerUserMfaState.DISABLED) {
            steps.add(new Step("disable", "Disable", ""));
        }
        steps.add(new Step("revoke-sessions", "Revoke sessions", ""));
        steps.add(new Step("revoke-remembered", "Revoke remembered MFA", ""));
        if (!user.authenticationMethods().isEmpty()) {
            steps.add(new Step("require-reregister", "Require re-register", ""));
        }
        return steps;
    }

    private static List<Fact> facts(UserState user, Row row, Instant at, PolicyEngine engine) {
        List<Fact> facts = new ArrayList<>();
        if (!row.protectedBy().isEmpty()) {
            facts.add(new Fact("Protected by", UserWords.protectedBy(row.protectedBy(), engine)));
        }
        add(facts, "Password alone opens, anywhere", row.passwordAlone().isEmpty() ? "nothing" : UserWords.opens(row.passwordAlone()));
        add(facts, "Only from trusted places", !row.onlyFromTrusted().isEmpty() ? UserWords.opens(row.onlyFromTrusted())
                : row.passwordAlone().isEmpty() ? "nothing" : "nothing more");
        add(facts, "Registered for MFA", row.isActivated() ? "yes" : "no");
        add(facts, "Must register", UsersPages.registers(row, at));
        add(facts, "Enabled since", UserWords.minute(user.perUserMfaEnabledDateTime()));
        add(facts, "Groups", String.join(", ", user.memberOf()));
        add(facts, "Roles", String.join(", ", UserText.roles(user)));
        add(facts, "Sessions revoked before", UserWords.minute(user.signInSessionsValidFromDateTime()));
        add(facts, "Remembered MFA revoked before", UserWords.minute(user.rememberDevicesNotIssuedBefore()));
        return facts;
    }

    private static void add(List<Fact> facts, String name, String text) {
        if (!text.isEmpty()) {
            facts.add(new Fact(name, new Prose(List.of(new Prose.Part("text", text, "")))));
        }
    }

    private static List<Method> methods(UserState user, boolean deletesOne) {
        List<Method> methods = new ArrayList<>();
        for (AuthenticationMethod each : user.authenticationMethods()) {
            String detail = Stream.of(each.displayName(), each.phoneNumber(), each.emailAddress()).filter(Objects::nonNull)
                    .collect(Collectors.joining(", "));
            String name = UserWords.name(each.method());
            methods.add(new Method(UserWords.icon(each.method()), name, detail, each.isDefault(), each.isUsable(),
                    UserWords.day(each.createdDateTime()), "unregister:" + each.method().graphName(), "Delete " + name));
        }
        for (AppPassword each : user.appPasswords()) {
            String name = UserWords.orEmpty(each.displayName());
            methods.add(new Method("lock", "App password", name, false, true, UserWords.day(each.createdDateTime()),
                    name.isEmpty() || !deletesOne ? "" : "delete-app-password:" + name, "Delete the app password " + name));
        }
        return methods;
    }

    private static String words(PerUserMfaChange change) {
        String from = change.from() == null ? "" : UserWords.state(change.from());
        String to = change.to() == null ? "" : UserWords.state(change.to());
        return UserWords.minute(change.dateTime()) + ": " + from + " → " + to + (change.by() == null ? "" : ", by " + change.by());
    }

    // ---- what may be added

    private Place place(Visit visit, UserState user, PolicyEngine engine) {
        String trusted = UserWords.orEmpty(MfaReport.trusted(engine.policySet()));
        String asked = visit.get("place");
        String kind = asked.equals("elsewhere") || asked.equals("ip") ? asked : trusted.isEmpty() ? "elsewhere" : "trusted";
        List<Device> devices = engine.directory().devices().stream().limit(MOST_DEVICES)
                .map(device -> new Device(UserWords.orEmpty(device.deviceId() == null ? device.displayName() : device.deviceId()),
                UserWords.orEmpty(device.displayName() == null ? device.deviceId() : device.displayName()))).toList();
        boolean isMfaDone = visit.has("mfa") ? visit.get("mfa").equals("yes") : user.isMfaRegistered();
        return new Place(kind, trusted, MfaReport.outside(engine.policySet()), visit.get("ip"), visit.get("device"), isMfaDone, devices);
    }

    private static String address(Place place) {
        return place.kind().equals("trusted") ? place.trusted() : place.kind().equals("ip") ? place.ip() : place.elsewhere();
    }

    private SignIn session(UserState user, Place place, Instant time) {
        String ip = address(place);
        return MethodOffers.session(user, time, place.isMfaDone()).ipAddress(ip.isEmpty() ? null : ip)
                .deviceName(place.device().isEmpty() ? null : place.device()).build();
    }

    private Offers offers(PolicyEngine engine, UserState user, Place place) {
        List<MethodOffers.Offer> offers = MethodOffers.of(engine, user, session(user, place, desk.now()));
        MethodOffers.Offer unusable = offers.stream().filter(offer -> !offer.isUsable()).findFirst().orElse(null);
        if (unusable != null) {
            return new Offers("", UserWords.sentence(unusable.decision().reason().message()), List.of());
        }
        long allowed = offers.stream().filter(MethodOffers.Offer::isAllowed).count();
        boolean helpsToDoMfa = !place.isMfaDone() && user.isMfaRegistered() && offers.stream()
                .anyMatch(offer -> offer.decision().outcome() == Outcome.CHALLENGE);
        return new Offers(user.userPrincipalName() + " may add " + allowed + " of " + offers.size() + " methods from there."
                + (helpsToDoMfa ? " MFA opens more: choose “Just done” above." : ""), "",
                offers.stream().map(offer -> offer(user, offer, engine)).toList());
    }

    private static Offer offer(UserState user, MethodOffers.Offer offer, PolicyEngine engine) {
        AuthenticationMethodMode method = offer.method();
        boolean isAppPassword = method == AuthenticationMethodMode.APP_PASSWORD;
        Outcome outcome = offer.decision().outcome();
        String verdict = switch (outcome) {
            case ALLOW -> offer.isAllowed() ? "Allowed" : "No more";
            case CHALLENGE -> "MFA first";
            case PROMPT_REGISTER -> "Register first";
            case BLOCK -> "Blocked";
        };
        boolean helpsToEnforce = isAppPassword && !offer.isAllowed() && user.isMfaRegistered()
                && user.perUserMfaState() != PerUserMfaState.ENFORCED;
        return new Offer(UserWords.icon(method), UserWords.name(method), method.graphName(), offer.isAllowed(), verdict,
                offer.isAllowed() ? "allow" : outcome == Outcome.ALLOW ? "" : outcome.toString(),
                Prose.all(whyNot(offer), UserWords.policies(engine)), isAppPassword, helpsToEnforce ? "enforce" : "");
    }

    /** The dialog that asks for the name of a method, its number or its address. */
    private Reply addMethod(Visit visit) throws UnusableException {
        PolicyEngine engine = desk.engine();
        UserState user = user(visit.get("user"), engine.directory());
        AuthenticationMethodMode method = UserChanges.method(visit.get("method"));
        Place place = place(visit, user, engine);
        Reply refusal = refusal(MethodOffers.of(engine, user, session(user, place, desk.now()), method));
        if (refusal != null) {
            return refusal;
        }
        return views.html("securityinfo-add.jte", Map.of("id", user.id(), "place", place, "method", method.graphName(), "name",
                UserWords.name(method), "userPrincipalName", user.userPrincipalName(), "error", "", "obstacles", obstacles(user, method,
                engine)));
    }

    private @Nullable Reply refusal(MethodOffers.Offer offer) {
        return offer.isAllowed() ? null : changes.failure(UserWords.name(offer.method()) + " cannot be added from there.",
                sentences(whyNot(offer)));
    }

    private static String sentences(List<String> texts) {
        return String.join(". ", texts) + ".";
    }

    /** Why a method may not be added, with names of policies in backticks. */
    private static List<String> whyNot(MethodOffers.Offer offer) {
        List<String> policies = offer.decision().reason().policies();
        List<String> why = new ArrayList<>(offer.why());
        if (offer.decision().outcome() != Outcome.ALLOW) {
            why.set(0, offer.decision().reason().message() + (policies.isEmpty() ? "" : ": `" + String.join("`, `", policies) + "`"));
        }
        return why.stream().map(UserWords::inWorkbench).map(UserWords::sentence).toList();
    }

    /** What refuses a program with an app password that is about to be made. */
    private List<Prose> obstacles(UserState user, AuthenticationMethodMode method, PolicyEngine engine) {
        return method != AuthenticationMethodMode.APP_PASSWORD ? List.of() : Prose.all(AppPasswordSteps.obstacles(List.of(user), engine,
                desk.now()).stream().map(UserWords::sentence).toList(), UserWords.policies(engine));
    }

    // ---- app passwords

    /** Makes an app password if the policies allow it, and shows it; the answer is the only place in which it is. */
    private Reply appPassword(Visit visit) throws Exception {
        String name = visit.get("name");
        UserState after;
        String password;
        String address;
        String file;
        try (DirectoryFiles files = changes.lock()) {
            UserState user = user(visit.get("user"), files.directory());
            PolicyEngine engine = desk.engine();
            Place place = place(visit, user, engine);
            MethodOffers.Offer offer = MethodOffers.of(engine, user, session(user, place, desk.now()),
                    AuthenticationMethodMode.APP_PASSWORD);
            Reply refusal = refusal(offer);
            if (refusal != null) {
                return refusal;
            }
            String unusable = AppPasswordSteps.refusal(user, name);
            if (unusable != null) {
                return views.html("securityinfo-add.jte", Map.of("id", user.id(), "place", place, "method", "appPassword", "name",
                        "App password", "userPrincipalName", user.userPrincipalName(), "error", UserWords.sentence(unusable) + ".",
                        "obstacles", obstacles(user, AuthenticationMethodMode.APP_PASSWORD, engine)));
            }
            AppPasswordSteps.Created created = AppPasswordSteps.create(user, name, offer.decision().evaluatedDateTime());
            DirectoryFiles.Change change = files.change(List.of(created.user()));
            change.write();
            file = String.join(", ", UserChanges.names(change.files()));
            after = created.user();
            password = created.password();
            address = address(place);
        } catch (EditException e) {
            return changes.unwritable(e);
        } catch (PolicyLoadException e) {
            return changes.unreadable(e);
        }
        changes.awaitInForce(List.of(after));
        return views.html("securityinfo-created.jte", Map.of("id", after.id(), "userPrincipalName", after.userPrincipalName(), "name", name,
                "password", password, "application", MAIL, "address", address, "file", file, "behind", changes.behind(visit)));
    }

    /** A sign-in with an app password, and the same with the normal password. */
    private Reply tried(Visit visit) throws UnusableException {
        PolicyEngine engine = desk.engine();
        UserState user = user(visit.get("user"), engine.directory());
        String password = visit.raw("password").replaceAll("\\s", "");
        SignIn.Authentication normal = SignIn.Authentication.builder().credential("password").methods(List.of("password"))
                .firstFactor("passed").homeTenantMfa(false).build();
        List<Verdict> verdicts = new ArrayList<>();
        String wrong = password.isEmpty() || isAppPasswordOf(user, password) ? "" : "This is not an app password of "
                + user.userPrincipalName() + (user.appPasswords().isEmpty() ? ", who has none. Add one above."
                : ". Type it as it was shown; if it is lost, delete it and add another one.");
        if (!password.isEmpty()) {
            Decision decision = tried(visit, user, SignIn.Authentication.ofAppPassword(password), engine);
            if (decision.reason().code() == ReasonCode.INVALID_REQUEST) {
                return triedHtml(new Tried(UserWords.sentence(decision.reason().message()), List.of()));
            }
            verdicts.add(wrong.isEmpty() ? verdict("With the app password", decision, engine) : new Verdict("With what you typed",
                    decision.outcome().toString(), "Wrong password", Prose.of(wrong), List.of()));
        }
        Decision decision = tried(visit, user, normal, engine);
        if (decision.reason().code() == ReasonCode.INVALID_REQUEST) {
            return triedHtml(new Tried(UserWords.sentence(decision.reason().message()), List.of()));
        }
        verdicts.add(verdict("With the normal password", decision, engine));
        return triedHtml(new Tried(password.isEmpty() ? "Type the app password to try it." : "", verdicts));
    }

    private static boolean isAppPasswordOf(UserState user, String password) {
        return user.appPasswords().stream().anyMatch(each -> AppPasswords.matches(password, each.hash()));
    }

    private Reply triedHtml(Tried tried) {
        return views.html("securityinfo-tried.jte", Map.of("tried", tried));
    }

    private Decision tried(Visit visit, UserState user, SignIn.Authentication authentication, PolicyEngine engine) {
        String client = visit.get("client");
        SignIn signIn = SignIn.builder().user(user.userPrincipalName()).application(visit.has("application") ? visit.get("application")
                : MAIL).clientAppType(client.isEmpty() ? "other" : client).ipAddress(visit.has("ip") ? visit.get("ip") : null)
                .createdDateTime(desk.now()).authentication(authentication).session(SignIn.Session.INTERACTIVE).build();
        return engine.explain(signIn, user);
    }

    private static Verdict verdict(String name, Decision decision, PolicyEngine engine) {
        String words = switch (decision.outcome()) {
            case ALLOW -> "Let in";
            case CHALLENGE -> "Asked for " + (decision.requiredControls().isEmpty() ? "a new sign-in" : String.join(", then ",
                    decision.requiredControls()));
            case PROMPT_REGISTER -> "Sent to registration";
            case BLOCK -> "Refused";
        };
        List<String> policies = decision.reason().policies();
        List<String> findings = decision.findings().stream().filter(text -> text.contains("DEC-17")).map(UserWords::sentence).toList();
        String reason = UserWords.sentence(decision.reason().message()) + (policies.isEmpty() ? "" : ": `" + String.join("`, `", policies)
                + "`");
        return new Verdict(name, decision.outcome().toString(), words, Prose.of(reason, UserWords.policies(engine)), Prose.all(findings));
    }
}
