package dev.sallyport.cli;

import dev.sallyport.analyse.RequestClasses.RequestClass;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.suite.ClassCoverage;
import dev.sallyport.suite.TestRun.Result;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The classes of requests that no test enters, in words that every form of output shares.
 *
 * @param coverages those of each policy set
 * @param now       the time of the requests
 */
public record ClassReport(List<ClassCoverage> coverages, Instant now) {

    /** A class with its number. */
    public record Entry(int number, ClassCoverage coverage, RequestClass missed) { }

    /**
     * The classes that no test enters, those of each policy set with a directory.
     *
     * @param now the time of the requests
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public static ClassReport of(List<Result> results, Instant now) throws PolicyLoadException {
        return new ClassReport(ClassCoverage.of(results), now);
    }

    /** The classes that no test enters, numbered from 1. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (ClassCoverage coverage : coverages) {
            for (RequestClass missed : coverage.classes().missed()) {
                entries.add(new Entry(entries.size() + 1, coverage, missed));
            }
        }
        return entries;
    }

    /** The number of all classes. */
    public int total() {
        return coverages.stream().mapToInt(each -> each.classes().total()).sum();
    }

    /** The number of classes that a test enters. */
    public int entered() {
        return coverages.stream().mapToInt(each -> each.classes().entered()).sum();
    }

    /** Whether every class is told. */
    public boolean isComplete() {
        return coverages.stream().allMatch(each -> each.classes().isComplete());
    }

    List<String> faults() {
        return coverages.stream().flatMap(each -> each.classes().faults().stream()).toList();
    }

    /** What the analysis approximates or leaves out, a sentence each. */
    public List<String> notes() {
        return coverages.stream().flatMap(each -> each.classes().notes().stream()).distinct().toList();
    }

    /** Such as {@code sign-ins, asked for mfa}. */
    public static String title(RequestClass missed) {
        boolean isBlock = missed.requires().contains("block");
        return GapsReport.kind(missed.kind()) + (isBlock ? ", blocked" : missed.requires().isEmpty() ? ", asked for nothing more"
                : ", asked for " + String.join(", and ", missed.requires()));
    }

    /** Whose requests these are, and what else all of them have in common. */
    public static Map<String, String> rows(RequestClass missed) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("who", missed.people().text());
        rows.putAll(GapsReport.box(missed.box()));
        return rows;
    }

    /** A request of a class, and what the evaluator decides. */
    public static String example(Entry entry) {
        return examples(entry).request(entry.missed().witness()) + ": " + entry.missed().witness().decision().outcome()
                + ", confirmed by the evaluator";
    }

    private static Examples examples(Entry entry) {
        return new Examples(entry.coverage().base().engine(), entry.coverage().base().policies(), entry.coverage().base().directories());
    }

    /** A suite with a test that enters a class; its files are named from a folder. */
    public String suite(Entry entry, Path folder) {
        return examples(entry).suite(title(entry.missed()), entry.missed().witness(), now, folder, null);
    }

    /** A suite per class. */
    Map<String, String> files(@Nullable Path folder) {
        Map<String, String> files = new LinkedHashMap<>();
        if (folder != null) {
            entries().forEach(entry -> files.put(entry.number() + ".yaml", suite(entry, folder)));
        }
        return files;
    }
}
