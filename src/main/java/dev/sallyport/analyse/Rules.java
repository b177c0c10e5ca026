package dev.sallyport.analyse;

import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.compile.Control;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.WellKnown;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.ToIntBiFunction;

/** What the engine asks for beside Conditional Access, as sources of the same shape as policies. */
final class Rules {

    private static final String DISABLED = "the account is disabled";
    private static final String AT_HOME = "guests of B2B direct connect register at home";
    /** Rules about the state of an account. They close a request, and are not told as what would protect others. */
    static final Set<String> OF_ACCOUNTS = Set.of(DISABLED, AT_HOME);
    static final Control MFA = new Control(Control.Kind.MFA, GrantControl.MFA, null, null, null);
    static final List<List<Literal>> ASKS_FOR_MFA = List.of(List.of(new Literal.Grant(MFA, false)));
    private static final String AZURE_MANAGEMENT = Catalogue.builtIn().use("azureManagement").get(0);

    private final Sources sources;
    private final int number;
    private final View view;
    private final World world;
    private final Kind kind;

    /** @param number the number of the view */
    Rules(Sources sources, int number, View view, Kind kind) {
        this.sources = sources;
        this.number = number;
        this.view = view;
        this.world = view.world();
        this.kind = kind;
    }

    void all() {
        blocks(DISABLED, Map.of(), profile -> !profile.key.isEnabled());
        if (kind == Kind.AGENT) {
            blocks("agent users have no legacy clients", Map.of(Axis.CLIENT, signal -> ((Signal.Client) signal).isLegacy()),
                    Profile::isUser);
        }
        switch (kind) {
            case LEGACY -> legacy();
            case REGISTRATION -> registration();
            case APP_PASSWORD -> appPassword();
            default -> signIn();
        }
    }

    private boolean isAt(Signal signal, Catalogue.MandatoryMfa row) {
        Signal.Application application = (Signal.Application) signal;
        return application.audiences().contains(row.application()) && (!row.isForWritesOnly() || application.isWrite());
    }

    /** Calls back for Microsoft's own MFA that is in force (MM-01, DEC-10). */
    private void mandatory(BiConsumer<String, Map<Axis, Predicate<Signal>>> told) {
        Instant postponed = world.set.evaluationSettings().mandatoryMfaPhase2From();
        if (!world.set.evaluationSettings().mandatoryAdminPortalMfa()) {
            return;
        }
        for (boolean isForWrites : new boolean[] {false, true}) {
            List<Catalogue.MandatoryMfa> rows = Catalogue.builtIn().mandatoryMfa().stream().filter(row -> row.isForWritesOnly()
                    == isForWrites && !world.now.isBefore(isForWrites && postponed != null ? postponed : row.since())).toList();
            if (!rows.isEmpty()) {
                told.accept(isForWrites ? "mandatory MFA for changes of Azure resources" : "mandatory MFA for admin portals",
                        Map.of(Axis.APPLICATION, signal -> rows.stream().anyMatch(row -> isAt(signal, row))));
            }
        }
    }

    private Map<Axis, Predicate<Signal>> outside() {
        return Map.of(Axis.LOCATION, signal -> !View.isTrustedIp(world, (Signal.Place) signal));
    }

    private void signIn() {
        if (kind.isSignIn()) {
            mandatory((name, where) -> asksForMfa(name, where, Profile::isUser));
        }
        asksForMfa("per-user MFA outside the MFA trusted IPs", outside(), profile -> profile.key.perUser() != PerUserMfaState.DISABLED
                && profile.canDoMfa());
        asksForMfa("per-user MFA", Map.of(), profile -> !profile.canDoMfa() && (profile.key.perUser() == PerUserMfaState.ENFORCED
                || profile.key.perUser() == PerUserMfaState.ENABLED && !profile.key.isPerUserGrace()));
        if (world.set.securityDefaults().isEnabled()) {
            Predicate<Profile> covered = profile -> profile.isUser() && !profile.key.synchronises();
            Predicate<Profile> waits = profile -> !profile.canDoMfa() && profile.key.isDefaultsGrace()
                    && !profile.key.isAdministrator();
            asksForMfa("security defaults", Map.of(), covered.and(waits.negate()));
            if (kind.isSignIn()) {
                asksForMfa("security defaults", Map.of(Axis.APPLICATION, signal -> isIn(signal, AZURE_MANAGEMENT)),
                        covered.and(waits));
            }
        }
    }

