/**
 * Decisions: the fast evaluator that gateways use, and the naive one that it is compared with.
 *
 * <p>Begin with {@link dev.sallyport.decide.SpecEvaluator}, which follows the rule book, then {@link dev.sallyport.decide.FastEvaluator}.
 * The package uses diagnose, model and compile, and reads no file, clock, network or locale. The naive evaluator must not use the fast
 * one.
 */
package dev.sallyport.decide;
