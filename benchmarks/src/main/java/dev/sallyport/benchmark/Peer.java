package dev.sallyport.benchmark;

import static org.drools.model.DSL.declarationOf;
import static org.drools.model.DSL.on;
import static org.drools.model.PatternDSL.pattern;
import static org.drools.model.PatternDSL.rule;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.value.CedarList;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import oasis.names.tc.xacml._3_0.core.schema.wd_17.DecisionType;
import org.casbin.jcasbin.main.Enforcer;
import org.casbin.jcasbin.model.Model;
import org.drools.model.PatternDSL.PatternDef;
import org.drools.model.Variable;
import org.drools.model.functions.Block1;
import org.drools.model.functions.Predicate1;
import org.drools.model.impl.ModelImpl;
import org.drools.modelcompiler.KieBaseBuilder;
import org.kie.api.KieServices;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.KieSessionConfiguration;
import org.kie.api.runtime.conf.ThreadSafeOption;
import org.kie.api.runtime.rule.FactHandle;
import org.ow2.authzforce.core.pdp.api.AttributeFqn;
import org.ow2.authzforce.core.pdp.api.AttributeFqns;
import org.ow2.authzforce.core.pdp.api.DecisionRequestBuilder;
import org.ow2.authzforce.core.pdp.api.DecisionResult;
import org.ow2.authzforce.core.pdp.api.value.Bags;
import org.ow2.authzforce.core.pdp.api.value.BooleanValue;
import org.ow2.authzforce.core.pdp.api.value.StandardDatatypes;
import org.ow2.authzforce.core.pdp.api.value.StringValue;
import org.ow2.authzforce.core.pdp.impl.BasePdpEngine;
import org.ow2.authzforce.core.pdp.impl.PdpEngineConfiguration;

/** Another engine that tells which policies apply to a request, each written as its users would write it. For one thread. */
interface Peer {

    /** The policies that apply, by index. */
    BitSet applying(Flat.Request request) throws Exception;

