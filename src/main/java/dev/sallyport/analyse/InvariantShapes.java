package dev.sallyport.analyse;

import static dev.sallyport.read.Shape.bool;
import static dev.sallyport.read.Shape.field;
import static dev.sallyport.read.Shape.list;
import static dev.sallyport.read.Shape.nameOf;
import static dev.sallyport.read.Shape.object;
import static dev.sallyport.read.Shape.oneOf;
import static dev.sallyport.read.Shape.text;

import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.read.Shape;
import dev.sallyport.read.Shape.Field;
import dev.sallyport.read.Shape.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The shape of invariants, fields in the order in which an author would write them. */
public final class InvariantShapes {

    private static final Shape GUESTS = list(oneOf(GuestType.class)).orOne();
    private static final Shape PRINCIPALS = list(nameOf(Target.SERVICE_PRINCIPAL));

    private static final List<Field> WHO = List.of(
            field("breakGlass", bool(), "Whether only the break-glass accounts of the directory, or all but those."),
            field("users", list(nameOf(Target.USER)), "User principal names, ids, All or GuestsOrExternalUsers."),
            field("groups", list(nameOf(Target.GROUP))),
            field("roles", list(nameOf(Target.ROLE)), "Names or template ids, or securityDefaultsRoles."),
            field("guests", GUESTS, "Kinds of guests."),
            field("notUsers", list(nameOf(Target.USER))), field("notGroups", list(nameOf(Target.GROUP))),
            field("notRoles", list(nameOf(Target.ROLE))), field("notGuests", GUESTS),
            field("servicePrincipals", PRINCIPALS, "Names or ids of workload identities, or ServicePrincipalsInMyTenant."),
            field("notServicePrincipals", PRINCIPALS),
            field("agentIdentities", PRINCIPALS, "Names or ids of agent identities and blueprints, or All."),
            field("notAgentIdentities", PRINCIPALS),
            field("agentUsers", list(nameOf(Target.USER)), "User principal names or ids of agent users, or All."),
            field("notAgentUsers", list(nameOf(Target.USER))));

    private static final List<Field> WHAT = List.of(
            field("kind", list(oneOf(Arrays.stream(Kind.values()).map(Kind::toString).toArray(String[]::new))).orOne(),
                    "Kinds of requests; default every kind that the rest allows."),
            field("applications", list(nameOf(Target.APPLICATION))), field("notApplications", list(nameOf(Target.APPLICATION))),
            field("authenticationContexts", list(text()), "Ids, c1 to c99."),
            field("clientAppTypes", list(oneOf(ClientAppType.class)).orOne()),
            field("platforms", list(oneOf(DevicePlatform.class)).orOne()), field("notPlatforms", list(oneOf(DevicePlatform.class)).orOne()),
            field("locations", list(nameOf(Target.LOCATION)), "Names or ids of named locations, or AllTrusted."),
            field("notLocations", list(nameOf(Target.LOCATION))),
            field("signInRiskLevels", list(oneOf(RiskLevel.class)).orOne()), field("userRiskLevels", list(oneOf(RiskLevel.class)).orOne()),
            field("insiderRiskLevels", list(oneOf(InsiderRiskLevel.class)).orOne()),
            field("servicePrincipalRiskLevels", list(oneOf(RiskLevel.class)).orOne()),
            field("agentIdRiskLevels", list(oneOf(RiskLevel.class)).orOne()),
            field("authenticationFlows", list(oneOf(TransferMethod.class)).orOne()),
            field("deviceFilter", object(field("mode", oneOf("include", "exclude")),
                    field("rule", text(), "A rule such as device.isCompliant -eq True."))));

    private static final Shape CONTROLS = list(oneOf(Arrays.stream(GrantControl.values()).filter(control -> control != GrantControl.BLOCK
            && control != GrantControl.ENFORCED_MFA).map(GrantControl::graphName).toArray(String[]::new))).orOne();

    private static final Shape REQUIRES = object(
            field("any", CONTROLS, "Controls: one of them is required."), field("all", CONTROLS, "Controls that are all required."),
            field("authenticationStrength", nameOf(Target.STRENGTH), "At least this strength."),
            field("termsOfUse", list(nameOf(Target.TERMS_OF_USE))),
            field("signInFrequency", object(field("isEnabled", bool()), field("frequencyInterval", oneOf("timeBased", "everyTime")),
                    field("type", oneOf("days", "hours")), field("value", Shape.integer(1, 100_000)),
                    field("authenticationType", oneOf("primaryAndSecondaryAuthentication", "secondaryAuthentication"))),
                    "At least this often."));

    private static final Shape FOR = fields(WHO);
    private static final Shape ON = fields(WHAT);
    private static final Shape EXCEPT = fields(Stream.concat(WHO.stream(), WHAT.stream()).toList());

    private static final Shape INVARIANT = object(
            field("name", text()),
            field("each", oneOf("exclusion"), "Asks about each exclusion of users of each policy: what it leaves out."),
            field("for", FOR, "The users; default all."), field("on", ON, "The requests; default all."),
            field("except", EXCEPT, "The part of the box that does not count."),
            field("always", object(field("outcome", oneOf("block", "allow")), field("requires", REQUIRES))),
            field("never", object(field("outcome", oneOf("block", "allow")))),
            field("sources", oneOf("conditionalAccess", "all"),
                    "Whether per-user MFA, security defaults and Microsoft's own MFA count too; default conditionalAccess."),
            field("references", list(text()), "Checks of baselines that it stands for."))
            .with("name");

    private static final Shape ACCEPTED = object(field("name", text()), field("for", FOR, "The users; default all."),
            field("on", ON, "The requests; default all."), field("except", EXCEPT, "The part of the box that does not count."),
            field("requirement", oneOf(Arrays.stream(Opening.values()).map(Opening::toString).toArray(String[]::new)),
                    "What an attacker needs; default either."),
            field("reason", text()), field("until", text(), "The last day, such as 2027-01-31; default no end.")).with("name", "reason");

    /** Documents with invariants by {@code kind}. */
    public static final Map<String, Shape> INVARIANTS = Map.of("invariants", object(field("invariants", list(INVARIANT)),
            field("accepted", list(ACCEPTED), "Gaps that are accepted.")));

    private InvariantShapes() { }

    private static Shape fields(List<Field> fields) {
        return object(fields.toArray(Field[]::new));
    }
}
