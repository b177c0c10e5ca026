package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.Name;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Comments say something: every public member of the library has one, with each component of a record, and none is only the id of a rule. */
class JavadocTest {

    private static final Path SOURCES = Path.of("src/main/java/dev/sallyport");
    /** The packages that users of the library, and those who start a decision point, see. */
    private static final List<Path> PUBLIC = Stream.of("", "diagnose", "model", "userstate", "../../../../../server/src/main/java/dev/sallyport/server")
            .map(each -> SOURCES.resolve(each).normalize()).toList();
    private static final Pattern ONLY_AN_ID = Pattern.compile(
            "(?i)/\\*\\*\\s*\\(?(?:(?:attack|section|semantics,?)\\s*[0-9.]*|[A-Z]{2,4}(?:-[A-Z]{2,4})*-[0-9]+|[0-9]+|\\.\\.|to|and|[,;(). ])+\\s*\\*/"
            + "|@(?:param|return)\\s+\\w*\\s+[A-Z]{2,4}(?:-[A-Z]{2,4})*-[0-9]+[\\s.;*]*(?:$|@|;)", Pattern.MULTILINE);

    @Test
    void publicMembers_haveComments_andRecordsOneForEachComponent() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path each : PUBLIC) {
            try (Stream<Path> list = Files.list(each)) {
                list.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
            }
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Set<String> missing = new TreeSet<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            DocTrees trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new Members(trees, missing).scan(unit, null);
            }
        }
        assertThat(files).hasSizeGreaterThan(60);
        assertThat(missing).isEmpty();
    }

    @Test
    void comments_areMoreThanTheIdOfARule() throws IOException {
        try (Stream<Path> walk = Files.walk(SOURCES)) {
            // those of the evaluators go with the rule book, rule by rule
            List<Path> files = walk.filter(file -> file.toString().endsWith(".java") && !file.startsWith(SOURCES.resolve("decide"))).toList();
            assertThat(files).allSatisfy(file -> assertThat(ONLY_AN_ID.matcher(Files.readString(file)).results().map(each -> each.group().strip())).as(file.toString()).isEmpty());
        }
    }

    /** Looks at what is public, or a member of an interface, in public types. */
    private static final class Members extends TreePathScanner<Void, Void> {

        private final DocTrees trees;
        private final Set<String> missing;

        Members(DocTrees trees, Set<String> missing) {
            this.trees = trees;
            this.missing = missing;
        }

        @Override
        public Void visitClass(ClassTree type, Void none) {
            boolean isInInterface = getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.INTERFACE;
            if (!isInInterface && !type.getModifiers().getFlags().contains(Modifier.PUBLIC)) {
                return null;
            }
            DocCommentTree comment = look(type.getSimpleName().toString());
            if (type.getKind() == Tree.Kind.RECORD && comment != null) {
                Set<String> told = new TreeSet<>();
                for (DocTree tag : comment.getBlockTags()) {
                    if (tag instanceof ParamTree param && !param.getDescription().isEmpty()) {
                        told.add(param.getName().toString());
                    }
                }
                type.getMembers().stream().filter(JavadocTest::isComponent).map(each -> ((VariableTree) each).getName().toString())
                        .filter(each -> !told.contains(each)).forEach(each -> missing.add(where(each)));
            }
            for (Tree member : type.getMembers()) {
                boolean isOpen = type.getKind() == Tree.Kind.INTERFACE;
                if (member instanceof MethodTree method) {
                    boolean isConstructorOfARecord = type.getKind() == Tree.Kind.RECORD && method.getReturnType() == null;
                    lookAt(member, method.getName(), method.getModifiers(), isOpen, isConstructorOfARecord && isCompact(method, type));
                } else if (member instanceof VariableTree field && !(type.getKind() == Tree.Kind.RECORD && isComponent(member))) {
                    lookAt(member, field.getName(), field.getModifiers(), isOpen, false);
                } else if (member instanceof ClassTree) {
                    scan(member, null);
                }
            }
            return null;
        }

        private static boolean isCompact(MethodTree constructor, ClassTree type) {
            return constructor.getParameters().isEmpty() || constructor.getParameters().size() == type.getMembers().stream().filter(JavadocTest::isComponent).count();
        }

        private void lookAt(Tree member, Name name, ModifiersTree modifiers, boolean isOpen, boolean isExempt) {
            boolean overrides = modifiers.getAnnotations().stream().anyMatch(each -> each.getAnnotationType().toString().equals("Override"));
            if ((isOpen || modifiers.getFlags().contains(Modifier.PUBLIC)) && !overrides && !isExempt) {
                TreePath path = new TreePath(getCurrentPath(), member);
                if (trees.getDocComment(path) == null) {
                    missing.add(where(name.toString()));
                }
            }
        }

        private DocCommentTree look(String name) {
            DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
            if (comment == null) {
                missing.add(where(name));
            }
            return comment;
        }

        private String where(String name) {
            return Path.of(getCurrentPath().getCompilationUnit().getSourceFile().getName()).getFileName() + ": " + name;
        }
    }

    private static boolean isComponent(Tree member) {
        return member instanceof VariableTree field && !field.getModifiers().getFlags().contains(Modifier.STATIC);
    }
}
