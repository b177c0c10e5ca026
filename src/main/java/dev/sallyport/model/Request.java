package dev.sallyport.model;

/** Something to decide: a {@link SignIn} or a {@link Registration}. */
public sealed interface Request permits SignIn, Registration {

    /** The facts of the sign-in; for a registration, of the session in which it happens. */
    SignIn signIn();
}
