package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.UnknownFieldSet;
import dev.sallyport.LoadOptions;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each outcome becomes for Envoy over gRPC: asked by the client of grpc-java, with the messages that Envoy publishes. */
class EnvoyGrpcTest {

    private static final String KEY = "gateway-key-of-today-gateway-key-of-today";
    private static final String TRUSTED_KEY = "portal-key-portal-key-portal-key-portal-key";

    private static Running running;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() throws Exception {
        running = Running.of(new Settings(List.of(Running.resource("gateway/policies.yaml")), List.of(Running.resource("gateway/directory.yaml")),
                LoadOptions.lenient(), "127.0.0.1", 0, null, null, false, SettingsReader.read(Running.resource("gateway/server.yaml"))),
                engine -> engine.withUserStates(name -> {
                    if (name.startsWith("hal")) {
                        throw new IllegalStateException("the database is down");
                    }
                    return engine.directory().user(name);
                }));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", running.point.port()).usePlaintext().build();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        running.close();
    }

    private static Channel withKey(String key) {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("x-sallyport-key", Metadata.ASCII_STRING_MARSHALLER), key);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    private static CheckResponse check(String key, CheckRequest request) {
        return AuthorizationGrpc.newBlockingStub(withKey(key)).check(request);
    }

    private static HttpRequest.Builder http(String user, String... headers) {
        HttpRequest.Builder http = HttpRequest.newBuilder().setId("id-of-the-client").setMethod("GET").setScheme("https")
                .setHost("wiki.contoso.com").setPath("/page?a=1&b=2").putHeaders("accept", "application/json");
        if (user != null) {
            http.putHeaders("x-sallyport-user", user + "@contoso.com");
        }
        for (int i = 0; i < headers.length; i += 2) {
            http.putHeaders(headers[i], headers[i + 1]);
        }
        return http;
    }

    private static CheckRequest request(HttpRequest.Builder http, String address) {
        AttributeContext.Builder attributes = AttributeContext.newBuilder().setRequest(AttributeContext.Request.newBuilder().setHttp(http));
        if (address != null) {
            attributes.setSource(AttributeContext.Peer.newBuilder().setPrincipal("spiffe://contoso/client").setAddress(Address.newBuilder()
                    .setSocketAddress(SocketAddress.newBuilder().setAddress(address).setPortValue(50_000))));
        }
        return CheckRequest.newBuilder().setAttributes(attributes).build();
    }

    private static CheckResponse check(String user, String... headers) {
        return check(KEY, request(http(user, headers), "203.0.113.9"));
    }

