package dev.sallyport.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Device;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.WhatIfReader;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WhatIfWriterTest {

    private static final Device DEVICE = new Device("7", "Laptop", true, false, "ServerAD", Map.of("deviceId", "7", "displayName", "Laptop", "isCompliant", "True",
            "trustType", "ServerAD", "operatingSystem", "Windows"), Map.of("systemLabels", List.of("a", "b")));

    private static SignIn.Builder everything() {
        return SignIn.builder().user("1").clientAppType("browser").devicePlatform("macOS").ipAddress("192.0.2.1").country("DK").signInRiskLevel("low")
                .userRiskLevel("high").insiderRiskLevel("minor").authenticationFlow("deviceCodeFlow").externalTenantId("2").externalUserType("internalGuest")
                .device(DEVICE);
    }

    static Stream<Request> requests() {
        return Stream.of(everything().applications(List.of("3", "4")).build(), everything().authenticationContext("c5").build(),
                new Registration(everything().build(), null, null), new Registration(everything().build(), "device", null),
                SignIn.builder().user("1").applications(List.of("3")).build(),
                SignIn.builder().servicePrincipal("6").applications(List.of("3")).servicePrincipalRiskLevel("high").build());
    }

    /** What the body has no place for is not in these requests. */
    @ParameterizedTest
    @MethodSource("requests")
    void request_writtenAsABodyAndRead_isTheSame(Request request) {
        Diagnostics out = new Diagnostics();
        String body = WhatIfWriter.toJson(request, request.signIn().user(), UnaryOperator.identity(), request.signIn().device());

        WhatIfReader.Question question = new WhatIfReader(out).read(Sources.parseText("body.json", body, out).get(0).root());

        assertThat(out.toList()).as(body).isEmpty();
        assertThat(question.request()).as(body).isEqualTo(request);
        assertThat(question.appliedPoliciesOnly()).isFalse();
    }
}
