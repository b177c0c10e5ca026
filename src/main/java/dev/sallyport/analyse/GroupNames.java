package dev.sallyport.analyse;

import dev.sallyport.model.Directory;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Groups of the directory by name, for people who are too many to name. */
final class GroupNames {

    private final List<Person> all;
    private final Directory directory;
    /** For each name of a group with two people or more its people, as numbers of {@link #all}. */
    private final Map<String, BitSet> members = new LinkedHashMap<>();

    /** @param all the people of an analysis */
    GroupNames(List<Person> all, Directory directory) {
        this.all = List.copyOf(all);
        this.directory = directory;
    }

    /**
     * What is left when groups stand for their people.
     *
     * @param groups few groups that hold none but these people, the largest first
     * @param others the people who are in none of them
     */
    record Covering(List<String> groups, List<Person> others) { }

    /** Some people by their groups. */
    Covering covering(List<Person> people) {
        if (members.isEmpty()) {
            collect();
        }
        Set<Person> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        wanted.addAll(people);
        BitSet left = new BitSet();
        for (int i = 0; i < all.size(); i++) {
            left.set(i, wanted.contains(all.get(i)));
        }
        Map<String, BitSet> inside = new LinkedHashMap<>();
        members.forEach((name, bits) -> {
            BitSet outside = (BitSet) bits.clone();
            outside.andNot(left);
            if (outside.isEmpty()) {
                inside.put(name, bits);
            }
        });
        List<String> groups = new ArrayList<>();
        while (true) {
            String best = null;
            int most = 1;
            for (Map.Entry<String, BitSet> each : inside.entrySet()) {
                BitSet common = (BitSet) each.getValue().clone();
                common.and(left);
                if (common.cardinality() > most) {
                    best = each.getKey();
                    most = common.cardinality();
                }
            }
            if (best == null) {
                return new Covering(List.copyOf(groups), left.stream().mapToObj(all::get).toList());
            }
            groups.add(best);
            left.andNot(inside.get(best));
        }
    }

    private void collect() {
        Map<String, String> names = new LinkedHashMap<>();
        directory.groups().forEach(group -> names.put(WellKnown.fold(group.id()), group.displayName()));
        Map<String, BitSet> byId = new TreeMap<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).state() != null) {
                for (String id : directory.groupIdsOf(all.get(i).state())) {
                    byId.computeIfAbsent(id, any -> new BitSet()).set(i);
                }
            }
        }
        byId.forEach((id, bits) -> {
            if (bits.cardinality() > 1 && names.containsKey(id)) {
                members.put(names.get(id), bits);
            }
        });
    }
}
