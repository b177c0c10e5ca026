package dev.sallyport.analyse;

import dev.sallyport.model.Directory;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.UserState;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A person who may ask, an agent or a service principal: one of the directory, or one that could exist.
 *
 * @param state      the state of the user; {@code null} for a service principal
 * @param principal  the service principal; {@code null} for a user
 * @param names      the names by which policies know a person who could exist, at most two; empty for an unremarkable member
 * @param standing   what the account of a person who could exist has
 * @param isOpen     whether the person could exist, and is not in the directory
 */
record Person(@Nullable UserState state, Directory.@Nullable ServicePrincipal principal, List<Name> names, Standing standing,
        boolean isOpen) {

    /** A user. */
    static Person of(UserState user, List<Name> names, Standing standing, boolean isOpen) {
        return new Person(user, null, names, standing, isOpen);
    }

    /** A service principal. */
    static Person of(Directory.ServicePrincipal principal, List<Name> names, boolean isOpen) {
        return new Person(null, principal, names, Standing.REGISTERED, isOpen);
    }

    /** The id of the user or the service principal. */
    String id() {
        return state != null ? state.id() : Objects.requireNonNull(principal).id();
    }

    /** The user principal name, or the name of the service principal. */
    String name() {
        return state != null ? state.userPrincipalName() : Objects.requireNonNullElse(Objects.requireNonNull(principal).displayName(),
                principal.id());
    }

    /** What an account has registered; people who could exist come in each. */
    enum Standing { UNREGISTERED, REGISTERED, WITH_APP_PASSWORD }

    /**
     * What makes a person known to policies.
     *
     * @param id    of the user, group, role or service principal, or of the home tenant of a guest, empty for any
     * @param text  as people know it
     * @param guest the kind of guest; {@code null} for another name
     */
    record Name(Type type, String id, String text, @Nullable GuestType guest) {

        enum Type { USER, GROUP, ROLE, GUEST, AGENT_USER, PRINCIPAL, AGENT, BLUEPRINT, OTHER }

        /**
         * Whether one person may have both names: a user has one id and is one kind of guest, and a named user is not a guest by another
         * name. A user of B2B direct connect is not in the directory, and so in no group and without a role (CA-GST-04).
         */
        boolean goesWith(Name other) {
            boolean isOne = type == Type.USER || type == Type.GUEST;
            boolean isOtherOne = other.type == Type.USER || other.type == Type.GUEST;
            return !equals(other) && !(isOne && isOtherOne) && guest != GuestType.B2B_DIRECT_CONNECT_USER
                    && other.guest != GuestType.B2B_DIRECT_CONNECT_USER;
        }

        @Override
        public String toString() {
            return switch (type) {
                case USER -> "user " + text;
                case GROUP -> "members of " + text;
                case AGENT_USER -> "agent user " + text;
                case PRINCIPAL -> "service principal " + text;
                case AGENT -> "agent " + text;
                case BLUEPRINT -> "agents of the blueprint " + text;
                case ROLE, GUEST, OTHER -> text;
            };
        }
    }
}
