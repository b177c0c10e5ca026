package dev.sallyport.workbench;

import dev.sallyport.ReloadingPolicyEngine.State;
import dev.sallyport.ReloadingPolicyEngine.Status;
import dev.sallyport.cli.Glyphs;
import dev.sallyport.diagnose.Diagnostic;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes pages of templates. */
final class Views {

    private final TemplateEngine engine = TemplateEngine.createPrecompiled(null, ContentType.Html, null,
            "dev.sallyport.workbench.template");
    private final Desk desk;
    private final Assets assets;
    private final Sandboxes sandboxes;

    Views(Desk desk, Assets assets, Sandboxes sandboxes) {
        this.desk = desk;
        this.assets = assets;
        this.sandboxes = sandboxes;
    }

    /** What surrounds a page. */
    Frame frame(String title, String section, Session session) {
        return framed(title, section, session);
    }

    private Frame framed(String title, String section, @Nullable Session session) {
        return new Frame(title, section, session == null ? "" : session.formToken(), names(desk.policies()), desk.directory().isEmpty()
                ? "no directory"
                : names(desk.directory()), stale(), section.isEmpty() || section.equals(PolicyPages.SECTION) ? null
                : sandboxes.notice(session, section), Map.of("design", assets.path("design.css"), "css", assets.path("workbench.css"),
                "js", assets.path("workbench.js"), "icon", assets.path("icon.svg"), "htmx", assets.path("htmx.js"),
                "sse", assets.path("htmx-sse.js")));
    }

    private static String names(List<Path> paths) {
        return paths.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    private List<String> stale() {
        Status status = desk.reloading().status();
        return status.state() == State.STALE ? status.diagnostics().stream().filter(Diagnostic::isError).map(Diagnostic::toString).toList()
                : List.of();
    }

    /** The address of a script or a style. */
    String asset(String name) {
        return Workbench.ROOT + assets.path(name);
    }

    /** A page, or a part of one, with the parameters that its template declares. */
    Reply.Content html(String template, Map<String, Object> parameters) {
        return Reply.html(text(template, parameters));
    }

    /** The same as text, for an event. */
    String text(String template, Map<String, Object> parameters) {
        StringOutput out = new StringOutput();
        engine.render(template, parameters, out);
        return visible(out.toString());
    }

    /** What hides or reorders text is written out, line breaks and tabs excepted. */
    private static String visible(String html) {
        List<String> lines = new ArrayList<>();
        for (String line : html.split("\n", -1)) {
            lines.add(Glyphs.visible(line.replace("\t", "    ").replace("\r", "")));
        }
        return String.join("\n", lines);
    }

    /** What a browser gets instead of an answer. */
    Reply.Content failure(UnusableException failure, boolean isPart, @Nullable Session session) {
        Map<String, Object> parameters = Map.of("message", String.valueOf(failure.getMessage()), "help", failure.help());
        String html = isPart ? text("failure.jte", parameters) : text("failed.jte", Map.of("frame", framed("Not possible", "",
                session), "message", String.valueOf(failure.getMessage()), "help", failure.help()));
        return new Reply.Content(failure.status(), Reply.HTML, html.getBytes(StandardCharsets.UTF_8), Map.of());
    }
}
