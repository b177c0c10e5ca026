package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.UserStep.Terms;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport.Row;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the pages about users call things, in the words of Microsoft's portals. */
final class UserWords {

    /** What can be done besides a step, as the pages call it. */
    static final Terms TERMS = new Terms("“Enforce”", "“Revoke sessions”", "open their Security info",
            "delete them in their Security info", "choose “Lower them too” to enable them", "choose “Skip them” for that");
    /** The same where nothing is left of the selected users if some are skipped. */
    static final Terms TERMS_WITHOUT_SKIPPING = new Terms(TERMS.enforce(), TERMS.revokeSessions(), TERMS.createAppPassword(),
            TERMS.deleteAppPasswords(), TERMS.lower(), "");

    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** What a path keeps as it is, and what any server passes on. */
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_'+#-][\\p{L}\\p{N}@._'+#-]*");

    private static final Pattern ENFORCE = Pattern.compile("run `sallyport users enforce [^`]*`(?: \\(in the tenant `[^`]*`\\))?");

    private static final int LONGEST_PATH = 40;

    private UserWords() { }

    /** The name of a method on the Security info page. */
    static String name(AuthenticationMethodMode method) {
        return switch (method) {
            case PASSWORD -> "Password";
            case VOICE -> "Phone (call)";
            case SMS -> "Phone (text message)";
            case HARDWARE_OATH -> "Hardware token";
            case SOFTWARE_OATH -> "Authenticator app (code)";
            case FIDO2 -> "Passkey or security key";
            case WINDOWS_HELLO_FOR_BUSINESS -> "Windows Hello for Business";
            case MICROSOFT_AUTHENTICATOR_PUSH -> "Microsoft Authenticator";
            case DEVICE_BASED_PUSH -> "Microsoft Authenticator (passwordless)";
            case TEMPORARY_ACCESS_PASS_ONE_TIME -> "Temporary Access Pass (one-time)";
            case TEMPORARY_ACCESS_PASS_MULTI_USE -> "Temporary Access Pass";
            case EMAIL -> "Email";
            case X509_CERTIFICATE_SINGLE_FACTOR -> "Certificate (one factor)";
            case X509_CERTIFICATE_MULTI_FACTOR -> "Certificate";
            case FEDERATED_SINGLE_FACTOR -> "Federated sign-in (one factor)";
            case FEDERATED_MULTI_FACTOR -> "Federated MFA";
            case QR_CODE_PIN -> "QR code and PIN";
            case SECURITY_QUESTION -> "Security questions";
            case APP_PASSWORD -> "App password";
            case EXTERNAL_AUTHENTICATION_METHOD -> "External method";
            case PLATFORM_CREDENTIAL -> "Platform credential (macOS)";
        };
    }

    /** The picture of a method: {@code phone}, {@code app}, {@code key}, {@code mail}, {@code pass} or {@code lock}. */
    static String icon(AuthenticationMethodMode method) {
        return switch (method) {
            case VOICE, SMS -> "phone";
            case MICROSOFT_AUTHENTICATOR_PUSH, DEVICE_BASED_PUSH, SOFTWARE_OATH -> "app";
            case FIDO2, HARDWARE_OATH, WINDOWS_HELLO_FOR_BUSINESS, PLATFORM_CREDENTIAL -> "key";
            case EMAIL -> "mail";
            case TEMPORARY_ACCESS_PASS_ONE_TIME, TEMPORARY_ACCESS_PASS_MULTI_USE -> "pass";
            default -> "lock";
        };
    }

    /** What else to know about a user, such as {@code Break glass}. */
    static List<String> marks(Row row, Directory directory) {
        List<String> marks = new ArrayList<>();
        if (!row.user().accountEnabled()) {
            marks.add("Account disabled");
        }
        if (directory.isBreakGlass(row.user())) {
            marks.add("Break glass");
        }
        if (row.isAdmin()) {
            marks.add("Administrator");
        }
        return marks;
    }

    static String state(PerUserMfaState state) {
        return switch (state) {
            case DISABLED -> "Disabled";
            case ENABLED -> "Enabled";
            case ENFORCED -> "Enforced";
        };
    }

    /** The class of the chip of a state. */
    static String chip(PerUserMfaState state) {
        return switch (state) {
            case DISABLED -> "";
            case ENABLED -> "challenge";
            case ENFORCED -> "allow";
        };
    }

