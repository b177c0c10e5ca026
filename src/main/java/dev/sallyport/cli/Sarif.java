package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Position;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes findings as SARIF 2.1.0: one run, the diagnostics that occur as its rules, the rule of the semantics among the properties. A rule
 * carries its whole page as its help and no address: the log is read on other machines than the one that has the pages.
 */
final class Sarif {

    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

    private final Excerpts excerpts;
    private final Pages pages = new Pages();
    private final Path folder;

    /** @param folder to which file names are relative */
    Sarif(Excerpts excerpts, Path folder) {
        this.excerpts = excerpts;
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** The log, over many lines. */
    String log(List<Diagnostic> findings, boolean isComplete) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text).setPrettyPrinter(new DefaultPrettyPrinter())) {
            json.writeStartObject();
            json.writeStringField("$schema", SCHEMA);
            json.writeStringField("version", "2.1.0");
            json.writeArrayFieldStart("runs");
            json.writeStartObject();
            List<String> codes = findings.stream().map(Diagnostic::code).distinct().sorted().toList();
            tool(codes, findings, json);
            json.writeArrayFieldStart("invocations");
            json.writeStartObject();
            json.writeBooleanField("executionSuccessful", isComplete);
            json.writeEndObject();
            json.writeEndArray();
            json.writeStringField("columnKind", "utf16CodeUnits");
            json.writeArrayFieldStart("results");
            for (Diagnostic finding : findings) {
                result(finding, codes.indexOf(finding.code()), json);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void tool(List<String> codes, List<Diagnostic> findings, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("tool");
        json.writeObjectFieldStart("driver");
        json.writeStringField("name", "Sallyport");
        String version = Sarif.class.getPackage().getImplementationVersion();
        if (version != null) {
            json.writeStringField("version", version);
        }
        json.writeArrayFieldStart("rules");
        for (String code : codes) {
            json.writeStartObject();
            json.writeStringField("id", code);
            if (pages.title(code) != null) {
                message("shortDescription", pages.title(code), json);
                json.writeObjectFieldStart("help");
                json.writeStringField("text", pages.page(code));
                json.writeStringField("markdown", pages.page(code));
                json.writeEndObject();
            }
            List<String> rules = findings.stream().filter(each -> each.code().equals(code) && each.rule() != null).map(Diagnostic::rule)
                    .distinct().sorted().toList();
            if (!rules.isEmpty()) {
                json.writeObjectFieldStart("properties");
                json.writeArrayFieldStart("tags");
                for (String rule : rules) {
                    json.writeString(rule);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    private void result(Diagnostic finding, int rule, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("ruleId", finding.code());
        json.writeNumberField("ruleIndex", rule);
        json.writeStringField("level", finding.severity().toString());
        message("message", finding.help() == null ? finding.message() : finding.message() + "; help: " + finding.help(), json);
        if (finding.position() != null) {
            json.writeArrayFieldStart("locations");
            json.writeStartObject();
            json.writeObjectFieldStart("physicalLocation");
            location(finding.position(), json);
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndArray();
        }
        if (finding.rule() != null) {
            json.writeObjectFieldStart("properties");
            json.writeStringField("rule", finding.rule());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void location(Position place, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("artifactLocation");
        json.writeStringField("uri", uri(place.file()));
        json.writeEndObject();
        if (place.line() > 0) {
            json.writeObjectFieldStart("region");
            json.writeNumberField("startLine", place.line());
            json.writeNumberField("startColumn", place.column());
            json.writeNumberField("endColumn", excerpts.endColumn(place));
            json.writeEndObject();
        }
    }

    /** Relative to the working folder where the file is below it, or where it was named so. */
    private String uri(String file) throws IOException {
        if (file.equals("-")) {
            return "stdin";
        }
        Path path = Path.of(file);
        Path below = path.toAbsolutePath().normalize();
        Path shown = below.startsWith(folder) ? folder.relativize(below) : path;
        if (shown.isAbsolute()) {
            return shown.toUri().toString();
        }
        try {
            String name = shown.toString().replace('\\', '/');
            return new URI(null, null, name.contains(":") ? "./" + name : name, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static void message(String name, String text, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("text", text);
        json.writeEndObject();
    }
}
