package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.Gap;
import dev.sallyport.analyse.Gap.Because;
import dev.sallyport.analyse.GapOptions;
import dev.sallyport.analyse.Gaps;
import dev.sallyport.analyse.Gaps.Extent;
import dev.sallyport.analyse.Invariants.Accepted;
import dev.sallyport.analyse.Kind;
import dev.sallyport.analyse.Opening;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.PolicyState;
import dev.sallyport.write.RequestWriter;
import dev.sallyport.write.YamlText;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the search for gaps found, in words that every form of output shares.
 *
 * @param parts the gaps of the users of the directory, of users who could exist, or of both in this order
 * @param notAsked the kinds of requests that are not analysed because no policy is about them
 * @param acceptable the gaps that may be accepted
 * @param policies the files and folders of the policy set
 * @param directories the files and folders of the directory
 * @param folder where the examples are written; {@code null} if they are not
 */
public record GapsReport(PolicyEngine engine, List<Part> parts, Set<Kind> notAsked, List<Accepted> acceptable, List<Path> policies,
        List<Path> directories, @Nullable Path folder) {

    private static final int MOST_VALUES = 12;
    private static final int MOST_REASONS = 2;
    private static final int MOST_OF_A_REASON = 3;
    private static final Map<String, String> LABELS = Map.of("application", "to", "location", "from", "signInRiskLevel", "sign-in risk",
            "userRiskLevel", "user risk", "insiderRiskLevel", "insider risk");

    /** Whose requests are analysed. */
    public enum Whose {
        /** Those of the users of the directory, and of users who could exist. */
        BOTH,
        /** Those of the users of the directory. */
        PEOPLE,
        /** Those of users who could exist. */
        ANYBODY
    }

    /**
     * What is searched for.
     *
     * @param whose whose requests are analysed
     * @param withReportOnly whether report-only policies count as enabled
     * @param kinds the kinds of requests; empty for those that people make, and others that a policy or an accepted gap is about
     * @param most the number of gaps per kind of request at most
     * @param atLeast the number of people that a gap concerns at least
     * @param accepted the gaps that are accepted
     */
    public record Search(Whose whose, boolean withReportOnly, Set<Kind> kinds, int most, int atLeast, List<Accepted> accepted) {

        /** The search of the command without options. */
        public static Search usual(Whose whose, boolean withReportOnly) {
            return new Search(whose, withReportOnly, Set.of(), 100, 1, List.of());
        }
    }

    /** Is told how far a search is. */
    @FunctionalInterface
    public interface Progress {

        /**
         * A part of the search begins.
         *
         * @param isAnybody whether it is about users who could exist
         * @param kind the kind of request
         * @param done the number of kinds that are done of this part
         * @param of the number of kinds of this part
         */
        void begun(boolean isAnybody, Kind kind, int done, int of);
    }

    /**
     * Searches for gaps.
     *
     * @param engine the policies and the directory
     * @param policies the files and folders of the policy set
     * @param directories the files and folders of the directory
     * @param folder where the examples are written; {@code null} if they are not
     * @param progress is told how far the search is
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public static GapsReport found(PolicyEngine engine, Search search, List<Path> policies, List<Path> directories, @Nullable Path folder,
            Progress progress) throws PolicyLoadException {
        return found(Analysis.of(engine), engine, search, policies, directories, folder, progress);
    }

    static GapsReport found(Analysis analysis, PolicyEngine engine, Search search, List<Path> policies, List<Path> directories,
            @Nullable Path folder, Progress progress) throws PolicyLoadException {
        Set<Kind> wanted = search.kinds().isEmpty() ? usual(engine, search) : search.kinds();
        List<Part> parts = new ArrayList<>();
        if (search.whose() == Whose.PEOPLE || search.whose() == Whose.BOTH && !engine.directory().users().isEmpty()) {
            parts.add(new Part(false, found(analysis, false, wanted, search, progress)));
        }
        if (search.whose() != Whose.PEOPLE) {
            parts.add(new Part(true, found(analysis, true, wanted, search, progress)));
        }
        return new GapsReport(engine, parts, search.kinds().isEmpty() ? EnumSet.complementOf(EnumSet.copyOf(wanted)) : Set.of(),
                search.accepted(), policies, directories, folder);
    }

    private static Gaps found(Analysis analysis, boolean isAnybody, Set<Kind> wanted, Search search, Progress progress)
            throws PolicyLoadException {
        int[] done = {0};
        return analysis.gaps(new GapOptions(isAnybody, search.withReportOnly(), wanted, search.most(), search.atLeast(),
                search.accepted()), kind -> progress.begun(isAnybody, kind, done[0]++, wanted.size()));
    }

    /** The requests of people, and those of service principals and agents if a policy or an accepted gap is about them. */
    private static Set<Kind> usual(PolicyEngine engine, Search search) {
        Set<Kind> usual = EnumSet.complementOf(EnumSet.of(Kind.WORKLOAD, Kind.AGENT));
        Stream<Conditions> policies = engine.policySet().policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED
                || search.withReportOnly() && policy.state() == PolicyState.REPORT_ONLY).map(ConditionalAccessPolicy::conditions);
        Stream.concat(policies, search.accepted().stream().map(each -> each.box().conditions())).forEach(each -> {
            ClientApplications principals = each.clientApplications();
            if (principals != null && principals.includesWorkloads()) {
                usual.add(Kind.WORKLOAD);
            }
            if (principals != null && principals.includesAgents() || each.agents() != null) {
                usual.add(Kind.AGENT);
            }
        });
        search.accepted().forEach(each -> usual.addAll(each.box().kinds()));
        return usual;
    }

    /**
     * The gaps of some people.
     *
     * @param isAnybody whether the people could exist, and are not those of the directory
     */
    public record Part(boolean isAnybody, Gaps gaps) {

        /** The share of all requests that is open, accepted or not, from 0 to 1. */
        public double share() {
            double all = gaps.extents().stream().mapToDouble(Extent::requests).sum();
            return all == 0 ? 0 : gaps.extents().stream().mapToDouble(extent -> extent.requests() * (extent.passwordAlone()
                    + extent.registeringFirst())).sum() / all;
        }

        /** The number of kinds of requests that were asked for. */
        public double requests() {
            return gaps.extents().stream().mapToDouble(Extent::requests).sum();
        }
    }

    /**
     * A gap with its number.
     *
     * @param joining the same gap of users who could exist; {@code null} if they have none like it
     */
    public record Entry(int number, boolean isAnybody, Gap gap, @Nullable Gap joining) { }

    /** The gaps that nothing accepts; one of users who could exist that is like one of the directory's users is told with that one. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (Part part : parts) {
            for (Gap gap : part.gaps().gaps()) {
                if (gap.accepted() != null) {
                    continue;
                }
                int like = part.isAnybody() ? like(entries, gap) : -1;
                if (like >= 0) {
                    Entry entry = entries.get(like);
                    entries.set(like, new Entry(entry.number(), false, entry.gap(), gap));
                } else {
                    entries.add(new Entry(entries.size() + 1, part.isAnybody(), gap, null));
                }
            }
        }
        return entries;
    }

    private static int like(List<Entry> entries, Gap gap) {
        for (int i = 0; i < entries.size(); i++) {
            Gap other = entries.get(i).gap();
            if (!entries.get(i).isAnybody() && entries.get(i).joining() == null && other.kind() == gap.kind()
                    && other.opening() == gap.opening() && other.box().equals(gap.box()) && because(other).get(0).equals(because(gap)
                    .get(0))) {
                return i;
            }
        }
        return -1;
    }

    /** The gaps that are accepted, by what accepts them. */
    public Map<Accepted, List<Gap>> accepted() {
        Map<Accepted, List<Gap>> accepted = new LinkedHashMap<>();
        for (Accepted each : acceptable) {
            List<Gap> gaps = parts.stream().flatMap(part -> part.gaps().gaps().stream()).filter(gap -> each.name().equals(gap.accepted()))
                    .toList();
            if (!gaps.isEmpty()) {
                accepted.put(each, gaps);
            }
        }
        return accepted;
    }

    /** Why a gap is accepted, until when, and where that is written. */
    public static String reason(Accepted accepted) {
        return accepted.reason() + (accepted.until() == null ? "" : ", until " + accepted.until()) + " (" + accepted.position() + ")";
    }

    /** Whether every request that is open is accepted or belongs to a gap that is told. */
    public boolean isComplete() {
        return parts.stream().allMatch(part -> part.gaps().isComplete());
    }

    /** What the analysis approximates or leaves out, a sentence each. */
    public List<String> notes() {
        return Stream.concat(parts.stream().flatMap(part -> part.gaps().notes().stream()).distinct(), notAsked.stream().sorted()
                .map(kind -> kind(kind) + " are not analysed: no policy is about them (--kind " + kind + " analyses them)")).toList();
    }

    /** Gaps that the evaluator does not confirm, a sentence each. */
    public List<String> faults() {
        return parts.stream().flatMap(part -> part.gaps().faults().stream()).toList();
    }

    // ---- words

    /** What opens a gap, such as {@code password alone}. */
    public static String opens(Gap gap) {
        return gap.opening() == Opening.REGISTERING_FIRST ? "registering first"
                : gap.kind() == Kind.WORKLOAD || gap.kind() == Kind.AGENT ? "credential alone"
                : isOfAppPasswords(gap) ? "app password alone" : "password alone";
    }

    /** Whether an app password opens it, and the password of the user does not. */
    private static boolean isOfAppPasswords(Gap gap) {
        return gap.box().stream().anyMatch(range -> range.dimension().equals("credential") && !range.isAnyBut() && range.values().equals(
                List.of("appPassword")));
    }

    /** Such as {@code A password alone opens sign-ins}. */
    public static String title(Gap gap) {
        return (gap.opening() == Opening.REGISTERING_FIRST ? "An attacker who registers first"
                : (isOfAppPasswords(gap) ? "An " : "A ") + opens(gap)) + " opens "
                + kind(gap.kind());
    }

    /** What requests of a kind are called, such as {@code sign-ins of legacy clients}. */
    public static String kind(Kind kind) {
        return switch (kind) {
            case SIGN_IN -> "sign-ins";
            case LEGACY -> "sign-ins of legacy clients";
            case REGISTRATION -> "the registration of security information";
            case DEVICE -> "the registration of devices";
            case APP_PASSWORD -> "the creation of app passwords";
            case AUTHENTICATION_CONTEXT -> "sign-ins that step up to an authentication context";
            case WORKLOAD -> "sign-ins of service principals";
            case AGENT -> "sign-ins of agents";
        };
    }

    /** The dimensions that a gap does not wholly cover, with what it covers of them. */
    public static Map<String, String> box(Gap gap) {
        return box(gap.box());
    }

    /** What is covered of the dimensions that are not wholly covered. */
    static Map<String, String> box(List<Gap.Range> ranges) {
        Map<String, String> box = new LinkedHashMap<>();
        for (Gap.Range range : ranges) {
            boolean isApplication = range.dimension().equals("application");
            box.put(LABELS.getOrDefault(range.dimension(), range.dimension()), (!range.isAnyBut() ? "" : isApplication
                    ? "any application but " : "any but ") + listed(range.values()));
        }
        return box;
    }

    /** What people call a dimension of requests. */
    static String label(String dimension) {
        return dimension.equals("location") ? "places" : DecisionWords.words(LABELS.getOrDefault(dimension, dimension));
    }

    static String listed(List<String> values) {
        return listed(values, MOST_VALUES);
    }

    private static String listed(List<String> values, int most) {
        String shown = values.stream().limit(most).collect(Collectors.joining(", "));
        int more = values.size() - most;
        return more <= 0 ? shown : shown + " and " + more + (more == 1 ? " other" : " others");
    }

    /** Why a gap is open: of the policies that would close it those that exclude it, or else those that are not about it. */
    public static List<String> because(Gap gap) {
        List<Because> excluding = gap.because().stream().filter(each -> each.condition().startsWith("exclude")).toList();
        List<Because> told = excluding.isEmpty() ? gap.because() : excluding;
        List<String> texts = new ArrayList<>(told.stream().limit(MOST_REASONS).map(GapsReport::sentence).toList());
        if (told.size() > MOST_REASONS) {
            texts.add("and " + (told.size() - MOST_REASONS) + " more");
        }
        return !texts.isEmpty() ? texts : List.of(gap.opening() == Opening.REGISTERING_FIRST
                ? "no policy keeps an attacker from registering, or asks for more than that"
                : "no policy is one condition away from closing it");
    }

    /** Such as {@code require-mfa excludes AllTrusted (excludeLocations, mfa.yaml:9:5)}. */
    public static String sentence(Because because) {
        if (because.source() == null) {
            return because.rule() + ": not for these " + because.condition() + (because.condition().endsWith("s") ? "" : "s");
        }
        String values = because.values().isEmpty() ? "" : " " + listed(because.values(), MOST_OF_A_REASON);
        String verb = because.condition().startsWith("exclude") ? " excludes" + values
                : because.values().equals(List.of("All")) ? " does not reach this"
                : " is only for" + (values.isEmpty() ? " others" : values);
        return because.rule() + verb + " (" + because.condition() + ", " + because.source() + ")";
    }

    /** Who asks for what from where, and what the evaluator decides. */
    public String example(Gap gap) {
        return examples().text(gap.witness());
    }

    private Examples examples() {
        return new Examples(engine, policies, directories);
    }

    // ---- for other programs

    /** Each gap as a finding at the condition that leaves it out. */
    List<Diagnostic> findings() {
        return entries().stream().map(entry -> {
            Gap gap = entry.gap();
            Position source = gap.because().stream().map(Because::source).filter(Objects::nonNull).findFirst().orElse(null);
            return new Diagnostic(Diagnostic.Severity.ERROR, gap.opening() == Opening.PASSWORD_ALONE ? "SP1408" : "SP1409",
                    sentence(gap) + "; because " + String.join("; ", because(gap)), source, null, null);
        }).toList();
    }

    /** The whole gap in one line. */
    static String sentence(Gap gap) {
        return title(gap) + ": " + gap.people().text() + box(gap).entrySet().stream().map(each -> "; " + each.getKey() + " "
                + each.getValue()).collect(Collectors.joining());
    }

    /** Each gap as a case that fails, each accepted one as a case that is skipped, and the proof as one more. */
    List<JUnitXml.Case> cases() {
        String suite = String.join(", ", policies.stream().map(Path::toString).toList());
        List<JUnitXml.Case> cases = new ArrayList<>();
        for (Entry entry : entries()) {
            Gap gap = entry.gap();
            cases.add(new JUnitXml.Case(sentence(gap), suite, 0, 0, JUnitXml.Ending.FAILURE, title(gap), opens(gap),
                    String.join("\n", because(gap)) + "\n" + example(gap)));
        }
        accepted().forEach((accepted, gaps) -> gaps.forEach(gap -> cases.add(new JUnitXml.Case(sentence(gap), suite, 0, 0,
                JUnitXml.Ending.SKIPPED, "accepted: " + reason(accepted), null, null))));
        faults().forEach(fault -> cases.add(new JUnitXml.Case("the evaluator confirms every gap", suite, 0, 0, JUnitXml.Ending.ERROR, fault,
                "fault", fault)));
        String proof = "nothing else is open";
        cases.add(isComplete() ? JUnitXml.Case.passed(proof, suite, 0, 0) : new JUnitXml.Case(proof, suite, 0, 0, JUnitXml.Ending.FAILURE,
                "there are more gaps than `--max` shows", "incomplete", null));
        return cases;
    }

    // ---- files

    /** The command that decides the example of a gap again. */
    String command(Entry entry) {
        StringBuilder command = new StringBuilder("sallyport evaluate ").append(quoted(folder.resolve(entry.number() + ".yaml")));
        policies.forEach(path -> command.append(" -p ").append(quoted(path)));
        if (!entry.gap().witness().resources().isEmpty()) {
            command.append(" -p ").append(quoted(folder.resolve(resources(entry))));
        }
        directories.forEach(path -> command.append(" -d ").append(quoted(path)));
        return command.toString();
    }

    private static String quoted(Path path) {
        return Shell.quoted(path.toString());
    }

    private static String resources(Entry entry) {
        return entry.number() + "-resources.yaml";
    }

    /** The examples: for each gap its request, and what the policy set lacks for it. */
    Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        for (Entry entry : entries()) {
            String title = "# " + title(entry.gap()) + ".\n";
            files.put(entry.number() + ".yaml", title + YamlText.of(List.of(RequestWriter.toJson(entry.gap().witness().request()))));
            if (!entry.gap().witness().resources().isEmpty()) {
                files.put(resources(entry), title + YamlText.of(entry.gap().witness().resources()));
            }
        }
        return files;
    }

    /** A suite with the request of a gap, which passes as long as the gap is open. */
    public String suite(Entry entry, Instant clock) {
        return examples().suite(title(entry.gap()), entry.gap().witness(), clock, Path.of(""), null);
    }

    /** A share in words, such as {@code 3.4 %}. */
    public static String percent(double share) {
        return share == 0 ? "0 %" : share < 0.001 ? "less than 0.1 %" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** A number with separators of thousands. */
    public static String number(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }
}
