package dev.sallyport.server;

import java.nio.ByteBuffer;
import java.util.Base64;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The same server as that of the decision point, with a handler that reads a body and always answers the same: what HTTP alone costs. */
final class BareServer {

    private BareServer() { }

    /**
     * Starts it, and prints where it listens.
     *
     * @param arguments the content type and the body of its answers, the body in Base64
     */
    public static void main(String[] arguments) throws Exception {
        byte[] answer = Base64.getDecoder().decode(arguments[1]);
        HttpFields trailers = HttpFields.build().put("grpc-status", "0");
        HttpConfiguration config = new HttpConfiguration();
        config.setSendDateHeader(false);
        config.setSendServerVersion(false);
        Server server = new Server(new QueuedThreadPool(72, 4));
        ServerConnector connector = new ServerConnector(server, 1, Runtime.getRuntime().availableProcessors(), new HttpConnectionFactory(config),
                new HTTP2CServerConnectionFactory(config));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                Content.Source.asByteArrayAsync(request, 1 << 20, Promise.Invocable.from(InvocationType.NON_BLOCKING, (body, failure) -> {
                    response.getHeaders().put(HttpHeader.CONTENT_TYPE, arguments[0]);
                    if (arguments[0].startsWith("application/grpc")) {
                        response.setTrailersSupplier(() -> trailers);
                    }
                    response.write(true, ByteBuffer.wrap(answer), callback);
                }));
                return true;
            }
        });
        server.start();
        System.out.println("listening at http://127.0.0.1:" + connector.getLocalPort());
    }
}
