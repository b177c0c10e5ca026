package dev.sallyport.workbench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.URIUtil;
import org.eclipse.jetty.util.UrlEncoded;
import org.jspecify.annotations.Nullable;

/**
 * Answers everything below {@code /workbench/}, and sends {@code /} there; leaves all other paths to the handler behind it.
 *
 * <p>A browser gets in by the token that the command printed, and is known by a cookie afterwards. What changes something is a POST that
 * comes from a page of the workbench (its origin) and brings the token of its session. Nothing in a page is inline, and nothing is fetched
 * from elsewhere: the Content-Security-Policy holds this.
 */
public final class Workbench extends Handler.Abstract {

    /** The folder of all pages. */
    public static final String ROOT = "/workbench/";

    /** The attribute of a connection while a request of a browser is at work; sending a log takes as long as it does. */
    public static final String IS_AT_WORK = "dev.sallyport.workbench.work";

    /** The header and the field with the token of the session. */
    static final String FORM_TOKEN = "form-token";

    private static final String COOKIE = "sallyport-workbench";
    private static final String TOKEN = "token";
    private static final String FORM = "application/x-www-form-urlencoded";
    /** The largest form: a policy file in the editor, in bytes. */
    private static final int MOST_FORM = 8 << 20;
    private static final int MOST_FIELDS = 20_000;
    private static final List<String> LOOPBACK_NAMES = List.of("localhost", "127.0.0.1", "[::1]");
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static final System.Logger LOG = System.getLogger("dev.sallyport.workbench");

    private final boolean isLoopback;
    private final boolean isSecure;
    private final Sessions sessions = new Sessions();
    private final Assets assets = new Assets();
    private final Views views;
    /** By method and path, such as {@code GET /users}; a path that ends in a slash takes what follows it. */
    private final Map<String, Page> pages = new HashMap<>();

    /**
     * @param desk what the pages work on
     * @param isLoopback whether only this machine can reach it
     * @param isSecure whether it is served over TLS
     */
    public Workbench(Desk desk, boolean isLoopback, boolean isSecure) {
        this.isLoopback = isLoopback;
        this.isSecure = isSecure;
        PolicySets sets = new PolicySets(desk);
        Sandboxes sandboxes = new Sandboxes(desk, sets);
        this.views = new Views(desk, assets, sandboxes);
        new WhatIfPages(desk, views, sandboxes).addTo(pages);
        new RulePages(views).addTo(pages);
        new UsersPages(desk, views).addTo(pages);
        new GapsPages(desk, views, sandboxes).addTo(pages);
        new MatrixPages(desk, views, sandboxes).addTo(pages);
        new TestPages(desk, views).addTo(pages);
        new ReplayPages(desk, views).addTo(pages);
        new PolicyPages(desk, views, sets, sandboxes).addTo(pages);
        new ErrorPages(views).addTo(pages);
    }

    /** The path that lets a browser in. */
    public String path() {
        return ROOT + "?" + TOKEN + "=" + sessions.token();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = request.getHttpURI().getPath();
        if ("/".equals(path) || ROOT.equals(path + "/")) {
            protect(response);
            redirect(ROOT, response, callback);
            return true;
        }
        if (path == null || !path.startsWith(ROOT)) {
            return false;
        }
        request.addIdleTimeoutListener(any -> false);               // a replay or an analysis takes as long as it takes
        protect(response);
        try {
            answer(request, response, callback);
        } catch (UnusableException e) {
            failed(request, e, response, callback);
        } catch (Exception e) {
            LOG.log(System.Logger.Level.ERROR, "a page of the workbench failed", e);
            failed(request, new UnusableException(500, "Something failed inside.", "The log of the program says what."), response,
                    callback);
        }
        return true;
    }

    private void answer(Request request, Response response, Callback callback) throws Exception {
        String path = request.getHttpURI().getPath().substring(ROOT.length() - 1);
        if (!isOwnName(request)) {
            throw new UnusableException(421, "This is not the address of the workbench.",
                    "Use the address that `sallyport serve` printed.");
        }
        if (path.startsWith("/assets/") && isRead(request)) {
            Reply.Content asset = assets.at(path.substring("/assets/".length()));
            if (asset == null) {
                throw new UnusableException(404, "There is no such file.", "Reload the page.");
            }
            write(asset, request, response, callback);
            return;
        }
        String token = isRead(request) ? Request.extractQueryParameters(request).getValue(TOKEN) : null;
        String cookie = token == null ? null : sessions.admit(token);
        if (cookie != null) {
            Response.addCookie(response, HttpCookie.build(cookieName(request), cookie).path(ROOT).httpOnly(true).secure(isSecure)
                    .sameSite(HttpCookie.SameSite.STRICT).build());
            redirect(ROOT + path.substring(1), response, callback);             // the token does not stay in the address
            return;
        }
        Session session = sessions.of(cookie(request));
        if (session == null) {
            throw new UnusableException(401, "This browser is not known.", "Open the address that `sallyport serve` printed.");
        }
        request.getConnectionMetaData().setAttribute(IS_AT_WORK, true);
        try {
            reply(page(request, path), visit(request, path, session), request, response, callback);
        } finally {
            request.getConnectionMetaData().removeAttribute(IS_AT_WORK);
        }
    }

    /** Whether a browser found the workbench by a name of this machine, and not by one that another site made up. */
    private boolean isOwnName(Request request) {
        String host = request.getHttpURI().getHost();
        return !isLoopback || host != null && LOOPBACK_NAMES.contains(host.toLowerCase(Locale.ROOT));
    }

