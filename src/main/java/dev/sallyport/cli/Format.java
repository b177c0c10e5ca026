package dev.sallyport.cli;

/** For whom results are written. */
enum Format {
    /** For people. */
    TEXT,
    /** For programs: one JSON object a line. */
    JSON
}
