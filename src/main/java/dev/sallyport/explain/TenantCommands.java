package dev.sallyport.explain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What an administrator runs in the tenant itself, as text: Graph PowerShell or Graph requests. Nothing here is ever called. */
public final class TenantCommands {

    private static final String GRAPH = "https://graph.microsoft.com/";
    /** PowerShell reads each of these as a single quote. */
    private static final String SINGLE_QUOTES = "'\u2018\u2019\u201A\u201B";
    private static final String HEX = "0123456789ABCDEF";
    private static final String REVOKE_SCOPE = "User.RevokeSessions.All";
    private static final String STATE_SCOPE = "Policy.ReadWrite.AuthenticationMethod";

    private TenantCommands() { }

    /** The language of a script. */
    public enum Shell {
        /** Microsoft Graph PowerShell. */
        POWERSHELL,
        /** HTTP requests, separated as .http files are. */
        GRAPH
    }

    /** What happens to a user. */
    public enum Step {
        ENABLE("enabled"), ENFORCE("enforced"), DISABLE("disabled"), REVOKE_SESSIONS(null);

        /** The state of per-user MFA, or {@code null} for revoked sessions. */
        private final String state;

        Step(String state) {
            this.state = state;
        }
    }

    /** The one command of PowerShell for one user (RV-01, PU-05). */
    public static String powershell(Step step, String user) {
        boolean isCmdlet = !user.startsWith("$");              // a path of Graph cannot begin with it, and cmdlets make such a path
        if (step == Step.REVOKE_SESSIONS) {
            return isCmdlet ? "Revoke-MgUserSignInSession -UserId " + quoted(user)
                    : "Invoke-MgGraphRequest -Method POST -Uri " + quoted("v1.0/" + path(user) + "/revokeSignInSessions");
        }
        return isCmdlet ? "Update-MgBetaUserAuthenticationRequirement -UserId " + quoted(user) + " -PerUserMfaState " + quoted(step.state)
                : "Invoke-MgGraphRequest -Method PATCH -Uri " + quoted("beta/" + path(user) + "/authentication/requirements") + " -Body "
                + quoted(body(step));
    }

    /** A whole script for some users. */
    public static List<String> script(Shell shell, Step step, List<String> users) {
        List<String> lines = new ArrayList<>();
        if (shell == Shell.POWERSHELL) {
            lines.add("Connect-MgGraph -Scopes " + quoted(step == Step.REVOKE_SESSIONS ? REVOKE_SCOPE : STATE_SCOPE));
            users.forEach(user -> lines.add(powershell(step, user)));
            return lines;
        }
        for (String user : users) {
            if (!lines.isEmpty()) {
                lines.addAll(List.of("", "###"));
            }
            if (step == Step.REVOKE_SESSIONS) {
                lines.add("POST " + GRAPH + "v1.0/" + path(user) + "/revokeSignInSessions");
            } else {
                lines.addAll(List.of("PATCH " + GRAPH + "beta/" + path(user) + "/authentication/requirements",
                        "Content-Type: application/json", "", body(step)));
            }
        }
        return lines;
    }

    /** Revokes the sessions of every user of the tenant, of those too whom no directory here knows. */
    public static List<String> revokeAll(Shell shell) {
        return shell == Shell.POWERSHELL
                ? List.of("Connect-MgGraph -Scopes 'User.Read.All','" + REVOKE_SCOPE + "'",
                        "Get-MgUser -All -Property Id | ForEach-Object { Revoke-MgUserSignInSession -UserId $_.Id }")
                : List.of("GET " + GRAPH + "v1.0/users?$select=id", "", "### for each id of the answer, and of the answer at each "
                + "@odata.nextLink",
                        "POST " + GRAPH + "v1.0/users/{id}/revokeSignInSessions");
    }

    private static String body(Step step) {
        return "{\"perUserMfaState\":\"" + step.state + "\"}";
    }

    /** {@code 'text'}, in which PowerShell replaces nothing; a character that cannot be seen is written by its number. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("'");
        boolean isJoined = false;
        for (char c : text.toCharArray()) {
            int type = Character.getType(c);
            if (type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                quoted.append("' + [char]0x").append(Integer.toHexString(c)).append(" + '");
                isJoined = true;
            } else {
                quoted.append(c).append(SINGLE_QUOTES.indexOf(c) >= 0 ? String.valueOf(c) : "");
            }
        }
        quoted.append('\'');
        return isJoined ? "(" + quoted + ")" : quoted.toString();
    }

    /** The address of a user; a name that begins with a dollar sign stands in brackets there. */
    private static String path(String user) {
        return user.startsWith("$") ? "users('" + encoded(user.replace("'", "''")) + "')" : "users/" + encoded(user);
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xFF);
            boolean isPlain = c < 0x80 && (Character.isLetterOrDigit(c) || "-._~@".indexOf(c) >= 0);
            if (isPlain) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
            }
        }
        return encoded.toString();
    }
}
