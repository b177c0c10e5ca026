package dev.sallyport.workbench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Scripts and styles. Their addresses change with their contents, so that a browser may keep them for ever. */
final class Assets {

    private static final String OURS = "/dev/sallyport/workbench/";
    private static final String LIBRARIES = "/META-INF/resources/webjars/";

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final String version;

    Assets() {
        add("design.css", "/dev/sallyport/report/design.css");
        add("workbench.css", OURS + "workbench.css");
        add("workbench.js", OURS + "workbench.js");
        add("icon.svg", OURS + "icon.svg");
        add("htmx.js", library("htmx.org", "dist/htmx.min.js"));
        add("htmx-sse.js", library("htmx-ext-sse", "sse.js"));
        add("codemirror.js", library("codemirror", "lib/codemirror.js"));
        add("codemirror.css", library("codemirror", "lib/codemirror.css"));
        add("codemirror-yaml.js", library("codemirror", "mode/yaml/yaml.js"));
        add("codemirror-javascript.js", library("codemirror", "mode/javascript/javascript.js"));
        add("codemirror-lint.js", library("codemirror", "addon/lint/lint.js"));
        version = digest();
    }

    private static String library(String name, String file) {
        return LIBRARIES + name + "/" + version(name) + "/" + file;
    }

    private void add(String name, String resource) {
        try (InputStream in = open(resource)) {
            files.put(name, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach((name, bytes) -> {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            });
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The address of a file below the workbench. */
    String path(String name) {
        if (!files.containsKey(name)) {
            throw new IllegalArgumentException(name);
        }
        return "assets/" + version + "/" + name;
    }

    /** What an address below {@code assets/} has; {@code null} for nothing. */
    Reply.@Nullable Content at(String path) {
        int slash = path.indexOf('/');
        String name = path.substring(slash + 1);
        byte[] bytes = slash < 0 ? null : files.get(name);
        if (bytes == null) {
            return null;
        }
        String type = name.endsWith(".css") ? "text/css;charset=utf-8" : name.endsWith(".svg") ? "image/svg+xml"
                : "text/javascript;charset=utf-8";
        return new Reply.Content(200, type, bytes, Map.of("Cache-Control", path.startsWith(version + "/")
                ? "public, max-age=31536000, immutable" : "no-cache"));
    }

    /** The version of a library of the pom, which its jar says. */
    private static String version(String artifact) {
        Properties properties = new Properties();
        try (InputStream in = open("/META-INF/maven/org.webjars.npm/" + artifact + "/pom.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    private static InputStream open(String resource) {
        InputStream in = Assets.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException("missing " + resource);
        }
        return in;
    }
}
