package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.analyse.Invariants.Accepted;
import dev.sallyport.analyse.Invariants.Invariant;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Roles;
import dev.sallyport.parse.Sources;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvariantReaderTest {

    private static Invariants read(String text, Diagnostics found) {
        return new InvariantReader(found).read(Sources.parseText("i.yaml", text, found));
    }

    private static Invariants read(String text) throws Exception {
        return Invariants.parse("i.yaml", text);
    }

    @Test
    void invariant_withEveryPart_isReadAsWritten() throws Exception {
        Invariant read = read("""
                kind: invariants
                invariants:
                  - name: administrators prove MFA
                    for: { roles: [Global Administrator], notGroups: [Break glass], guests: [internalGuest] }
                    on: { kind: [signIn, legacy], clientAppTypes: [browser], notLocations: [AllTrusted] }
                    except: { users: [ann@contoso.com], applications: [Office365] }
                    always: { requires: { any: [mfa, compliantDevice], authenticationStrength: Phishing-resistant MFA,
                      signInFrequency: { value: 4, type: hours } } }
                    sources: all
                    references: [CISA MS.AAD.3.1v1]
                """).invariants().get(0);
        assertThat(read.box().kinds()).containsExactlyInAnyOrder(Kind.SIGN_IN, Kind.LEGACY);
        assertThat(read.box().conditions().users().includeRoles()).extracting(Reference::text).containsExactly("Global Administrator");
        assertThat(read.box().conditions().users().excludeGroups()).extracting(Reference::text).containsExactly("Break glass");
        assertThat(read.box().conditions().users().includeUsers()).isEmpty();
        assertThat(read.box().conditions().users().includeGuestsOrExternalUsers().types()).containsExactly(GuestType.INTERNAL_GUEST);
        assertThat(read.box().conditions().clientAppTypes()).containsExactly(ClientAppType.BROWSER);
        assertThat(read.box().conditions().locations().exclude()).extracting(Reference::text).containsExactly("AllTrusted");
        assertThat(read.except().conditions().applications().includeApplications()).extracting(Reference::text).containsExactly("Office365");
        assertThat(read.demand().isAlways()).isTrue();
        assertThat(read.demand().requires().any()).containsExactly(GrantControl.MFA, GrantControl.COMPLIANT_DEVICE);
        assertThat(read.demand().requires().all().authenticationStrength().text()).isEqualTo("Phishing-resistant MFA");
        assertThat(read.demand().requires().signInFrequency().seconds()).isEqualTo(4 * 3600);
        assertThat(read.isOfEverySource()).isTrue();
        assertThat(read.references()).containsExactly("CISA MS.AAD.3.1v1");
    }

    @Test
    void invariant_withoutUsers_isAboutAllUsersAndConditionalAccess() throws Exception {
        Invariant read = read("{ kind: invariants, invariants: [{ name: a, never: { outcome: allow } }] }").invariants().get(0);
        assertThat(read.box().conditions().users().includeUsers()).extracting(Reference::text).containsExactly("All");
        assertThat(read.box().kinds()).isEmpty();
        assertThat(read.isOfEverySource()).isFalse();
        assertThat(read.demand().outcome()).isEqualTo(Outcome.ALLOW);
    }

    @Test
    void securityDefaultsRoles_areTheRolesThatDefaultsAlwaysAsk() throws Exception {
        Invariant read = read("{ kind: invariants, invariants: [{ name: a, for: { roles: [securityDefaultsRoles] }, never: { outcome: allow } }] }")
                .invariants().get(0);
        assertThat(read.box().conditions().users().includeRoles()).extracting(Reference::id)
                .containsExactlyInAnyOrderElementsOf(Roles.ALWAYS_MFA);
    }

    @Test
    void acceptedGap_withADate_isReadAsWritten() throws Exception {
        Accepted read = read("""
                kind: invariants
                accepted:
                  - { name: break-glass accounts, for: { breakGlass: true }, on: { kind: legacy }, reason: monitored, until: 2027-01-31 }
                """).accepted().get(0);
        assertThat(read.box().breakGlass()).isTrue();
        assertThat(read.box().kinds()).isEqualTo(Set.of(Kind.LEGACY));
        assertThat(read.reason()).isEqualTo("monitored");
        assertThat(read.until()).isEqualTo(LocalDate.of(2027, 1, 31));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{ kind: invariant } | SP1410",
        "{ invariants: [] } | SP1410",
        "{ kind: invariants } | SP1410",
        "{ kind: invariants, invariants: [{ always: { outcome: block } }] } | SP1105",
        "{ kind: invariants, invariants: [{ name: a }] } | SP1411",
        "{ kind: invariants, invariants: [{ name: a, always: { outcome: block }, never: { outcome: block } }] } | SP1411",
        "{ kind: invariants, invariants: [{ name: a, always: {} }] } | SP1411",
        "{ kind: invariants, invariants: [{ name: a, never: {} }] } | SP1411",
        "{ kind: invariants, invariants: [{ name: a, always: { outcome: block, requires: { any: [mfa] } } }] } | SP1411",
        "{ kind: invariants, invariants: [{ name: a, always: { requires: {} } }] } | SP1411",
        "{ kind: invariants, invariants: [{ name: a, always: { requires: { any: [] } } }] } | SP1411",
        "{ kind: invariants, invariants: [{ name: a, always: { requires: { any: [block] } } }] } | SP1104",
        "{ kind: invariants, invariants: [{ name: a, always: { outcome: challenge } }] } | SP1104",
        "{ kind: invariants, invariants: [{ name: a, except: {}, always: { outcome: block } }] } | SP1411",
        "{ kind: invariants, invariants: [{ name: a, on: { kind: login }, always: { outcome: block } }] } | SP1104",
        "{ kind: invariants, invariants: [{ name: a, for: { users: [x], servicePrincipals: [y] }, always: { outcome: block } }] } | SP1411",
        "{ kind: invariants, invariants: [{ name: a, on: { deviceFilter: { mode: include } }, always: { outcome: block } }] } | SP1105",
        "{ kind: invariants, invariants: [{ name: a, on: { deviceFilter: { mode: include, rule: device.x -eq 1 } }, always: { outcome: block } }] } | SP1305",
        "{ kind: invariants, invariants: [{ name: a, always: { outcome: block } }, { name: A, always: { outcome: block } }] } | SP1201",
        "{ kind: invariants, accepted: [{ name: a }] } | SP1105",
        "{ kind: invariants, accepted: [{ name: a, reason: r, until: tomorrow }] } | SP1107",
    })
    void mistake_inADocument_isAnErrorWithItsPlace(String text, String code) {
        Diagnostics found = new Diagnostics();
        read(text, found);
        assertThat(found.toList()).filteredOn(each -> each.code().equals(code)).isNotEmpty()
                .allSatisfy(each -> assertThat(each.position()).isNotNull());
        assertThat(found.hasErrors()).isTrue();
    }

    @Test
    void kinds_thatAMessageLists_areAllKinds() {
        Diagnostics found = new Diagnostics();
        read("{ kind: invariants, accepted: [{ name: a, reason: r, on: { kind: qqqqqq } }] }", found);
        assertThat(found.toList()).singleElement().satisfies(each -> assertThat(each.help()).contains(List.of(Kind.values()).stream().map(Kind::toString).toList()));
    }
}
