package dev.sallyport.suite;

import static dev.sallyport.read.Shape.any;
import static dev.sallyport.read.Shape.dateTime;
import static dev.sallyport.read.Shape.field;
import static dev.sallyport.read.Shape.inAnyOrder;
import static dev.sallyport.read.Shape.list;
import static dev.sallyport.read.Shape.object;
import static dev.sallyport.read.Shape.oneOf;
import static dev.sallyport.read.Shape.open;
import static dev.sallyport.read.Shape.text;

import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.read.Shape;
import dev.sallyport.read.Shape.Field;
import dev.sallyport.read.Shapes;
import java.util.Map;
import java.util.stream.Stream;

/** The shape of a suite of policy tests, fields in the order in which an author would write them. */
public final class SuiteShapes {

    private static final Shape TEXTS = list(text());

    /** A list of values for each field of a request; their order is that of the cells. */
    private static final Shape MATRIX = inAnyOrder(Shapes.REQUESTS.get("signIn").fields().entrySet().stream()
            .map(each -> field(each.getKey(), list(each.getValue()))).toArray(Field[]::new));

    private static final Shape MOVES = object(Stream.concat(
            Stream.of("enable", "enforce", "disable", "revoke-sessions")
            .map(operation -> field(operation, TEXTS.orOne(), "A user, or a list of them.")),
            Stream.of(field("register", list(object(field("user", text()), field("method", oneOf(AuthenticationMethodMode.class)),
            field("displayName", text()))
                    .with("user", "method")).orOne(), "An object, or a list of them."))).toArray(Field[]::new));

    private static final Shape TEST = object(
            field("name", text()), field("skip", text(), "Why the test is not run."),
            field("given", object(field("policies", TEXTS, "Ids: only these policies take part."),
            field("securityDefaults", Shapes.POLICY_SET.get("securityDefaults")),
                    field("mfaSettings", Shapes.POLICY_SET.get("mfaSettings")), field("evaluationSettings",
                    Shapes.POLICY_SET.get("evaluationSettings")), field("organization", Shapes.DIRECTORIES.get("directory")
                    .field("organization")),
                    field("users", open(Shapes.DIRECTORIES.get("user").with()), "Fields of users, by their names.")),
                    "What differs from the suite, for this test only."),
            field("matrix", MATRIX, "Every combination of these values is a request."), field("request", Shapes.ANY_REQUEST),
            field("expect", Expectation.SHAPE),
            field("timeline", list(object(field("at", dateTime()), field("users", MOVES, "Changes to users."),
            field("request", Shapes.ANY_REQUEST),
                    field("expect", Expectation.SHAPE)).with("at"))))
            .with("name");

    private SuiteShapes() { }

    /** Suites of policy tests by {@code kind}. */
    public static final Map<String, Shape> TESTS = Map.of("policyTests", object(
            field("policies", TEXTS, "Files and folders, relative to this file."),
            field("directory", TEXTS, "Files and folders, relative to this file."),
            field("clock", dateTime(), "The time of requests without `createdDateTime`."), field("resources", list(any()),
            "Resources in addition to those of `policies`."),
            field("defaults", Shapes.ANY_REQUEST, "Default values for fields of requests."), field("tests", list(TEST))).with("tests"));
}
