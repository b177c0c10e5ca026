package dev.sallyport.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How JSON is written as YAML. */
class YamlTextTest {

    @Test
    void object_isWrittenWithoutQuotesAndWithoutWhatIsEmpty() {
        assertThat(YamlText.of(List.of("""
                {"kind":"signIn","user":"ann@contoso.com","scopes":[],"authentication":{"methods":["password"],"aaguid":null},"session":{"token":{}},
                 "name":"yes","isNew":false,"country":"NO"}"""))).isEqualTo("""
                kind: signIn
                user: ann@contoso.com
                authentication: { methods: [password] }
                name: "yes"
                isNew: false
                country: "NO"
                """);
    }

    @Test
    void listsOfObjects_areWrittenBelowTheirKeys_andDocumentsAfterEachOther() {
        assertThat(YamlText.of(List.of("{\"users\":[{\"id\":\"1\",\"roles\":[\"a\",\"b\"]},{\"id\":\"x\"}]}", "{\"a\":\"b: c\"}"))).isEqualTo("""
                users:
                  - { id: "1", roles: [a, b] }
                  - { id: x }
                ---
                a: "b: c"
                """);
    }
}