    static Peer of(String name, List<Flat.Policy> policies) throws Exception {
        return switch (name) {
            case "plain Java over sets" -> new PlainJava(policies);
            case "bare bitsets" -> new Bitsets(policies);
            case "Drools KieSession" -> new DroolsSession(policies);
            case "cel-java" -> new Cel(policies);
            case "cedar-java" -> new Cedar(policies);
            case "jCasbin" -> new Casbin(policies);
            case "AuthzForce" -> new AuthzForce(policies);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** What anybody would write first. */
    record PlainJava(List<Flat.Policy> policies) implements Peer {

        @Override
        public BitSet applying(Flat.Request request) {
            BitSet applying = new BitSet();
            for (int i = 0; i < policies.size(); i++) {
                if (users(policies.get(i), request) && target(policies.get(i), request) && conditions(policies.get(i), request)) {
                    applying.set(i);
                }
            }
            return applying;
        }

        static boolean users(Flat.Policy policy, Flat.Request request) {
            return (policy.everybody() || any(policy.includedGroups(), request.groups()) || any(policy.roles(), request.roles()))
                    && !any(policy.excludedGroups(), request.groups());
        }

        static boolean target(Flat.Policy policy, Flat.Request request) {
            return policy.everything() || policy.applications().contains(request.application());
        }

        static boolean conditions(Flat.Policy policy, Flat.Request request) {
            return allows(policy.clients(), request.client()) && allows(policy.platforms(), request.platform()) && allows(policy.risks(), request.risk())
                    && (policy.locations().isEmpty() || any(policy.locations(), request.locations())) && !(policy.unlessTrusted() && request.trusted());
        }

        private static boolean allows(Set<String> wanted, String value) {
            return wanted.isEmpty() || wanted.contains(value);
        }

        private static boolean any(Set<String> wanted, Set<String> held) {
            for (String each : wanted) {
                if (held.contains(each)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** A row of policies for each value of each attribute, ANDed, with the rows of users kept: the least that there is to do. */
    final class Bitsets implements Peer {

        private final List<Flat.Policy> policies;
        private final int words;
        private final Map<String, long[]> users = new HashMap<>();
        private final Map<String, long[]> rows = new HashMap<>();
        private final BitSet result = new BitSet();

        Bitsets(List<Flat.Policy> policies) {
            this.policies = policies;
            this.words = policies.size() + 63 >> 6;
        }

        private long[] row(Predicate<Flat.Policy> test) {
            long[] row = new long[words];
            for (int i = 0; i < policies.size(); i++) {
                row[i >> 6] |= test.test(policies.get(i)) ? 1L << i : 0;
            }
            return row;
        }

        @Override
        public BitSet applying(Flat.Request request) {
            long[] user = users.computeIfAbsent(request.user(), any -> row(policy -> PlainJava.users(policy, request)));
            long[] target = rows.computeIfAbsent(request.application(), any -> row(policy -> PlainJava.target(policy, request)));
            String client = request.client();
            long[] clients = rows.computeIfAbsent(client, any -> row(policy -> policy.clients().isEmpty() || policy.clients().contains(client)));
            long[] platforms = rows.computeIfAbsent(request.platform(), any -> row(policy -> policy.platforms().isEmpty() || policy.platforms().contains(request.platform())));
            long[] risks = rows.computeIfAbsent(request.risk(), any -> row(policy -> policy.risks().isEmpty() || policy.risks().contains(request.risk())));
            String place = request.locations().isEmpty() ? "nowhere" : request.locations().iterator().next();
            long[] places = rows.computeIfAbsent(place, any -> row(policy -> !(policy.unlessTrusted() && request.trusted())
                    && (policy.locations().isEmpty() || policy.locations().stream().anyMatch(request.locations()::contains))));
            result.clear();
            for (int w = 0; w < words; w++) {
                for (long bits = user[w] & target[w] & clients[w] & platforms[w] & risks[w] & places[w]; bits != 0; bits &= bits - 1) {
                    result.set((w << 6) + Long.numberOfTrailingZeros(bits));
                }
            }
            return result;
        }
    }

    /** A rule a policy through the executable model, in one session that is used again: all public API. */
    final class DroolsSession implements Peer {

        private record Condition(Flat.Policy policy, int kind) implements Predicate1<Flat.Request> {
            @Override
            public boolean test(Flat.Request request) {
                return kind == 0 ? PlainJava.target(policy, request) : kind == 1 ? PlainJava.users(policy, request) : PlainJava.conditions(policy, request);
            }
        }

        private final KieSession session;
        private final BitSet hits = new BitSet();

        DroolsSession(List<Flat.Policy> policies) {
            ModelImpl model = new ModelImpl();
            Variable<Flat.Request> request = declarationOf(Flat.Request.class, "request");
            for (int i = 0; i < policies.size(); i++) {
                int index = i;
                PatternDef<Flat.Request> pattern = pattern(request);
                for (int kind = 0; kind < 3; kind++) {
                    pattern.expr(kind + "#" + i, new Condition(policies.get(i), kind));
                }
                Block1<Flat.Request> hit = any -> hits.set(index);
                model.addRule(rule("policies", policies.get(i).id()).build(pattern, on(request).execute(hit)));
            }
            KieSessionConfiguration configuration = KieServices.get().newKieSessionConfiguration();
            configuration.setOption(ThreadSafeOption.NO);
            session = KieBaseBuilder.createKieBaseFromModel(model).newKieSession(configuration, null);
        }

        @Override
        public BitSet applying(Flat.Request request) {
            hits.clear();
            FactHandle handle = session.insert(request);
            session.fireAllRules();
            session.delete(handle);
            return hits;
        }
    }

    /** A program a policy. */
    final class Cel implements Peer {

        private final List<CelRuntime.Program> programs = new ArrayList<>();

        Cel(List<Flat.Policy> policies) throws Exception {
            CelCompiler compiler = CelCompilerFactory.standardCelCompilerBuilder().setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                    .addVar("groups", MapType.create(SimpleType.STRING, SimpleType.BOOL)).addVar("roles", MapType.create(SimpleType.STRING, SimpleType.BOOL))
                    .addVar("locations", MapType.create(SimpleType.STRING, SimpleType.BOOL)).addVar("application", SimpleType.STRING)
                    .addVar("client", SimpleType.STRING).addVar("platform", SimpleType.STRING).addVar("risk", SimpleType.STRING).addVar("trusted", SimpleType.BOOL)
                    .build();
            CelRuntime runtime = CelRuntimeFactory.standardCelRuntimeBuilder().build();
            for (Flat.Policy policy : policies) {
                programs.add(runtime.createProgram(compiler.compile(Expressions.of(policy, (held, wanted) -> wanted.stream()
                        .map(each -> '"' + each + "\" in " + held).collect(Collectors.joining(" || ", "(", ")")),
                        (value, wanted) -> value + " in [" + Expressions.quoted(wanted) + "]")).getAst()));
            }
        }

        @Override
        public BitSet applying(Flat.Request request) throws Exception {
            Map<String, Object> variables = new HashMap<>();
            variables.put("groups", map(request.groups()));
            variables.put("roles", map(request.roles()));
            variables.put("locations", map(request.locations()));
            variables.put("application", request.application());
            variables.put("client", request.client());
            variables.put("platform", request.platform());
            variables.put("risk", request.risk());
            variables.put("trusted", request.trusted());
            BitSet applying = new BitSet();
            for (int i = 0; i < programs.size(); i++) {
                applying.set(i, (Boolean) programs.get(i).eval(variables));
            }
            return applying;
        }

        private static Map<String, Boolean> map(Set<String> set) {
            Map<String, Boolean> map = new HashMap<>();
            set.forEach(each -> map.put(each, true));
            return map;
        }
    }

    /** A permit a policy; those that determine the answer are those that apply. Groups and roles are parents of the principal. */
    final class Cedar implements Peer {

        private static final EntityTypeName USER = EntityTypeName.parse("User").orElseThrow();
        private static final EntityTypeName GROUP = EntityTypeName.parse("Group").orElseThrow();
        private static final EntityTypeName APPLICATION = EntityTypeName.parse("Application").orElseThrow();
        private static final EntityUID SIGN_IN = new EntityUID(EntityTypeName.parse("Action").orElseThrow(), "signIn");

        private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();
        private final PolicySet policies;
        private final Map<String, Integer> indexes = new HashMap<>();

        Cedar(List<Flat.Policy> flat) throws Exception {
            Set<Policy> written = new HashSet<>();
            for (Flat.Policy policy : flat) {
                indexes.put(policy.id(), indexes.size());
                String when = Expressions.of(policy,
                        (held, wanted) -> held.equals("locations") ? "context.locations.containsAny([" + Expressions.quoted(wanted) + "])"
                                : "principal in [" + wanted.stream().map(each -> "Group::\"" + each + '"').collect(Collectors.joining(", ")) + "]",
                        (value, wanted) -> value.equals("application")
                                ? "resource in [" + wanted.stream().map(each -> "Application::\"" + each + '"').collect(Collectors.joining(", ")) + "]"
                                : "[" + Expressions.quoted(wanted) + "].contains(context." + value + ")").replace("!trusted", "!context.trusted");
                written.add(new Policy("permit(principal, action, resource) when { " + when + " };", policy.id()));
            }
            policies = new PolicySet(written);
            policies.cache();
        }

        @Override
        public BitSet applying(Flat.Request request) throws Exception {
            Set<EntityUID> parents = new HashSet<>();
            request.groups().forEach(each -> parents.add(new EntityUID(GROUP, each)));
            request.roles().forEach(each -> parents.add(new EntityUID(GROUP, each)));
            EntityUID user = new EntityUID(USER, request.user());
            Map<String, Value> context = new HashMap<>();
            context.put("client", new PrimString(request.client()));
            context.put("platform", new PrimString(request.platform()));
            context.put("risk", new PrimString(request.risk()));
            context.put("trusted", new PrimBool(request.trusted()));
            context.put("locations", new CedarList(request.locations().stream().<Value>map(PrimString::new).toList()));
            AuthorizationResponse response = engine.isAuthorized(new AuthorizationRequest(user, SIGN_IN, new EntityUID(APPLICATION, request.application()), context),
                    policies, Set.of(new Entity(user, parents)));
            BitSet applying = new BitSet();
            response.success.orElseThrow().getReason().forEach(id -> applying.set(indexes.get(id)));
            return applying;
        }
    }

    /** An enforcer a policy, whose matcher is the policy: it compiles that once, and not with each request as {@code eval()} does. */
    final class Casbin implements Peer {

        private final List<Enforcer> enforcers = new ArrayList<>();

        Casbin(List<Flat.Policy> policies) {
            for (Flat.Policy policy : policies) {
                Model model = new Model();
                model.addDef("r", "r", "groups, roles, locations, application, client, platform, risk, trusted");
                model.addDef("p", "p", "any");
                model.addDef("e", "e", "some(where (p.eft == allow))");
                String matcher = Expressions.of(policy, (held, wanted) -> wanted.stream().map(each -> "include(r." + held + ", \"" + each + "\")")
                        .collect(Collectors.joining(" || ", "(", ")")), (value, wanted) -> wanted.stream().map(each -> "r." + value + " == \"" + each + '"')
                        .collect(Collectors.joining(" || ", "(", ")"))).replace("!trusted", "!r.trusted");
                model.addDef("m", "m", matcher);
                Enforcer enforcer = new Enforcer(model);
                enforcer.enableLog(false);
                enforcers.add(enforcer);
            }
        }

        @Override
        public BitSet applying(Flat.Request request) {
            BitSet applying = new BitSet();
            for (int i = 0; i < enforcers.size(); i++) {
                applying.set(i, enforcers.get(i).enforce(request.groups(), request.roles(), request.locations(), request.application(), request.client(),
                        request.platform(), request.risk(), request.trusted()));
            }
            return applying;
        }
    }

    /** An XACML policy a policy with an obligation, in a policy set that asks them all and collects the obligations of those that permit. */
    final class AuthzForce implements Peer {

        private static final String FUNCTION = "urn:oasis:names:tc:xacml:1.0:function:";
        private static final String COMBINING = "urn:oasis:names:tc:xacml:3.0:%s-combining-algorithm:deny-overrides";
        private static final String TYPE = "http://www.w3.org/2001/XMLSchema#";
        private static final String CATEGORY = "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject";
        private static final List<String> NAMES = List.of("groups", "roles", "locations", "application", "client", "platform", "risk", "trusted");
        private static final Map<String, AttributeFqn> ATTRIBUTES = NAMES.stream()
                .collect(Collectors.toMap(name -> name, name -> AttributeFqns.newInstance(CATEGORY, Optional.empty(), name)));

        private final BasePdpEngine engine;
        private final Map<String, Integer> indexes = new HashMap<>();

        AuthzForce(List<Flat.Policy> policies) throws Exception {
            StringBuilder xml = new StringBuilder("""
                    <pdp xmlns="http://authzforce.github.io/core/xmlns/pdp/8" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="8.1">
                    <policyProvider id="policies" xsi:type="StaticPolicyProvider">
                    <PolicySet xmlns="urn:oasis:names:tc:xacml:3.0:core:schema:wd-17" PolicySetId="all" Version="1.0" PolicyCombiningAlgId="%s"><Target/>
                    """.formatted(COMBINING.formatted("policy")));
            for (Flat.Policy policy : policies) {
                indexes.put(policy.id(), indexes.size());
                xml.append(policy(policy));
            }
            xml.append("</PolicySet></policyProvider><rootPolicyRef policySet=\"true\">all</rootPolicyRef></pdp>");
            Path file = Files.createTempFile("pdp", ".xml");
            try {
                Files.writeString(file, xml);
                engine = new BasePdpEngine(PdpEngineConfiguration.getInstance(file.toUri().toString()));
            } finally {
                Files.delete(file);
            }
        }

        private static String policy(Flat.Policy policy) {
            // What is one value of the request is asked first: a match looks through all 30 groups.
            String target = (policy.everything() ? "" : anyOf(matches("application", policy.applications())))
                    + anyOf(matches("client", policy.clients())) + anyOf(matches("platform", policy.platforms())) + anyOf(matches("risk", policy.risks()))
                    + (policy.unlessTrusted() ? anyOf(match("trusted", "boolean", "false")) : "") + anyOf(matches("locations", policy.locations()))
                    + (policy.everybody() ? "" : anyOf(matches("groups", policy.includedGroups()) + matches("roles", policy.roles())));
            String excluded = policy.excludedGroups().stream().map(each -> value("string", each)).collect(Collectors.joining());
            return """
                    <Policy PolicyId="%1$s" Version="1.0" RuleCombiningAlgId="%2$s"><Target>%3$s</Target>
                    <Rule RuleId="%1$s" Effect="Permit"><Condition>%4$s</Condition></Rule>
                    <ObligationExpressions><ObligationExpression ObligationId="%1$s" FulfillOn="Permit"/></ObligationExpressions></Policy>
                    """.formatted(policy.id(), COMBINING.formatted("rule"), target,
                    apply("not", apply("string-at-least-one-member-of", apply("string-bag", excluded) + designator("groups", "string"))));
        }

        private static String anyOf(String matches) {
            return matches.isEmpty() ? "" : "<AnyOf>" + matches + "</AnyOf>";
        }

        private static String matches(String name, Set<String> wanted) {
            return wanted.stream().map(each -> match(name, "string", each)).collect(Collectors.joining());
        }

        private static String match(String name, String type, String wanted) {
            return "<AllOf><Match MatchId=\"" + FUNCTION + type + "-equal\">" + value(type, wanted) + designator(name, type) + "</Match></AllOf>";
        }

        private static String value(String type, String value) {
            return "<AttributeValue DataType=\"" + TYPE + type + "\">" + value + "</AttributeValue>";
        }

        private static String designator(String name, String type) {
            return "<AttributeDesignator Category=\"" + CATEGORY + "\" AttributeId=\"" + name + "\" DataType=\"" + TYPE + type + "\" MustBePresent=\"false\"/>";
        }

        private static String apply(String function, String arguments) {
            return "<Apply FunctionId=\"" + FUNCTION + function + "\">" + arguments + "</Apply>";
        }

        @Override
        public BitSet applying(Flat.Request request) {
            DecisionRequestBuilder<?> builder = engine.newRequestBuilder(1, NAMES.size());
            put(builder, "groups", request.groups());
            put(builder, "roles", request.roles());
            put(builder, "locations", request.locations());
            put(builder, "application", Set.of(request.application()));
            put(builder, "client", Set.of(request.client()));
            put(builder, "platform", Set.of(request.platform()));
            put(builder, "risk", Set.of(request.risk()));
            builder.putNamedAttributeIfAbsent(ATTRIBUTES.get("trusted"), Bags.singletonAttributeBag(StandardDatatypes.BOOLEAN, BooleanValue.valueOf(request.trusted())));
            DecisionResult result = engine.evaluate(builder.build(false));
            if (result.getDecision() == DecisionType.INDETERMINATE) {
                throw new IllegalStateException("no decision: " + result);
            }
            BitSet applying = new BitSet();
            result.getPepActions().forEach(obligation -> applying.set(indexes.get(obligation.getId())));
            return applying;
        }

        private static void put(DecisionRequestBuilder<?> builder, String name, Set<String> values) {
            if (!values.isEmpty()) {
                builder.putNamedAttributeIfAbsent(ATTRIBUTES.get(name),
                        Bags.newAttributeBag(StandardDatatypes.STRING, values.stream().map(StringValue::parse).toList()));
            }
        }
    }

    /** A policy as an expression. */
    final class Expressions {

        interface Test {
            String of(String name, Collection<String> wanted);
        }

        private Expressions() { }

        /**
         * @param any how to ask whether a set of the request holds one of some values
         * @param is  how to ask whether a value of the request is one of some
         */
        static String of(Flat.Policy policy, Test any, Test is) {
            List<String> all = new ArrayList<>();
            if (!policy.everything()) {
                all.add(is.of("application", policy.applications()));
            }
            if (!policy.everybody()) {
                List<String> some = new ArrayList<>();
                some.add(any.of("groups", policy.includedGroups()));
                if (!policy.roles().isEmpty()) {
                    some.add(any.of("roles", policy.roles()));
                }
                all.add("(" + String.join(" || ", some) + ")");
            }
            all.add("!(" + any.of("groups", policy.excludedGroups()) + ")");
            values(all, is, "client", policy.clients());
            values(all, is, "platform", policy.platforms());
            values(all, is, "risk", policy.risks());
            if (!policy.locations().isEmpty()) {
                all.add(any.of("locations", policy.locations()));
            }
            if (policy.unlessTrusted()) {
                all.add("!trusted");
            }
            return String.join(" && ", all);
        }

        private static void values(List<String> all, Test is, String name, Set<String> wanted) {
            if (!wanted.isEmpty()) {
                all.add("(" + is.of(name, wanted) + ")");
            }
        }

        static String quoted(Collection<String> values) {
            return values.stream().map(each -> '"' + each + '"').collect(Collectors.joining(", "));
        }
    }
}
