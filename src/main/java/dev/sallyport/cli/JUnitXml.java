package dev.sallyport.cli;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/** Results in the XML of JUnit, as CI servers read it. */
final class JUnitXml {

    /** How a case ended; its name is the element that tells it. */
    enum Ending { PASSED, FAILURE, ERROR, SKIPPED }

    /**
     * A case.
     *
     * @param suite   the suite that it belongs to: the name of its file
     * @param line    the line of the case in the file; 0 if there is none
     * @param nanoseconds how long it took
     * @param message why it failed or was skipped; {@code null} where it passed
     * @param type    the type of a failure or an error
     * @param text    the details of a failure or an error, over some lines
     */
    record Case(String name, String suite, int line, long nanoseconds, Ending ending, @Nullable String message, @Nullable String type,
            @Nullable String text) {

        static Case passed(String name, String suite, int line, long nanoseconds) {
            return new Case(name, suite, line, nanoseconds, Ending.PASSED, null, null, null);
        }
    }

    private final XMLStreamWriter xml;

    private JUnitXml(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /** The whole document: a suite per file, with its cases. */
    static String of(List<Case> cases, double seconds) {
        StringWriter text = new StringWriter();
        try {
            new JUnitXml(XMLOutputFactory.newInstance().createXMLStreamWriter(text)).write(cases, seconds);
        } catch (XMLStreamException e) {
            throw new IllegalStateException("XML is written to memory", e);
        }
        return text.toString();
    }

    private void write(List<Case> cases, double seconds) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        start("testsuites");
        attribute("name", "sallyport");
        counts(cases, seconds);
        Map<String, List<Case>> bySuite = new LinkedHashMap<>();
        cases.forEach(each -> bySuite.computeIfAbsent(each.suite(), file -> new ArrayList<>()).add(each));
        for (Map.Entry<String, List<Case>> suite : bySuite.entrySet()) {
            start("testsuite");
            attribute("name", suite.getKey());
            counts(suite.getValue(), suite.getValue().stream().mapToLong(Case::nanoseconds).sum() / 1e9);
            for (Case each : suite.getValue()) {
                write(each);
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeCharacters("\n");
        xml.writeEndDocument();
        xml.close();
    }

    private void counts(List<Case> cases, double seconds) throws XMLStreamException {
        attribute("tests", String.valueOf(cases.size()));
        attribute("failures", count(cases, Ending.FAILURE));
        attribute("errors", count(cases, Ending.ERROR));
        attribute("skipped", count(cases, Ending.SKIPPED));
        attribute("time", time(seconds));
    }

    private static String count(List<Case> cases, Ending ending) {
        return String.valueOf(cases.stream().filter(each -> each.ending() == ending).count());
    }

    private static String time(double seconds) {
        return String.format(Locale.ROOT, "%.6f", seconds);
    }

    private void write(Case each) throws XMLStreamException {
        start("testcase");
        attribute("name", each.name());
        attribute("classname", each.suite());
        attribute("time", time(each.nanoseconds() / 1e9));
        attribute("file", each.suite());
        if (each.line() > 0) {
            attribute("line", String.valueOf(each.line()));
        }
        if (each.ending() != Ending.PASSED) {
            start(each.ending().name().toLowerCase(Locale.ROOT));
            attribute("message", each.message());
            if (each.type() != null) {
                attribute("type", each.type());
            }
            if (each.text() != null) {
                text(each.text());
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
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
