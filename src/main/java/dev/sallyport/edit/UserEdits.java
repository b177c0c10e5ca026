package dev.sallyport.edit;

import dev.sallyport.edit.Outline.Field;
import dev.sallyport.edit.Outline.Fields;
import dev.sallyport.edit.Outline.Items;
import dev.sallyport.edit.Outline.Span;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AppPassword;
import dev.sallyport.model.UserState.AuthenticationMethod;
import dev.sallyport.model.UserState.PerUserMfaChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Turns the change of a user into changes of text: a value is replaced where it stands, a new field gets a line (or a place
 * between braces) of its own, a list grows at its end. Everything around stays as it is, in YAML of either style and in JSON.
 */
final class UserEdits {

    private static final String STATE = "perUserMfaState";
    private static final String METHODS = "authenticationMethods";
    private static final String APP_PASSWORDS = "appPasswords";
    private static final String HISTORY = "perUserMfaHistory";
    /** The fields that can change. */
    static final List<String> CHANGEABLE = List.of("accountEnabled", STATE, "perUserMfaEnabledDateTime", "firstSignInDateTime", METHODS,
            APP_PASSWORDS,
            "signInSessionsValidFromDateTime", "rememberDevicesNotIssuedBefore", HISTORY);
    /** A new field stands behind the last of those that come before it here. */
    private static final List<String> ORDER = List.of("id", "userPrincipalName", "displayName", "accountEnabled", "userType",
            "externalUserType",
            "homeTenantId", STATE, "perUserMfaEnabledDateTime", "firstSignInDateTime", METHODS, APP_PASSWORDS,
                    "signInSessionsValidFromDateTime",
            "rememberDevicesNotIssuedBefore", HISTORY);

    /** Replaces what stands between two offsets. */
    record Edit(int start, int end, String text) { }

    private final String text;
    private final boolean isJson;
    private final String lineBreak;
    private final List<Edit> edits = new ArrayList<>();

    UserEdits(String text, boolean isJson) {
        this.text = text;
        this.isJson = isJson;
        int first = text.indexOf('\n');
        this.lineBreak = first > 0 && text.charAt(first - 1) == '\r' ? "\r\n" : "\n";
    }

    /** All edits so far; those at one place are in the order in which their texts follow each other. */
    List<Edit> edits() {
        return edits;
    }

    /** Adds the edits that turn one state of a user into another. */
    void change(Fields user, UserState before, UserState after) throws EditException {
        Map<String, Object> scalars = new LinkedHashMap<>();
        if (before.accountEnabled() != after.accountEnabled()) {
            scalars.put("accountEnabled", after.accountEnabled());
        }
        if (before.perUserMfaState() != after.perUserMfaState()) {
            scalars.put(STATE, after.perUserMfaState().graphName());
        }
        put(scalars, "perUserMfaEnabledDateTime", before.perUserMfaEnabledDateTime(), after.perUserMfaEnabledDateTime());
        put(scalars, "firstSignInDateTime", before.firstSignInDateTime(), after.firstSignInDateTime());
        boolean methodsChange = !before.authenticationMethods().equals(after.authenticationMethods());
        boolean appPasswordsChange = !before.appPasswords().equals(after.appPasswords());
        Map<String, Object> late = new LinkedHashMap<>();
        put(late, "signInSessionsValidFromDateTime", before.signInSessionsValidFromDateTime(), after.signInSessionsValidFromDateTime());
        put(late, "rememberDevicesNotIssuedBefore", before.rememberDevicesNotIssuedBefore(), after.rememberDevicesNotIssuedBefore());

        Set<String> unsafe = new LinkedHashSet<>();
        scalars.forEach((name, value) -> {
            if (value == null) {
                unsafe.add(name);
            }
        });
        if (methodsChange) {
            unsafe.add(METHODS);
        }
        if (appPasswordsChange) {
            unsafe.add(APP_PASSWORDS);
        }
        if (!before.perUserMfaHistory().equals(after.perUserMfaHistory())) {
            unsafe.add(HISTORY);
        }
        for (Map.Entry<String, Object> scalar : scalars.entrySet()) {
            set(user, scalar.getKey(), scalar.getValue(), unsafe);
        }
        if (methodsChange) {
            list(user, METHODS, before.authenticationMethods(), after.authenticationMethods(), Lifecycle::isSame, UserEdits::method,
                    unsafe);
        }
        if (appPasswordsChange) {
            list(user, APP_PASSWORDS, before.appPasswords(), after.appPasswords(), AppPassword::equals, UserEdits::appPassword, unsafe);
        }
        for (Map.Entry<String, Object> scalar : late.entrySet()) {
            set(user, scalar.getKey(), scalar.getValue(), unsafe);
        }
        if (!before.perUserMfaHistory().equals(after.perUserMfaHistory())) {
            list(user, HISTORY, before.perUserMfaHistory(), after.perUserMfaHistory(), PerUserMfaChange::equals, UserEdits::change, unsafe);
        }
    }

