package dev.sallyport.server;

/** One way of asking: turns a request into the question of a decision, and the decision into an answer. */
@FunctionalInterface
interface Protocol {

    /**
     * The answer to a request of an admitted caller.
     *
     * @throws Refusal if there is nothing to decide
     */
    Answer answer(Exchange exchange) throws Refusal;
}
