/**
 * The workbench: pages on which an administrator sees what the policies do, and changes users. It evaluates with the engine in force, and
 * writes with the code of the command line.
 *
 * <p>Begin with {@link dev.sallyport.workbench.Workbench}, which lets a browser in and finds the {@link dev.sallyport.workbench.Page} of a
 * path. A page takes a {@link dev.sallyport.workbench.Visit} and gives a {@link dev.sallyport.workbench.Reply}, which
 * {@link dev.sallyport.workbench.Views} makes of a template in {@code src/main/jte}. {@link dev.sallyport.workbench.Desk} is what all pages
 * work on. What takes long runs in {@link dev.sallyport.workbench.Live}, which a page watches.
 */
@NullMarked
package dev.sallyport.workbench;

import org.jspecify.annotations.NullMarked;
