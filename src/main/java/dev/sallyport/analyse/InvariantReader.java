package dev.sallyport.analyse;

import dev.sallyport.analyse.Invariants.Accepted;
import dev.sallyport.analyse.Invariants.Demand;
import dev.sallyport.analyse.Invariants.Invariant;
import dev.sallyport.analyse.Invariants.Requires;
import dev.sallyport.analyse.Invariants.Scope;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy.Agents;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.FilterRule;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Platforms;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.DeviceFilter;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Reference;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.Roles;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources.Document;
import dev.sallyport.read.Fields;
import dev.sallyport.read.PolicyReader;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns documents into invariants. Names of users, groups and others stay as they are written until a policy set is at hand. */
public final class InvariantReader {

    static final String KIND = "invariants";
    /** Stands for the roles that security defaults always ask for MFA (SD-MFA-01). */
    static final String DEFAULTS_ROLES = "securityDefaultsRoles";
    private static final Reference ALL = new Reference("All", "All", null);
    private static final String KINDS = String.join(", ", Arrays.stream(Kind.values()).map(Kind::toString).toList());

    private final Diagnostics out;
    private final List<Invariant> invariants = new ArrayList<>();
    private final List<Accepted> accepted = new ArrayList<>();
    private final Map<String, Position> names = new HashMap<>();

    /** @param out takes what is wrong with the documents */
    public InvariantReader(Diagnostics out) {
        this.out = out;
    }

    /** The invariants of documents; what is wrong is reported, and the rest is read all the same. */
    public Invariants read(List<Document> documents) {
        for (Document document : documents) {
            if (isInvariants(document)) {
                Fields fields = new Fields((Node.Mapping) document.root(), KIND, false, out);
                fields.ignore("kind");
                if (fields.take(KIND) == null && fields.take("accepted") == null) {
                    out.error("SP1410", fields.position(), "the document has neither `invariants` nor `accepted`",
                            "add one of them, a list");
                }
                fields.objects(KIND).forEach(this::invariant);
                fields.objects("accepted").forEach(this::accepted);
                fields.done();
            }
        }
        return new Invariants(invariants, accepted);
    }

    private boolean isInvariants(Document document) {
        Node kind = document.root() instanceof Node.Mapping mapping ? mapping.get("kind") : null;
        if (kind instanceof Node.Scalar text && text.text().equals(KIND)) {
            return true;
        }
        String near = kind instanceof Node.Scalar text ? Suggestions.didYouMean(text.text(), List.of(KIND)) : null;
        out.error("SP1410", kind == null ? document.root().position() : kind.position(), "not a document with invariants",
                near != null ? near : "write `kind: " + KIND + "`");
        return false;
    }

    private String name(Fields fields) {
        String name = fields.required("name");
        Position first = name.isEmpty() ? null : names.putIfAbsent(WellKnown.fold(name), fields.position("name"));
        if (first != null) {
            out.error("SP1201", fields.position("name"), "the name `" + name + "` is used twice", "the first use is at " + first);
        }
        return name;
    }

    private void invariant(Fields fields) {
        String name = name(fields);
        boolean isPerExclusion = "exclusion".equals(fields.option("each", null, "exclusion"));
        Scope box = box(fields);
        Scope except = except(fields);
        String sources = fields.option("sources", null, "conditionalAccess", "all");
        Demand demand = demand(fields);
        List<String> references = fields.texts("references");
        fields.done();
        if (demand != null) {
            invariants.add(new Invariant(name, isPerExclusion, box, except, demand, "all".equals(sources), references, fields.position()));
        }
    }

    private void accepted(Fields fields) {
        String name = name(fields);
        Scope box = box(fields);
        Scope except = except(fields);
        String needed = fields.option("requirement", null, Opening.PASSWORD_ALONE.toString(), Opening.REGISTERING_FIRST.toString());
        String reason = fields.required("reason");
        Reference until = fields.reference("until");
        LocalDate last = null;
        try {
            last = until == null ? null : LocalDate.parse(until.text());
        } catch (DateTimeException e) {
            out.error("SP1107", until.position(), "`until` is not a date: `" + until + "`", "write a date such as 2027-01-31");
        }
        fields.done();
        accepted.add(new Accepted(name, box, except, opening(needed), reason, last, fields.position()));
    }

