package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The tests that SECURITY.md names for the decision point and the workbench exist. */
class SecurityPageTest {

    private static final Pattern NAMED = Pattern.compile("`server/([A-Za-z]+)#([A-Za-z0-9_]+)`");

    @Test
    void tests_thatThePageNames_exist() throws Exception {
        int named = 0;
        for (MatchResult each : NAMED.matcher(Files.readString(Path.of("../SECURITY.md"))).results().toList()) {
            Stream<Method> methods = Stream.of(named(each.group(1)).getDeclaredMethods());
            assertThat(methods.filter(method -> method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class))
                    .map(Method::getName)).as(each.group()).contains(each.group(2));
            named++;
        }
        assertThat(named).isGreaterThan(30);
    }

    private static Class<?> named(String name) throws ClassNotFoundException {
        try {
            return Class.forName("dev.sallyport.server." + name);
        } catch (ClassNotFoundException e) {
            return Class.forName("dev.sallyport.workbench." + name);
        }
    }
}
