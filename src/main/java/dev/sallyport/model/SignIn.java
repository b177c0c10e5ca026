package dev.sallyport.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sign-in, or a request for a new token, after the first factor. Values are text as gateways have them, with the names of Microsoft
 * Graph; an invalid value makes the decision {@code block} with the reason {@code invalidRequest}.
 *
 * <p>{@code null} and an empty list mean that a fact is absent. It then counts as Entra takes it. In strict mode it is unknown, and
 * counts as the value that is the worst for the sign-in. Strict mode requires three facts: {@code authentication.credential},
 * {@code authentication.firstFactor} and the {@code method} of a registration.
 *
 * @param name the name of the request in output; {@code null} for none
 * @param user the user principal name or object id of the user; {@code null} for a workload identity
 * @param servicePrincipal the object id, application id or name of a workload identity (CA-WID-01, CA-WID-10); {@code null} for a user
 * @param applications the names or application ids of the resources; empty if unknown (CA-APP-19)
 * @param authenticationContext {@code none}, or {@code c1} to {@code c99}: the authentication context of a step-up, or one beside the
 *     applications (CA-ACX-04); {@code null} if unknown
 * @param clientAppType the kind of client, by the Graph name of a {@link ClientAppType} except {@code all} (CA-CLI-01); {@code null} for
 *     a legacy client (CA-UNK-03)
 * @param devicePlatform the platform, by the Graph name of a {@link DevicePlatform} except {@code all} (CA-PLT-01); {@code null} if
 *     unknown
 * @param ipAddress the public IPv4 or IPv6 address that reaches Entra (CA-LOC-22); {@code null} if unknown
 * @param country the two-letter code of the country; {@code null} if unknown. A code of no country, such as {@code XX}, {@code EU} or
 *     {@code UK}, is unknown too (CA-LOC-14)
 * @param deviceName the id or name of a device of the directory; {@code null} for none
 * @param device the device itself, instead of its name; {@code null} for none. Without both the device is unregistered
 * @param signInRiskLevel the sign-in risk: {@code none}, {@code low}, {@code medium}, {@code high} or {@code hidden} (CA-RSK-01);
 *     {@code null} if unknown
 * @param userRiskLevel the user risk: {@code none}, {@code low}, {@code medium}, {@code high} or {@code hidden} (CA-RSK-01); {@code null}
 *     if unknown
 * @param insiderRiskLevel the insider risk: {@code none}, {@code minor}, {@code moderate} or {@code elevated} (CA-RSK-08); {@code null}
 *     if unknown
 * @param servicePrincipalRiskLevel the risk of the workload identity: {@code none}, {@code low}, {@code medium}, {@code high} or
 *     {@code hidden} (CA-RSK-09); {@code null} if unknown
 * @param agentIdRiskLevel the risk of the agent that signs in, by itself or as an agent user: {@code none}, {@code low}, {@code medium},
 *     {@code high} or {@code hidden} (AGT-07); {@code null} if unknown
 * @param authenticationFlow the authentication flow: {@code none}, {@code deviceCodeFlow} or {@code authenticationTransfer} (CA-FLW-01);
 *     {@code null} if unknown
 * @param createdDateTime the time of the sign-in; {@code null} for now, on the clock of the engine
 * @param authentication what the session has proved so far
 * @param session the session
 * @param clientApplication the client application
 * @param scopes the delegated permissions that are asked for, such as {@code User.Read} (CA-APP-15 to CA-APP-18); empty means beyond the
 *     baseline scopes
 * @param gps the position that Authenticator reported (CA-LOC-16); {@code null} if it was not asked
 * @param insideCorporateNetwork whether the AD FS claim says that the user is inside the corporate network (CA-LOC-18); {@code null} if
 *     unknown
 * @param compliantNetwork whether the sign-in comes through Global Secure Access (CA-LOC-21); {@code null} if unknown
 * @param azureResourceOperation what is done at Azure Resource Manager: {@code read} or {@code write}, which is create, update or delete
 *     (DEC-10); {@code null} if unknown
 * @param securityDefaultsPrompt whether the risk engine of security defaults asks for MFA: {@code required} or {@code notRequired}
 *     (SD-MFA-02); {@code null} for {@code required}
 * @param satisfied the interactive controls that were met earlier
 * @param externalTenantId the id of the home tenant of an external user, if the directory does not have it (WI-21); {@code null} for none
 * @param externalUserType the kind of external user, by the Graph name of a {@link GuestType}, if the directory does not have it (WI-22);
 *     {@code null} for none. A request that calls a member of the directory a guest is invalid, except in What If
 */