    private void registration() {
        blocks(AT_HOME, Map.of(), Profile::isDirectConnect);
        asksForMfa("MFA before a change of security information", Map.of(), Profile::isRegistered);
        if (world.set.securityDefaults().isEnabled()) {
            add("security defaults let users register an app first", Map.of(Axis.METHOD, signal -> ((Signal.Method) signal)
                    .isStrongButNoApp()), profile -> !profile.isRegistered() && !profile.key.synchronises(), Profile.BLOCK,
                    (profile, clauses) -> profile.refused());
        }
    }

    /** The creation table of section 10.4. */
    private void appPassword() {
        if (!world.set.mfaSettings().allowAppPasswords()) {
            blocks("app passwords are not allowed", Map.of(), profile -> true);
        }
        blocks(AT_HOME, Map.of(), Profile::isDirectConnect);
        blocks("app passwords need enforced per-user MFA", Map.of(), profile -> profile.key.perUser() != PerUserMfaState.ENFORCED
                && !(profile.key.perUser() == PerUserMfaState.ENABLED && !profile.isRegistered()));
        blocks("the user has as many app passwords as there may be", Map.of(), profile -> profile.key.isFull());
        asksForMfa("MFA before a change of security information", Map.of(), Profile::isRegistered);
        add("registration before an app password", Map.of(), profile -> !profile.isRegistered(), ASKS_FOR_MFA,
                (profile, clauses) -> profile.registration());
    }

    /** What legacy clients meet beside policies: the tables of section 10.4. */
    private void legacy() {
        Predicate<Profile> isEnforced = profile -> profile.key.perUser() == PerUserMfaState.ENFORCED;
        Predicate<Profile> hasAppPassword = profile -> profile.key.hasAppPasswords();
        Predicate<Signal> isAppPassword = signal -> ((Signal.Secret) signal).credential() == Credential.APP_PASSWORD;
        if (world.set.securityDefaults().isEnabled()) {
            blocks("security defaults", Map.of(), profile -> !profile.key.synchronises());
        }
        mandatory((name, where) -> blocks(name, where, profile -> true));
        Map<Axis, Predicate<Signal>> byPassword = Map.of(Axis.CREDENTIAL, isAppPassword.negate());
        Map<Axis, Predicate<Signal>> byAppPassword = Map.of(Axis.CREDENTIAL, isAppPassword);
        blocks("per-user MFA", byPassword, isEnforced.and(hasAppPassword));
        blocks("per-user MFA outside the MFA trusted IPs", Source.and(byPassword, Axis.LOCATION, outside().get(Axis.LOCATION)),
                isEnforced.and(hasAppPassword.negate()));
        blocks("app passwords need enforced per-user MFA", byAppPassword, isEnforced.and(hasAppPassword).negate());
        blocks("app passwords do not administer", Source.and(byAppPassword, Axis.APPLICATION, signal
                -> isIn(signal, WellKnown.MICROSOFT_ADMIN_PORTALS) || isIn(signal, AZURE_MANAGEMENT)), isEnforced.and(hasAppPassword));
    }

    private void blocks(String name, Map<Axis, Predicate<Signal>> where, Predicate<Profile> whose) {
        add(name, where, whose, Profile.BLOCK, (profile, clauses) -> profile.blocked());
    }

    private void asksForMfa(String name, Map<Axis, Predicate<Signal>> where, Predicate<Profile> whose) {
        Facet facet = Facet.of(Map.of(), Sources.action(kind));
        add(name, where, whose, ASKS_FOR_MFA, (profile, clauses) -> profile.gap(clauses, facet));
    }

    private void add(String name, Map<Axis, Predicate<Signal>> where, Predicate<Profile> whose, List<List<Literal>> clauses,
            ToIntBiFunction<Profile, List<List<Literal>>> gap) {
        sources.add(new Source(name, number, null, Source.Reading.of(Sources.action(kind)), view.during(where),
                sources.demands(view, sources.everybody(), whose, profile -> clauses, gap)));
    }

    private boolean isIn(Signal signal, String grouping) {
        return ((Signal.Application) signal).audiences().stream().anyMatch(id -> {
            Directory.Application application = world.directory.application(id);
            return id.equals(grouping) || application != null && application.memberOf().contains(grouping);
        });
    }
}
