/**
 * The command line: one class per command, with its options, and the texts, tables and pages that commands write.
 *
 * <p>Begin with {@link dev.sallyport.cli.Sallyport}. The package uses every other package except compile and userstate. Its libraries are
 * optional dependencies, and no other package may use it.
 */
package dev.sallyport.cli;
