package dev.sallyport.cli;

import dev.sallyport.suite.Expectation.Difference;
import dev.sallyport.suite.TestRun.Failure;
import dev.sallyport.suite.TestRun.Result;
import dev.sallyport.suite.TestRun.Status;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results of policy tests in the XML of JUnit, as CI servers read it: a suite a file, a case a test or cell. */
final class JUnitXml {

    private final XMLStreamWriter xml;

    private JUnitXml(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /** The whole document. */
    static String of(List<Result> results, double seconds) {
        StringWriter text = new StringWriter();
        try {
            new JUnitXml(XMLOutputFactory.newInstance().createXMLStreamWriter(text)).write(results, seconds);
        } catch (XMLStreamException e) {
            throw new IllegalStateException("XML is written to memory", e);
        }
        return text.toString();
    }

    private void write(List<Result> results, double seconds) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        start("testsuites");
        attribute("name", "sallyport");
        counts(results, seconds);
        Map<String, List<Result>> byFile = new LinkedHashMap<>();
        results.forEach(result -> byFile.computeIfAbsent(result.test().file(), file -> new ArrayList<>()).add(result));
        for (Map.Entry<String, List<Result>> file : byFile.entrySet()) {
            start("testsuite");
            attribute("name", file.getKey());
            counts(file.getValue(), file.getValue().stream().mapToLong(Result::nanoseconds).sum() / 1e9);
            for (Result result : file.getValue()) {
                testCase(result);
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeCharacters("\n");
        xml.writeEndDocument();
        xml.close();
    }

    private void counts(List<Result> results, double seconds) throws XMLStreamException {
        attribute("tests", String.valueOf(results.size()));
        attribute("failures", count(results, Status.FAILED));
        attribute("errors", count(results, Status.UNUSABLE));
        attribute("skipped", count(results, Status.SKIPPED));
        attribute("time", time(seconds));
    }

    private static String count(List<Result> results, Status status) {
        return String.valueOf(results.stream().filter(result -> result.status() == status).count());
    }

    private static String time(double seconds) {
        return String.format(Locale.ROOT, "%.6f", seconds);
    }

    private void testCase(Result result) throws XMLStreamException {
        start("testcase");
        attribute("name", result.test().title());
        attribute("classname", result.test().file());
        attribute("time", time(result.nanoseconds() / 1e9));
        attribute("file", result.test().file());
        attribute("line", String.valueOf(result.test().position().line()));
        if (result.status() == Status.SKIPPED) {
            start("skipped");
            attribute("message", result.test().skip());
            xml.writeEndElement();
        } else if (result.status() == Status.UNUSABLE) {
            start("error");
            attribute("message", result.unusable().message());
            attribute("type", result.unusable().code());
            text(result.unusable().toString());
            xml.writeEndElement();
        } else if (result.status() == Status.FAILED) {
            List<Difference> differences = result.failures().stream().flatMap(failure -> failure.differences().stream()).toList();
            start("failure");
            attribute("message", words(differences.get(0)) + (differences.size() > 1 ? " and " + (differences.size() - 1) + " more" : ""));
            attribute("type", "expectation");
            StringBuilder text = new StringBuilder();
            for (Failure failure : result.failures()) {
                failure.differences().forEach(difference -> text.append(difference.position()).append(": ").append(words(difference))
                        .append('\n'));
                text.append(failure.decision().reason().code()).append(": ").append(failure.decision().reason().message()).append(' ')
                        .append(String.join(", ", failure.decision().reason().policies())).append('\n');
            }
            text(text.toString());
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static String words(Difference difference) {
        return difference.path() + ": expected " + difference.expected() + ", was " + difference.actual();
    }

    private void start(String name) throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeStartElement(name);
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, legal(value));
    }

    private void text(String text) throws XMLStreamException {
        xml.writeCharacters(legal(text));
    }

    /** XML has no way to write most control characters. */
    private static String legal(String text) {
        StringBuilder legal = new StringBuilder();
        text.codePoints().forEach(c -> legal.appendCodePoint(c == '\t' || c == '\n' || c >= 0x20 && c <= 0xD7FF || c >= 0xE000
                && c <= 0xFFFD || c > 0xFFFF ? c : 0xFFFD));
        return legal.toString();
    }
}
