package dev.sallyport.analyse;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Reference;
import dev.sallyport.parse.Sources;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What has to hold for every request of a box, and the gaps that are accepted. Documents with {@code kind: invariants} declare both.
 *
 * @param invariants the invariants, in the order of the documents
 * @param accepted the gaps that are accepted
 */
public record Invariants(List<Invariant> invariants, List<Accepted> accepted) {

    /** Copies the lists. */
    public Invariants {
        invariants = List.copyOf(invariants);
        accepted = List.copyOf(accepted);
    }

    /**
     * Reads documents in YAML or JSON.
     *
     * @param file the name of the file, for messages; {@code .json} for JSON
     * @param text the text of the file
     * @throws PolicyLoadException if something in it is wrong, with every mistake
     */
    public static Invariants parse(String file, String text) throws PolicyLoadException {
        Diagnostics out = new Diagnostics();
        Invariants read = new InvariantReader(out).read(Sources.parseText(file, text, out));
        if (out.hasErrors()) {
            throw new PolicyLoadException(out.toList());
        }
        return read;
    }

    /**
     * A box of requests: those of some users that meet conditions, as a policy would.
     *
     * @param kinds the kinds of requests; empty for every kind that the conditions allow
     * @param breakGlass whether the users are the break-glass accounts of the directory, or all but those; {@code null} if that does not
     *     matter
     * @param conditions the conditions, with names as they are written
     * @param position the position in the document
     */
    public record Scope(Set<Kind> kinds, @Nullable Boolean breakGlass, Conditions conditions, Position position) { }

    /**
     * What an invariant demands.
     *
     * @param isAlways whether it holds for every request of the box; otherwise for none
     * @param outcome {@link Outcome#BLOCK} for a request that is blocked whatever the user proves, or {@link Outcome#ALLOW} for one that
     *     a password alone opens; {@code null} for an invariant about what is required
     * @param requires what is required; {@code null} for an invariant about an outcome
     */
    public record Demand(boolean isAlways, @Nullable Outcome outcome, @Nullable Requires requires) { }

    /**
     * What is required of a request that is not blocked. All of it has to be met.
     *
     * @param any controls, one of which is required; empty for none
     * @param all controls that are all required
     * @param signInFrequency the longest time between sign-ins; {@code null} for any
     */
    public record Requires(Set<GrantControl> any, GrantControls all, @Nullable SignInFrequency signInFrequency) {

        /** In words, such as {@code mfa or compliantDevice, and sign-in frequency 4 hours}. */
        @Override
        public String toString() {
            Stream<String> either = any.isEmpty() ? Stream.of() : Stream.of(any.stream().map(GrantControl::graphName).sorted()
                    .collect(Collectors.joining(" or ")));
            Stream<String> names = Stream.concat(all.builtInControls().stream().map(GrantControl::graphName).sorted(),
                    Stream.concat(Stream.ofNullable(all.authenticationStrength()), all.termsOfUse().stream()).map(Reference::text));
            Stream<String> often = signInFrequency == null ? Stream.of() : Stream.of("sign-in frequency " + FieldChanges.text(
                    signInFrequency));
            return Stream.of(either, names, often).flatMap(each -> each).collect(Collectors.joining(", and "));
        }
    }

    /**
     * An invariant.
     *
     * @param name the name, which is unique
     * @param isPerExclusion whether the box is, for each policy and each exclusion of users in it, what the exclusion leaves out
     * @param box the box
     * @param except the part of the box that does not count; {@code null} for none
     * @param demand what it demands
     * @param isOfEverySource whether per-user MFA, security defaults and Microsoft's own MFA count besides Conditional Access
     * @param references the checks of baselines that it stands for, such as {@code CISA MS.AAD.1.1v1}
     * @param position the position of its declaration
     */
    public record Invariant(String name, boolean isPerExclusion, Scope box, @Nullable Scope except, Demand demand, boolean isOfEverySource,
            List<String> references, Position position) { }

    /**
     * A gap that is accepted.
     *
     * @param name the name, which is unique
     * @param box the requests that may be open
     * @param except the part of the box that does not count; {@code null} for none
     * @param requirement what opens the requests; {@code null} for either
     * @param reason the reason
     * @param until the last day on which it is accepted; {@code null} for no end
     * @param position the position of its declaration
     */
    public record Accepted(String name, Scope box, @Nullable Scope except, @Nullable Opening requirement, String reason,
            @Nullable LocalDate until, Position position) {

        /** Whether the gap is still accepted at a time; the last day ends as the day of UTC does. */
        public boolean isInForce(Instant at) {
            return until == null || !at.atZone(ZoneOffset.UTC).toLocalDate().isAfter(until);
        }
    }
}
