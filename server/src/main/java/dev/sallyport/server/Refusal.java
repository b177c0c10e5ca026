package dev.sallyport.server;

/** A request that is answered without a decision: it is malformed, too large, or comes from a caller who may not ask. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1;

    private final transient Answer answer;

    /**
     * @param status the status code of HTTP
     * @param title what is wrong, in a few words
     * @param detail one sentence for those who wrote the caller
     */
    Refusal(int status, String title, String detail) {
        super(detail, null, false, false);
        this.answer = Answer.problem(status, title, detail);
    }

    /** A request that cannot be read. */
    static Refusal malformed(String detail) {
        return new Refusal(400, "Malformed request", detail);
    }

    Answer answer() {
        return answer;
    }
}
