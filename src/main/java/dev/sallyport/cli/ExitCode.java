package dev.sallyport.cli;

/** What a command's exit code says; the same for every command. */
public enum ExitCode {
    /** 0: fine. */
    FINE(0),
    /** 1: what was asked about does not hold: a test failed, a check found errors, a decision differs. */
    DOES_NOT_HOLD(1),
    /** 2: wrong usage, or input that cannot be used; a failure inside counts as this too. */
    UNUSABLE(2),
    /** 3: a threshold was missed, such as the least coverage, or the evaluator does not confirm what an analysis found. */
    THRESHOLD_MISSED(3);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** The number that the process ends with. */
    public int code() {
        return code;
    }
}
