/**
 * Changes of files in place: comments, order and style of everything that does not change are kept.
 *
 * <p>Begin with {@link dev.sallyport.edit.DirectoryFiles} or {@link dev.sallyport.edit.PolicyFiles}. The package uses diagnose, model,
 * parse and read.
 */
package dev.sallyport.edit;
