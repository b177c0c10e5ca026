package dev.sallyport.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.parse.Sources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings about registering that are refused by name (section 19). */
class NotEvaluatedTest {

    private static Diagnostics read(String file, String text) {
        Diagnostics out = new Diagnostics();
        Resources.of(Sources.parseText(file, text, out), out);
        return out;
    }

    @ParameterizedTest
    @CsvSource({"registrationCampaign, REG-30", "authenticationMethodsPolicy, REG-30", "mfaRegistrationPolicy, REG-20", "ssprSettings, REG-05", "deviceRegistrationPolicy, CA-ACT-05"})
    void kind_ofADocument_isAnErrorWithTheReason(String kind, String rule) {
        assertThat(read("own.yaml", "kind: " + kind + "\n").toList()).singleElement().satisfies(found -> {
            assertThat(found.isError()).isTrue();
            assertThat(found.code()).isEqualTo("SP1132");
            assertThat(found.message()).contains("`" + kind + "` is not evaluated: ", "[" + rule + "]");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"@odata.type\": \"#microsoft.graph.deviceRegistrationPolicy\", \"id\": \"1\"}", "{\"id\": \"1\", \"multiFactorAuthConfiguration\": \"required\"}",
        "{\"@odata.context\": \"https://graph.microsoft.com/v1.0/$metadata#policies/authenticationMethodsPolicy/$entity\", \"id\": \"a\"}",
        "{\"id\": \"authenticationMethodsPolicy\", \"displayName\": \"Authentication Methods Policy\", \"registrationEnforcement\": {}}"})
    void object_ofAnExport_isSkippedWithTheReason(String json) {
        assertThat(read("export.json", json).toList()).singleElement().satisfies(found -> {
            assertThat(found.severity()).isEqualTo(Diagnostic.Severity.WARNING);
            assertThat(found.code()).isEqualTo("SP1132");
        });
    }
}
