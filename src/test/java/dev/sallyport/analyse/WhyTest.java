package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.SignIn;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The nearest changes of a request that change its outcome. */
class WhyTest {

    @Test
    void scratch() throws Exception { try { run(); } catch (Exception e) { e.printStackTrace(System.out); throw e; } }
    void run() throws Exception {
        PolicyEngine engine = PolicyEngine.load(Path.of("rules/conditional-access"), Path.of("samples/directory.yaml"));
        for (String user : engine.directory().users().stream().map(u -> u.userPrincipalName()).toList()) {
            for (String client : new String[] {"browser", "other"}) {
                SignIn signIn = SignIn.builder().user(user).applications(java.util.List.of("Office 365 Exchange Online")).clientAppType(client).devicePlatform("windows").ipAddress("192.0.2.200").country("DK").build();
                long begin = System.nanoTime();
                Why why = Analysis.of(engine).why(signIn, null, WhyOptions.usual());
                System.out.println(user + " " + client + ": " + why.decision().outcome() + " " + why.decision().reason().code() + " " + (System.nanoTime() - begin) / 1_000_000 + " ms");
                why.ways().stream().limit(12).forEach(way -> System.out.println("    " + way.decision().outcome() + ": " + String.join("; ", way.changes().stream().map(c -> c.text()).toList())));
                System.out.println("    " + why.ways().size() + why.notes() + why.faults());
            }
        }
    }
}
