package dev.sallyport.model;

import dev.sallyport.diagnose.Position;

/**
 * A value of a list that names something: a user, group, role, application, location, terms of use.
 *
 * @param id       the id it stands for; the text itself until it is resolved, and where nothing of that name is known
 * @param text     what the author wrote
 * @param position where
 * @param isExport whether it is part of an export, in which a name may stand for nothing (IMP-02)
 */
public record Reference(String id, String text, Position position, boolean isExport) {

    /** A reference that an author wrote. */
    public Reference(String id, String text, Position position) {
        this(id, text, position, false);
    }

    /** The same reference, resolved. */
    public Reference resolved(String newId) {
        return new Reference(newId, text, position, isExport);
    }

    @Override
    public String toString() {
        return text;
    }
}
