package dev.sallyport.cli;

import dev.sallyport.Position;
import dev.sallyport.Request;
import dev.sallyport.read.Diagnostics;
import dev.sallyport.read.Node;
import dev.sallyport.read.RequestReader;
import dev.sallyport.read.Sources;
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

        /**
         * Where a field such as {@code authentication.methods} stands, or the request itself when the field is not there.
         *
         * @param message what is wrong with it; quotes the item of a list that is meant
         */
        Position position(String field, String message) {
            Node found = node;
            for (String name : field.split("\\.")) {
                Node value = found instanceof Node.Mapping mapping ? value(mapping, name) : null;
                if (value == null) {
                    break;
                }
                found = value;
            }
            return found instanceof Node.Sequence list ? item(list, message).position() : found.position();
        }

        /** The item of a list that a message quotes first; what it quotes later are suggestions. */
        private static Node item(Node.Sequence list, String message) {
            Node first = list;
            int at = message.length();
            for (Node item : list.items()) {
                int quoted = item instanceof Node.Scalar scalar ? message.indexOf("`" + scalar.text() + "`") : -1;
                if (quoted >= 0 && quoted < at) {
                    first = item;
                    at = quoted;
                }
            }
            return first;
        }

        private static Node value(Node.Mapping mapping, String name) {
            for (Node.Entry entry : mapping.entries()) {
                String key = entry.key().text();
                if (key.equalsIgnoreCase(name) || name.equals("application") && key.equalsIgnoreCase("applications")) {
                    return entry.value();
                }
            }
            return null;
        }
    }

    /** The requests of files and folders in their order; what is wrong with files and requests is reported. */
    static List<Placed> read(List<Path> paths, Diagnostics out) {
        List<Placed> requests = new ArrayList<>();
        for (Path path : paths) {
            Diagnostics own = new Diagnostics();
            int before = requests.size();
            String file = null;
            int number = 0;
            for (Sources.Document document : Sources.read(List.of(path), own)) {
                number = document.file().equals(file) ? number : 0;
                file = document.file();
                for (Node node : document.root() instanceof Node.Sequence list ? list.items() : List.of(document.root())) {
                    List<Request> read = new RequestReader(own).read(new Node.Sequence(node.position(), List.of(node)));
                    requests.add(new Placed(file + "#" + ++number, read.isEmpty() ? null : read.get(0), node));
                }
            }
            if (requests.size() == before && !own.hasErrors()) {
                own.error("SP1402", Position.of(path.toString()), "there is no request in it", "a request is an object with `user:`");
            }
            out.addAll(own);
        }
        return requests;
    }
}
