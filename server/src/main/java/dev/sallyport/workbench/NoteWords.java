package dev.sallyport.workbench;

import dev.sallyport.cli.RuleBook;
import dev.sallyport.model.PolicySet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a decision tells, in words for people: policies by their names, and facts of a request as the form calls them. */
final class NoteWords {

    private static final Map<String, String> FACTS = Map.ofEntries(Map.entry("authenticationFlow", "the authentication flow"),
            Map.entry("signInRiskLevel", "the sign-in risk"), Map.entry("userRiskLevel", "the user risk"), Map.entry("insiderRiskLevel",
            "the insider risk"), Map.entry("servicePrincipalRiskLevel", "the risk of the service principal"), Map.entry("agentIdRiskLevel",
            "the risk of the agent"), Map.entry("devicePlatform", "the platform"), Map.entry("ipAddress", "the IP address"),
            Map.entry("country", "the country"), Map.entry("device", "the device"), Map.entry("clientAppType", "the kind of client"),
            Map.entry("application", "the application"), Map.entry("authenticationContext", "the authentication context"),
            Map.entry("insideCorporateNetwork", "whether the user is inside the corporate network"), Map.entry("compliantNetwork",
            "whether the request comes through Global Secure Access"), Map.entry("azureResourceOperation",
            "what is done at Azure Resource Manager"), Map.entry("gps", "the position"), Map.entry("scopes", "the permissions"),
            Map.entry("clientApplication.isApproved", "whether the app is approved"), Map.entry("clientApplication.isProtected",
            "whether the app is protected"), Map.entry("session.originalTransferMethod", "the flow that began the session"));
    private static final String IS_MISSING = " is missing, so ";

    private final Map<String, String> names = new HashMap<>();
    private final RuleBook book;

    NoteWords(PolicySet set, RuleBook book) {
        this.book = book;
        set.policies().forEach(policy -> names.put(policy.id(), policy.displayName()));
    }

    /** The name of a policy; its id if it is unknown. */
    String name(String id) {
        return names.getOrDefault(id, id);
    }

    /** A sentence, with links to the policies and rules that it names. */
    List<Piece> of(String sentence) {
        List<Piece> pieces = new ArrayList<>();
        for (Piece piece : Piece.of(sentence, book)) {
            String fact = piece.isCode() ? FACTS.get(piece.text()) : null;
            if (fact != null) {
                pieces.add(new Piece(pieces.isEmpty() ? first(fact) : fact, false, ""));
            } else if (piece.isCode() && names.containsKey(piece.text())) {
                pieces.add(new Piece(name(piece.text()), false, Workbench.ROOT + PolicyPages.path(piece.text())));
            } else {
                pieces.add(new Piece(piece.text().replace(IS_MISSING, " is unknown, so ").replace("; with it, ", ". If it is known, "),
                        piece.isCode(), piece.href()));
            }
        }
        return List.copyOf(pieces);
    }

    private static String first(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
