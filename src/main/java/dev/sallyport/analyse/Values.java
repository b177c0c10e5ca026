package dev.sallyport.analyse;

import dev.sallyport.decide.Scopes;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Device;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The values of the dimensions of a space, those first that are the least remarkable. */
final class Values {

    static final String UNNAMED_APPLICATION = "00000000-0000-4000-8000-00000000aa01";
    private static final String EXCHANGE = Catalogue.builtIn().use("mail").get(0);
    private static final int MOST_CONTEXTS = 99;
    /** A low-privilege scope that is not one of sign-in alone, and one that is (CA-APP-17). */
    private static final List<List<String>> LOW_PRIVILEGE = List.of(List.of("User.Read"), List.of("openid"));

    private final List<World> worlds;
    private final Kind kind;
    private final boolean isUnproven;
    private final Map<Axis, List<? extends Signal>> only;

    /** @param only the only values of some dimensions */
    Values(List<World> worlds, Kind kind, boolean isUnproven, Map<Axis, List<? extends Signal>> only) {
        this.only = only;
        this.worlds = worlds;
        this.kind = kind;
        this.isUnproven = isUnproven;
    }

    /**
     * The values of each dimension.
     *
     * @param matters whether an application with scopes is a value of its own
     */
    Map<Axis, List<? extends Signal>> all(Times times, Predicate<Signal.Application> matters) throws PolicyLoadException {
        Map<Axis, List<? extends Signal>> all = new LinkedHashMap<>();
        if (kind.isSignIn()) {
            all.put(Axis.APPLICATION, applications(matters));
        }
        if (kind == Kind.AUTHENTICATION_CONTEXT) {
            all.put(Axis.AUTHENTICATION_CONTEXT, contexts());
        } else if (mayStepUp()) {
            all.put(Axis.AUTHENTICATION_CONTEXT, Stream.concat(Stream.of(Signal.Context.NONE), contexts().stream()).toList());
        }
        all.put(Axis.CLIENT, clients());
        all.put(Axis.SIGN_IN_RISK, risks(Axis.SIGN_IN_RISK));
        all.put(Axis.USER_RISK, risks(Axis.USER_RISK));
        all.put(Axis.INSIDER_RISK, Arrays.stream(InsiderRiskLevel.values()).map(Signal.InsiderRisk::new).toList());
        all.put(Axis.LOCATION, Places.of(worlds).stream().filter(place -> !isUnproven || place.gps() == null).toList());
        all.put(Axis.DEVICE, only.containsKey(Axis.DEVICE) ? List.of() : origins().stream().filter(origin -> !isUnproven
                || !origin.isManaged()).toList());
        if (!kind.isOfPeople() || isAskedOfPeople(conditions -> !conditions.servicePrincipalRiskLevels().isEmpty())) {
            all.put(Axis.SERVICE_PRINCIPAL_RISK, risks(Axis.SERVICE_PRINCIPAL_RISK));
        }
        if (!kind.isOfPeople() || isAskedOfPeople(conditions -> !conditions.agentIdRiskLevels().isEmpty())) {
            all.put(Axis.AGENT_RISK, risks(Axis.AGENT_RISK));
        }
        if (kind == Kind.LEGACY) {
            all.put(Axis.CREDENTIAL, List.of(new Signal.Secret(Credential.PASSWORD), new Signal.Secret(Credential.APP_PASSWORD)));
        }
        if (kind == Kind.REGISTRATION) {
            all.put(Axis.METHOD, Stream.of(AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH, AuthenticationMethodMode.FIDO2,
                    AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS).map(Signal.Method::new).toList());
        }
        if (policies().anyMatch(policy -> policy.conditions().times() != null)) {
            all.put(Axis.TIME, times.all().stream().map(Signal.Time::new).toList());
        }
        all.replaceAll((axis, values) -> only.getOrDefault(axis, values));
        return all;
    }

    /** Whether there are requests of a kind at all: those with an authentication context need one. */
    static boolean exist(Kind kind, World world) {
        return kind != Kind.AUTHENTICATION_CONTEXT || !new Values(List.of(world), kind, true, Map.of()).contexts().isEmpty();
    }

    /** Whether requests are compared that only differ from those of their kind by an authentication context. */
    boolean mayStepUp() {
        return worlds.size() > 1 && EnumSet.of(Kind.LEGACY, Kind.WORKLOAD, Kind.AGENT).contains(kind)
                && policies().map(policy -> policy.conditions().applications()).anyMatch(target -> target.includesUnknown()
                || !target.includeAuthenticationContextClassReferences().isEmpty()) && !contexts().isEmpty();
    }

    /** Whether policies are compared that look at the risk of others in requests of people, which may carry it. */
    private boolean isAskedOfPeople(Predicate<ConditionalAccessPolicy.Conditions> looks) {
        return worlds.size() > 1 && policies().map(ConditionalAccessPolicy::conditions).anyMatch(conditions -> looks.test(conditions)
                && (conditions.clientApplications() == null || !conditions.users().includesNobody()));
    }

    private Stream<ConditionalAccessPolicy> policies() {
        return worlds.stream().flatMap(world -> world.everyPolicy().stream());
    }

    // ---- applications