    /** Where a user is protected from an attacker who knows the password. */
    static String protection(Row row) {
        return switch (row.protection()) {
            case YES -> row.onlyFromTrusted().isEmpty() ? "Everywhere" : "Outside";
            case PARTLY -> "Partly";
            case NO -> "No";
            case ACCOUNT_DISABLED -> "No sign-in";
        };
    }

    /** The class of the chip of a protection. */
    static String chip(Row row) {
        return switch (row.protection()) {
            case YES -> row.onlyFromTrusted().isEmpty() ? "yes" : "prompt-register";
            case PARTLY -> "partly";
            case NO -> "no";
            case ACCOUNT_DISABLED -> "";
        };
    }

    /** What a password opens in words: kinds of clients that open the same are told together; empty for nothing. */
    static String opens(List<String> what) {
        Map<String, List<String>> clients = new LinkedHashMap<>();
        for (String each : what) {
            int end = each.indexOf(" (") < 0 ? each.length() : each.indexOf(" (");
            clients.computeIfAbsent(each.substring(end), any -> new ArrayList<>()).add(each.substring(0, end));
        }
        return clients.entrySet().stream().map(each -> (each.getKey().isEmpty() ? String.join(", ", each.getValue()) : String.join(" and ",
                each.getValue())) + each.getKey()).collect(Collectors.joining(", "));
    }

    /** The ids of the policies. */
    static Set<String> policies(PolicyEngine engine) {
        return engine.policySet().policies().stream().map(ConditionalAccessPolicy::id).collect(Collectors.toSet());
    }

    /** What protects a user: policies by their names, which lead to their pages. */
    static Prose protectedBy(List<String> sources, PolicyEngine engine) {
        Map<String, String> names = engine.policySet().policies().stream().collect(Collectors.toMap(ConditionalAccessPolicy::id,
                ConditionalAccessPolicy::displayName, (first, second) -> first));
        List<Prose.Part> parts = new ArrayList<>();
        for (String source : sources) {
            if (!parts.isEmpty()) {
                parts.add(new Prose.Part("text", ", ", ""));
            }
            String name = names.get(source);
            parts.add(name == null ? new Prose.Part("text", source, "") : new Prose.Part("text", name, Links.policy(source)));
        }
        return new Prose(parts);
    }

    /** A file as people know it: from the working directory; a long path elsewhere by its folder and its name. */
    static String file(Path file) {
        Path whole = file.toAbsolutePath().normalize();
        Path here = Path.of("").toAbsolutePath();
        String path = (whole.startsWith(here) ? here.relativize(whole) : whole).toString();
        return path.length() <= LONGEST_PATH || whole.getNameCount() < 2 ? path
                : "…/" + whole.subpath(whole.getNameCount() - 2, whole.getNameCount());
    }

    /** The address of the Security info page of a user. */
    static String address(UserState user) {
        String name = user.userPrincipalName();
        String encoded = encoded(name);
        return Workbench.ROOT + "users/security-info" + (PLAIN.matcher(name).matches() ? "/" + encoded : "?user=" + encoded);
    }

    /** A text as a part of an address. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** {@code 1,234 users}. */
    static String count(int number, String thing) {
        return number(number) + " " + thing + (number == 1 ? "" : "s");
    }

    static String number(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 2026-11-22 10:15}, in UTC; empty for no time. */
    static String minute(@Nullable Instant time) {
        return time == null ? "" : MINUTE.format(time);
    }

    /** {@code 2026-11-22}, in UTC; empty for no time. */
    static String day(@Nullable Instant time) {
        return time == null ? "" : DAY.format(time);
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** A sentence that names a button, where the command line names a command for it. */
    static String inWorkbench(String sentence) {
        return ENFORCE.matcher(sentence).replaceAll("choose “Enforce”");
    }

    /** A sentence without the word that says what kind of sentence it is. */
    static List<String> bare(List<String> hints) {
        return hints.stream().map(hint -> hint.replaceFirst("^(note|next): ", "")).map(UserWords::sentence).toList();
    }

    /** With a capital letter at its beginning, unless that is a name. */
    static String sentence(String text) {
        boolean isName = text.contains(" ") && text.substring(0, text.indexOf(' ')).contains("@") || text.startsWith("`");
        return isName || text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
