package dev.sallyport.analyse;

import dev.sallyport.analyse.Gap.Crowd;
import dev.sallyport.analyse.Person.Name;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Some of the people of an analysis in words. */
final class Crowds {

    private static final int MOST_NAMES = 10;
    private static final int MOST_SHOWN = 5;
    /** What several names of a type are called, with their number. */
    private static final Map<Name.Type, String> MANY = Map.of(Name.Type.USER, "%d users", Name.Type.GROUP, "members of %d groups",
            Name.Type.ROLE, "holders of %d roles");

    private Crowds() { }

    /**
     * The people of a set.
     *
     * @param least  the number that is told in place of that of the set, with the words "at least"; negative for none
     * @param groups the groups that may be told in place of their members
     */
    static Crowd of(Grid space, int set, int least, GroupNames groups) {
        List<Person> inside = new ArrayList<>();
        List<Person> all = new ArrayList<>();
        for (int i = 0; i < space.sets().size(); i++) {
            all.addAll(space.persons(i));
            if (Sets.has(space.sets().bits(set), i)) {
                inside.addAll(space.persons(i));
            }
        }
        if (!all.get(0).isOpen()) {
            return ofDirectory(inside, all.size(), isUser(all.get(0)) ? "people" : singular(all.get(0)) + "s", least, groups);
        }
        String text = least < 0 ? open(inside, all) : "at least " + least + " kinds of people";
        return new Crowd(least < 0 ? inside.size() : least, all.size(), text, List.of(), List.of());
    }

    private static Crowd ofDirectory(List<Person> inside, int all, String plural, int least, GroupNames groups) {
        String counted = all + " " + plural;
        if (least >= 0) {
            return new Crowd(least, all, "at least " + least + " of " + counted, List.of(), List.of());
        }
        List<String> names = names(inside).stream().limit(MOST_NAMES).toList();
        if (inside.size() == all) {
            return new Crowd(all, all, all == 1 ? "the only " + singular(inside.get(0)) + ": " + names.get(0) : "all " + counted, List.of(),
                    names);
        }
        GroupNames.Covering covering = inside.size() <= MOST_SHOWN ? new GroupNames.Covering(List.of(), inside)
                : groups.covering(inside);
        List<String> told = new ArrayList<>(covering.groups().stream().limit(MOST_SHOWN).map(group -> "members of " + group).toList());
        List<String> others = names(covering.others());
        others.stream().limit(Math.max(0, MOST_SHOWN - told.size())).forEach(told::add);
        int more = covering.groups().size() + others.size() - told.size();
        return new Crowd(inside.size(), all, inside.size() + " of " + counted + ": " + String.join(", ", told) + others(more),
                covering.groups(), names);
    }

    private static boolean isUser(Person person) {
        return person.state() != null && !person.state().isAgentUser();
    }

    /** What such a person is called: requests of one kind are made by people of one kind. */
    static String singular(Person person) {
        return isUser(person) ? "user" : person.principal() != null && !person.principal().mayBeAgent() ? "service principal" : "agent";
    }

    private static List<String> names(List<Person> people) {
        return people.stream().map(Person::name).sorted().toList();
    }

    // ---- people who could exist

    private static String open(List<Person> inside, List<Person> all) {
        Map<Person.Standing, Set<List<Name>>> own = memberships(inside);
        Map<Person.Standing, Set<List<Name>>> every = memberships(all);
        Map<Set<List<Name>>, List<Person.Standing>> alike = new LinkedHashMap<>();
        own.forEach((standing, memberships) -> alike.computeIfAbsent(memberships, any -> new ArrayList<>()).add(standing));
        List<String> texts = new ArrayList<>();
        alike.forEach((memberships, standings) -> {
            String suffix = standings.size() == every.size() ? "" : !standings.contains(Person.Standing.WITH_APP_PASSWORD)
                    && standings.size() > 1 ? " (without an app password)" : " (" + String.join(" or ", standings.stream().map(standing
                    -> switch (standing) {
                        case UNREGISTERED -> "not registered";
                        case REGISTERED -> "registered";
                        case WITH_APP_PASSWORD -> "with an app password";
                    }).toList()) + ")";
            texts.add(names(memberships, every.get(standings.get(0)), singular(all.get(0))) + suffix);
        });
        return String.join("; ", texts);
    }

    private static Map<Person.Standing, Set<List<Name>>> memberships(List<Person> people) {
        Map<Person.Standing, Set<List<Name>>> memberships = new EnumMap<>(Person.Standing.class);
        people.forEach(person -> memberships.computeIfAbsent(person.standing(), any -> new LinkedHashSet<>()).add(person.names()));
        return memberships;
    }

    /** Names one by one, or any but those; two names at once are told only where neither of them is alone. */
    private static String names(Set<List<Name>> inside, Set<List<Name>> all, String singular) {
        if (inside.size() == all.size()) {
            return "any " + singular;
        }
        List<Name> singles = inside.stream().filter(each -> each.size() == 1).map(each -> each.get(0)).toList();
        List<Name> others = all.stream().filter(each -> each.size() == 1 && !inside.contains(each)).map(each -> each.get(0)).toList();
        List<Name> guests = all.stream().filter(each -> each.size() == 1).map(each -> each.get(0)).filter(Crowds::isGuest).toList();
        boolean isAnybody = inside.contains(List.<Name>of());
        if (isAnybody && texts(others, guests).size() <= texts(singles, guests).size() + 1) {
            return "any " + singular + " but " + listed(texts(others, guests));
        }
        List<String> named = new ArrayList<>(isAnybody ? List.of(singular + "s that no policy names") : List.of());
        named.addAll(texts(singles, guests));
        Map<Name, List<Name>> pairs = new LinkedHashMap<>();
        inside.stream().filter(each -> each.size() == 2 && each.stream().noneMatch(singles::contains)).forEach(each ->
                pairs.computeIfAbsent(isGuest(each.get(0)) ? each.get(1) : each.get(0), any -> new ArrayList<>())
                        .add(isGuest(each.get(0)) ? each.get(0) : each.get(1)));
        pairs.forEach((name, with) -> texts(with, guests).forEach(text -> named.add(name + " and " + text)));
        return listed(named);
    }

    private static boolean isGuest(Name name) {
        return name.type() == Name.Type.GUEST;
    }

    /** The texts of names; every kind of guest is one. */
    private static List<String> texts(List<Name> names, List<Name> guests) {
        boolean isEvery = !guests.isEmpty() && names.containsAll(guests);
        List<String> texts = new ArrayList<>(isEvery ? List.of("any guest") : List.of());
        for (Name.Type type : Name.Type.values()) {
            List<Name> own = names.stream().filter(name -> name.type() == type && !(isEvery && isGuest(name))).toList();
            if (own.size() > MOST_SHOWN && MANY.containsKey(type)) {
                String shown = String.join(", ", own.stream().limit(MOST_SHOWN).map(Name::text).toList());
                texts.add(String.format(Locale.ROOT, MANY.get(type), own.size()) + (type == Name.Type.ROLE ? "" : " (" + shown
                        + others(own.size() - MOST_SHOWN) + ")"));
            } else {
                own.stream().map(Name::toString).forEach(texts::add);
            }
        }
        return texts;
    }

    private static String listed(List<String> names) {
        int shown = Math.min(names.size(), MOST_NAMES);
        return String.join(", ", names.subList(0, shown)) + others(names.size() - shown);
    }

    private static String others(int more) {
        return more <= 0 ? "" : " and " + more + (more == 1 ? " other" : " others");
    }
}
