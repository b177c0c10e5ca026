package dev.sallyport.parse;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the keys of an object that are written twice; most objects have so few that looking through them is quickest. */
final class Keys {

    private static final int FEW = 16;

    private Map<String, Node.Scalar> byText;

    /**
     * The key before this one with the same text, or {@code null}; remembers this one.
     *
     * @param entries what the object has so far
     */
    Node.Scalar put(Node.Scalar key, List<Node.Entry> entries) {
        if (byText == null && entries.size() < FEW) {
            for (Node.Entry entry : entries) {
                if (entry.key().text().equals(key.text())) {
                    return entry.key();
                }
            }
            return null;
        }
        if (byText == null) {
            byText = new HashMap<>();
            entries.forEach(entry -> byText.put(entry.key().text(), entry.key()));
        }
        return byText.put(key.text(), key);
    }
}
