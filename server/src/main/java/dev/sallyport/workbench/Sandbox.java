package dev.sallyport.workbench;

import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.EditException;
import dev.sallyport.edit.PolicyFiles;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.PolicyState;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a browser changed in the texts of policy files. Nothing of it is written. */
final class Sandbox {

    /** The files as they were when they were last looked at, and as the sandbox has them. */
    private @Nullable Change change;
    /** The files whose text was edited. */
    private final Set<String> edited = new HashSet<>();
    /** Whether the other pages ask the sandbox, and not the policies as they are written. */
    private boolean isAsked;

    /**
     * The change of a sandbox.
     *
     * @param before the files without it
     * @param after the files with it
     * @param overtaken the files of the change that another program changed since
     */
    record Change(PolicyFiles before, PolicyFiles after, List<String> overtaken) {

        boolean isEmpty() {
            return before == after;
        }
    }

    synchronized boolean isEmpty() {
        return change == null || change.isEmpty();
    }

    synchronized boolean isAsked() {
        return isAsked;
    }

    synchronized void ask(boolean isToBeAsked) {
        isAsked = isToBeAsked;
    }

    /** The change, on the files as they are now. A file of the change that another program changed keeps the change as it is. */
    synchronized Change on(PolicyFiles now) throws EditException {
        Change last = change;
        if (last == null || last.isEmpty()) {
            change = new Change(now, now, List.of());
        } else if (last.before() != now) {
            List<String> names = last.after().changed(last.before());
            List<String> overtaken = names.stream().filter(name -> !Arrays.equals(last.before().bytes(name), now.bytes(name))
                    && !Arrays.equals(last.after().bytes(name), now.bytes(name))).toList();
            PolicyFiles after = now;
            if (overtaken.isEmpty()) {
                for (String name : names) {
                    after = after.with(name, last.after().text(name));
                }
            }
            change = overtaken.isEmpty() ? new Change(now, after, List.of()) : new Change(last.before(), last.after(), overtaken);
        }
        return Objects.requireNonNull(change);
    }

    /** Gives a file another text. */
    synchronized void edit(PolicyFiles now, String file, String text) throws EditException, UnusableException {
        Change last = on(now);
        refuseOvertaken(last);
        put(last, last.after().with(file, text));
        edited.add(file);
    }

    /** Switches the state of a policy. */
    synchronized void change(PolicyFiles now, PolicySets sets, String id, PolicyState state)
            throws EditException, PolicyLoadException, UnusableException {
        Change last = on(now);
        refuseOvertaken(last);
        ConditionalAccessPolicy policy = sets.of(last.after()).policy(id);
        if (policy == null) {
            throw new UnusableException(409, "The policy is not in the files.", "Correct the errors in the files, or reload the page.");
        }
        put(last, policy.state() == state ? last.after() : last.after().with(policy.source(), state));
    }

    private static void refuseOvertaken(Change last) throws UnusableException {
        if (!last.overtaken().isEmpty()) {
            throw new UnusableException(409, "Another program changed " + String.join(", ", last.overtaken())
                    + " since you changed it in the sandbox.", "Discard the sandbox, and make the change again.");
        }
    }

    /** Keeps a change without the files that are what they were. */
    private void put(Change last, PolicyFiles after) {
        boolean isSame = after.changed(last.before()).isEmpty();
        change = new Change(last.before(), isSame ? last.before() : after, List.of());
        edited.retainAll(after.changed(last.before()));
    }

    /** Forgets everything. */
    synchronized void discard() {
        change = null;
        isAsked = false;
        edited.clear();
    }

    /** Takes the text of one file back. */
    synchronized void discard(PolicyFiles now, String file) throws EditException {
        Change last = on(now);
        List<String> others = last.after().changed(last.before()).stream().filter(name -> !name.equals(file)).toList();
        PolicyFiles after = now;
        for (String name : others) {
            after = after.with(name, last.after().text(name));
        }
        change = new Change(now, others.isEmpty() ? now : after, List.of());
        edited.remove(file);
    }

    /** How many things are changed: states of policies, and files whose text was edited. */
    synchronized int size(PolicySets sets) throws PolicyLoadException {
        Change last = change;
        if (last == null || last.isEmpty()) {
            return 0;
        }
        Map<String, PolicyState> states = new HashMap<>();
        sets.of(last.before()).set().policies().forEach(policy -> states.put(policy.id(), policy.state()));
        long switched = sets.of(last.after()).set().policies().stream().filter(policy -> !edited.contains(policy.source().file())
                && states.get(policy.id()) != policy.state()).count();
        List<String> changed = last.after().changed(last.before());
        return (int) switched + (int) changed.stream().filter(edited::contains).count();
    }
}
