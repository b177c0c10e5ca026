package dev.sallyport.analyse;

import java.util.List;

/**
 * People whom policies refuse at every sign-in to some applications, whatever they prove.
 *
 * @param alone the ids of the policies each of which refuses every sign-in by itself
 * @param together the ids of policies that do so together, those that refuse most first; empty if one does so alone
 * @param applications the names of the applications
 * @param witness one of the sign-ins, which the evaluator refuses
 */
public record LockOut(List<String> alone, List<String> together, List<String> applications, Gap.Witness witness) { }