public record SignIn(@Nullable String name, @Nullable String user, @Nullable String servicePrincipal, List<String> applications,
        @Nullable String authenticationContext, @Nullable String clientAppType, @Nullable String devicePlatform,
        @Nullable String ipAddress, @Nullable String country, @Nullable String deviceName, @Nullable Device device,
        @Nullable String signInRiskLevel, @Nullable String userRiskLevel, @Nullable String insiderRiskLevel,
        @Nullable String servicePrincipalRiskLevel, @Nullable String agentIdRiskLevel, @Nullable String authenticationFlow,
        @Nullable Instant createdDateTime, Authentication authentication, Session session, ClientApplication clientApplication,
        List<String> scopes, @Nullable Gps gps, @Nullable Boolean insideCorporateNetwork, @Nullable Boolean compliantNetwork,
        @Nullable String azureResourceOperation, @Nullable String securityDefaultsPrompt, Satisfied satisfied,
        @Nullable String externalTenantId, @Nullable String externalUserType) implements Request {

    public SignIn {
        applications = copy(applications);
        scopes = copy(scopes);
    }

    @Override
    public SignIn signIn() {
        return this;
    }

    /**
     * A copy that nobody can change. One that is {@code null}, or has an element that is, is left for the evaluation to refuse (attack 94).
     */
    private static <T> @Nullable List<T> copy(@Nullable List<T> list) {
        try {
            return list == null ? null : List.copyOf(list);
        } catch (NullPointerException e) {
            return Collections.unmodifiableList(new ArrayList<>(list));
        }
    }

    /**
     * What a session has proved.
     *
     * @param credential the credential: {@code password}, {@code appPassword} or {@code none}; {@code null} for {@code password}, and
     *     invalid in strict mode
     * @param methods the methods used so far, by the Graph names of {@link AuthenticationMethodMode} (AS-01); empty for none
     * @param mfaDateTime the time of the last MFA; {@code null} for no MFA claim
     * @param signInDateTime the time of the last interactive authentication; {@code null} for the start of the session
     * @param firstFactor the result of the first factor: {@code passed}, {@code wrongPassword}, {@code lockedOut} or
     *     {@code passwordExpired} (EV-01); {@code null} for {@code passed}, and invalid in strict mode
     * @param homeTenantMfa whether the home tenant of an external user claims MFA (EXT-01); {@code null} if unknown
     * @param aaguid the AAGUID of the passkey that was used, which names its make (AS-12); {@code null} if unknown
     * @param certificateIssuerSki the subject key identifier of the issuer of the certificate that was used, in hexadecimal digits
     *     (AS-12); {@code null} if unknown
     * @param certificatePolicyOids the policy OIDs of that certificate (AS-12); empty if unknown
     * @param appPassword the app password that a legacy client gave, to be verified against the hashes of the user (AP-10); {@code null}
     *     if the caller verified it or none was given. It is never shown
     */
    public record Authentication(@Nullable String credential, List<String> methods, @Nullable Instant mfaDateTime,
            @Nullable Instant signInDateTime, @Nullable String firstFactor, @Nullable Boolean homeTenantMfa, @Nullable String aaguid,
            @Nullable String certificateIssuerSki, List<String> certificatePolicyOids, @Nullable String appPassword) {

        /** An authentication of which nothing is known: outside strict mode a password, and nothing else. */
        public static final Authentication NONE = builder().build();

        public Authentication {
            methods = copy(methods);
            certificatePolicyOids = copy(certificatePolicyOids);
        }

        /** A legacy client with an app password that is to be verified. */
        public static Authentication ofAppPassword(String appPassword) {
            return builder().credential("appPassword").firstFactor("passed").homeTenantMfa(false).appPassword(appPassword).build();
        }

        /** A builder for an authentication of which nothing is known, as {@link #NONE}. */
        public static Builder builder() {
            return new Builder();
        }

        /** A builder that holds every value of this one, to change some of them. */
        public Builder toBuilder() {
            Builder builder = new Builder();
            builder.credential = credential;
            builder.methods = methods;
            builder.mfaDateTime = mfaDateTime;
            builder.signInDateTime = signInDateTime;
            builder.firstFactor = firstFactor;
            builder.homeTenantMfa = homeTenantMfa;
            builder.aaguid = aaguid;
            builder.certificateIssuerSki = certificateIssuerSki;
            builder.certificatePolicyOids = certificatePolicyOids;
            builder.appPassword = appPassword;
            return builder;
        }

        /** Builds an {@link Authentication}. Every value is optional. */
        public static final class Builder {

            private @Nullable String credential;
            private List<String> methods = List.of();
            private @Nullable Instant mfaDateTime;
            private @Nullable Instant signInDateTime;
            private @Nullable String firstFactor;
            private @Nullable Boolean homeTenantMfa;
            private @Nullable String aaguid;
            private @Nullable String certificateIssuerSki;
            private List<String> certificatePolicyOids = List.of();
            private @Nullable String appPassword;

            private Builder() { }

            /** What the client authenticates with: {@code password} (default), {@code appPassword} or {@code none}. */
            public Builder credential(@Nullable String value) {
                this.credential = value;
                return this;
            }

            /** The methods used so far, by their Graph names (AS-01); default empty. {@code null} makes the request invalid. */
            public Builder methods(List<String> value) {
                this.methods = value;
                return this;
            }

            /** The time of the last MFA; {@code null} (default) for no MFA claim. */
            public Builder mfaDateTime(@Nullable Instant value) {
                this.mfaDateTime = value;
                return this;
            }

            /** The time of the last interactive authentication; {@code null} (default) for the start of the session. */
            public Builder signInDateTime(@Nullable Instant value) {
                this.signInDateTime = value;
                return this;
            }

            /**
             * The result of the first factor: {@code passed} (default), {@code wrongPassword}, {@code lockedOut} or
             * {@code passwordExpired} (EV-01).
             */
            public Builder firstFactor(@Nullable String value) {
                this.firstFactor = value;
                return this;
            }

            /** Whether the home tenant of an external user claims MFA (EXT-01); {@code null} (default) if unknown. */
            public Builder homeTenantMfa(@Nullable Boolean value) {
                this.homeTenantMfa = value;
                return this;
            }

            /** The AAGUID of the passkey that was used, which names its make (AS-12); {@code null} (default) if unknown. */
            public Builder aaguid(@Nullable String value) {
                this.aaguid = value;
                return this;
            }

            /**
             * The subject key identifier of the issuer of the certificate that was used, in hexadecimal digits (AS-12); {@code null}
             * (default) if unknown.
             */
            public Builder certificateIssuerSki(@Nullable String value) {
                this.certificateIssuerSki = value;
                return this;
            }

            /** The policy OIDs of the certificate that was used (AS-12); default empty. {@code null} makes the request invalid. */
            public Builder certificatePolicyOids(List<String> value) {
                this.certificatePolicyOids = value;
                return this;
            }

            /**
             * The app password that a legacy client gave, to be verified against the hashes of the user (AP-10); {@code null} (default)
             * if none was given.
             */
            public Builder appPassword(@Nullable String value) {
                this.appPassword = value;
                return this;
            }

            /** The authentication with these values. */
            public Authentication build() {
                return new Authentication(credential, methods, mfaDateTime, signInDateTime, firstFactor, homeTenantMfa, aaguid,
                        certificateIssuerSki, certificatePolicyOids, appPassword);
            }
        }

        @Override
        public String toString() {
            return "Authentication[credential=" + credential + ", methods=" + methods + ", mfaDateTime=" + mfaDateTime
                    + ", signInDateTime=" + signInDateTime + ", firstFactor=" + firstFactor + ", homeTenantMfa=" + homeTenantMfa
                    + ", aaguid=" + aaguid + ", certificateIssuerSki=" + certificateIssuerSki
                    + ", certificatePolicyOids=" + certificatePolicyOids + ", appPassword=" + (appPassword == null ? null : "…") + "]";
        }
    }

    /**
     * A session.
     *
     * @param isInteractive whether the user is present and can answer prompts (DEC-19); {@code false} for a silent refresh of a token.
     *     {@code null} if unknown, which counts as interactive outside strict mode
     * @param isNewDevice whether a new device is being set up (DEC-19); it decides nothing. {@code null} if unknown
     * @param isPrivateBrowsing whether the browser is in a private mode, in which it shows no device; {@code null} if unknown
     * @param startedDateTime the time when the session began; {@code null} for now
     * @param isTokenProtected whether the token is bound to the device (SS-07); {@code null} if unknown
     * @param rememberedMfaDateTime the time of the MFA that the device remembers (RM-03); {@code null} for none
     * @param originalTransferMethod the flow that began the session: {@code none}, {@code deviceCodeFlow} or
     *     {@code authenticationTransfer} (CA-FLW-03); {@code null} if unknown
     * @param corporateIpAddress the IP address at which the session showed the AD FS claim for the corporate network (CA-LOC-19);
     *     {@code null} for never
     * @param primaryRefreshTokenDateTime the time when the primary refresh token of a joined device was last renewed, which a sign-in
     *     frequency compares (SS-13); {@code null} if unknown, and the sign-in itself counts
     * @param isDirectConnectEligible whether an external user may come both as a B2B collaboration and as a B2B direct connect user
     *     (CA-GST-10); {@code null} if unknown
     */
    public record Session(@Nullable Boolean isInteractive, @Nullable Boolean isNewDevice, @Nullable Boolean isPrivateBrowsing,
            @Nullable Instant startedDateTime, @Nullable Boolean isTokenProtected, @Nullable Instant rememberedMfaDateTime,
            @Nullable String originalTransferMethod, @Nullable String corporateIpAddress, @Nullable Instant primaryRefreshTokenDateTime,
            @Nullable Boolean isDirectConnectEligible) {

        /** A session of which nothing is known: outside strict mode an interactive one. */
        public static final Session UNKNOWN = builder().build();

        /** A new interactive session on a known device. */
        public static final Session INTERACTIVE = builder().isInteractive(true).isNewDevice(false).isPrivateBrowsing(false)
                .isTokenProtected(false).build();

        /** A builder for a session of which nothing is known, as {@link #UNKNOWN}. */
        public static Builder builder() {
            return new Builder();
        }

        /** A builder that holds every value of this one, to change some of them. */
        public Builder toBuilder() {
            Builder builder = new Builder();
            builder.isInteractive = isInteractive;
            builder.isNewDevice = isNewDevice;
            builder.isPrivateBrowsing = isPrivateBrowsing;
            builder.startedDateTime = startedDateTime;
            builder.isTokenProtected = isTokenProtected;
            builder.rememberedMfaDateTime = rememberedMfaDateTime;
            builder.originalTransferMethod = originalTransferMethod;
            builder.corporateIpAddress = corporateIpAddress;
            builder.primaryRefreshTokenDateTime = primaryRefreshTokenDateTime;
            builder.isDirectConnectEligible = isDirectConnectEligible;
            return builder;
        }

        /** Builds a {@link Session}. Every value is optional. */
        public static final class Builder {

            private @Nullable Boolean isInteractive;
            private @Nullable Boolean isNewDevice;
            private @Nullable Boolean isPrivateBrowsing;
            private @Nullable Instant startedDateTime;
            private @Nullable Boolean isTokenProtected;
            private @Nullable Instant rememberedMfaDateTime;
            private @Nullable String originalTransferMethod;
            private @Nullable String corporateIpAddress;
            private @Nullable Instant primaryRefreshTokenDateTime;
            private @Nullable Boolean isDirectConnectEligible;

            private Builder() { }

            /**
             * Whether the user is present and can answer prompts (DEC-19); {@code false} for a silent refresh of a token, {@code null}
             * (default) if unknown.
             */
            public Builder isInteractive(@Nullable Boolean value) {
                this.isInteractive = value;
                return this;
            }

            /** Whether a new device is being set up (DEC-19); {@code null} (default) if unknown. */
            public Builder isNewDevice(@Nullable Boolean value) {
                this.isNewDevice = value;
                return this;
            }

            /** Whether the browser is in a private mode; {@code null} (default) if unknown. */
            public Builder isPrivateBrowsing(@Nullable Boolean value) {
                this.isPrivateBrowsing = value;
                return this;
            }

            /** The time when the session began; {@code null} (default) for now. */
            public Builder startedDateTime(@Nullable Instant value) {
                this.startedDateTime = value;
                return this;
            }

            /** Whether the token is bound to the device; {@code null} (default) if unknown. */
            public Builder isTokenProtected(@Nullable Boolean value) {
                this.isTokenProtected = value;
                return this;
            }

            /** The time of the MFA that the device remembers (RM-03); {@code null} (default) for none. */
            public Builder rememberedMfaDateTime(@Nullable Instant value) {
                this.rememberedMfaDateTime = value;
                return this;
            }

            /**
             * The authentication flow that began the session: {@code none}, {@code deviceCodeFlow} or {@code authenticationTransfer}
             * (CA-FLW-03); {@code null} (default) if unknown.
             */
            public Builder originalTransferMethod(@Nullable String value) {
                this.originalTransferMethod = value;
                return this;
            }

            /**
             * The IP address at which the session showed the AD FS claim for the corporate network (CA-LOC-19); {@code null} (default)
             * for never.
             */
            public Builder corporateIpAddress(@Nullable String value) {
                this.corporateIpAddress = value;
                return this;
            }

            /** The time when the primary refresh token of a joined device was last renewed (SS-13); {@code null} (default) if unknown. */
            public Builder primaryRefreshTokenDateTime(@Nullable Instant value) {
                this.primaryRefreshTokenDateTime = value;
                return this;
            }

            /**
             * Whether an external user may come both as a B2B collaboration and as a B2B direct connect user (CA-GST-10); {@code null}
             * (default) if unknown.
             */
            public Builder isDirectConnectEligible(@Nullable Boolean value) {
                this.isDirectConnectEligible = value;
                return this;
            }

            /** The session with these values. */
            public Session build() {
                return new Session(isInteractive, isNewDevice, isPrivateBrowsing, startedDateTime, isTokenProtected, rememberedMfaDateTime,
                        originalTransferMethod, corporateIpAddress, primaryRefreshTokenDateTime, isDirectConnectEligible);
            }
        }
    }

    /**
     * The client application.
     *
     * @param isApproved whether it is an approved client app (GR-CTL-06); {@code null} if unknown, and it counts as not approved
     * @param isProtected whether it has an app protection policy (GR-CTL-07); {@code null} if unknown, and it counts as not protected
     */
    public record ClientApplication(@Nullable Boolean isApproved, @Nullable Boolean isProtected) {

        /** A client application of which nothing is known: neither approved nor protected. */
        public static final ClientApplication UNKNOWN = new ClientApplication(null, null);
    }

    /**
     * A position that Authenticator reported (CA-LOC-16).
     *
     * @param country the two-letter code of the country; {@code null} if the position is unavailable or invalid (CA-LOC-17)
     */
    public record Gps(@Nullable String country) { }

    /**
     * The interactive controls that were met earlier.
     *
     * @param termsOfUse the ids or names of the terms of use that were accepted
     * @param passwordChanged whether the password was changed in this session (GR-CTL-08); {@code null} if unknown
     * @param riskRemediated whether the risk was remediated (GR-CTL-09); {@code null} if unknown
     * @param customAuthenticationFactors the ids of the custom controls that were met
     */
    public record Satisfied(List<String> termsOfUse, @Nullable Boolean passwordChanged, @Nullable Boolean riskRemediated,
            List<String> customAuthenticationFactors) {

        /** No controls were met earlier. */
        public static final Satisfied NOTHING = new Satisfied(List.of(), null, null, List.of());

        public Satisfied {
            termsOfUse = copy(termsOfUse);
            customAuthenticationFactors = copy(customAuthenticationFactors);
        }
    }

    /** A builder for a sign-in of which nothing is known. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds every value of this sign-in, to change some of them. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.name = name;
        builder.user = user;
        builder.servicePrincipal = servicePrincipal;
        builder.applications = applications;
        builder.authenticationContext = authenticationContext;
        builder.clientAppType = clientAppType;
        builder.devicePlatform = devicePlatform;
        builder.ipAddress = ipAddress;
        builder.country = country;
        builder.deviceName = deviceName;
        builder.device = device;
        builder.signInRiskLevel = signInRiskLevel;
        builder.userRiskLevel = userRiskLevel;
        builder.insiderRiskLevel = insiderRiskLevel;
        builder.servicePrincipalRiskLevel = servicePrincipalRiskLevel;
        builder.agentIdRiskLevel = agentIdRiskLevel;
        builder.authenticationFlow = authenticationFlow;
        builder.createdDateTime = createdDateTime;
        builder.authentication = authentication;
        builder.session = session;
        builder.clientApplication = clientApplication;
        builder.scopes = scopes;
        builder.gps = gps;
        builder.insideCorporateNetwork = insideCorporateNetwork;
        builder.compliantNetwork = compliantNetwork;
        builder.azureResourceOperation = azureResourceOperation;
        builder.securityDefaultsPrompt = securityDefaultsPrompt;
        builder.satisfied = satisfied;
        builder.externalTenantId = externalTenantId;
        builder.externalUserType = externalUserType;
        return builder;
    }

    /**
     * Builds a {@link SignIn}. Set {@code user} or {@code servicePrincipal}; every other value is optional, and {@code null} means absent.
     * A request whose authentication, session, client application or satisfied controls are {@code null}, or with a {@code null} among
     * the elements of a list, is invalid.
     */
    public static final class Builder {

        private @Nullable String name;
        private @Nullable String user;
        private @Nullable String servicePrincipal;
        private List<String> applications = List.of();
        private @Nullable String authenticationContext;
        private @Nullable String clientAppType;
        private @Nullable String devicePlatform;
        private @Nullable String ipAddress;
        private @Nullable String country;
        private @Nullable String deviceName;
        private @Nullable Device device;
        private @Nullable String signInRiskLevel;
        private @Nullable String userRiskLevel;
        private @Nullable String insiderRiskLevel;
        private @Nullable String servicePrincipalRiskLevel;
        private @Nullable String agentIdRiskLevel;
        private @Nullable String authenticationFlow;
        private @Nullable Instant createdDateTime;
        private Authentication authentication = Authentication.NONE;
        private Session session = Session.UNKNOWN;
        private ClientApplication clientApplication = ClientApplication.UNKNOWN;
        private List<String> scopes = List.of();
        private @Nullable Gps gps;
        private @Nullable Boolean insideCorporateNetwork;
        private @Nullable Boolean compliantNetwork;
        private @Nullable String azureResourceOperation;
        private @Nullable String securityDefaultsPrompt;
        private Satisfied satisfied = Satisfied.NOTHING;
        private @Nullable String externalTenantId;
        private @Nullable String externalUserType;

        private Builder() { }

        /** The name of the request in output; {@code null} for none. */
        public Builder name(@Nullable String value) {
            this.name = value;
            return this;
        }

        /** The user principal name or object id of the user; {@code null} for a workload identity. */
        public Builder user(@Nullable String value) {
            this.user = value;
            return this;
        }

        /** The object id, application id or name of a workload identity (CA-WID-01, CA-WID-10); {@code null} for a user. */
        public Builder servicePrincipal(@Nullable String value) {
            this.servicePrincipal = value;
            return this;
        }

        /** The names or application ids of the resources; empty if unknown (CA-APP-19). {@code null} counts as empty. */
        public Builder applications(@Nullable List<String> value) {
            this.applications = value == null ? List.of() : value;
            return this;
        }

        /**
         * {@code none}, or {@code c1} to {@code c99}: the authentication context of a step-up, or one beside the applications
         * (CA-ACX-04); {@code null} if unknown.
         */
        public Builder authenticationContext(@Nullable String value) {
            this.authenticationContext = value;
            return this;
        }

        /**
         * The kind of client, by the Graph name of a {@link ClientAppType} except {@code all} (CA-CLI-01); {@code null} for a legacy
         * client (CA-UNK-03).
         */
        public Builder clientAppType(@Nullable String value) {
            this.clientAppType = value;
            return this;
        }

        /** The platform, by the Graph name of a {@link DevicePlatform} except {@code all} (CA-PLT-01); {@code null} if unknown. */
        public Builder devicePlatform(@Nullable String value) {
            this.devicePlatform = value;
            return this;
        }

        /** The public IPv4 or IPv6 address that reaches Entra (CA-LOC-22); {@code null} if unknown. */
        public Builder ipAddress(@Nullable String value) {
            this.ipAddress = value;
            return this;
        }

        /**
         * The two-letter code of the country; {@code null} if unknown. A code of no country, such as {@code XX}, {@code EU} or
         * {@code UK}, is unknown too (CA-LOC-14).
         */
        public Builder country(@Nullable String value) {
            this.country = value;
            return this;
        }

        /** The id or name of a device of the directory; {@code null} for none. */
        public Builder deviceName(@Nullable String value) {
            this.deviceName = value;
            return this;
        }

        /** The device itself, instead of its name; {@code null} for none. Without both the device is unregistered. */
        public Builder device(@Nullable Device value) {
            this.device = value;
            return this;
        }

        /**
         * The sign-in risk: {@code none}, {@code low}, {@code medium}, {@code high} or {@code hidden} (CA-RSK-01); {@code null} if
         * unknown.
         */
        public Builder signInRiskLevel(@Nullable String value) {
            this.signInRiskLevel = value;
            return this;
        }

        /**
         * The user risk: {@code none}, {@code low}, {@code medium}, {@code high} or {@code hidden} (CA-RSK-01); {@code null} if unknown.
         */
        public Builder userRiskLevel(@Nullable String value) {
            this.userRiskLevel = value;
            return this;
        }

        /** The insider risk: {@code none}, {@code minor}, {@code moderate} or {@code elevated} (CA-RSK-08); {@code null} if unknown. */
        public Builder insiderRiskLevel(@Nullable String value) {
            this.insiderRiskLevel = value;
            return this;
        }

        /**
         * The risk of the workload identity: {@code none}, {@code low}, {@code medium}, {@code high} or {@code hidden} (CA-RSK-09);
         * {@code null} if unknown.
         */
        public Builder servicePrincipalRiskLevel(@Nullable String value) {
            this.servicePrincipalRiskLevel = value;
            return this;
        }

        /**
         * The risk of the agent that signs in, by itself or as an agent user: {@code none}, {@code low}, {@code medium}, {@code high} or
         * {@code hidden} (AGT-07); {@code null} (default) if unknown.
         */
        public Builder agentIdRiskLevel(@Nullable String value) {
            this.agentIdRiskLevel = value;
            return this;
        }

        /**
         * The authentication flow: {@code none}, {@code deviceCodeFlow} or {@code authenticationTransfer} (CA-FLW-01); {@code null} if
         * unknown.
         */
        public Builder authenticationFlow(@Nullable String value) {
            this.authenticationFlow = value;
            return this;
        }

        /** The time of the sign-in; {@code null} for now, on the clock of the engine. */
        public Builder createdDateTime(@Nullable Instant value) {
            this.createdDateTime = value;
            return this;
        }

        /** What the session has proved so far. {@code null} makes the request invalid. */
        public Builder authentication(Authentication value) {
            this.authentication = value;
            return this;
        }

        /** The session. {@code null} makes the request invalid. */
        public Builder session(Session value) {
            this.session = value;
            return this;
        }

        /** The client application. {@code null} makes the request invalid. */
        public Builder clientApplication(ClientApplication value) {
            this.clientApplication = value;
            return this;
        }

        /**
         * The delegated permissions that are asked for, such as {@code User.Read} (CA-APP-15 to CA-APP-18); empty means beyond the
         * baseline scopes. {@code null} counts as empty.
         */
        public Builder scopes(@Nullable List<String> value) {
            this.scopes = value == null ? List.of() : value;
            return this;
        }

        /** The position that Authenticator reported (CA-LOC-16); {@code null} if it was not asked. */
        public Builder gps(@Nullable Gps value) {
            this.gps = value;
            return this;
        }

        /** Whether the AD FS claim says that the user is inside the corporate network (CA-LOC-18); {@code null} if unknown. */
        public Builder insideCorporateNetwork(@Nullable Boolean value) {
            this.insideCorporateNetwork = value;
            return this;
        }

        /** Whether the sign-in comes through Global Secure Access (CA-LOC-21); {@code null} if unknown. */
        public Builder compliantNetwork(@Nullable Boolean value) {
            this.compliantNetwork = value;
            return this;
        }

        /**
         * What is done at Azure Resource Manager: {@code read} or {@code write}, which is create, update or delete (DEC-10); {@code null}
         * if unknown.
         */
        public Builder azureResourceOperation(@Nullable String value) {
            this.azureResourceOperation = value;
            return this;
        }

        /**
         * Whether the risk engine of security defaults asks for MFA: {@code required} or {@code notRequired} (SD-MFA-02); {@code null}
         * for {@code required}.
         */
        public Builder securityDefaultsPrompt(@Nullable String value) {
            this.securityDefaultsPrompt = value;
            return this;
        }

        /** The interactive controls that were met earlier. {@code null} makes the request invalid. */
        public Builder satisfied(Satisfied value) {
            this.satisfied = value;
            return this;
        }

        /** The id of the home tenant of an external user, if the directory does not have it (WI-21); {@code null} for none. */
        public Builder externalTenantId(@Nullable String value) {
            this.externalTenantId = value;
            return this;
        }

        /**
         * The kind of external user, by the Graph name of a {@link GuestType}, if the directory does not have it (WI-22); {@code null}
         * for none. A request that calls a member of the directory a guest is invalid, except in What If.
         */
        public Builder externalUserType(@Nullable String value) {
            this.externalUserType = value;
            return this;
        }

        /** The only resource, by name or application id; {@code null} if unknown. */
        public Builder application(@Nullable String value) {
            this.applications = value == null ? List.of() : List.of(value);
            return this;
        }

        /** The sign-in with these values. */
        public SignIn build() {
            return new SignIn(name, user, servicePrincipal, applications, authenticationContext, clientAppType,
                    devicePlatform, ipAddress, country, deviceName, device, signInRiskLevel, userRiskLevel, insiderRiskLevel,
                    servicePrincipalRiskLevel, agentIdRiskLevel, authenticationFlow, createdDateTime, authentication, session,
                    clientApplication, scopes, gps, insideCorporateNetwork, compliantNetwork, azureResourceOperation,
                    securityDefaultsPrompt, satisfied,
                    externalTenantId, externalUserType);
        }
    }
}
