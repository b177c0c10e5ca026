package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.decide.Facts;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Decision;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.RequestReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads requests from files and knows where each of them stands. */
final class Requests {

    private Requests() { }

    /**
     * A request and its place.
     *
     * @param place   {@code file#N}, the N-th request of its file, from 1
     * @param request the request, or {@code null} when it is malformed
     * @param node    the request as it is written
     */
    record Placed(String place, Request request, Node node) {

        /** Where a field stands; see {@link RequestReader#position}. */
        Position position(String field, String message) {
            return RequestReader.position(node, field, message);
        }
    }

    /** The message about a request that makes no sense, with what was most likely meant. */
    static String suggestion(PolicyEngine engine, Request request, String message) {
        return Facts.suggestion(request, engine.directory(), engine.policySet().evaluationSettings(), message);
    }

    /** Whether a request makes sense, as its decision says; what does not is reported. */
    static boolean isUsable(PolicyEngine engine, Placed placed, Decision decision, Diagnostics out) {
        String message = decision.reason().message();
        if (decision.reason().code() == ReasonCode.INVALID_REQUEST) {
            String suggestion = suggestion(engine, placed.request(), message);
            if (placed.node() == null) {
                out.error("SP1401", null, RequestFlags.byOption(suggestion), null);
            } else {
                out.error("SP1401", placed.position(message.substring(0, message.indexOf(": ")), message), suggestion, null);
            }
            return false;
        }
        if (decision.reason().code() == ReasonCode.EVALUATION_FAILED) {
            out.error("SP1404", placed.node() == null ? null : placed.node().position(), message, null);
        }
        return true;
    }

    /** The requests of files and folders in their order; what is wrong with files and requests is reported. */
    static List<Placed> read(List<Path> paths, Diagnostics out) {
        List<Placed> requests = new ArrayList<>();
        for (Path path : paths) {
            Diagnostics own = new Diagnostics();
            List<Path> files = Sources.files(path, own);
            if (files.isEmpty() && !own.hasErrors()) {
                own.error("SP1402", Position.of(path.toString()), "the folder contains no request", "add a .yaml, .yml or .json file");
            }
            for (Path file : files) {
                read(file, own, requests);
            }
            out.addAll(own);
        }
        return requests;
    }

    private static void read(Path file, Diagnostics out, List<Placed> requests) {
        Diagnostics own = new Diagnostics();
        int number = 0;
        for (Sources.Document document : Sources.read(List.of(file), own)) {
            for (Node node : document.root() instanceof Node.Sequence list ? list.items() : List.of(document.root())) {
                List<Request> read = new RequestReader(own).read(new Node.Sequence(node.position(), List.of(node)));
                requests.add(new Placed(file + "#" + ++number, read.isEmpty() ? null : read.get(0), node));
            }
        }
        if (number == 0 && !own.hasErrors()) {
            own.error("SP1402", Position.of(file.toString()), "the file contains no request",
                    "write an object with `user:`, or remove the file");
        }
        out.addAll(own);
    }
}
