package dev.sallyport.model;

import dev.sallyport.diagnose.Position;

/**
 * An entry of a list that names something: a user, group, role, application, location or terms of use.
 *
 * @param id the id of what it names; the text itself until it is resolved, and if the name is unknown
 * @param text the text that the author wrote
 * @param position the position of the text
 * @param isExport whether it is part of an export, in which a name may be unknown (IMP-02)
 */
public record Reference(String id, String text, Position position, boolean isExport) {

    /** Makes a reference that an author wrote. */
    public Reference(String id, String text, Position position) {
        this(id, text, position, false);
    }

    /** The same reference with the id that it was resolved to. */
    public Reference resolved(String newId) {
        return new Reference(newId, text, position, isExport);
    }

    @Override
    public String toString() {
        return text;
    }
}
