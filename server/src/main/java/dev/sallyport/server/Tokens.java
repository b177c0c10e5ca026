package dev.sallyport.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.sallyport.server.Settings.IssuerSettings;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the access tokens of the configured issuers (RFC 9068, RFC 8725): signature, issuer, audience, tenant and times. A token that is
 * refused says nothing.
 */
final class Tokens implements AutoCloseable {

    /** How far the clocks of an issuer and of this machine may differ. */
    static final Duration SKEW = Duration.ofSeconds(60);

    /** Only signatures by a private key: a public key is never the secret of an HMAC. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.RS384, JWSAlgorithm.RS512,
            JWSAlgorithm.PS256, JWSAlgorithm.PS384, JWSAlgorithm.PS512, JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512);
    /** The types of access tokens; a token may leave its type out. */
    private static final Set<@Nullable JOSEObjectType> TYPES = new HashSet<>(Arrays.asList(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"),
            null));
    private static final int LONGEST = 16 << 10;

    private final List<Issuer> issuers;
    private final Clock clock;

    private record Issuer(IssuerSettings settings, SigningKeys keys) { }

    /** A token that proves nothing. */
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1;

        private final boolean isPassing;

        /**
         * @param why why, for the decision log
         * @param isPassing whether the same token may be good later, because the keys of its issuer are not loaded
         */
        Refused(String why, boolean isPassing) {
            super(why, null, false, false);
            this.isPassing = isPassing;
        }

        boolean isPassing() {
            return isPassing;
        }
    }

    /** @throws SettingsException if a file of keys cannot be used */
    Tokens(List<IssuerSettings> issuers, Clock clock) throws SettingsException {
        this(issuers, clock, SigningKeys.INTERVAL, SigningKeys.SHORTEST, SigningKeys.LONGEST);
    }

    Tokens(List<IssuerSettings> issuers, Clock clock, Duration interval, Duration shortest, Duration longest) throws SettingsException {
        this.clock = clock;
        this.issuers = new ArrayList<>();
        try {
            for (IssuerSettings each : issuers) {
                this.issuers.add(new Issuer(each, new SigningKeys(each, interval, shortest, longest)));
            }
        } catch (SettingsException e) {
            close();
            throw e;
        }
    }

    /** Whether subjects come from tokens, and only from tokens. */
    boolean areRequired() {
        return !issuers.isEmpty();
    }

    /** An issuer whose keys are not loaded; {@code null} if there is none. */
    @Nullable String unready() {
        for (Issuer each : issuers) {
            if (each.keys().keys() == null) {
                return "the keys of " + each.settings().issuer() + " are not loaded";
            }
        }
        return null;
    }

    /**
     * The content of a token.
     *
     * @param text the token in the compact form
     * @throws Refused if it proves nothing
     */
    Token verified(String text) throws Refused {
        if (text.length() > LONGEST) {
            throw new Refused("the token is too long", false);
        }
        try {
            return verified(SignedJWT.parse(text));
        } catch (ParseException | BadJOSEException | JOSEException | RuntimeException | StackOverflowError e) {
            throw new Refused(said(e), false);
        }
    }

    private Token verified(SignedJWT token) throws Refused, ParseException, BadJOSEException, JOSEException {
        JWSHeader header = token.getHeader();
        if (header.getKeyID() == null) {
            throw new Refused("the token does not name its key", false);
        }
        if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload() || header.getJWK() != null
                || header.getJWKURL() != null) {
            throw new Refused("the header of the token asks for what is not supported", false);
        }
        JWTClaimsSet unverified = token.getJWTClaimsSet();
        Issuer issuer = unverified == null ? null : issuer(unverified.getIssuer());
        if (issuer == null) {
            throw new Refused("unknown issuer", false);
        }
        JWKSet keys = issuer.keys().keys();
        if (keys == null) {
            throw new Refused("the keys of the issuer are not loaded", true);
        }
        if (!ALGORITHMS.contains(header.getAlgorithm())) {
            throw new Refused("the algorithm of the token is not supported", false);
        }
        List<JWK> fitting = new JWKSelector(JWKMatcher.forJWSHeader(header)).select(keys);
        if (fitting.isEmpty()) {
            issuer.keys().want();
            throw new Refused("unknown key", false);
        }
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(TYPES));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(keys)));
        Instant now = clock.instant();
        processor.setJWTClaimsSetVerifier(new Claims(issuer.settings(), now));
        return Token.of(processor.process(token, null), now);
    }

    private @Nullable Issuer issuer(@Nullable String name) {
        return issuers.stream().filter(each -> each.settings().issuer().equals(name)).findFirst().orElse(null);
    }

    /** Our own words where a message could hold text of the token. */
    private static String said(Throwable e) {
        return e instanceof BadJOSEException ? String.valueOf(e.getMessage()).replaceAll("[^\\x20-\\x7e]", "?") : "malformed token";
    }

    /** Audience, tenant and times. */
    private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {

        private final Instant now;

        Claims(IssuerSettings issuer, Instant now) {
            super(Set.copyOf(issuer.audiences()), new JWTClaimsSet.Builder().issuer(issuer.issuer()).claim("tid", issuer.tenant()).build(),
                    Set.of("exp", "iat"), Set.of());
            setMaxClockSkew((int) SKEW.toSeconds());
            this.now = now;
        }

        @Override
        protected Date currentTime() {
            return Date.from(now);
        }

        @Override
        public void verify(JWTClaimsSet claims, @Nullable SecurityContext context) throws BadJWTException {
            super.verify(claims, context);
            if (claims.getIssueTime().toInstant().isAfter(now.plus(SKEW))) {
                throw new BadJWTException("JWT issued in the future");
            }
        }
    }

    @Override
    public void close() {
        issuers.forEach(each -> each.keys().close());
    }
}
