package dev.sallyport.suite;

import dev.sallyport.decide.Condition;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.FilterRule;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Decision.Rule;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.parse.SourceMap;
import dev.sallyport.suite.TestRun.Status;
import dev.sallyport.suite.World.Base;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * What tests that pass exercise of the policies (interface, section 5). Of each policy that is not disabled: was it seen to apply; was a
 * request seen to be excluded by each exclude rule; was one seen that it does not apply to because of each condition that does
 * not include everything. A row counts for a condition only when no other condition that Entra shows failed as well (RES-51).
 */
public final class Coverage implements TestRun.Observer {

    private static final String IP_TWIN = "ipAddressSeenByAzureAD";
    private static final Set<String> GUESTS = Arrays.stream(GuestType.values()).map(GuestType::graphName)
            .collect(Collectors.toUnmodifiableSet());

    private final Map<Base, Map<String, PolicyCoverage>> byBase = new IdentityHashMap<>();
    private final List<PolicyCoverage> policies;
    private final List<TestCase> tests;
    /** The decisions of tests that have not ended yet. */
    private final Map<Integer, List<Decision>> open = new ConcurrentHashMap<>();

    /** The coverage of these tests, before they run. */
    public Coverage(List<TestCase> tests) {
        this.tests = tests;
        Map<String, PolicyCoverage> all = new TreeMap<>();
        for (TestCase test : tests) {
            Base base = test.world().base();
            if (byBase.containsKey(base)) {
                continue;
            }
            Map<String, PolicyCoverage> own = new HashMap<>();
            for (ConditionalAccessPolicy policy : base.engine().policySet().policies()) {
                if (policy.state() != PolicyState.DISABLED) {
                    own.put(policy.id(), all.computeIfAbsent(policy.id() + " " + policy.source(), key -> new PolicyCoverage(policy,
                            items(policy, base.places()))));
                }
            }
            byBase.put(base, own);
        }
        policies = List.copyOf(all.values());
    }

    /** What is to be seen of a policy. */
    public enum Kind {
        /** It applies. */
        APPLIES,
        /** A request is excluded by a rule. */
        EXCLUDED,
        /** A request is not among what a condition includes. */
        NOT_INCLUDED
    }

    /** Something that a test can exercise, and how many did. */
    public static final class Item {

        private final Kind kind;
        private final Condition condition;
        private final String entry;
        private final String key;
        private final Position position;
        private final AtomicInteger count = new AtomicInteger();
        private final AtomicInteger first = new AtomicInteger(Integer.MAX_VALUE);

        private Item(Kind kind, Condition condition, String entry, String key, Position position) {
            this.kind = kind;
            this.condition = condition;
            this.entry = entry;
            this.key = key;
            this.position = position;
        }

        /** What is to be seen. */
        public Kind kind() {
            return kind;
        }

        /** The condition by its name in the log, or {@code null}. */
        public String condition() {
            return condition == null ? null : condition.logName();
        }

        /** The exclude rule as it is written, or {@code null}. */
        public String entry() {
            return entry;
        }

        /** Where it stands. */
        public Position position() {
            return position;
        }

        /** How many decisions showed it. */
        public int count() {
            return count.get();
        }

        private void seen(int number) {
            count.incrementAndGet();
            first.accumulateAndGet(number, Math::min);
        }
    }

    /** A policy and what is to be seen of it. */
    public record PolicyCoverage(ConditionalAccessPolicy policy, List<Item> items) {

        /** How many of the items were seen. */
        public long seen() {
            return items.stream().filter(item -> item.count() > 0).count();
        }
    }

    /** All policies by id. */
    public List<PolicyCoverage> policies() {
        return policies;
    }

    /** The first test that shows an item, or {@code null}. */
    public TestCase firstTest(Item item) {
        return item.count() == 0 ? null : tests.get(item.first.get());
    }

    /** How many items there are. */
    public int total() {
        return policies.stream().mapToInt(policy -> policy.items().size()).sum();
    }

    /** How many items were seen. */
    public int seen() {
        return (int) policies.stream().mapToLong(PolicyCoverage::seen).sum();
    }

    /** How much was seen, from 0 to 100; 100 only when everything was. */
    public double percent() {
        return total() == 0 ? 100 : Math.floor(1000.0 * seen() / total()) / 10;
    }

    // ---- watch

    @Override
    public void decided(int number, TestCase test, Decision decision) {
        open.computeIfAbsent(number, any -> new ArrayList<>()).add(decision);
    }

