package dev.sallyport.suite;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.DirectoryReader;
import dev.sallyport.read.Fields;
import dev.sallyport.read.SettingsReader;
import dev.sallyport.suite.World.Base;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a test changes about the world of its suite ({@code given}): fields are laid over those that stand in the files. */
final class GivenReader {

    private final Base base;
    private final Diagnostics own;

    /** @param own takes what is wrong with the changes */
    GivenReader(Base base, Diagnostics own) {
        this.base = base;
        this.own = own;
    }

    /** The world that {@code given} asks for, or {@code null} when something is wrong with it, which is reported. */
    World world(Node.Mapping given) {
        Fields fields = new Fields(given, "given", false, own);
        PolicySet old = base.engine().policySet();
        SettingsReader reader = new SettingsReader(own);
        Fields defaults = settings(fields, "securityDefaults", old.securityDefaults().source(), reader::securityDefaults);
        Fields mfa = settings(fields, "mfaSettings", old.mfaSettings().source(), reader::mfaSettings);
        Fields switches = settings(fields, "evaluationSettings", old.evaluationSettings().source(), reader::evaluationSettings);
        Node.Mapping tenant = SuiteReader.mapping(fields, "organization");
        Directory.Organization organization = tenant == null ? null : organization(tenant);
        Map<String, UserState> users = users(fields.object("users"));
        Node named = fields.take("policies");
        boolean isNarrowed = named != null && !Node.isNull(named);
        List<Reference> wanted = fields.references("policies");
        fields.done();
        SettingsReader merged = new SettingsReader(new Diagnostics());
        PolicySet set = (isNarrowed ? old.withPolicies(narrowed(old, wanted)) : old).with(
                defaults == null ? old.securityDefaults() : merged.securityDefaults(defaults),
                mfa == null ? old.mfaSettings() : merged.mfaSettings(mfa),
                switches == null ? old.evaluationSettings() : merged.evaluationSettings(switches));
        boolean sameEngine = !isNarrowed && defaults == null && mfa == null && switches == null && organization == null;
        if (own.hasErrors()) {
            return null;
        }
        try {
            Directory directory = base.engine().directory();
            // every request of a suite has a time, so that the clock does not matter
            PolicyEngine engine = sameEngine ? base.engine() : PolicyEngine.of(set, organization == null ? directory
                    : directory.with(organization),
                    Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), new Diagnostics());
            return new World(base, engine, users);
        } catch (PolicyLoadException e) {
            throw new IllegalStateException("the same references were resolved before", e);
        }
    }

    private List<ConditionalAccessPolicy> narrowed(PolicySet old, List<Reference> wanted) {
        List<String> known = old.policies().stream().map(ConditionalAccessPolicy::id).toList();
        Set<String> ids = new LinkedHashSet<>();
        for (Reference id : wanted) {
            if (!known.contains(id.text())) {
                String near = Suggestions.didYouMean(id.text(), known);
                own.error("SP1202", id.position(), "unknown policy id `" + id + "`", near != null ? near
                        : "name a policy of the suite: `given.policies` selects from its policies");
            }
            ids.add(id.text());
        }
        return old.policies().stream().filter(policy -> ids.contains(policy.id())).toList();
    }

    private interface Validation {
        void read(Fields fields);
    }

    /**
     * The settings with the fields that {@code given} changes, or {@code null} when it changes none.
     *
     * @param source   where the settings stand, {@code null} when nowhere
     * @param validate looks at the changes alone, so that what is wrong with them is reported as an author's
     */
    private Fields settings(Fields given, String kind, Position source, Validation validate) {
        Node.Mapping changes = SuiteReader.mapping(given, kind);
        if (changes == null) {
            return null;
        }
        validate.read(new Fields(changes, kind, false, own));
        Node.Mapping old = source == null ? null : base.places().at(source);
        Fields fields = new Fields(SuiteReader.merge(old, changes), kind, source != null && Sources.isJson(source.file()),
                new Diagnostics());
        fields.ignore("kind");
        return fields;
    }

    private Directory.Organization organization(Node.Mapping changes) {
        new DirectoryReader(own).organization(new Fields(changes, "organization", false, own));
        Diagnostics known = new Diagnostics();
        Node.Mapping old = base.places().first(node -> node.get("organization") instanceof Node.Mapping);
        return new DirectoryReader(known).organization(
                new Fields(SuiteReader.merge(old == null ? null : (Node.Mapping) old.get("organization"), changes), "organization", false,
                known));
    }

    private Map<String, UserState> users(Fields given) {
        Map<String, UserState> users = new LinkedHashMap<>();
        if (given == null) {
            return users;
        }
        Directory directory = base.engine().directory();
        for (String name : given.names()) {
            Node.Mapping changes = SuiteReader.mapping(given, name);
            Position position = given.position(name);
            UserState user = user(directory, name, position, own);
            if (user == null || changes == null) {
                continue;
            }
            Node.Mapping named = new Node.Mapping(position, List.of(SuiteReader.entry(position, "userPrincipalName",
                    user.userPrincipalName()),
                    SuiteReader.entry(position, "id", user.id())));
            DirectoryReader reader = new DirectoryReader(own);
            reader.user(new Fields(SuiteReader.merge(named, changes), "a user", false, own));
            refuseUnknownGroups(reader, directory);
            Diagnostics known = new Diagnostics();
            Node.Mapping old = base.places().first(node -> isText(node.get("userPrincipalName"), user.userPrincipalName()));
            users.put(WellKnown.fold(user.id()), new DirectoryReader(known).user(
                    new Fields(SuiteReader.merge(SuiteReader.merge(old, named), changes), "a user", Sources.isJson(old == null ? ""
                    : old.position().file()), known)));
        }
        return users;
    }

    private static boolean isText(Node node, String text) {
        return node instanceof Node.Scalar scalar && scalar.text().equals(text);
    }

    private void refuseUnknownGroups(DirectoryReader reader, Directory directory) {
        for (DirectoryReader.Mention mention : reader.mentions()) {
            String name = mention.reference().text();
            if (directory.groupIds(name).isEmpty() && !WellKnown.isId(WellKnown.fold(name))) {
                String near = Suggestions.didYouMean(name, directory.groups().stream().map(Directory.Group::displayName).toList());
                own.add(Severity.ERROR, "SP1202", mention.reference().position(), "unknown group `" + name + "`",
                        near != null ? near : "add it to the directory, or write an id", null);
            }
        }
    }

    /** A user by name or id, or {@code null} when nobody is named so, which is reported. */
    static UserState user(Directory directory, String name, Position position, Diagnostics own) {
        UserState user = directory.user(name);
        if (user == null) {
            String near = Suggestions.didYouMean(name, directory.users().stream().limit(10_000).map(UserState::userPrincipalName).toList());
            own.error("SP1202", position, "unknown user `" + name + "`", near != null ? near : "add it to the directory");
        }
        return user;
    }
}
