package dev.sallyport.log;

import dev.sallyport.model.Outcome;
import dev.sallyport.model.Request;
import java.util.List;

/**
 * A decision that a decision point logged, with the request that it was about.
 *
 * @param request the request, with its time; {@code null} if the log leaves it out
 * @param user the user or workload identity, as the log names it; {@code null} if the log leaves it out
 * @param outcome the outcome
 * @param reason the code of the reason
 * @param masked the fields that the log leaves out
 */
public record LoggedDecision(Request request, String user, Outcome outcome, String reason, List<String> masked) { }
