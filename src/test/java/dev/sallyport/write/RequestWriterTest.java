package dev.sallyport.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.model.Request;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.RequestReader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written of a request is read as the same request. */
class RequestWriterTest {

    private static final int WORLDS = 20;
    private static final int REQUESTS = 50;

    @Test
    void request_writtenAndReadBack_isTheSame() {
        for (int w = 0; w < WORLDS; w++) {
            RandomWorld world = RandomWorld.of(w);
            for (int i = 0; i < REQUESTS; i++) {
                Request request = world.request(i);
                String json = RequestWriter.json(request);
                Diagnostics found = new Diagnostics();
                List<Request> read = new RequestReader(found).read(Sources.parse("request.json", json, found).get(0).root());
                assertThat(found.toList()).as(json).isEmpty();
                assertThat(read).as(json).containsExactly(request);
            }
        }
    }
}
