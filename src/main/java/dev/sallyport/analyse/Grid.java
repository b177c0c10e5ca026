package dev.sallyport.analyse;

import java.util.List;

/** What boxes are told of in words: dimensions with classes of values, and people with classes. */
interface Grid {

    /** The dimensions, those with few classes first. */
    List<Dimension> dimensions();

    /** Sets of classes of people. */
    Sets sets();

    /** The people of a class. */
    List<Person> persons(int personClass);

    /** Regions of these points and people. */
    default Regions regions() {
        int[] persons = new int[sets().size()];
        for (int i = 0; i < persons.length; i++) {
            persons[i] = persons(i).size();
        }
        int[][] values = dimensions().stream().map(dimension -> {
            int[] sizes = new int[dimension.size()];
            for (int c = 0; c < sizes.length; c++) {
                sizes[c] = dimension.values(c).size();
            }
            return sizes;
        }).toArray(int[][]::new);
        return new Regions(sets(), persons, values);
    }
}
