package dev.sallyport.workbench;

/** What answers the requests of a path. */
@FunctionalInterface
interface Page {

    /**
     * The answer to a request of a browser that was let in.
     *
     * @throws UnusableException if the request cannot be answered as it is, with what to do
     * @throws Exception if something fails; the browser is told so, and nothing else
     */
    Reply answer(Visit visit) throws Exception;
}