    @Override
    public void ended(int number, TestCase test, Status status) {
        List<Decision> decisions = open.remove(number);
        if (status != Status.PASSED || decisions == null) {
            return;                                      // what is not as expected is no proof of anything
        }
        Map<String, PolicyCoverage> known = byBase.get(test.world().base());
        for (PolicyResult row : (Iterable<PolicyResult>) decisions.stream().flatMap(decision -> decision.policies().stream())::iterator) {
            PolicyCoverage policy = known.get(row.id());
            if (policy != null) {
                watch(number, row, policy);
            }
        }
    }

    private static void watch(int number, PolicyResult row, PolicyCoverage policy) {
        if (row.applies()) {
            policy.items().get(0).seen(number);
            return;
        }
        String condition = onlyFailure(row);
        if (condition == null) {
            return;
        }
        List<Rule> excluded = row.excludeRulesSatisfied();
        if (!excluded.isEmpty()) {
            excluded = excluded.stream().filter(rule -> rule.condition().equals(condition)).toList();
        }
        for (Item item : policy.items()) {
            if (item.condition == null || !item.condition.logName().equals(condition)) {
                continue;
            }
            boolean isSeen = item.kind == Kind.NOT_INCLUDED ? excluded.isEmpty()
                    : isIncluded(row, item.condition, policy.policy()) && matches(excluded, item.key);
            if (isSeen) {
                item.seen(number);
            }
        }
    }

    /** The only condition that a row shows as not satisfied, or {@code null}. */
    static String onlyFailure(PolicyResult row) {
        String only = null;
        List<String> failed = row.conditionsNotSatisfied();
        if (failed.size() > 2) {
            return null;
        }
        for (String condition : failed) {
            if (!condition.equals(IP_TWIN)) {
                if (only != null) {
                    return null;
                }
                only = condition;
            }
        }
        return only;
    }

    /** Whether the request is among what a condition includes; of some conditions no include rule is told. */
    private static boolean isIncluded(PolicyResult row, Condition condition, ConditionalAccessPolicy policy) {
        boolean isTold = switch (condition) {
            case APPLICATION, USERS, SERVICE_PRINCIPALS, DEVICE_PLATFORM -> true;
            case LOCATION -> !policy.conditions().locations().include().isEmpty();
            default -> false;
        };
        return !isTold || row.includeRulesSatisfied().stream().anyMatch(rule -> rule.condition().equals(condition.logName()));
    }

    private static boolean matches(List<Rule> excluded, String key) {
        for (Rule rule : excluded) {
            if (key.equals(key(rule))) {
                return true;
            }
        }
        return false;
    }

    private static String key(Rule rule) {
        return GUESTS.contains(rule.rule()) ? "guests" : rule.id() == null ? rule.rule() : rule.id();
    }

    // ---- what there is to see

    private static List<Item> items(ConditionalAccessPolicy policy, SourceMap places) {
        return new Items(policy, places).all();
    }

    /** The items of one policy, in the order of the log's conditions. */
    private static final class Items {

        private final ConditionalAccessPolicy policy;
        private final SourceMap places;
        private final List<Item> items = new ArrayList<>();

        Items(ConditionalAccessPolicy policy, SourceMap places) {
            this.policy = policy;
            this.places = places;
        }

