package dev.sallyport.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A sign-in, or a request for a new token, after the first factor. Values are text as gateways have them; what does not make
 * sense is found when the request is evaluated and answered with {@code block} and {@code invalidRequest}.
 *
 * <p>What is {@code null}, or an empty list, is absent. It counts as Entra takes it; in strict mode it is unknown, and whatever is the worst
 * for the sign-in. Three facts have to be given then: {@code authentication.credential}, {@code authentication.firstFactor} and the
 * {@code method} of a registration.
 *
 * @param name what people call the request; shown in output
 * @param user user principal name or object id
 * @param servicePrincipal id, application id or name of a workload identity; instead of a user
 * @param applications names or application ids of the resources; empty when unknown (CA-APP-19)
 * @param authenticationContext {@code none}, or {@code c1} to {@code c99}: without applications a step-up in one, beside them asked for as well (CA-ACX-04)
 * @param clientAppType CA-CLI-01; absent is a legacy client (CA-UNK-03)
 * @param devicePlatform CA-PLT-01; absent is unknown
 * @param ipAddress the public address that reaches Entra; absent is unknown (CA-LOC-22)
 * @param country two letters; absent is unknown, and so is a code of no country, such as {@code XX}, {@code EU} or {@code UK} (CA-LOC-14)
 * @param deviceName id or name of a device of the directory
 * @param device the device itself, instead of its name; neither means unregistered
 * @param signInRiskLevel CA-RSK-01
 * @param userRiskLevel CA-RSK-01
 * @param insiderRiskLevel CA-RSK-08
 * @param servicePrincipalRiskLevel CA-RSK-09
 * @param authenticationFlow CA-FLW-01
 * @param createdDateTime when it happens; absent is now
 * @param authentication what the session has proved so far
 * @param session the session
 * @param clientApplication the client application
 * @param scopes delegated permissions asked for (CA-APP-15..18); empty means beyond the baseline set
 * @param gps what Authenticator reported; {@code null} when it was not asked (CA-LOC-16)
 * @param insideCorporateNetwork the AD FS claim (CA-LOC-18); {@code null} when that is not known
 * @param compliantNetwork whether it comes through Global Secure Access (CA-LOC-21); {@code null} when that is not known
 * @param securityDefaultsPrompt {@code required} (default) or {@code notRequired} (SD-MFA-02)
 * @param satisfied interactive controls that were met earlier
 * @param externalTenantId home tenant of an external user, where the directory does not know it (WI-21)
 * @param externalUserType kind of external user, where the directory does not know it (WI-22)
 */