    private static boolean isRead(Request request) {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    /** Browsers send cookies to every port of a host, so that two workbenches need two names. */
    private static String cookieName(Request request) {
        return COOKIE + "-" + Request.getServerPort(request);
    }

    private static @Nullable String cookie(Request request) {
        String name = cookieName(request);
        return Request.getCookies(request).stream().filter(each -> each.getName().equals(name)).map(HttpCookie::getValue).findFirst()
                .orElse(null);
    }

    private Page page(Request request, String path) throws UnusableException {
        String method = isRead(request) ? "GET" : request.getMethod();
        Page page = pages.get(method + " " + path);
        if (page == null) {
            page = pages.get(method + " " + folder(path));
        }
        if (page == null) {
            throw new UnusableException(404, "There is no such page.", "Choose one above.");
        }
        return page;
    }

    private static String folder(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    // ---- what a browser sends

    private Visit visit(Request request, String path, Session session) throws Exception {
        Map<String, List<String>> values = new TreeMap<>();
        Request.extractQueryParameters(request).forEach(field -> values.put(field.getName(), field.getValues()));
        HttpFields headers = request.getHeaders();
        String type = headers.get(HttpHeader.CONTENT_TYPE);
        boolean isForm = type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM);
        if (!isRead(request)) {
            requireOrigin(request);
            if (isForm) {
                form(request).forEach(field -> values.merge(field.getName(), field.getValues(), Workbench::both));
            }
            String shown = headers.get(FORM_TOKEN);
            if (!Sessions.isSame(shown != null ? shown : values.getOrDefault(FORM_TOKEN, List.of("")).get(0), session.formToken())) {
                throw new UnusableException(403, "The form is out of date.", "Reload the page, and try again.");
            }
        }
        boolean isPart = headers.get("HX-Request") != null && headers.get("HX-History-Restore-Request") == null;
        String rest = pages.containsKey((isRead(request) ? "GET" : request.getMethod()) + " " + path) ? ""
                : URIUtil.decodePath(path.substring(folder(path).length()));
        return new Visit(path.substring(0, path.length() - (rest.isEmpty() ? 0 : path.length() - folder(path).length())), rest, values,
                session, isPart, () -> Content.Source.asInputStream(request));
    }

    private static List<String> both(List<String> one, List<String> other) {
        List<String> all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    /** A page of another origin cannot change anything, even if the browser sends the cookie with it. */
    private static void requireOrigin(Request request) throws UnusableException {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        String own = request.getHttpURI().getScheme() + "://" + request.getHttpURI().getAuthority();
        if (origin == null || !origin.equalsIgnoreCase(own)) {
            throw new UnusableException(403, "The request does not come from the workbench.", "Use the pages of the workbench.");
        }
    }

    private static Fields form(Request request) throws IOException, UnusableException {
        Fields fields = new Fields(true);
        try (InputStream in = Content.Source.asInputStream(request)) {
            UrlEncoded.decodeUtf8To(in, fields, MOST_FORM, MOST_FIELDS);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new UnusableException(413, "The form is too large, or is not a form.", "Send less at a time.");
        }
        return fields;
    }

    // ---- what it gets

    private static void protect(Response response) {
        HttpFields.Mutable headers = response.getHeaders();
        headers.put("Content-Security-Policy", POLICY);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    }

    private void reply(Page page, Visit visit, Request request, Response response, Callback callback) throws Exception {
        Reply reply = page.answer(visit);
        if (reply instanceof Reply.Content content) {
            write(content, request, response, callback);
        } else if (reply instanceof Reply.Redirect redirect) {
            redirect(redirect.location(), response, callback);
        } else if (reply instanceof Reply.Stream stream) {
            stream(stream, response, callback);
        }
    }

    private static void redirect(String location, Response response, Callback callback) {
        response.setStatus(303);
        response.getHeaders().put(HttpHeader.LOCATION, location);
        response.write(true, ByteBuffer.allocate(0), callback);
    }

    private static void write(Reply.Content content, Request request, Response response, Callback callback) {
        response.setStatus(content.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, content.type());
        content.headers().forEach((name, value) -> response.getHeaders().put(new HttpField(name, value)));
        boolean isHead = request.getMethod().equals("HEAD");
        response.write(true, isHead ? ByteBuffer.allocate(0) : ByteBuffer.wrap(content.bytes()), callback);
    }

    private static void stream(Reply.Stream stream, Response response, Callback callback) {
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream;charset=utf-8");
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            stream.events().send((name, html) -> {
                StringBuilder event = new StringBuilder("event: ").append(name).append('\n');
                html.lines().forEach(line -> event.append("data: ").append(line).append('\n'));
                out.write(event.append('\n').toString().getBytes(StandardCharsets.UTF_8));
                out.flush();
            });
            callback.succeeded();
        } catch (IOException e) {
            callback.failed(e);                             // the browser has gone
        } catch (Exception e) {
            LOG.log(System.Logger.Level.ERROR, "a page of the workbench failed", e);
            callback.failed(e);
        }
    }

    private void failed(Request request, UnusableException failure, Response response, Callback callback) {
        Session session = isOwnName(request) ? sessions.of(cookie(request)) : null;
        boolean isPart = request.getHeaders().get("HX-Request") != null;
        write(views.failure(failure, isPart, session), request, response, callback);
    }
}
