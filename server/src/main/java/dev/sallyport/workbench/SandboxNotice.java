package dev.sallyport.workbench;

import java.util.Set;

/**
 * What every page but those of policies tells of the sandbox.
 *
 * @param changes how many changes it has
 * @param canAsk whether the page can ask the sandbox
 * @param isAsked whether the pages that can ask it do so
 * @param problem why it cannot be asked, as a clause; empty if it can
 */
public record SandboxNotice(int changes, boolean canAsk, boolean isAsked, String problem) {

    /** The sections that can ask the sandbox. */
    static final Set<String> ASKING = Set.of("what-if", "gaps", "matrix");

    /** Whether this page asks the sandbox. */
    public boolean isAskedHere() {
        return canAsk && isAsked && problem.isEmpty();
    }

    /** Such as {@code 2 changes}. */
    public String counted() {
        return Links.count(changes, "change");
    }
}