public record SignIn(String name, String user, String servicePrincipal, List<String> applications, String authenticationContext,
        String clientAppType, String devicePlatform, String ipAddress, String country, String deviceName, Device device, String
        signInRiskLevel, String userRiskLevel, String insiderRiskLevel, String servicePrincipalRiskLevel, String
        authenticationFlow, Instant createdDateTime, Authentication authentication, Session session, ClientApplication
        clientApplication, List<String> scopes, Gps gps, Boolean insideCorporateNetwork, Boolean compliantNetwork, String securityDefaultsPrompt,
        Satisfied satisfied, String externalTenantId, String externalUserType) implements Request {

    public SignIn {
        applications = copy(applications);
        scopes = copy(scopes);
    }

    @Override
    public SignIn signIn() {
        return this;
    }

    /** A copy that nobody can change. One that is {@code null}, or has an element that is, is left for the evaluation to refuse (attack 94). */
    private static <T> List<T> copy(List<T> list) {
        try {
            return list == null ? null : List.copyOf(list);
        } catch (NullPointerException e) {
            return Collections.unmodifiableList(new ArrayList<>(list));
        }
    }

    /**
     * What a session has proved.
     *
     * @param credential     {@code password} (default), {@code appPassword} or {@code none}
     * @param methods        methods used so far (AS-01)
     * @param mfaDateTime    last MFA; {@code null} for no MFA claim
     * @param signInDateTime last interactive authentication; {@code null} for as old as the session
     * @param firstFactor    {@code passed} (default), {@code wrongPassword}, {@code lockedOut} or {@code passwordExpired}
     * @param homeTenantMfa  whether an external user's home tenant claims MFA (EXT-01)
     * @param aaguid         make of the passkey that was used, or {@code null} (AS-12)
     * @param certificateIssuerSki subject key identifier of the issuer of the certificate that was used, or {@code null} (AS-12)
     * @param certificatePolicyOids policy OIDs of that certificate (AS-12)
     * @param appPassword    the app password that a legacy client gave, to be verified against the user's hashes (AP-10); {@code null}
     *                       where the caller did that, or none was given. It is never shown.
     */
    public record Authentication(String credential, List<String> methods, Instant mfaDateTime, Instant signInDateTime,
            String firstFactor, Boolean homeTenantMfa, String aaguid, String certificateIssuerSki, List<String> certificatePolicyOids,
            String appPassword) {

        /** Of which nothing is known: outside strict mode a password, and nothing else. */
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

            private String credential;
            private List<String> methods = List.of();
            private Instant mfaDateTime;
            private Instant signInDateTime;
            private String firstFactor;
            private Boolean homeTenantMfa;
            private String aaguid;
            private String certificateIssuerSki;
            private List<String> certificatePolicyOids = List.of();
            private String appPassword;

            private Builder() { }

            /** What the client authenticates with: {@code password} (default), {@code appPassword} or {@code none}. */
            public Builder credential(String value) {
                this.credential = value;
                return this;
            }

            /** The methods used so far, by their Graph names (AS-01); default empty. {@code null} makes the request invalid. */
            public Builder methods(List<String> value) {
                this.methods = value;
                return this;
            }

            /** The time of the last MFA; {@code null} (default) for no MFA claim. */
            public Builder mfaDateTime(Instant value) {
                this.mfaDateTime = value;
                return this;
            }

            /** The time of the last interactive authentication; {@code null} (default) for the start of the session. */
            public Builder signInDateTime(Instant value) {
                this.signInDateTime = value;
                return this;
            }

            /**
             * The result of the first factor: {@code passed} (default), {@code wrongPassword}, {@code lockedOut} or {@code
             * passwordExpired} (EV-01).
             */
            public Builder firstFactor(String value) {
                this.firstFactor = value;
                return this;
            }

            /** Whether the home tenant of an external user claims MFA (EXT-01); {@code null} (default) if unknown. */
            public Builder homeTenantMfa(Boolean value) {
                this.homeTenantMfa = value;
                return this;
            }

            /** The AAGUID of the passkey that was used, which names its make (AS-12); {@code null} (default) if unknown. */
            public Builder aaguid(String value) {
                this.aaguid = value;
                return this;
            }

            /**
             * The subject key identifier of the issuer of the certificate that was used, in hexadecimal digits (AS-12); {@code null}
             * (default) if unknown.
             */
            public Builder certificateIssuerSki(String value) {
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
            public Builder appPassword(String value) {
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
            return "Authentication[credential=" + credential + ", methods=" + methods + ", mfaDateTime=" + mfaDateTime + ", signInDateTime=" + signInDateTime
                    + ", firstFactor=" + firstFactor + ", homeTenantMfa=" + homeTenantMfa + ", aaguid=" + aaguid + ", certificateIssuerSki="
                    + certificateIssuerSki + ", certificatePolicyOids=" + certificatePolicyOids + ", appPassword=" + (appPassword == null ? null : "…") + "]";
        }
    }

    /**
     * A session.
     *
     * @param isInteractive        whether the user is there to answer, and may be asked to register (DEC-19); otherwise a token is refreshed silently
     * @param isNewDevice          whether a new device is being set up: told of, and decides nothing (DEC-19)
     * @param startedDateTime      when the session began; {@code null} for now
     * @param rememberedMfaDateTime when MFA was done on a device that is remembered (RM-03); {@code null} for none
     * @param originalTransferMethod the flow that began the session (CA-FLW-03)
     * @param corporateIpAddress   the address at which the session showed the AD FS claim for the corporate network (CA-LOC-19);
     *                             {@code null} for never
     * @param primaryRefreshTokenDateTime when the primary refresh token of a joined device was last renewed: what a sign-in frequency
     *                             looks at there (SS-13); {@code null} when it is not known, and the sign-in itself counts
     * @param isDirectConnectEligible whether an external user may come both as a B2B collaboration and as a B2B direct connect user
     *                             (CA-GST-10); {@code null} when that is not known
     */
    public record Session(Boolean isInteractive, Boolean isNewDevice, Boolean isPrivateBrowsing, Instant startedDateTime,
            Boolean isTokenProtected, Instant rememberedMfaDateTime, String originalTransferMethod, String corporateIpAddress,
            Instant primaryRefreshTokenDateTime, Boolean isDirectConnectEligible) {

        /** A session of which nothing is known: outside strict mode an interactive one. */
        public static final Session UNKNOWN = builder().build();

        /** A new interactive session on a known device. */
        public static final Session INTERACTIVE = builder().isInteractive(true).isNewDevice(false).isPrivateBrowsing(false).isTokenProtected(false).build();

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

            private Boolean isInteractive;
            private Boolean isNewDevice;
            private Boolean isPrivateBrowsing;
            private Instant startedDateTime;
            private Boolean isTokenProtected;
            private Instant rememberedMfaDateTime;
            private String originalTransferMethod;
            private String corporateIpAddress;
            private Instant primaryRefreshTokenDateTime;
            private Boolean isDirectConnectEligible;

            private Builder() { }

            /**
             * Whether the user is present and can answer prompts (DEC-19); {@code false} for a silent refresh of a token, {@code null}
             * (default) if unknown.
             */
            public Builder isInteractive(Boolean value) {
                this.isInteractive = value;
                return this;
            }

            /** Whether a new device is being set up (DEC-19); {@code null} (default) if unknown. */
            public Builder isNewDevice(Boolean value) {
                this.isNewDevice = value;
                return this;
            }

            /** Whether the browser is in a private mode; {@code null} (default) if unknown. */
            public Builder isPrivateBrowsing(Boolean value) {
                this.isPrivateBrowsing = value;
                return this;
            }

            /** The time when the session began; {@code null} (default) for now. */
            public Builder startedDateTime(Instant value) {
                this.startedDateTime = value;
                return this;
            }

            /** Whether the token is bound to the device; {@code null} (default) if unknown. */
            public Builder isTokenProtected(Boolean value) {
                this.isTokenProtected = value;
                return this;
            }

            /** The time of the MFA that the device remembers (RM-03); {@code null} (default) for none. */
            public Builder rememberedMfaDateTime(Instant value) {
                this.rememberedMfaDateTime = value;
                return this;
            }

            /**
             * The authentication flow that began the session: {@code none}, {@code deviceCodeFlow} or {@code authenticationTransfer}
             * (CA-FLW-03); {@code null} (default) if unknown.
             */
            public Builder originalTransferMethod(String value) {
                this.originalTransferMethod = value;
                return this;
            }

            /**
             * The IP address at which the session showed the AD FS claim for the corporate network (CA-LOC-19); {@code null} (default)
             * for never.
             */
            public Builder corporateIpAddress(String value) {
                this.corporateIpAddress = value;
                return this;
            }

            /** The time when the primary refresh token of a joined device was last renewed (SS-13); {@code null} (default) if unknown. */
            public Builder primaryRefreshTokenDateTime(Instant value) {
                this.primaryRefreshTokenDateTime = value;
                return this;
            }

            /**
             * Whether an external user may come both as a B2B collaboration and as a B2B direct connect user (CA-GST-10); {@code null}
             * (default) if unknown.
             */
            public Builder isDirectConnectEligible(Boolean value) {
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

    /** What is known of the client application (GR-CTL-06, GR-CTL-07). */
    public record ClientApplication(Boolean isApproved, Boolean isProtected) {

        /** Of which neither is known, so that it counts as neither. */
        public static final ClientApplication UNKNOWN = new ClientApplication(null, null);
    }

    /** A position that Authenticator reported; a {@code null} country means that it could not be had (CA-LOC-17). */
    public record Gps(String country) { }

    /** Interactive controls that were met earlier. */
    public record Satisfied(List<String> termsOfUse, Boolean passwordChanged, Boolean riskRemediated, List<String>
            customAuthenticationFactors) {

        /** None. */
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
        builder.authenticationFlow = authenticationFlow;
        builder.createdDateTime = createdDateTime;
        builder.authentication = authentication;
        builder.session = session;
        builder.clientApplication = clientApplication;
        builder.scopes = scopes;
        builder.gps = gps;
        builder.insideCorporateNetwork = insideCorporateNetwork;
        builder.compliantNetwork = compliantNetwork;
        builder.securityDefaultsPrompt = securityDefaultsPrompt;
        builder.satisfied = satisfied;
        builder.externalTenantId = externalTenantId;
        builder.externalUserType = externalUserType;
        return builder;
    }

    /**
     * Builds a {@link SignIn}; every field is optional but {@code user} or {@code servicePrincipal}, and {@code null} means that it is absent. A
     * request whose authentication, session, client application or satisfied controls are {@code null}, or with a {@code null} among the elements
     * of a list, is invalid.
     */
    public static final class Builder {

        private String name;
        private String user;
        private String servicePrincipal;
        private List<String> applications = List.of();
        private String authenticationContext;
        private String clientAppType;
        private String devicePlatform;
        private String ipAddress;
        private String country;
        private String deviceName;
        private Device device;
        private String signInRiskLevel;
        private String userRiskLevel;
        private String insiderRiskLevel;
        private String servicePrincipalRiskLevel;
        private String authenticationFlow;
        private Instant createdDateTime;
        private Authentication authentication = Authentication.NONE;
        private Session session = Session.UNKNOWN;
        private ClientApplication clientApplication = ClientApplication.UNKNOWN;
        private List<String> scopes = List.of();
        private Gps gps;
        private Boolean insideCorporateNetwork;
        private Boolean compliantNetwork;
        private String securityDefaultsPrompt;
        private Satisfied satisfied = Satisfied.NOTHING;
        private String externalTenantId;
        private String externalUserType;

        private Builder() { }

        /** What people call the request; shown in output. */
        public Builder name(String value) {
            this.name = value;
            return this;
        }

        /** User principal name or object id. */
        public Builder user(String value) {
            this.user = value;
            return this;
        }

        /** Id, application id or name of a workload identity; instead of a user. */
        public Builder servicePrincipal(String value) {
            this.servicePrincipal = value;
            return this;
        }

        /** Names or application ids of the resources; empty when unknown (CA-APP-19). */
        public Builder applications(List<String> value) {
            this.applications = value == null ? List.of() : value;
            return this;
        }

        /** {@code none}, or {@code c1} to {@code c99}: without applications a step-up in one, beside them asked for as well (CA-ACX-04). */
        public Builder authenticationContext(String value) {
            this.authenticationContext = value;
            return this;
        }

        /** CA-CLI-01; absent is a legacy client (CA-UNK-03). */
        public Builder clientAppType(String value) {
            this.clientAppType = value;
            return this;
        }

        /** CA-PLT-01; absent is unknown. */
        public Builder devicePlatform(String value) {
            this.devicePlatform = value;
            return this;
        }

        /** The public address that reaches Entra; absent is unknown (CA-LOC-22). */
        public Builder ipAddress(String value) {
            this.ipAddress = value;
            return this;
        }

        /** Two letters; absent is unknown, and so is a code of no country, such as {@code XX}, {@code EU} or {@code UK} (CA-LOC-14). */
        public Builder country(String value) {
            this.country = value;
            return this;
        }

        /** Id or name of a device of the directory. */
        public Builder deviceName(String value) {
            this.deviceName = value;
            return this;
        }

        /** The device itself, instead of its name; neither means unregistered, and both are invalid. */
        public Builder device(Device value) {
            this.device = value;
            return this;
        }

        /** CA-RSK-01. */
        public Builder signInRiskLevel(String value) {
            this.signInRiskLevel = value;
            return this;
        }

        /** CA-RSK-01. */
        public Builder userRiskLevel(String value) {
            this.userRiskLevel = value;
            return this;
        }

        /** CA-RSK-08. */
        public Builder insiderRiskLevel(String value) {
            this.insiderRiskLevel = value;
            return this;
        }

        /** CA-RSK-09. */
        public Builder servicePrincipalRiskLevel(String value) {
            this.servicePrincipalRiskLevel = value;
            return this;
        }

        /** CA-FLW-01. */
        public Builder authenticationFlow(String value) {
            this.authenticationFlow = value;
            return this;
        }

        /** When it happens; absent is now. */
        public Builder createdDateTime(Instant value) {
            this.createdDateTime = value;
            return this;
        }

        /** What the session has proved so far. */
        public Builder authentication(Authentication value) {
            this.authentication = value;
            return this;
        }

        /** The session. */
        public Builder session(Session value) {
            this.session = value;
            return this;
        }

        /** The client application. */
        public Builder clientApplication(ClientApplication value) {
            this.clientApplication = value;
            return this;
        }

        /** Delegated permissions asked for (CA-APP-15..18); empty means beyond the baseline set. */
        public Builder scopes(List<String> value) {
            this.scopes = value == null ? List.of() : value;
            return this;
        }

        /** What Authenticator reported; {@code null} when it was not asked (CA-LOC-16). */
        public Builder gps(Gps value) {
            this.gps = value;
            return this;
        }

        /** The AD FS claim (CA-LOC-18); absent when that is not known. */
        public Builder insideCorporateNetwork(Boolean value) {
            this.insideCorporateNetwork = value;
            return this;
        }

        /** Whether it comes through Global Secure Access (CA-LOC-21); absent when that is not known. */
        public Builder compliantNetwork(Boolean value) {
            this.compliantNetwork = value;
            return this;
        }

        /** {@code required} (default) or {@code notRequired} (SD-MFA-02). */
        public Builder securityDefaultsPrompt(String value) {
            this.securityDefaultsPrompt = value;
            return this;
        }

        /** Interactive controls that were met earlier. */
        public Builder satisfied(Satisfied value) {
            this.satisfied = value;
            return this;
        }

        /** Home tenant of an external user, where the directory does not know it (WI-21). */
        public Builder externalTenantId(String value) {
            this.externalTenantId = value;
            return this;
        }

        /** Kind of external user (WI-22); a request that calls a member of the directory one is invalid, except in What If. */
        public Builder externalUserType(String value) {
            this.externalUserType = value;
            return this;
        }

        /** The one resource that is asked for; {@code null} when that is unknown. */
        public Builder application(String value) {
            this.applications = value == null ? List.of() : List.of(value);
            return this;
        }

        /** The sign-in. */
        public SignIn build() {
            return new SignIn(name, user, servicePrincipal, applications, authenticationContext, clientAppType,
                    devicePlatform, ipAddress, country, deviceName, device, signInRiskLevel, userRiskLevel, insiderRiskLevel,
                    servicePrincipalRiskLevel, authenticationFlow, createdDateTime, authentication, session, clientApplication,
                    scopes, gps, insideCorporateNetwork, compliantNetwork, securityDefaultsPrompt, satisfied, externalTenantId, externalUserType);
        }
    }
}