    private static void put(Map<String, Object> scalars, String name, Instant before, Instant after) {
        if (!Objects.equals(before, after)) {
            scalars.put(name, after);
        }
    }

    private static Map<String, Object> method(AuthenticationMethod method) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("method", method.method().graphName());
        fields.put("displayName", method.displayName());
        fields.put("createdDateTime", method.createdDateTime());
        fields.put("isDefault", method.isDefault() ? true : null);
        fields.put("isUsable", method.isUsable() ? null : false);
        fields.put("phoneNumber", method.phoneNumber());
        fields.put("emailAddress", method.emailAddress());
        fields.values().removeIf(Objects::isNull);
        return fields;
    }

    private static Map<String, Object> appPassword(AppPassword password) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", password.id());
        fields.put("displayName", password.displayName());
        fields.put("createdDateTime", password.createdDateTime());
        fields.put("hash", password.hash());
        fields.values().removeIf(Objects::isNull);
        return fields;
    }

    private static Map<String, Object> change(PerUserMfaChange change) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("dateTime", change.dateTime());
        fields.put("from", change.from() == null ? null : change.from().graphName());
        fields.put("to", change.to() == null ? null : change.to().graphName());
        fields.put("by", change.by());
        fields.values().removeIf(Objects::isNull);
        return fields;
    }

    // ---- fields

    /** Writes a field whose value is {@code null} for none. */
    private void set(Fields object, String name, Object value, Set<String> unsafe) {
        Field field = object.get(name);
        if (field == null) {
            if (value != null) {
                insert(object, name, scalar(value), unsafe);
            }
        } else if (value != null) {
            replace(field, scalar(value));
        } else if (!remove(object, field)) {
            replace(field, "null");
        }
    }

    private void replace(Field field, String value) {
        Span old = field.value();
        boolean isBlock = old instanceof Outline.Scalar scalar && scalar.isBlock();
        int end = isBlock ? endOfBlock(old) : old.end();
        edits.add(old.start() == old.end() ? new Edit(colon(field), colon(field), " " + value) : new Edit(old.start(), end, value));
    }

    /** A literal ends with its line break, which belongs to the line. */
    private int endOfBlock(Span scalar) {
        int end = scalar.end();
        while (end > scalar.start() && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    /** Removes a field where nothing else, and no comment, goes with it. */
    private boolean remove(Fields object, Field field) {
        if (!object.isFlow()) {
            int line = lineStart(field.start());
            int end = lineEnd(field.value().end());
            boolean isAlone = text.substring(line, field.start()).isBlank() && text.substring(field.value().end(), end).isBlank()
                    && object.fields().size() > 1;
            if (isAlone) {
                removeLines(line, end);
            }
            return isAlone;
        }
        int index = object.fields().indexOf(field);
        boolean isLast = index == object.fields().size() - 1;
        int start = isLast && index > 0 ? object.fields().get(index - 1).value().end() : field.start();
        int end = isLast ? field.value().end() : object.fields().get(index + 1).start();
        if (!isJson && text.substring(start, end).contains("#")) {
            return false;
        }
        edits.add(new Edit(start, end, ""));
        return true;
    }

    private void removeLines(int start, int end) {
        int next = afterBreak(end);
        edits.add(next == end && start > 0 ? new Edit(beforeBreak(start), end, "") : new Edit(start, next, ""));
    }

    /** Adds a field behind the last one that it follows and that stays where it is. */
    private void insert(Fields object, String name, String value, Set<String> unsafe) {
        Field before = before(object, name, unsafe);
        if (object.isFlow()) {
            edits.add(new Edit(before.value().end(), before.value().end(), separator(before.start()) + key(before, name) + value));
            return;
        }
        line(before, " ".repeat(column(object)) + name + ": " + value);
    }

    private static Field before(Fields object, String name, Set<String> unsafe) {
        Field before = null;
        int rank = ORDER.contains(name) ? ORDER.indexOf(name) : ORDER.size();
        for (Field field : object.fields()) {
            int other = indexOf(field.name());
            if (other >= 0 && other < rank && (before == null || other > indexOf(before.name())) && unsafe.stream()
                    .noneMatch(field.name()::equalsIgnoreCase)) {
                before = field;
            }
        }
        return before != null ? before : object.fields().get(object.fields().size() - 1);
    }

    private static int indexOf(String name) {
        for (int i = 0; i < ORDER.size(); i++) {
            if (ORDER.get(i).equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Adds whole lines below a field of an object in block style. */
    private void line(Field field, String lines) {
        int end = field.value().end();
        boolean isBlock = field.value() instanceof Outline.Scalar scalar && scalar.isBlock();
        if (isBlock && end > 0 && text.charAt(end - 1) == '\n') {
            edits.add(new Edit(end, end, lines + lineBreak));
        } else {
            edits.add(new Edit(lineEnd(end), lineEnd(end), lineBreak + lines));
        }
    }

    /** What stands between two neighbours in braces or brackets: the second begins a line if the first one does. */
    private String separator(int first) {
        String indent = text.substring(lineStart(first), first);
        boolean ownLine = indent.isBlank() && lineStart(first) > 0;
        return ownLine ? "," + lineBreak + indent : isJson && !isSpaced(first) ? "," : ", ";
    }

    /** Whether JSON is written with blanks: behind the colon or the comma before. */
    private boolean isSpaced(int first) {
        int colon = text.indexOf(':', first);
        return colon >= 0 && colon + 1 < text.length() && Character.isWhitespace(text.charAt(colon + 1));
    }

    private String key(Field neighbour, String name) {
        return isJson ? "\"" + name + "\":" + (isSpaced(neighbour.end()) ? " " : "") : name + ": ";
    }

    // ---- lists

    private <T> void list(Fields user, String name, List<T> before, List<T> after, BiPredicate<T, T> isSame,
            Function<T, Map<String, Object>> fields,
            Set<String> unsafe) throws EditException {
        Field field = user.get(name);
        List<T> added = new ArrayList<>(after);
        List<T> changed = new ArrayList<>();             // for each item of before, what became of it
        for (T each : before) {
            T same = added.contains(each) ? each : added.stream().filter(other -> isSame.test(each, other)).findFirst().orElse(null);
            added.remove(same);
            changed.add(same);
        }
        List<T> kept = changed.stream().filter(Objects::nonNull).toList();
        List<T> result = new ArrayList<>(kept);
        result.addAll(added);
        if (!result.equals(after)) {
            throw new EditException("the order of `" + name + "` of " + "a user cannot be changed", null);
        }
        if (field == null || !(field.value() instanceof Items items) || items.items().isEmpty()) {
            write(user, name, field, after, fields, unsafe);
            return;
        }
        if (items.items().size() != before.size()) {
            throw new EditException("`" + name + "` cannot be changed, because some of its items were not read", "edit the file yourself");
        }
        for (int i = 0; i < before.size(); i++) {
            if (changed.get(i) != null && !changed.get(i).equals(before.get(i))) {
                item(items.items().get(i), fields.apply(before.get(i)), fields.apply(changed.get(i)), name);
            }
        }
        if (kept.isEmpty() && added.isEmpty() && items.isFlow()) {
            edits.add(new Edit(items.start(), items.end(), "[]"));
        } else if (items.isFlow()) {
            flowItems(items, changed, added.stream().map(fields).toList());
        } else {
            blockItems(field, items, changed, added.stream().map(fields).toList());
        }
    }

    private void item(Span item, Map<String, Object> before, Map<String, Object> after, String name) throws EditException {
        if (!(item instanceof Fields object)) {
            throw new EditException("`" + name + "` is an alias and cannot be changed", "replace the alias with its value");
        }
        Set<String> names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String each : names) {
            if (!Objects.equals(before.get(each), after.get(each))) {
                set(object, each, after.get(each), Set.of());
            }
        }
    }

    /** A list that is not there, or is empty, null or an alias. */
    private <T> void write(Fields user, String name, Field field, List<T> items, Function<T, Map<String, Object>> fields,
            Set<String> unsafe) {
        List<String> texts = items.stream().map(fields).map(this::flow).toList();
        String between = isJson && !isSpaced(user.fields().get(0).end()) ? "," : ", ";
        String flow = "[" + String.join(between, texts) + "]";
        if (field == null && user.isFlow()) {
            insert(user, name, flow, unsafe);
        } else if (user.isFlow() || items.isEmpty()) {
            replace(field, flow);
        } else {
            String dash = " ".repeat(column(user) + 2) + "- ";
            String lines = dash + String.join(lineBreak + dash, texts);
            Field before = field == null ? before(user, name, unsafe) : field;
            if (field != null && colon(field) < field.value().end()) {
                edits.add(new Edit(colon(field), field.value().end(), ""));
            }
            line(before, field == null ? " ".repeat(column(user)) + name + ":" + lineBreak + lines : lines);
        }
    }

    private void flowItems(Items list, List<?> changed, List<Map<String, Object>> added) {
        List<Span> items = list.items();
        int last = changed.size() - 1;
        while (last >= 0 && changed.get(last) == null) {
            last--;
        }
        for (int i = 0; i < last; i++) {
            if (changed.get(i) == null) {
                edits.add(new Edit(items.get(i).start(), items.get(i + 1).start(), ""));
            }
        }
        Span model = items.get(Math.max(last, 0));
        StringBuilder more = new StringBuilder();
        for (Map<String, Object> each : added) {
            more.append(last < 0 && more.isEmpty() ? "" : separator(model.start())).append(flow(each, model));
        }
        int start = last < 0 ? items.get(0).start() : model.end();
        int end = items.get(items.size() - 1).end();
        if (start < end || !more.isEmpty()) {
            edits.add(new Edit(start, end, more.toString()));
        }
    }

    private void blockItems(Field field, Items list, List<?> changed, List<Map<String, Object>> added) throws EditException {
        List<Span> items = list.items();
        int[] dashes = new int[items.size()];
        int from = list.start();
        for (int i = 0; i < dashes.length; i++) {
            dashes[i] = dash(i == 0 ? lineStart(from) : from, items.get(i).start());
            from = lineEnd(items.get(i).end());
        }
        int last = -1;
        for (int i = 0; i < dashes.length; i++) {
            if (changed.get(i) == null) {
                removeLines(lineStart(dashes[i]), lineEnd(items.get(i).end()));
            } else {
                last = i;
            }
        }
        String indent = " ".repeat(dashes[0] - lineStart(dashes[0]));
        Span model = items.get(Math.max(last, 0));
        boolean isBlock = model instanceof Fields object && !object.isFlow();
        StringBuilder lines = new StringBuilder();
        for (Map<String, Object> each : added) {
            lines.append(lineBreak).append(indent).append("- ").append(isBlock ? block(each, lineBreak + indent + "  ") : flow(each));
        }
        if (last >= 0 && !lines.isEmpty()) {
            edits.add(new Edit(lineEnd(items.get(last).end()), lineEnd(items.get(last).end()), lines.toString()));
        } else if (last < 0 && !lines.isEmpty()) {
            edits.add(new Edit(lineEnd(colon(field)), lineEnd(colon(field)), lines.toString()));
        } else if (last < 0) {
            edits.add(new Edit(colon(field), colon(field), " []"));
        }
    }

    /** The dash of an item, on a line of its own or before it, between two offsets. */
    private int dash(int from, int item) throws EditException {
        int line = from;
        while (line <= item) {
            int at = line;
            while (at < item && (text.charAt(at) == ' ' || text.charAt(at) == '\r')) {
                at++;
            }
            if (at < text.length() && text.charAt(at) == '-' && at <= item) {
                return at;
            }
            int next = text.indexOf('\n', line);
            if (next < 0) {
                break;
            }
            line = next + 1;
        }
        throw new EditException("cannot change a list in this layout", "put each item on its own line");
    }

    // ---- text

    private String flow(Map<String, Object> fields) {
        return flow(fields, null);
    }

    /** @param model an item to be like: JSON over several lines gets several lines */
    private String flow(Map<String, Object> fields, Span model) {
        List<String> parts = new ArrayList<>();
        boolean spaced = true;
        Fields like = model instanceof Fields object && !object.fields().isEmpty() ? object : null;
        if (isJson && like != null) {
            spaced = isSpaced(like.fields().get(0).end());
        }
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            parts.add(isJson ? "\"" + field.getKey() + "\":" + (spaced ? " " : "") + scalar(field.getValue()) : field.getKey() + ": "
                    + scalar(field.getValue()));
        }
        if (like != null) {
            String indent = text.substring(lineStart(like.fields().get(0).start()), like.fields().get(0).start());
            if (indent.isBlank() && lineStart(like.fields().get(0).start()) > like.start()) {
                String close = text.substring(lineStart(like.end() - 1), like.end() - 1);
                return "{" + lineBreak + indent + String.join("," + lineBreak + indent, parts) + lineBreak + (close.isBlank() ? close : "")
                        + "}";
            }
        }
        return isJson ? "{" + String.join(spaced ? ", " : ",", parts) + "}" : "{ " + String.join(", ", parts) + " }";
    }

    private String block(Map<String, Object> fields, String separator) {
        List<String> parts = new ArrayList<>();
        fields.forEach((name, value) -> parts.add(name + ": " + scalar(value)));
        return String.join(separator, parts);
    }

    private String scalar(Object value) {
        if (value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof Instant) {
            return isJson ? "\"" + value + "\"" : value.toString();
        }
        String written = value.toString();
        boolean isPlain = written.matches("[A-Za-z][A-Za-z0-9_.@/+-]*( [A-Za-z0-9_.@/+()-]+)*")
                && !written.matches("(?i)null|true|false|yes|no|on|off");
        return isJson ? quoted(written) : isPlain ? written : written.codePoints().allMatch(UserEdits::isSimple)
                ? "'" + written.replace("'", "''") + "'" : quoted(written);
    }

    private static boolean isSimple(int character) {
        return character >= ' ' && character < 0x7F || Character.isLetterOrDigit(character);
    }

    /** Between double quotes, in a form that is JSON and YAML. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7F && c < 0xA0 || c == '\u2028' || c == '\u2029' || c == '\uFEFF') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private int column(Fields object) {
        return object.start() - lineStart(object.start());
    }

    private int colon(Field field) {
        return text.indexOf(':', field.end()) + 1;
    }

    private int lineStart(int offset) {
        return text.lastIndexOf('\n', offset - 1) + 1;
    }

    /** Before the line break, or the end of the text. */
    private int lineEnd(int offset) {
        int end = text.indexOf('\n', offset);
        return end < 0 ? text.length() : end > offset && text.charAt(end - 1) == '\r' ? end - 1 : end;
    }

    private int afterBreak(int end) {
        int at = end < text.length() && text.charAt(end) == '\r' ? end + 1 : end;
        return at < text.length() && text.charAt(at) == '\n' ? at + 1 : at;
    }

    private int beforeBreak(int lineStart) {
        return lineStart > 1 && text.charAt(lineStart - 2) == '\r' ? lineStart - 2 : lineStart - 1;
    }
}
