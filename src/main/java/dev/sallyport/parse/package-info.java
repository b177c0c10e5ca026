/**
 * Files to values: finds the files of a set, decodes them, and parses YAML and JSON with the position of each value.
 *
 * <p>Begin with {@link dev.sallyport.parse.Sources}, then {@link dev.sallyport.parse.Node}. The package uses diagnose only.
 */
package dev.sallyport.parse;
