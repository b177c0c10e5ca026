package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.model.Decision;
import dev.sallyport.model.SignIn;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The example that the README shows to gateways, compiled and run; {@code ReadmeTest} sees to it that it stands there as here. */
class GatewayExampleTest {

    private static String answer;

    @Test
    void example_ofTheReadme_challengesASignInFromHome() throws Exception {
        example();
        assertThat(answer).isEqualTo("ask for [mfa]");
    }

    private static void example() throws Exception {
        // README
        PolicyEngine engine = PolicyEngine.load(Path.of("rules/conditional-access"), Path.of("samples/directory.yaml"));

        SignIn request = SignIn.builder()
                .user("emma.hart@contoso.com").application("Office 365 Exchange Online")
                .clientAppType("browser").devicePlatform("windows").ipAddress("192.0.2.200").country("NL")
                .build();
        Decision decision = engine.evaluate(request);

        switch (decision.outcome()) {
            case ALLOW -> letIn(decision.sessionControls());
            case PROMPT_REGISTER -> sendToRegistration(decision.registration().methods());
            case CHALLENGE -> askFor(decision.requiredControls());
            case BLOCK -> refuse(decision.reason().message());
        }
        // README
    }

    private static void letIn(Object controls) {
        answer = "let in with " + controls;
    }

    private static void sendToRegistration(Object methods) {
        answer = "register one of " + methods;
    }

    private static void askFor(Object controls) {
        answer = "ask for " + controls;
    }

    private static void refuse(Object message) {
        answer = "refuse: " + message;
    }
}
