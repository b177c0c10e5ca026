package dev.sallyport.workbench;

/**
 * A number that a page begins with.
 *
 * @param number the number, as text
 * @param words what is counted
 */
public record Tile(String number, String words) { }
