package dev.sallyport.decide;

import static org.assertj.core.api.Assertions.assertThat;

import org.kie.api.KieBase;
import org.kie.api.KieServices;
import org.kie.api.builder.KieBuilder;
import org.kie.api.builder.KieFileSystem;
import org.kie.api.builder.Message;
import org.kie.api.io.ResourceType;

/**
 * The decision rules, compiled from their texts by Drools' parser and MVEL and not by the build: the same text on another way to an answer, so
 * that a mistake of either compiler shows.
 */
final class ClassicRules {

    /** All of them in one base. */
    static final KieBase BASE = compile();

    private ClassicRules() { }

    private static KieBase compile() {
        KieServices services = KieServices.get();
        KieFileSystem files = services.newKieFileSystem();
        for (String file : RuleTexts.FILES) {
            files.write(services.getResources().newClassPathResource("dev/sallyport/decide/" + file, ClassicRules.class).setResourceType(ResourceType.DRL)
                    .setTargetPath("src/main/resources/dev/sallyport/decide/" + file));
        }
        KieBuilder builder = services.newKieBuilder(files, ClassicRules.class.getClassLoader()).buildAll();
        assertThat(builder.getResults().getMessages(Message.Level.ERROR)).isEmpty();
        return services.newKieContainer(services.getRepository().getDefaultReleaseId(), ClassicRules.class.getClassLoader()).getKieBase();
    }
}