    private static Map<String, String> headers(List<HeaderValueOption> options) {
        Map<String, String> headers = new TreeMap<>();
        for (HeaderValueOption each : options) {
            assertThat(each.getAppendAction()).isEqualTo(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
            assertThat(headers.put(each.getHeader().getKey(), each.getHeader().getValue())).isNull();
        }
        return headers;
    }

    private static void assertDenied(CheckResponse response, int status) {
        assertThat(response.getStatus().getCode()).as(response.toString()).isNotZero();
        assertThat(response.hasOkResponse()).isFalse();
        assertThat(response.getDeniedResponse().getStatus().getCodeValue()).isEqualTo(status);
    }

    // ---- outcomes

    @Test
    void allow_setsAllItsHeaders() {
        CheckResponse response = check("ann");

        assertThat(response.getStatus().getCode()).isZero();
        assertThat(headers(response.getOkResponse().getHeadersList())).containsOnlyKeys("x-sallyport-outcome",
                "x-sallyport-policy-set-version", "x-sallyport-session-controls").containsEntry("x-sallyport-outcome", "allow")
                .containsEntry("x-sallyport-session-controls", "{}");
        assertThat(response.getDynamicMetadata().getFieldsMap()).containsOnlyKeys("outcome", "policySetVersion");
        assertThat(response.getDynamicMetadata().getFieldsOrThrow("policySetVersion").getStringValue()).startsWith("sha256:");
    }

    @Test
    void allow_withSessionControls_namesThem() {
        CheckResponse response = check("dan", "x-sallyport-signed-in", "2026-11-22T10:00:00Z");

        assertThat(response.getStatus().getCode()).isZero();
        assertThat(headers(response.getOkResponse().getHeadersList()).get("x-sallyport-session-controls")).contains("\"signInFrequency\"");
        assertThat(response.getDynamicMetadata().getFieldsOrThrow("sessionControls").getStringValue()).contains("\"value\":4");
    }

    @Test
    void challenge_clientWithCp1_isUnauthorizedWithClaims() {
        CheckResponse response = check("ben", "x-sallyport-client-capabilities", "cp1");

        assertDenied(response, 401);
        String header = headers(response.getDeniedResponse().getHeadersList()).get("www-authenticate");
        assertThat(new String(Base64.getDecoder().decode(header.replaceFirst(".*claims=\"([^\"]*)\".*", "$1")), StandardCharsets.UTF_8))
                .isEqualTo("{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}");
        assertThat(response.getDynamicMetadata().getFieldsOrThrow("outcome").getStringValue()).isEqualTo("challenge");
    }

    @ParameterizedTest
    @CsvSource({"ben, https://login.example/authorize?client_id=wiki&claims=%7B", "finn, https://login.example/security-info"})
    void challengeAndRegistration_browser_isSentAway(String user, String location) {
        CheckResponse response = check(user, "accept", "text/html");

        assertDenied(response, 302);
        assertThat(headers(response.getDeniedResponse().getHeadersList()).get("location")).startsWith(location);
    }

    @Test
    void challenge_browser_comesBackToItsUrl() {
        assertThat(headers(check("ben", "accept", "text/html").getDeniedResponse().getHeadersList()).get("location"))
                .endsWith("&state=https%3A%2F%2Fwiki.contoso.com%2Fpage%3Fa%3D1%26b%3D2");
    }

    @Test
    void block_andInvalidRequest_lookTheSame() {
        CheckResponse blocked = check("gus");
        CheckResponse unknown = check("nobody");

        assertDenied(blocked, 403);
        assertDenied(unknown, 403);
        assertThat(unknown.getDeniedResponse()).isEqualTo(blocked.getDeniedResponse());
        assertThat(blocked.getDeniedResponse().getBody()).contains("\"requestId\":\"id-of-the-client\"").doesNotContain("Block some");
        assertThat(headers(blocked.getDeniedResponse().getHeadersList())).containsEntry("content-type", "application/problem+json");
    }

    @Test
    void metadata_namesPolicies_forTrustedCallersOnly() {
        Struct untrusted = check("gus").getDynamicMetadata();
        Struct trusted = check(TRUSTED_KEY, request(http("gus"), null)).getDynamicMetadata();

        assertThat(untrusted.toString()).doesNotContain("policies").doesNotContain("blockedBy");
        assertThat(trusted.getFieldsOrThrow("reason").getStringValue()).startsWith("block");
        assertThat(trusted.getFieldsOrThrow("policies").getListValue().getValues(0).getStringValue()).isEqualTo("block");
    }

    @Test
    void evaluationFailed_isUnavailable() {
        CheckResponse response = check("hal");

        assertDenied(response, 503);
        assertThat(headers(response.getDeniedResponse().getHeadersList())).containsEntry("retry-after", "5");
    }

    @Test
    void user_missing_signsInFirst() {
        assertDenied(check((String) null), 401);
        assertDenied(check(null, "accept", "text/html"), 302);
    }

    // ---- what Envoy says

    @ParameterizedTest
    @CsvSource({"wiki.contoso.com, /admin, 403", "wiki.contoso.com, /%61dmin, 403", "wiki.contoso.com, //admin, 403", "wiki.contoso.com, /ADMIN, 403",
        "wiki.contoso.com, '', 403", "other.contoso.com, /, 403", "'', /, 403", "wiki.contoso.com, /page, 200", "WIKI.contoso.com:443, /page, 200"})
    void url_tellsTheApplication(String host, String path, int status) {
        CheckResponse response = check(KEY, request(http("ann").setHost(host).setPath(path), null));

        if (status == 200) {
            assertThat(response.getStatus().getCode()).isZero();
        } else {
            assertDenied(response, status);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", value = {"none | 198.51.100.1 | true", "none | 203.0.113.9 | false", "none | none | false",
        "198.51.100.1 | 203.0.113.9 | false", "203.0.113.9 | 198.51.100.1 | true", "198.51.100.1, 10.0.0.1 | 10.0.0.1 | true",
        "203.0.113.9, 10.0.0.1 | 10.0.0.1 | false", "198.51.100.1 | garbage | false", "198.51.100.1 | none | true"})
    void address_isTheLastThatIsNoProxy_theOneThatEnvoySawIncluded(String hops, String peer, boolean isAllowed) {
        CheckResponse response = check(KEY, request(hops == null ? http("jon") : http("jon", "x-forwarded-for", hops), peer));

        assertThat(response.getStatus().getCode() == 0).isEqualTo(isAllowed);
        assertThat(response.hasOkResponse()).isEqualTo(isAllowed);
    }

    @Test
    void address_thatIsAPath_isUnknown() {
        AttributeContext.Builder attributes = request(http("jon"), null).getAttributes().toBuilder().setSource(AttributeContext.Peer.newBuilder()
                .setAddress(Address.newBuilder().setPipe(Pipe.newBuilder().setPath("198.51.100.1"))));

        assertDenied(check(KEY, CheckRequest.newBuilder().setAttributes(attributes).build()), 403);
    }

    private static HeaderValue raw(String name, String value) {
        return HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value)).build();
    }

    @Test
    void headers_raw_areRead_andOneThatComesTwiceIsDenied() {
        HttpRequest.Builder http = http(null).clearHeaders().setHeaderMap(HeaderMap.newBuilder().addHeaders(raw("x-sallyport-user",
                "ann@contoso.com")).addHeaders(raw("accept", "application/json")));
        assertThat(check(KEY, request(http, null)).hasOkResponse()).isTrue();

        http.getHeaderMapBuilder().addHeaders(raw("X-Sallyport-User", "ann@contoso.com"));
        assertDenied(check(KEY, request(http, null)), 403);
    }

    @Test
    void fieldsThatAreUnknown_changeNothing() {
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder().addField(100, UnknownFieldSet.Field.newBuilder().addVarint(-1).addFixed32(7)
                .addFixed64(8).addLengthDelimited(ByteString.copyFromUtf8("x")).build()).addField(536_870_911,
                UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build();
        CheckRequest request = request(http("gus").setUnknownFields(unknown), null);

        assertDenied(check(KEY, request.toBuilder().setUnknownFields(unknown).build()), 403);
        assertThat(check(KEY, request(http("ann").setUnknownFields(unknown).setSize(-1).setBody("body").setProtocol("HTTP/2"), null).toBuilder()
                .setUnknownFields(unknown).build()).hasOkResponse()).isTrue();
    }

    /** A message may come in parts: the parts of one message are merged. */
    @Test
    void messageInParts_isMerged() throws Exception {
        byte[] first = CheckRequest.newBuilder().setAttributes(AttributeContext.newBuilder().setRequest(AttributeContext.Request.newBuilder()
                .setHttp(http("ann").setPath("/page")))).build().toByteArray();
        byte[] second = CheckRequest.newBuilder().setAttributes(AttributeContext.newBuilder().setRequest(AttributeContext.Request.newBuilder()
                .setHttp(HttpRequest.newBuilder().setPath("/admin")))).build().toByteArray();
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);

        assertThat(CheckResponse.parseFrom(call(KEY, PATH, first, CallOptions.DEFAULT)).hasOkResponse()).isTrue();
        assertDenied(CheckResponse.parseFrom(call(KEY, PATH, both, CallOptions.DEFAULT)), 403);
    }

    // ---- calls that are not answered

    private static final String PATH = "envoy.service.auth.v3.Authorization/Check";

    private static byte[] call(String key, String method, byte[] message, CallOptions options) {
        MethodDescriptor.Marshaller<byte[]> bytes = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream stream) {
                try {
                    return stream.readAllBytes();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        return ClientCalls.blockingUnaryCall(withKey(key), MethodDescriptor.newBuilder(bytes, bytes).setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(method).build(), options, message);
    }

    private static Status.Code failure(String key, String method, byte[] message, CallOptions options) {
        try {
            call(key, method, message, options);
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrong", "gateway-key-of-today-gateway-key-of-toda"})
    void caller_unknown_isUnauthenticated(String key) {
        assertThat(failure(key, PATH, request(http("ann"), null).toByteArray(), CallOptions.DEFAULT)).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void key_ofTheClientBehindEnvoy_isNotTheCaller() {
        assertThatThrownBy(() -> AuthorizationGrpc.newBlockingStub(channel).check(request(http("ann", "x-sallyport-key", KEY, "authorization",
                "Bearer " + KEY), null))).isInstanceOf(StatusRuntimeException.class).hasMessageStartingWith("UNAUTHENTICATED");
    }

    @Test
    void call_thatIsNotOne_isRefused() {
        byte[] good = request(http("ann"), null).toByteArray();

        assertThat(failure(KEY, PATH, good, CallOptions.DEFAULT)).isEqualTo(Status.Code.OK);
        assertThat(failure(KEY, "envoy.service.auth.v3.Authorization/Other", good, CallOptions.DEFAULT)).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(failure(KEY, "envoy.service.auth.v2.Authorization/Check", good, CallOptions.DEFAULT)).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(failure(KEY, PATH, good, CallOptions.DEFAULT.withCompression("gzip"))).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(failure(KEY, PATH, new byte[2 << 20], CallOptions.DEFAULT)).isNotEqualTo(Status.Code.OK);
        assertThat(failure(KEY, PATH, new byte[] {0x0a, 0x7f}, CallOptions.DEFAULT)).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure(KEY, PATH, good, CallOptions.DEFAULT)).as("the connection lives on").isEqualTo(Status.Code.OK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/grpc+json", "text/plain", "application/grpc-web"})
    void contentType_ofAnotherProtocol_isRefused(String type) throws Exception {
        assertThat(running.send("POST", "/" + PATH, "x", "Content-Type", type, "X-Sallyport-Key", KEY).statusCode()).isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0", "\0\0\0\0\1", "\0\0\0\0\0\0", "\0\0\0\0\2x", "\0\177\177\177\177x"})
    void frame_withAnotherLength_isRefused(String body) throws Exception {
        var response = running.send("POST", "/" + PATH, body, "Content-Type", "application/grpc", "X-Sallyport-Key", KEY);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).as("a message would be an answer").isEmpty();
    }

    @Test
    void changedMessage_isInvalidOrDenied() throws Exception {
        byte[] good = request(http("gus", "x-forwarded-for", "203.0.113.9"), "203.0.113.9").toByteArray();
        Random random = new Random(Long.getLong("sallyport.seed", 18));
        long end = System.nanoTime() + Long.getLong("sallyport.fuzzSeconds", 0) * 1_000_000_000;
        int malformed = 0;
        for (int i = 0; i < 2_000 || System.nanoTime() < end; i++) {
            byte[] changed = i < good.length ? Arrays.copyOf(good, i) : good.clone();
            for (int change = i < good.length ? 3 : 0; change < 1 + i % 3; change++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                CheckResponse response = CheckResponse.parseFrom(call(KEY, PATH, changed, CallOptions.DEFAULT));
                assertThat(response.hasOkResponse()).as("change %s: %s", i, response).isFalse();
                assertThat(response.getStatus().getCode()).isNotZero();
            } catch (StatusRuntimeException e) {
                malformed++;
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            }
        }
        assertThat(malformed).as("changes that leave no message").isGreaterThan(100);
    }
}