    private List<Signal.Application> applications(Predicate<Signal.Application> matters) {
        Map<String, String> names = new LinkedHashMap<>();
        names.put(EXCHANGE, "");
        names.put(UNNAMED_APPLICATION, Space.UNNAMED);
        worlds.forEach(world -> world.directory.applications().forEach(each -> {
            Catalogue.Client client = world.directory.catalogue().clientById(each.appId());
            names.put(each.appId(), client != null ? client.displayName() : each.displayName());
        }));
        policies().map(policy -> policy.conditions().applications()).flatMap(target -> Stream.concat(target.includeApplications().stream(),
                target.excludeApplications().stream())).filter(each -> WellKnown.isId(each.id()))
                .forEach(each -> names.putIfAbsent(each.id(), each.text()));
        List<Signal.Application> applications = new ArrayList<>();
        names.forEach((id, name) -> {
            List<String> audiences = audiences(id);
            boolean isWritten = isWritten(audiences);
            applications.add(new Signal.Application(id, audiences, name, List.of(), isWritten ? "read" : null));
            if (isWritten) {
                applications.add(new Signal.Application(id, audiences, WRITES + name, List.of(), "write"));
            }
        });
        applications.add(new Signal.Application(null, List.of(), unknown(kind), List.of(), null));
        if (kind == Kind.SIGN_IN || kind == Kind.AUTHENTICATION_CONTEXT) {
            List.copyOf(applications).forEach(each -> scopes(each).map(each::with).filter(matters).forEach(applications::add));
        }
        return applications;
    }

    /** What a request is for that does not name its application. */
    static String unknown(Kind kind) {
        return kind == Kind.AUTHENTICATION_CONTEXT ? "no application" : "an application that is not known";
    }

    /** How the name of an application begins through which Azure resources are changed. */
    static final String WRITES = "changes of Azure resources with ";

    private boolean isWritten(List<String> audiences) {
        return Catalogue.builtIn().mandatoryMfa().stream().anyMatch(row -> row.isForWritesOnly() && audiences.contains(row.application()))
                && worlds.stream().anyMatch(world -> world.set.evaluationSettings().mandatoryAdminPortalMfa());
    }

    /**
     * Scopes that hit every combination of being of low privilege, of sign-in alone, and those for which an application is exempt from a
     * control (DEC-06).
     */
    private Stream<List<String>> scopes(Signal.Application application) {
        Set<List<String>> scopes = new LinkedHashSet<>(LOW_PRIVILEGE);
        for (World world : worlds) {
            List<Catalogue.ControlExemption> rows = world.set.catalogue().controlExemptions().stream().filter(row -> !row.scopes().isEmpty()
                    && application.audiences().contains(row.application())).toList();
            if (!rows.isEmpty()) {
                List<String> exempt = new ArrayList<>(rows.get(0).scopes());
                rows.forEach(row -> exempt.retainAll(row.scopes()));
                scopes.add(List.copyOf(exempt));
                scopes.add(exempt.stream().filter(each -> Scopes.areLowPrivilege(List.of(each))).toList());
                scopes.add(exempt.stream().filter(each -> Scopes.areOidc(List.of(each))).toList());
                scopes.add(List.of("People.Read", "User.Read"));
                scopes.add(List.of("openid", "profile"));
            }
        }
        return scopes.stream().filter(each -> !each.isEmpty());
    }

    private List<String> audiences(String id) {
        return audiences(id, worlds.get(0));
    }

    /** The resources that an application stands for in a world. */
    static List<String> audiences(String id, World world) {
        Catalogue.Client client = world.directory.catalogue().clientById(id);
        List<String> audiences = new ArrayList<>(client == null ? List.of() : client.opens());
        audiences.add(id);
        return audiences;
    }

    /** The contexts that are declared or named by policies, and one that is not where a comparison can tell it. */
    private List<Signal.Context> contexts() {
        Set<String> ids = new TreeSet<>();
        worlds.forEach(world -> world.set.authenticationContexts().forEach(each -> ids.add(each.id())));
        policies().forEach(policy -> ids.addAll(policy.conditions().applications().includeAuthenticationContextClassReferences()));
        if (worlds.size() > 1 && policies().anyMatch(policy -> policy.conditions().applications().includesUnknown())) {
            IntStream.rangeClosed(1, MOST_CONTEXTS).mapToObj(number -> "c" + number).filter(id -> !ids.contains(id)).findFirst()
                    .ifPresent(ids::add);
        }
        return ids.stream().filter(id -> id.matches("c[1-9][0-9]?")).map(Signal.Context::new).toList();
    }

    // ---- the rest

    private List<Signal.Client> clients() {
        List<ClientAppType> legacy = List.of(ClientAppType.OTHER, ClientAppType.EXCHANGE_ACTIVE_SYNC);
        List<ClientAppType> types = new ArrayList<>(kind == Kind.LEGACY ? legacy : List.of(ClientAppType.BROWSER,
                ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS));
        if (!kind.isOfPeople()) {
            types.addAll(legacy);                    // what does not say its client has a legacy one (CA-UNK-03)
        }
        List<Signal.Client> clients = new ArrayList<>();
        for (ClientAppType type : types) {
            clients.add(new Signal.Client(type, DevicePlatform.WINDOWS));
            for (DevicePlatform platform : DevicePlatform.values()) {
                if (platform != DevicePlatform.ALL && platform != DevicePlatform.WINDOWS) {
                    clients.add(new Signal.Client(type, platform));
                }
            }
            clients.add(new Signal.Client(type, null));
        }
        return clients;
    }

    private static List<Signal.Risk> risks(Axis axis) {
        return Stream.of(RiskLevel.NONE, RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.HIGH).map(level -> new Signal.Risk(axis, level))
                .toList();
    }

    private List<Signal.Origin> origins() throws PolicyLoadException {
        List<Device> devices = Devices.of(policies().toList());
        List<Signal.Origin> origins = new ArrayList<>();
        devices.forEach(device -> origins.add(new Signal.Origin(TransferMethod.NONE, device)));
        devices.forEach(device -> origins.add(new Signal.Origin(TransferMethod.AUTHENTICATION_TRANSFER, device)));
        origins.add(new Signal.Origin(TransferMethod.DEVICE_CODE_FLOW, null));
        return origins;
    }
}