    private static @Nullable Opening opening(@Nullable String needed) {
        return Arrays.stream(Opening.values()).filter(each -> each.toString().equals(needed)).findFirst().orElse(null);
    }

    // ---- boxes

    private Scope box(Fields fields) {
        Fields who = fields.object("for");
        Fields what = fields.object("on");
        Fields none = new Fields(new Node.Mapping(fields.position(), List.of()), "a box", false, out);
        Scope scope = scope(who == null ? none : who, what == null ? none : what, fields.position());
        if (who != null) {
            who.done();
        }
        if (what != null) {
            what.done();
        }
        return scope;
    }

    private @Nullable Scope except(Fields fields) {
        Fields except = fields.object("except");
        if (except == null) {
            return null;
        }
        Scope scope = scope(except, except, except.position());
        except.done();
        if (!except.saysSomething()) {
            out.error("SP1411", except.position(), "`except` is empty: nothing would be left", "say what does not count, or remove it");
        }
        return scope;
    }

    private Scope scope(Fields who, Fields what, Position position) {
        Boolean breakGlass = who.bool("breakGlass");
        ClientApplications principals = new ClientApplications(who.references("servicePrincipals"),
                who.references("notServicePrincipals"), null, who.references("agentIdentities"), who.references("notAgentIdentities"),
                null);
        boolean isForPrincipals = principals.includesWorkloads() || principals.includesAgents();
        Users users = users(who, breakGlass, isForPrincipals);
        Agents agents = new Agents(who.references("agentUsers"), who.references("notAgentUsers"));
        if (isForPrincipals && !users.includesNobody()) {
            out.error("SP1411", who.position(), "a box is about users or about workload identities, not both", "write two invariants");
        }
        return new Scope(kinds(what), breakGlass, new Conditions(users, isForPrincipals ? principals : null,
                agents.includeAgentUsers().isEmpty() ? null : agents, applications(what),
                what.choices("clientAppTypes", ClientAppType.class), platforms(what), locations(what),
                what.choices("signInRiskLevels", RiskLevel.class), what.choices("userRiskLevels", RiskLevel.class),
                what.choices("servicePrincipalRiskLevels", RiskLevel.class), what.choices("agentIdRiskLevels", RiskLevel.class),
                what.choices("insiderRiskLevels", InsiderRiskLevel.class), deviceFilter(what), Set.of(),
                what.choices("authenticationFlows", TransferMethod.class), null), position);
    }

