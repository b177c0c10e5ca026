package dev.sallyport.replay;

import dev.sallyport.log.LogRecord;
import java.util.List;

/**
 * A sign-in of which the log says something else than the policy set.
 *
 * @param differences one sentence for each thing that differs
 * @param hangsOn     the facts that the log does not give and that could change the outcome
 */
public record Disagreement(LogRecord record, List<String> differences, List<String> hangsOn) { }
