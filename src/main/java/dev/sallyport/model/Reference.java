package dev.sallyport.model;

import dev.sallyport.Position;

/**
 * A value of a list that names something: a user, group, role, application, location, terms of use.
 *
 * @param id       the id it stands for; the text itself until it is resolved, and where nothing of that name is known
 * @param text     what the author wrote
 * @param position where
 */
public record Reference(String id, String text, Position position) {

    /** The same reference, resolved. */
    public Reference resolved(String newId) {
        return new Reference(newId, text, position);
    }

    @Override
    public String toString() {
        return text;
    }
}
