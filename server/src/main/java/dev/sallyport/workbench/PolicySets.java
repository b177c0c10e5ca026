package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Coverages;
import dev.sallyport.check.Check;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Diagnostics.Exports;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.PolicyFiles;
import dev.sallyport.explain.PolicyWords;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.read.References;
import dev.sallyport.read.Resources;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** Policy sets as files hold them or would hold them. What was read and worked out is remembered as long as files and engine stay. */
final class PolicySets {

    private static final int MOST_NAMES = 6;

    private final Desk desk;
    private final Map<PolicyFiles, Known> known = Collections.synchronizedMap(new WeakHashMap<>());
    private volatile @Nullable PolicyFiles files;
    private volatile @Nullable People people;
    private volatile @Nullable Known force;

    PolicySets(Desk desk) {
        this.desk = desk;
    }

    /** The directory without what lies beside the policies, for one engine in force. */
    private record People(PolicyEngine engine, Directory directory) { }

    /** A policy set, and what it tells; worked out when it is first asked for. */
    final class Known {

        private final PolicyEngine engine;
        private final PolicySet set;
        private final List<Diagnostic> errors;
        private @Nullable PolicyWords words;
        private @Nullable Coverages coverages;
        private @Nullable PolicyEngine loaded;

        /** @param engine the engine in force, which has the directory */
        private Known(PolicyEngine engine, PolicySet set, List<Diagnostic> errors) {
            this.engine = engine;
            this.set = set;
            this.errors = errors;
        }

        /** The set, with resolved references as far as they can be. */
        PolicySet set() {
            return set;
        }

        /** Why the set cannot be loaded; empty if it can. */
        List<Diagnostic> errors() {
            return errors;
        }

        synchronized PolicyWords words() {
            if (words == null) {
                words = new PolicyWords(set, engine.directory(), MOST_NAMES);
            }
            return words;
        }

        synchronized Coverages coverages() {
            if (coverages == null) {
                coverages = Coverages.of(engine.policySet() == set ? engine : engine.plain(set));
            }
            return coverages;
        }

        @Nullable ConditionalAccessPolicy policy(String id) {
            return set.policies().stream().filter(policy -> policy.id().equals(id)).findFirst().orElse(null);
        }
    }

    /** The set in force. */
    Known inForce() {
        PolicyEngine engine = desk.engine();
        Known last = force;
        if (last == null || last.engine != engine) {
            last = new Known(engine, engine.policySet(), List.of());
            force = last;
        }
        return last;
    }

    /** The files as they are. */
    PolicyFiles files() throws PolicyLoadException {
        PolicyFiles now = PolicyFiles.read(desk.policies(), files);
        files = now;
        return now;
    }

    /** The set of files, loaded as the engine loads it. */
    Known of(PolicyFiles all) throws PolicyLoadException {
        PolicyEngine engine = desk.engine();
        Known last = known.get(all);
        if (last == null || last.engine != engine) {
            Diagnostics found = new Diagnostics(exports());
            Resources resources = resources(all, found);
            Directory directory = directory().with(resources.directory()).with(resources.policySet().catalogue());
            PolicySet set = References.resolve(resources.policySet(), directory, found);
            last = new Known(engine, set, found.toList().stream().filter(Diagnostic::isError).toList());
            known.put(all, last);
        }
        return last;
    }

    private Exports exports() {
        return desk.loading().isStrict() ? Exports.STRICT : Exports.LOADED;
    }

    private Resources resources(PolicyFiles all, Diagnostics found) {
        Resources resources = Resources.of(all.documents(found), found);
        Resources.refuseNothing(resources.policySet(), desk.policies(), found);
        return resources;
    }

    /**
     * An engine with the set of files.
     *
     * @throws PolicyLoadException if the set cannot be loaded
     */
    PolicyEngine engine(PolicyFiles all) throws PolicyLoadException {
        Known set = of(all);
        synchronized (set) {
            if (set.loaded == null) {
                Diagnostics found = new Diagnostics(exports());
                Resources resources = resources(all, found);
                set.loaded = PolicyEngine.of(resources.policySet(), directory().with(resources.directory()), desk.clock(), found);
            }
            return set.loaded;
        }
    }

    /** What {@code check} finds. */
    List<Diagnostic> check(PolicyFiles all) throws PolicyLoadException {
        Diagnostics found = new Diagnostics(desk.loading().isStrict() ? Exports.STRICT : Exports.CHECKED);
        return Check.of(all.documents(found), directory(), desk.now(), found).findings();
    }

    private Directory directory() throws PolicyLoadException {
        PolicyEngine engine = desk.engine();
        People last = people;
        if (last == null || last.engine() != engine) {
            last = new People(engine, desk.directory().isEmpty() ? Directory.empty()
                    : PolicyEngine.loadDirectory(desk.directory().toArray(Path[]::new)));
            people = last;
        }
        return last.directory();
    }
}
