/**
 * Facts to text: Graph JSON, YAML, decisions and users, and the conversion between Graph exports and YAML.
 *
 * <p>Begin with {@link dev.sallyport.write.Conversion}. The package uses diagnose, model, parse and read.
 */
package dev.sallyport.write;