        List<Item> all() {
            Conditions conditions = policy.conditions();
            items.add(new Item(Kind.APPLIES, null, null, null, policy.source()));
            applications(conditions.applications());
            if (conditions.clientApplications() != null) {
                ClientApplications principals = conditions.clientApplications();
                notIncluded(principals.includesWorkloads() && !names(principals.includeServicePrincipals(), "ServicePrincipalsInMyTenant"),
                        Condition.SERVICE_PRINCIPALS, "conditions.clientApplications.includeServicePrincipals");
                excluded(Condition.SERVICE_PRINCIPALS, principals.excludeServicePrincipals());
                filter(principals.filter(), Condition.SERVICE_PRINCIPALS, "appFilter");
                notIncluded(principals.includesAgents() && !names(principals.includeAgentIdServicePrincipals(), "All"),
                        Condition.SERVICE_PRINCIPALS, "conditions.clientApplications.includeAgentIdServicePrincipals");
                excluded(Condition.SERVICE_PRINCIPALS, principals.excludeAgentIdServicePrincipals());
                filter(principals.agentFilter(), Condition.SERVICE_PRINCIPALS, "agentFilter");
            } else {
                users(conditions.users());
                if (conditions.agents() != null) {
                    excluded(Condition.USERS, conditions.agents().excludeAgentUsers());
                }
            }
            if (conditions.platforms() != null) {
                Set<DevicePlatform> include = conditions.platforms().include();
                notIncluded(!include.isEmpty() && !include.contains(DevicePlatform.ALL), Condition.DEVICE_PLATFORM,
                        "conditions.platforms.includePlatforms");
                conditions.platforms().exclude().stream().map(DevicePlatform::graphName).sorted()
                        .forEach(name -> excluded(Condition.DEVICE_PLATFORM, name, name,
                        places.item(policy.source(), "conditions.platforms.excludePlatforms", name)));
            }
            if (conditions.locations() != null) {
                List<Reference> include = conditions.locations().include();
                notIncluded(!include.isEmpty() && !names(include, "All"), Condition.LOCATION, "conditions.locations.includeLocations");
                excluded(Condition.LOCATION, conditions.locations().exclude());
            }
            notIncluded(conditions.limitsClientAppTypes(), Condition.CLIENT_TYPE, "conditions.clientAppTypes");
            notIncluded(!conditions.signInRiskLevels().isEmpty(), Condition.SIGN_IN_RISK, "conditions.signInRiskLevels");
            notIncluded(!conditions.userRiskLevels().isEmpty(), Condition.USER_RISK, "conditions.userRiskLevels");
            notIncluded(conditions.times() != null, Condition.TIME, "conditions.times");
            if (!conditions.excludedDeviceStates().isEmpty()) {
                excluded(Condition.DEVICE_STATE, "device states", "deviceState", places.of(policy.source(), "conditions.devices"));
            }
            filter(conditions.deviceFilter(), Condition.DEVICE_STATE, "deviceFilter");
            notIncluded(!conditions.servicePrincipalRiskLevels().isEmpty(), Condition.SERVICE_PRINCIPAL_RISK,
                    "conditions.servicePrincipalRiskLevels");
            notIncluded(conditions.limitsTransferMethods(), Condition.AUTHENTICATION_FLOWS, "conditions.authenticationFlows");
            notIncluded(!conditions.insiderRiskLevels().isEmpty(), Condition.INSIDER_RISK, "conditions.insiderRiskLevels");
            notIncluded(!conditions.agentIdRiskLevels().isEmpty(), Condition.AGENT_ID_RISK, "conditions.agentIdRiskLevels");
            return List.copyOf(items);
        }

        private void applications(Applications target) {
            String path = !target.includeUserActions().isEmpty() ? "includeUserActions"
                    : !target.includeAuthenticationContextClassReferences().isEmpty() ? "includeAuthenticationContextClassReferences"
                    : "includeApplications";
            notIncluded(!names(target.includeApplications(), "All"), Condition.APPLICATION, "conditions.applications." + path);
            excluded(Condition.APPLICATION, target.excludeApplications());
            if (target.filter() != null && target.filter().isExclude()) {
                filter(target.filter(), Condition.APPLICATION, "appFilter");
            }
        }

        private void users(Users users) {
            notIncluded(!names(users.includeUsers(), "All"), Condition.USERS, "conditions.users");
            excluded(Condition.USERS, users.excludeUsers());
            excluded(Condition.USERS, users.excludeGroups());
            excluded(Condition.USERS, users.excludeRoles());
            if (users.excludeGuestsOrExternalUsers() != null) {
                excluded(Condition.USERS, "guests or external users", "guests",
                        places.of(policy.source(), "conditions.users.excludeGuestsOrExternalUsers"));
            }
        }

        private void filter(FilterRule filter, Condition condition, String key) {
            if (filter != null && filter.isExclude()) {
                excluded(condition, filter.rule(), key, filter.position());
            } else if (filter != null && condition == Condition.DEVICE_STATE) {
                items.add(new Item(Kind.NOT_INCLUDED, condition, null, null, filter.position()));
            }
        }

        private void notIncluded(boolean isLimited, Condition condition, String path) {
            if (isLimited) {
                items.add(new Item(Kind.NOT_INCLUDED, condition, null, null, places.of(policy.source(), path)));
            }
        }

        private void excluded(Condition condition, List<Reference> rules) {
            rules.forEach(rule -> excluded(condition, rule.text(), rule.id(), rule.position()));
        }

        private void excluded(Condition condition, String entry, String key, Position position) {
            items.add(new Item(Kind.EXCLUDED, condition, entry, key, position));
        }

        private static boolean names(List<Reference> references, String literal) {
            return references.stream().anyMatch(reference -> reference.id().equals(literal));
        }
    }
}