    private Set<Kind> kinds(Fields fields) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        for (Reference each : fields.parts("kind")) {
            Kind kind = Arrays.stream(Kind.values()).filter(one -> one.toString().equals(each.text())).findFirst().orElse(null);
            if (kind == null) {
                String near = Suggestions.didYouMean(each.text(), Arrays.stream(Kind.values()).map(Kind::toString).toList());
                out.error("SP1104", each.position(), "unknown value `" + each + "` for `kind`",
                        near != null ? near : "use one of " + KINDS);
            } else {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    private Users users(Fields fields, @Nullable Boolean breakGlass, boolean isForPrincipals) {
        List<Reference> users = fields.references("users");
        List<Reference> groups = fields.references("groups");
        List<Reference> roles = roles(fields, "roles");
        GuestsOrExternalUsers guests = guests(fields, "guests");
        boolean isAnyone = users.isEmpty() && groups.isEmpty() && roles.isEmpty() && guests == null && !Boolean.TRUE.equals(breakGlass)
                && !isForPrincipals && fields.take("agentUsers") == null;
        return new Users(isAnyone ? List.of(ALL) : users, fields.references("notUsers"), groups, fields.references("notGroups"), roles,
                roles(fields, "notRoles"), guests, guests(fields, "notGuests"));
    }

    private static List<Reference> roles(Fields fields, String name) {
        List<Reference> roles = new ArrayList<>();
        for (Reference each : fields.references(name)) {
            if (each.text().equals(DEFAULTS_ROLES)) {
                Roles.IDS.forEach((role, id) -> {
                    if (Roles.ALWAYS_MFA.contains(id)) {
                        roles.add(new Reference(id, role, each.position()));
                    }
                });
            } else {
                roles.add(each);
            }
        }
        return roles;
    }

    private static @Nullable GuestsOrExternalUsers guests(Fields fields, String name) {
        Set<GuestType> types = fields.choices(name, GuestType.class);
        return types.isEmpty() ? null : new GuestsOrExternalUsers(types, null);
    }

    private static Applications applications(Fields fields) {
        List<Reference> included = fields.references("applications");
        List<String> contexts = fields.texts("authenticationContexts");
        boolean isAny = included.isEmpty() && contexts.isEmpty();
        return new Applications(isAny ? List.of(ALL) : included, fields.references("notApplications"), List.of(), contexts, null, false);
    }

    private static @Nullable Platforms platforms(Fields fields) {
        Set<DevicePlatform> included = fields.choices("platforms", DevicePlatform.class);
        Set<DevicePlatform> excluded = fields.choices("notPlatforms", DevicePlatform.class);
        return included.isEmpty() && excluded.isEmpty() ? null : new Platforms(included, excluded);
    }

    private static @Nullable Locations locations(Fields fields) {
        List<Reference> included = fields.references("locations");
        List<Reference> excluded = fields.references("notLocations");
        return included.isEmpty() && excluded.isEmpty() ? null : new Locations(included.isEmpty() ? List.of(ALL) : included, excluded);
    }

    private @Nullable FilterRule deviceFilter(Fields fields) {
        Fields filter = fields.object("deviceFilter");
        if (filter == null) {
            return null;
        }
        String mode = filter.option("mode", "CA-DEV-01", "include", "exclude");
        Reference rule = filter.reference("rule");
        filter.done();
        if (mode == null || rule == null) {
            out.error("SP1105", filter.position(), "`deviceFilter` has a `mode` (include or exclude) and a `rule`", "add both");
            return null;
        }
        try {
            DeviceFilter.parse(rule.text());
        } catch (DeviceFilter.SyntaxException e) {
            out.error("SP1305", rule.position(), "invalid device filter: " + e.getMessage(), e.help());
        }
        return new FilterRule(mode.equals("exclude"), rule.text(), rule.position());
    }

    // ---- demands

    private @Nullable Demand demand(Fields fields) {
        Fields always = fields.object("always");
        Fields never = fields.object("never");
        if ((always == null) == (never == null)) {
            out.error("SP1411", fields.position(), always == null ? "the invariant has neither `always` nor `never`"
                    : "the invariant has both `always` and `never`", always == null
                    ? "add one, such as `always: { requires: { any: [mfa] } }`" : "write two invariants");
            return null;
        }
        Fields one = always == null ? never : always;
        String outcome = one.option("outcome", null, Outcome.BLOCK.toString(), Outcome.ALLOW.toString());
        Fields requires = always == null ? null : one.object("requires");
        Requires required = requires == null ? null : requires(requires);
        one.done();
        if (never != null ? !one.has("outcome") : one.has("outcome") == one.has("requires")) {
            out.error("SP1411", one.position(), never != null ? "`never` has no `outcome`"
                    : "`always` has an `outcome` or `requires`, and not both", "write `outcome: block`" + (never != null ? ""
                    : " or `requires: { any: [mfa] }`"));
            return null;
        }
        return outcome == null && required == null ? null : new Demand(always != null, outcome == null ? null
                : outcome.equals(Outcome.BLOCK.toString()) ? Outcome.BLOCK : Outcome.ALLOW, required);
    }

    private @Nullable Requires requires(Fields fields) {
        Set<GrantControl> any = controls(fields, "any");
        Set<GrantControl> all = controls(fields, "all");
        Reference strength = fields.reference("authenticationStrength");
        List<Reference> terms = fields.references("termsOfUse");
        Fields frequency = fields.object("signInFrequency");
        SignInFrequency longest = frequency == null ? null : PolicyReader.signInFrequency(frequency);
        fields.done();
        if (!fields.saysSomething() || List.of(any, all, terms).stream().allMatch(Collection::isEmpty) && strength == null
                && longest == null) {
            out.error("SP1411", fields.position(), "`requires` requires nothing: the invariant would always hold",
                    "name a control, such as `any: [mfa]`");
            return null;
        }
        return new Requires(any, new GrantControls(true, all, strength, terms, List.of()), longest);
    }

    private static Set<GrantControl> controls(Fields fields, String name) {
        return fields.choices(name, GrantControl.class, Map.of(GrantControl.BLOCK.graphName(), "write `always: { outcome: block }`",
                GrantControl.ENFORCED_MFA.graphName(), "use mfa"));
    }
}
