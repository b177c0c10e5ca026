/**
 * Policy tests: reads test suites, runs them, measures coverage, and searches for changes that no test notices.
 *
 * <p>Begin with {@link dev.sallyport.suite.SuiteReader}, then {@link dev.sallyport.suite.TestRun}. The package uses diagnose, model,
 * parse, read, compile, decide, analyse and the public API.
 */
package dev.sallyport.suite;
