package dev.sallyport.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.model.Decision.DecisionRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.kie.api.KieBase;
import org.kie.api.event.rule.AfterMatchFiredEvent;
import org.kie.api.event.rule.DefaultAgendaEventListener;
import org.kie.api.runtime.KieSession;

/** What docs/drools.md shows is so: its code is the code below, and runs. */
class DroolsPageTest {

    private static final Path PAGE = Path.of("docs/drools.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/sallyport/decide/DroolsPageTest.java");

    private static List<String> fired(KieBase base, Situation situation) {
        List<String> fired = new ArrayList<>();
        KieSession session = base.newKieSession();
        session.addEventListener(new DefaultAgendaEventListener() {
            @Override
            public void afterMatchFired(AfterMatchFiredEvent event) {
                fired.add(event.getMatch().getRule().getName());
            }
        });
        session.insert(situation);
        session.fireAllRules();
        session.dispose();
        return fired;
    }

    @Test
    void code_ofThePage_isTheCodeThatRuns() throws Exception {
        Matcher block = Pattern.compile("(?s)```java\n(.*?)```").matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        String shown = block.group(1).lines().map(line -> line.isEmpty() ? line : "        " + line).collect(Collectors.joining("\n"));
        assertThat(Files.readString(SOURCE)).contains(shown);
    }

    @Test
    void enabledUserAfterTheGracePeriod_firesTheRuleOfThePage() throws Exception {
        String page = Files.readString(PAGE);
        Situation unregistered = new Situation(Situation.PER_USER_ENABLED | Situation.INTERACTIVE);
        List<String> fired = fired(ClassicRules.BASE, unregistered);
        assertThat(fired).singleElement().satisfies(rule -> assertThat(page).contains("`" + rule + "`"));
    }

    @Test
    void ruleThatThePageShows_isWhereItSays() throws Exception {
        Matcher shown = Pattern.compile("decided by rule \"(.+?)\"\\s+(\\S+) \\[(.+?)]").matcher(Files.readString(PAGE));
        assertThat(shown.find()).isTrue();
        assertThat(RuleTexts.of(shown.group(1))).isEqualTo(new DecisionRule(shown.group(1), shown.group(2), List.of(shown.group(3).split(", "))));
    }

    @Test
    void everyRule_ofTheModel_hasItsText() throws Exception {
        for (String file : RuleTexts.FILES) {
            List<String> names = Files.readAllLines(Path.of("src/main/resources/dev/sallyport/decide", file)).stream().filter(line -> line.startsWith("rule \""))
                    .map(line -> line.substring(6, line.length() - 1)).toList();
            assertThat(names).isNotEmpty().allSatisfy(name -> {
                assertThat(RuleTexts.of(name).source()).startsWith(file + ":");
                assertThat(RuleTexts.of(name).ids()).isNotEmpty();
            });
        }
    }
}
