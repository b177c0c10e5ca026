package dev.sallyport.log;

import java.io.IOException;

/** Cuts a log into chunks of whole records. */
public interface Splitter {

    /** The next chunk, or {@code null} at the end. */
    Chunk next() throws IOException;
}
