package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.Countries;
import dev.sallyport.model.Decision;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who is locked out, against the evaluator. */
class LockOutsTest {

    private static final long SEED = Long.getLong("sallyport.seed", 7);
    private static final long WORLDS = Long.getLong("sallyport.decisions", 20_000) / 100;
    private static final List<String> TARGETS = Catalogue.builtIn().use("policyAdministration");
    private static final int SAMPLES = 60;

    /** Where a user is let in once, nothing is found; and where something is found, the evaluator refuses whatever is tried. */
    @Test
    void randomUsers_areLockedOutAsTheEvaluatorDecides() throws Exception {
        int found = 0;
        int alone = 0;
        int unsure = 0;
        for (long w = 0; w < WORLDS; w++) {
            RandomWorld random = RandomWorld.ofSize(SEED * 7_000_003 + w, 1 + (int) (w * 11 % 60));
            if (random.policySet().evaluationSettings().unknownSignals() == UnknownSignals.STRICT) {
                continue;
            }
            Random dice = new Random(random.seed());
            List<UserState> all = random.directory().users().stream().filter(user -> !user.isAgentUser()).toList();
            List<UserState> users = new ArrayList<>(List.of(all.get(dice.nextInt(all.size()))));
            if (dice.nextBoolean()) {
                users.add(all.get(dice.nextInt(all.size())));
            }
            PolicyEngine engine = PolicyEngine.withoutPolicies(random.directory(), Clock.fixed(random.clock(), ZoneOffset.UTC)).plain(random.policySet());
            LockOut lockOut;
            try {
                lockOut = Analysis.of(engine).lockOut(users, TARGETS);
            } catch (PolicyLoadException e) {
                assertThat(e.getMessage()).as(random.toString()).contains("SP1352");
                unsure++;
                continue;
            }
            if (lockOut == null) {
                continue;
            }
            found++;
            alone += lockOut.alone().isEmpty() ? 0 : 1;
            assertThat(lockOut.witness().decision().outcome()).isEqualTo(Outcome.BLOCK);
            for (int i = 0; i < SAMPLES; i++) {
                UserState user = users.get(dice.nextInt(users.size()));
                SignIn signIn = signIn(random, i, user, dice);
                refuses(engine, random.policySet(), signIn, user);
                for (String id : lockOut.alone()) {
                    refuses(engine, only(random.policySet(), List.of(id)), signIn, user);
                }
                if (lockOut.alone().isEmpty()) {
                    refuses(engine, only(random.policySet(), lockOut.together()), signIn, user);
                }
            }
        }
        assertThat(found).isGreaterThan((int) WORLDS / 20);
        assertThat(alone).isBetween(1, found - 1);
        assertThat(unsure).as("what is not told, such as policies on no risk that ask for registering").isLessThan((int) Math.max(4, WORLDS / 50));
    }

    private static PolicySet only(PolicySet set, List<String> ids) {
        return set.withPolicies(set.policies().stream().filter(policy -> ids.contains(policy.id())).toList());
    }

    private static void refuses(PolicyEngine engine, PolicySet set, SignIn signIn, UserState user) {
        Decision decision = engine.plain(set).evaluate(signIn, user);
        assertThat(decision.reason().code()).as(() -> decision.reason() + " " + signIn).isNotIn(ReasonCode.INVALID_REQUEST, ReasonCode.EVALUATION_FAILED);
        assertThat(decision.outcome()).as(() -> decision.reason() + " " + decision.requiredControls() + " " + set.policies().size() + " " + signIn + "\n" + user + "\n" + set.policies()).isEqualTo(Outcome.BLOCK);
    }

    /** As random as the lock-out says that it may be: any place, platform and time; without risk, on an unregistered device. */
    private static SignIn signIn(RandomWorld random, int index, UserState user, Random dice) {
        SignIn other = random.request(index).signIn();
        boolean hasTimes = random.policySet().policies().stream().anyMatch(policy -> policy.conditions().times() != null);
        List<DevicePlatform> platforms = List.of(DevicePlatform.WINDOWS, DevicePlatform.IOS, DevicePlatform.ANDROID, DevicePlatform.MAC_OS, DevicePlatform.LINUX);
        String country = other.country() != null && Countries.CODES.contains(other.country()) ? other.country() : "DK";
        return SignIn.builder().user(user.userPrincipalName()).application(TARGETS.get(dice.nextInt(TARGETS.size()))).clientAppType(dice.nextBoolean() ? "browser"
                : "mobileAppsAndDesktopClients").devicePlatform(platforms.get(dice.nextInt(platforms.size())).graphName())
                .ipAddress(other.ipAddress() == null || IpAddress.parse(other.ipAddress()) == null ? "192.0.2.9" : other.ipAddress()).country(country).gps(dice.nextBoolean() ? new SignIn.Gps(country) : null)
                .signInRiskLevel("none").userRiskLevel("none").insiderRiskLevel("none").authenticationFlow("none")
                .createdDateTime(hasTimes ? random.clock().plus(Duration.ofHours(dice.nextInt(168))) : random.clock()).build();
    }
}
