package dev.sallyport.decide;

import dev.sallyport.compile.Subject;
import dev.sallyport.model.UserState;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The subjects of users whose state is still held by others: a directory, a cache, a gateway. A subject goes with the state that it was
 * resolved from, so that users who come from elsewhere leave nothing behind.
 */
final class Subjects {

    private static final int MOST = 500_000;

    /** A subject, as long as the state is there; an equal state is another one. */
    private static final class Known extends WeakReference<UserState> {
        final String id;
        final Subject subject;

        Known(UserState user, Subject subject, ReferenceQueue<UserState> gone) {
            super(user, gone);
            this.id = user.id();
            this.subject = subject;
        }
    }

    private final ConcurrentHashMap<String, Known> subjects = new ConcurrentHashMap<>();
    private final ReferenceQueue<UserState> gone = new ReferenceQueue<>();

    /** The subject of this very state, or {@code null}. */
    Subject get(UserState user) {
        Known known = subjects.get(user.id());
        return known != null && known.refersTo(user) ? known.subject : null;
    }

    void put(UserState user, Subject subject) {
        for (Reference<? extends UserState> each = gone.poll(); each != null; each = gone.poll()) {
            Known known = (Known) each;
            subjects.remove(known.id, known);
        }
        if (subjects.size() < MOST) {
            subjects.put(user.id(), new Known(user, subject, gone));
        }
    }
}
