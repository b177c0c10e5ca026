package dev.sallyport.log;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import dev.sallyport.parse.StringPool;
import dev.sallyport.read.RequestReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the records of a chunk, whatever their dialect: Graph v1.0 and beta, Azure Monitor and Event Hub with nested parts as objects
 * or as text, rows of Log Analytics, decisions of a decision point. Fields that do not matter are passed over. For one thread.
 */
public final class RecordReader {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).maxStringLength(JsonSplitter.MAX_RECORD).build())
            .build();
    /** The kind of a record that a decision point logs. */
    private static final String DECISION = "decision";
    private static final int MAX_SPELLINGS = 10_000;
    /** The month comes first; the clock has 12 hours where AM or PM follows, and 24 else. */
    private static final Pattern AMERICAN = Pattern.compile("(\\d{1,2})/(\\d{1,2})/(\\d{4}),? +"
            + "(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,9}))?)?(?: *([AaPp])[Mm])?(?: *(\\S+))?");
    /** As Windows PowerShell writes dates in JSON. */
    private static final Pattern MILLISECONDS = Pattern.compile("/Date\\((-?\\d{1,15})\\)/");
    private static final int LONGEST_SHOWN = 40;

    /** Takes what is read, in the order of the log. */
    public interface Sink {

        /** A record; the object is used again for the next one. */
        void record(RawRecord record);

        /** Something that is no record. */
        void malformed(String file, int line, int column, String message);

        /** A part of a file that is not read, with the records in it. */
        default void leftOut(String file, int line, String message) {
            malformed(file, line, 1, message);
        }
    }

    private final RawRecord raw = new RawRecord();
    private final StringPool texts = new StringPool();
    private final Map<String, LogField> otherSpellings = new HashMap<>();
    private final Memo<String, String> folded = new Memo<>(text -> text.toLowerCase(Locale.ROOT));
    private final Memo<String, String> methods = new Memo<>(MethodNames::of);
    private final Memo<String, Detail> details = new Memo<>(Detail::of);

    public void read(Chunk chunk, Sink sink) {
        if (chunk instanceof Chunk.Json json) {
            for (int i = 0; i < json.count(); i++) {
                read(json, i, sink);
            }
        } else if (chunk instanceof Chunk.Csv csv) {
            for (Chunk.Row row : csv.rows()) {
                read(csv, row, sink);
            }
        } else if (chunk instanceof Chunk.Broken broken) {
            sink.leftOut(broken.file(), broken.line(), broken.message());
        }
    }

    private void read(Chunk.Json chunk, int number, Sink sink) {
        int from = chunk.spans()[3 * number];
        int line = chunk.spans()[3 * number + 2];
        if (chunk.cut().get(number)) {
            sink.malformed(chunk.file(), line, 1, "the record ends before it is complete");
            return;
        }
        try (JsonParser json = FACTORY.createParser(chunk.bytes(), from, chunk.spans()[3 * number + 1] - from)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                sink.malformed(chunk.file(), line, 1, "the record is not an object");
                return;
            }
            raw.clear(chunk.file(), line);
            fields(json);
            if (DECISION.equals(raw.kind)) {
                decision(new String(chunk.bytes(), from, chunk.spans()[3 * number + 1] - from, StandardCharsets.UTF_8), sink);
            } else {
                finish(sink);
            }
        } catch (JacksonException e) {
            boolean here = e.getLocation() == null || e.getLocation().getLineNr() < 1;
            sink.malformed(chunk.file(), here ? line : line + e.getLocation().getLineNr() - 1, here ? 1 : e.getLocation().getColumnNr(),
                    message(e));
        } catch (IOException e) {
            sink.malformed(chunk.file(), line, 1, String.valueOf(e.getMessage()));
        }
    }

    /** A record of a decision point holds a whole request, which is read as any other. */
    private void decision(String text, Sink sink) {
        Diagnostics out = new Diagnostics();
        Node root = Sources.parse("record", text, out).get(0).root();
        Node request = root instanceof Node.Mapping record ? record.get("request") : null;
        List<Request> requests = Node.isNull(request) ? List.of() : new RequestReader(out).read(request);
        Outcome outcome = root instanceof Node.Mapping record ? outcome(text(record, "outcome")) : null;
        if (out.hasErrors()) {
            Diagnostic first = out.toList().stream().filter(Diagnostic::isError).findFirst().orElseThrow();
            sink.malformed(raw.file, raw.line, 1, first.message());
        } else if (outcome == null || raw.time == null) {
            sink.malformed(raw.file, raw.line, 1, "the decision has no " + (outcome == null ? "known outcome" : "time"));
        } else {
            Node.Mapping record = (Node.Mapping) root;
            raw.id = text(record, "requestId");
            raw.decision = new LoggedDecision(requests.isEmpty() ? null : timed(requests.get(0), raw.time), text(record, "user"), outcome,
                    text(record, "reason"), record.get("masked") instanceof Node.Sequence masked ? masked.items().stream()
                    .map(each -> each instanceof Node.Scalar scalar ? scalar.text() : "").toList() : List.of());
            sink.record(raw);
        }
    }

    /** The request at the time of its decision, if it has no time of its own. */
    private static Request timed(Request request, Instant time) {
        if (request.signIn().createdDateTime() != null) {
            return request;
        }
        SignIn signIn = request.signIn().toBuilder().createdDateTime(time).build();
        return request instanceof Registration registration ? new Registration(signIn, registration.method(), registration.displayName())
                : signIn;
    }

    private static Outcome outcome(String text) {
        for (Outcome each : Outcome.values()) {
            if (each.toString().equals(text)) {
                return each;
            }
        }
        return null;
    }

    private static String text(Node.Mapping record, String name) {
        return record.get(name) instanceof Node.Scalar scalar && scalar.type() != Node.ScalarType.NULL ? scalar.text() : null;
    }

    private static String message(JacksonException e) {
        String text = e.getOriginalMessage();
        return "invalid JSON: " + text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    private void read(Chunk.Csv chunk, Chunk.Row row, Sink sink) {
        List<LogField> columns = chunk.columns().fields();
        List<String> cells = row.cells();
        if (cells.size() == 1 && cells.get(0).isBlank()) {
            return;
        }
        if (cells.size() != columns.size()) {
            sink.malformed(chunk.file(), row.line(), 1, "the row has " + cells.size() + " cells, but the table has " + columns.size()
                    + " columns");
            return;
        }
        raw.clear(chunk.file(), row.line());
        try {
            for (int i = 0; i < cells.size(); i++) {
                if (columns.get(i) != null && !cells.get(i).isBlank()) {
                    text(columns.get(i), cells.get(i));
                }
            }
        } catch (IOException e) {
            sink.malformed(chunk.file(), row.line(), 1, e instanceof JacksonException broken ? message(broken)
                    : String.valueOf(e.getMessage()));
            return;
        }
        finish(sink);
    }

    private void finish(Sink sink) {
        boolean anybody = raw.userId != null || raw.userPrincipalName != null || raw.servicePrincipalId != null;
        boolean anything = raw.appId != null || raw.resourceId != null || raw.clientAppUsed != null || raw.errorCode != null
                || raw.resultType != null;
        if (!anybody && !(anything && (raw.created != null || raw.time != null))) {
            sink.malformed(raw.file, raw.line, 1, "not a sign-in: the record names no user");
        } else if (raw.created == null && raw.time == null) {
            String text = raw.unreadTime == null ? null : raw.unreadTime.substring(0, Math.min(LONGEST_SHOWN, raw.unreadTime.length()));
            sink.malformed(raw.file, raw.line, 1, text == null ? "the sign-in has no time"
                    : "invalid time `" + text + "` of the sign-in");
        } else {
            sink.record(raw);
        }
    }

    // ---- fields of a record

    private void fields(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            LogField field = field(json.currentName());
            JsonToken token = json.nextToken();
            if (field == null) {
                json.skipChildren();
            } else if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
                nested(field, json);
            } else if (token != JsonToken.VALUE_NULL) {
                text(field, field == LogField.ID || field == LogField.CREATED || field == LogField.TIME ? json.getText() : texts.of(json));
            }
        }
    }

    private LogField field(String name) {
        LogField field = LogField.of(name);
        if (field != null) {
            return field;
        }
        if (otherSpellings.containsKey(name)) {
            return otherSpellings.get(name);
        }
        field = LogField.of(name.toLowerCase(Locale.ROOT));
        if (otherSpellings.size() < MAX_SPELLINGS) {
            otherSpellings.put(name, field);
        }
        return field;
    }

    /** A field that is an object or a list. */
    private void nested(LogField field, JsonParser json) throws IOException {
        boolean list = json.currentToken() == JsonToken.START_ARRAY;
        if (list) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (json.currentToken() == JsonToken.START_OBJECT) {
                    part(field, json);
                } else if (json.currentToken() == JsonToken.START_ARRAY) {
                    json.skipChildren();
                } else if (json.currentToken() != JsonToken.VALUE_NULL) {
                    item(field, texts.of(json));
                }
            }
        } else {
            part(field, json);
        }
    }

    private void part(LogField field, JsonParser json) throws IOException {
        switch (field) {
            case PROPERTIES -> fields(json);
            case LOCATION -> location(json);
            case DEVICE -> device(json);
            case STATUS -> status(json);
            case AUTHENTICATION_DETAILS -> step(json);
            case POLICIES -> policy(json);
            case MFA_DETAIL -> mfaDetail(json);
            case AUDIENCES -> audience(json);
            case CONTEXTS -> context(json);
            case NETWORK_LOCATIONS -> networkLocation(json);
            case TOKEN_PROTECTION -> tokenProtection(json);
            case AGENT -> agent(json);
            default -> json.skipChildren();
        }
    }

    /** An item of a list of texts. */
    private void item(LogField field, String value) {
        switch (field) {
            case AUDIENCES -> raw.audiences.add(value);
            case CONTEXTS -> raw.contexts.add(value);
            case EVENT_TYPES -> raw.eventTypes.add(value);
            default -> { }
        }
    }

    /** A field that is text, a number or a truth value; text may hold what is nested elsewhere (AM-12, AM-18). */
    private void text(LogField field, String text) throws IOException {
        String value = text.isBlank() ? null : text;
        if (value == null) {
            return;
        }
        switch (field) {
            case PROPERTIES, LOCATION, DEVICE, STATUS, AUTHENTICATION_DETAILS, POLICIES, MFA_DETAIL, AUDIENCES, CONTEXTS, NETWORK_LOCATIONS,
                    TOKEN_PROTECTION, AGENT,
                    EVENT_TYPES -> inside(field, value.strip());
            case KIND -> raw.kind = value;
            case ID -> raw.id = value;
            case CREATED -> raw.created = time(value);
            case TIME -> raw.time = time(value);
            case CATEGORY -> raw.category = value;
            case USER_ID -> raw.userId = value;
            case USER_PRINCIPAL_NAME -> raw.userPrincipalName = value;
            case USER_TYPE -> raw.userType = value;
            case HOME_TENANT_ID -> raw.homeTenantId = value;
            case RESOURCE_TENANT_ID -> raw.resourceTenantId = value;
            case CROSS_TENANT_ACCESS_TYPE -> raw.crossTenantAccessType = value;
            case SERVICE_PRINCIPAL_ID -> raw.servicePrincipalId = value;
            case SERVICE_PRINCIPAL_NAME -> raw.servicePrincipalName = value;
            case APP_ID -> raw.appId = value;
            case APP_DISPLAY_NAME -> raw.appDisplayName = value;
            case RESOURCE_ID -> raw.resourceId = value.startsWith("/") ? raw.resourceId : value;       // AM-04
            case RESOURCE_DISPLAY_NAME -> raw.resourceDisplayName = value;
            case IP_ADDRESS -> raw.ipAddress = value;
            case CALLER_IP_ADDRESS -> raw.callerIpAddress = value;
            case IP_ADDRESS_FROM_RESOURCE_PROVIDER -> raw.ipAddressFromResourceProvider = value;
            case GLOBAL_SECURE_ACCESS_IP_ADDRESS -> raw.globalSecureAccessIpAddress = value;
            case GLOBAL_SECURE_ACCESS -> raw.throughGlobalSecureAccess = truth(value);
            case CLIENT_APP_USED -> raw.clientAppUsed = value;
            case RISK -> raw.risk = value;
            case IS_INTERACTIVE -> raw.isInteractive = truth(value);
            case REQUIREMENT -> raw.requirement = value;
            case PROTOCOL -> raw.protocol = value;
            case ORIGINAL_TRANSFER_METHOD -> raw.originalTransferMethod = value;
            case RESULT_TYPE -> raw.resultType = code(value);
            case CONDITIONAL_ACCESS_STATUS -> raw.conditionalAccessStatus = value;
        }
    }

    private void inside(LogField field, String text) throws IOException {
        if (text.startsWith("{") || text.startsWith("[")) {
            try (JsonParser json = FACTORY.createParser(text)) {
                json.nextToken();
                nested(field, json);
            }
        } else if (field == LogField.LOCATION) {
            raw.country = raw.country == null ? text : raw.country;                                     // AM-07
        } else if (field != LogField.PROPERTIES) {
            item(field, text);
        }
    }

    private static boolean truth(String value) {
        return value.equalsIgnoreCase("true") || value.equals("1");
    }

    /** An error code; {@code Success} is 0 too (AM-09). */
    private static Integer code(String value) {
        try {
            return Integer.valueOf(value.strip());
        } catch (NumberFormatException e) {
            return value.equalsIgnoreCase("success") ? Integer.valueOf(0) : null;
        }
    }

    // ---- nested parts

    private interface Part {

        /** A field that is text, a number or a truth value; the reader stands on its value, which need not be read. */
        void field(String foldedName) throws IOException;
    }

    /** The fields of an object that are text, numbers or truth values; lists of texts come item by item. */
    private void part(JsonParser json, Part part) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = folded.of(json.currentName());
            JsonToken token = json.nextToken();
            if (token == JsonToken.START_OBJECT) {
                json.skipChildren();
            } else if (token == JsonToken.START_ARRAY) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    if (json.currentToken().isStructStart()) {
                        json.skipChildren();
                    } else if (json.currentToken() != JsonToken.VALUE_NULL) {
                        part.field(name);
                    }
                }
            } else if (token != JsonToken.VALUE_NULL) {
                part.field(name);
            }
        }
    }

    private void location(JsonParser json) throws IOException {
        part(json, name -> {
            if (name.equals("countryorregion")) {
                raw.country = texts.of(json);
            }
        });
    }

    private void device(JsonParser json) throws IOException {
        raw.hasDevice = true;
        part(json, name -> {
            switch (name) {
                case "deviceid" -> raw.deviceId = texts.of(json);
                case "displayname" -> raw.deviceName = texts.of(json);
                case "operatingsystem" -> raw.operatingSystem = texts.of(json);
                case "iscompliant" -> raw.isCompliant = truth(texts.of(json));
                case "ismanaged" -> raw.isManaged = truth(texts.of(json));
                case "trusttype" -> raw.trustType = texts.of(json);
                default -> { }
            }
        });
    }

    private void status(JsonParser json) throws IOException {
        part(json, name -> {
            if (name.equals("errorcode")) {
                raw.errorCode = code(texts.of(json));
            } else if (name.equals("additionaldetails")) {
                detail(texts.of(json));
            }
        });
    }

    private void step(JsonParser json) throws IOException {
        raw.hasSteps = true;
        String[] of = new String[2];
        part(json, name -> {
            switch (name) {
                case "authenticationmethod" -> of[0] = texts.of(json);
                case "succeeded" -> of[1] = texts.of(json);
                case "authenticationstepresultdetail" -> detail(texts.of(json));
                default -> { }
            }
        });
        String method = of[0] == null ? null : methods.of(of[0]);
        if (method != null && !"false".equalsIgnoreCase(of[1])) {
            raw.methods.add(method);
            raw.mfaDone |= MethodNames.isMultifactor(method);
        }
    }

    private void detail(String words) {
        Detail detail = details.of(words);
        raw.mfaByClaim |= detail.mfaByClaim();
        raw.stepByClaim |= detail.firstFactorByClaim();
        raw.mfaDone |= detail.mfaDone();
    }

    /** What a step or the status tells in words (RPL-02). */
    private record Detail(boolean mfaByClaim, boolean firstFactorByClaim, boolean mfaDone) {

        static Detail of(String words) {
            String folded = words.toLowerCase(Locale.ROOT);
            boolean mfa = folded.contains("mfa") || folded.contains("multifactor") || folded.contains("multi-factor");
            boolean claim = folded.contains("satisfied by claim");
            return new Detail(mfa && claim, !mfa && claim, mfa && !claim && (folded.contains("completed")
                    || folded.contains("successfully")));
        }
    }

    private void mfaDetail(JsonParser json) throws IOException {
        part(json, name -> {
            String value = name.equals("authmethod") ? texts.of(json) : "";
            if (!value.isBlank()) {
                raw.hasMfaDetail = true;
                String method = methods.of(value);
                if (method != null) {
                    raw.methods.add(method);
                }
            }
        });
    }

    private void audience(JsonParser json) throws IOException {
        part(json, name -> {
            if (name.equals("applicationid")) {
                raw.audiences.add(texts.of(json));
            }
        });
    }

    private void context(JsonParser json) throws IOException {
        part(json, name -> {
            if (name.equals("id")) {
                raw.contexts.add(texts.of(json));
            }
        });
    }

    private void networkLocation(JsonParser json) throws IOException {
        part(json, name -> raw.intranet |= name.equals("networktype") && texts.of(json).equalsIgnoreCase("intranet"));
    }

    private void tokenProtection(JsonParser json) throws IOException {
        part(json, name -> raw.isTokenProtected |= name.equals("signinsessionstatus") && texts.of(json).equalsIgnoreCase("bound"));
    }

    /** AGT-11: what signs in comes before the client that it signs in with. */
    private void agent(JsonParser json) throws IOException {
        String[] subject = new String[1];
        part(json, name -> {
            switch (name) {
                case "agenttype" -> raw.agentType = texts.of(json);
                case "agentsubjecttype" -> subject[0] = texts.of(json);
                case "agentsubjectparentid" -> raw.agentParentId = texts.of(json);
                case "parentappid" -> raw.agentParentAppId = texts.of(json);
                default -> { }
            }
        });
        raw.agentType = subject[0] != null ? subject[0] : raw.agentType;
    }

    private void policy(JsonParser json) throws IOException {
        String id = null;
        String displayName = null;
        String result = null;
        List<String> controls = List.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken token = json.nextToken();
            if (token == JsonToken.START_ARRAY && name.equalsIgnoreCase("enforcedGrantControls")) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    if (json.currentToken() == JsonToken.VALUE_STRING) {
                        controls = controls.isEmpty() ? new ArrayList<>(2) : controls;
                        controls.add(texts.of(json));
                    } else {
                        json.skipChildren();
                    }
                }
            } else if (token.isStructStart()) {
                json.skipChildren();
            } else if (token == JsonToken.VALUE_STRING) {
                switch (name) {
                    case "id" -> id = texts.of(json);
                    case "displayName", "displayname" -> displayName = texts.of(json);
                    case "result" -> result = texts.of(json);
                    default -> { }
                }
            }
        }
        if (id != null || displayName != null) {
            raw.policies.add(new LogRecord.Applied(id, displayName, result, controls));
        }
    }

    // ---- time

    private Instant time(String text) {
        Instant time = instant(text);
        raw.unreadTime = time == null ? text : raw.unreadTime;
        return time;
    }

    /** A time, which is UTC where it does not say (LOG-01, AM-01); {@code null} when it makes no sense. */
    static Instant instant(String text) {
        Instant fast = iso(text);
        if (fast != null) {
            return fast;
        }
        String plain = text.replace('\u202f', ' ').replace('\u00a0', ' ').strip();       // before AM and PM, as browsers write them
        try {
            Matcher milliseconds = MILLISECONDS.matcher(plain);
            if (milliseconds.matches()) {
                return Instant.ofEpochMilli(Long.parseLong(milliseconds.group(1)));
            }
            Matcher parts = AMERICAN.matcher(plain);
            return parts.matches() ? american(parts) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Instant american(Matcher parts) {
        int hour = Integer.parseInt(parts.group(4));
        if (parts.group(8) != null) {
            if (hour < 1 || hour > 12) {
                return null;
            }
            hour = hour % 12 + (parts.group(8).equalsIgnoreCase("P") ? 12 : 0);
        }
        int second = parts.group(6) == null ? 0 : Integer.parseInt(parts.group(6));
        int nanos = parts.group(7) == null ? 0 : Integer.parseInt((parts.group(7) + "00000000").substring(0, 9));
        return LocalDateTime.of(Integer.parseInt(parts.group(3)), Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), hour,
                Integer.parseInt(parts.group(5)), second, nanos).toInstant(zone(parts.group(9) == null ? "" : parts.group(9)));
    }

    private static ZoneOffset zone(String text) {
        return text.isEmpty() || text.equals("UTC") || text.equals("GMT") ? ZoneOffset.UTC : ZoneOffset.of(text);
    }

    private static Instant iso(String text) {
        int length = text.length();
        if (length < 19 || text.charAt(4) != '-' || text.charAt(7) != '-' || text.charAt(13) != ':' || text.charAt(16) != ':') {
            return null;
        }
        int at = 19;
        long nanos = 0;
        if (at < length && text.charAt(at) == '.') {
            long unit = 100_000_000;
            for (at++; at < length && Character.digit(text.charAt(at), 10) >= 0; at++) {
                nanos += unit * Character.digit(text.charAt(at), 10);
                unit /= 10;
            }
        }
        try {
            String zone = text.substring(at).strip();
            int offset = zone.equals("Z") ? 0 : zone(zone).getTotalSeconds();
            long day = java.time.LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10)).toEpochDay();
            int hour = number(text, 11, 13);
            int minute = number(text, 14, 16);
            int second = number(text, 17, 19);
            return hour > 23 || minute > 59 || second > 59 ? null : Instant.ofEpochSecond(day * 86_400 + hour * 3600L + minute * 60L
                    + second - offset, nanos);
        } catch (DateTimeException | NumberFormatException e) {
            return null;
        }
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = Character.digit(text.charAt(i), 10);
            if (digit < 0) {
                throw new NumberFormatException(text);
            }
            number = 10 * number + digit;
        }
        return number;
    }
}
