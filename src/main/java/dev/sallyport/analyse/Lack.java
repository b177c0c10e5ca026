package dev.sallyport.analyse;

import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.compile.Control;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Requests that lack what some controls of a policy need, so that nobody can meet these there.
 *
 * @param where    the requests
 * @param controls the controls
 */
record Lack(Map<Axis, Predicate<Signal>> where, Set<Control> controls) {

    /** Any request. */
    static final Lack NOTHING = new Lack(Map.of(), Set.of());

    /** Each choice of controls, and of one need of each; {@link #NOTHING} is first. */
    static List<Lack> of(List<Control> controls) {
        List<Lack> all = new ArrayList<>(List.of(NOTHING));
        for (Control control : controls) {
            for (Lack less : List.copyOf(all)) {
                Needs.of(new Literal.Grant(control, false)).forEach(need -> all.add(less.and(control, need)));
            }
        }
        return all;
    }

    private Lack and(Control control, Needs need) {
        return new Lack(Source.and(where, need.axis(), signal -> !need.isMetBy(signal)), Stream.concat(controls.stream(),
                Stream.of(control)).collect(Collectors.toUnmodifiableSet()));
    }

    /** Whether a control is met by what the requests have, where they lack nothing for it. */
    boolean gives(Control control) {
        return !controls.contains(control) && Needs.suffice(new Literal.Grant(control, false));
    }
}
