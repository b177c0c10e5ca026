package dev.sallyport.model;

/** A request to decide: a {@link SignIn} or a {@link Registration}. */
public sealed interface Request permits SignIn, Registration {

    /** The facts of the sign-in; for a registration, those of its session. */
    SignIn signIn();
}
