package dev.sallyport.server;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.PolicyEngine;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.Device;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a verified access token says: who asks, and what the session has proved. Names that a user can change, such as {@code upn} and
 * {@code email}, are not read.
 *
 * @param isWorkload whether it is a token of a workload identity ({@code idtyp} is {@code app})
 * @param subject the id of the user ({@code oid}), or the application id of the workload identity ({@code azp} or {@code appid})
 * @param issued when it was issued ({@code iat})
 * @param signedIn when the user authenticated ({@code auth_time}); {@code null} if it does not say
 * @param methods how the user authenticated ({@code amr})
 * @param contexts the authentication contexts that the session meets ({@code acrs})
 * @param takesClaims whether the client understands a claims challenge ({@code cp1} in {@code xms_cc})
 * @param device the id of the device ({@code deviceid}); {@code null} for none
 * @param session the id of the session ({@code sid}); {@code null} for none
 */
record Token(boolean isWorkload, String subject, Instant issued, @Nullable Instant signedIn, List<String> methods, List<String> contexts,
        boolean takesClaims, @Nullable String device, @Nullable String session) {

    /** The fields of a request that a token gives, so that no header can. */
    static final Set<String> FACTS = Set.of("user", "servicePrincipal", "device", "authentication.methods", "authentication.mfaDateTime",
            "authentication.signInDateTime", "session.isInteractive", "session.startedDateTime", ForwardAuth.CAPABILITIES);

    /** The values of {@code amr} that say which method was used; each of the others fits several. */
    private static final Map<String, String> METHODS = Map.of("pwd", "password");

    /**
     * The content of a token whose signature and claims were verified.
     *
     * @param now the time, which no time of the token passes
     * @throws ParseException if a claim has the wrong type, or the subject is missing
     */
    static Token of(JWTClaimsSet claims, Instant now) throws ParseException {
        String kind = claims.getStringClaim("idtyp");
        boolean isWorkload = "app".equals(kind);
        if (kind != null && !isWorkload && !kind.equals("user")) {
            throw new ParseException("unknown kind of token", 0);
        }
        String application = claims.getStringClaim("azp") != null ? claims.getStringClaim("azp") : claims.getStringClaim("appid");
        String subject = isWorkload ? application : claims.getStringClaim("oid");
        if (subject == null || subject.isBlank()) {
            throw new ParseException("the token does not name its subject", 0);
        }
        return new Token(isWorkload, subject, earlier(claims.getIssueTime(), now), claims.getClaim("auth_time") == null ? null
                : earlier(claims.getDateClaim("auth_time"), now), texts(claims, "amr"), texts(claims, "acrs"),
                texts(claims, "xms_cc").contains("cp1"), claims.getStringClaim("deviceid"), claims.getStringClaim("sid"));
    }

    /** The clock of the issuer may be a little ahead. */
    private static Instant earlier(Date date, Instant now) {
        Instant time = date.toInstant();
        return time.isAfter(now) ? now : time;
    }

    private static List<String> texts(JWTClaimsSet claims, String name) throws ParseException {
        List<String> texts = claims.getStringListClaim(name);
        return texts == null ? List.of() : List.copyOf(texts);
    }

    /**
     * The sign-in with the facts of the token. A client shows it without its user, so a revoked session ends here (RV-01). In a browser the
     * user is there otherwise, so what waits for the user is asked for (SS-15).
     *
     * @param bound the authentication contexts by the control that they satisfy
     */
    SignIn applyTo(SignIn signIn, Map<String, String> bound, PolicyEngine engine) {
        if (isWorkload) {
            return signIn.toBuilder().servicePrincipal(subject).build();
        }
        Instant proved = signedIn != null ? signedIn : issued;
        boolean isMfa = methods.contains("mfa") || methods.contains("ngcmfa") || meets("mfa", bound);
        SignIn.Authentication authentication = signIn.authentication().toBuilder().mfaDateTime(isMfa ? proved : null)
                .signInDateTime(signedIn)
                .methods(methods.stream().filter(METHODS::containsKey).map(METHODS::get).distinct().toList()).build();
        SignIn.Builder builder = signIn.toBuilder().user(subject).authentication(authentication)
                .session(signIn.session().toBuilder().isInteractive(false).startedDateTime(issued).build())
                .satisfied(satisfied(signIn.satisfied(), bound, engine));
        if (device != null) {
            builder = engine.directory().device(device) != null ? builder.deviceName(device)
                    : builder.device(new Device(device, null, null, null, null, Map.of("deviceId", device), Map.of()));
        }
        SignIn silent = builder.build();
        return isOfBrowser(silent) && engine.evaluate(silent).reason().code() != ReasonCode.SESSION_REVOKED ? silent.toBuilder()
                .session(silent.session().toBuilder().isInteractive(true).build()).build() : silent;
    }

    private static boolean isOfBrowser(SignIn signIn) {
        return ClientAppType.BROWSER.graphName().equals(signIn.clientAppType());
    }

    /** What a context stands for that Entra has satisfied; terms are those of the policy set. */
    private SignIn.Satisfied satisfied(SignIn.Satisfied before, Map<String, String> bound, PolicyEngine engine) {
        List<String> terms = new ArrayList<>(before.termsOfUse());
        if (meets("termsOfUse", bound)) {
            engine.policySet().termsOfUse().forEach(each -> terms.add(each.id()));
        }
        return new SignIn.Satisfied(terms, meets("passwordChange", bound) ? Boolean.TRUE : before.passwordChanged(),
                meets("riskRemediation", bound) ? Boolean.TRUE : before.riskRemediated(), before.customAuthenticationFactors());
    }

    private boolean meets(String control, Map<String, String> bound) {
        String context = bound.get(control);
        return context != null && contexts.contains(context);
    }
}
