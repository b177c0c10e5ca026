package dev.sallyport.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AuthenticationMethod;
import dev.sallyport.report.MfaReport.Row;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** The report on users for spreadsheets, with the columns of RPT-20 first. */
public final class UsersCsv {

    private static final String NONE = "-";
    /** Without it, Excel takes UTF-8 for the code page of the system. */
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private UsersCsv() { }

    /**
     * The report, with a mark that spreadsheets know UTF-8 by; empty but for that if there are no rows.
     *
     * @param now the time of the report
     */
    public static String of(List<Row> rows, Instant now) {
        StringWriter text = new StringWriter();
        text.write(BYTE_ORDER_MARK);
        try (CsvWriter csv = CsvWriter.builder().build(text)) {
            if (!rows.isEmpty()) {
                csv.writeRecord(columns(rows.get(0), now).keySet());
            }
            rows.forEach(row -> csv.writeRecord(columns(row, now).values().stream().map(UsersCsv::cell).toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** RPT-20..22 and what the engine adds, by column; {@code -} for what there is nothing of. */
    private static Map<String, String> columns(Row row, Instant now) {
        UserState user = row.user();
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("DisplayName", user.displayName() == null ? "" : user.displayName());
        columns.put("UserPrincipalName", user.userPrincipalName());
        columns.put("MFAStatus", row.status());
        columns.put("Activation", row.isActivated() ? "Yes" : "No");
        columns.put("DefaultMFAMethod", row.defaultMethod() == null ? NONE : row.defaultMethod());
        columns.put("AllMFAMethods", row.methods().isEmpty() ? NONE : String.join(",", row.methods()));
        columns.put("MFAPhone", details(user, AuthenticationMethod::phoneNumber));
        columns.put("MFAEmail", details(user, AuthenticationMethod::emailAddress));
        columns.put("LicenseStatus", NONE);
        columns.put("IsAdmin", row.isAdmin() ? "True" : "False");
        columns.put("AdminRoles", dash(UserText.roles(user)));
        columns.put("SignInStatus", user.accountEnabled() ? "Allowed" : "Denied");
        columns.put("ScriptMFAStatus", row.scriptStatus());
        columns.put("Protected", row.protection().toString());
        columns.put("ProtectedBy", dash(row.protectedBy()));
        columns.put("PasswordAloneOpens", dash(row.passwordAlone()));
        columns.put("PasswordAloneOpensOnlyFromTrusted", dash(row.onlyFromTrusted()));
        columns.put("RegistrationDue", row.registrationDue() == null ? NONE : !row.registrationDue().isAfter(now) ? "now"
                : row.registrationDue().toString());
        columns.put("RegistrationHijack", row.isHijackable() ? "Exposed" : NONE);
        return columns;
    }

    private static String details(UserState user, Function<AuthenticationMethod, String> detail) {
        return dash(user.authenticationMethods().stream().map(detail).filter(Objects::nonNull).distinct().toList());
    }

    /** A spreadsheet runs text that begins like a formula; an apostrophe keeps it text. A telephone number computes nothing. */
    private static String cell(String text) {
        boolean formula = !text.equals(NONE) && !text.matches("\\+[0-9 ]+") && !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        return formula ? "'" + text : text;
    }

    private static String dash(List<String> texts) {
        return texts.isEmpty() ? NONE : String.join(", ", texts);
    }
}
