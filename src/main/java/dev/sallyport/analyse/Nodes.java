package dev.sallyport.analyse;

/**
 * The nodes of diagrams, each kept once: two nodes are equal if their numbers are. A node has a level and a child for each class of the
 * dimension there; a negative child is a terminal.
 */
final class Nodes {

    /** Of each node the level, and the children. */
    private final Numbering all = new Numbering();

    /** The node with these children; the child itself where all are one. */
    int node(int level, int[] below) {
        long[] node = new long[below.length + 1];
        node[0] = level;
        boolean isOne = true;
        for (int c = 0; c < below.length; c++) {
            node[c + 1] = below[c];
            isOne &= below[c] == below[0];
        }
        return isOne ? below[0] : all.number(node);
    }

    int level(int node) {
        return (int) all.key(node)[0];
    }

    int child(int node, int ofClass) {
        return (int) all.key(node)[ofClass + 1];
    }

    /** How many children a node has. */
    int width(int node) {
        return all.key(node).length - 1;
    }
}
