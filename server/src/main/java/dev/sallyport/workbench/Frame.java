package dev.sallyport.workbench;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds every page.
 *
 * @param title the title of the page
 * @param section the path of the section that the page belongs to, such as {@code users}; empty for none
 * @param formToken the token of the session; empty for a browser that is not known
 * @param policies the files and folders of the policy set
 * @param directory the files and folders of the directory
 * @param stale why what the files hold now is not in force, a sentence each; empty if it is
 * @param sandbox what is told of the sandbox of the browser; {@code null} for nothing
 * @param assets the paths of scripts and styles below the workbench
 */
public record Frame(String title, String section, String formToken, String policies, String directory, List<String> stale,
        @Nullable SandboxNotice sandbox, Map<String, String> assets) {

    /** The sections, in the order of the menu. */
    public static final List<Section> SECTIONS = List.of(new Section("what-if", "What if"), new Section("policies", "Policies"),
            new Section("users", "Users"), new Section("gaps", "Gaps"), new Section("matrix", "Matrix"),
            new Section("coverage", "Coverage"), new Section("tests", "Tests"), new Section("replay", "Replay"));

    /**
     * A section of the workbench.
     *
     * @param path the path of its first page below the workbench
     * @param name the name in the menu
     */
    public record Section(String path, String name) { }
}
