package dev.sallyport.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The columns of a Log Analytics export: {@code Status_dynamic} and {@code Status_string} are one field, as is {@code TimeGenerated [UTC]}.
 */
record CsvColumns(List<LogField> fields) {

    static CsvColumns of(List<String> header) {
        List<LogField> fields = new ArrayList<>();
        for (String name : header) {
            fields.add(LogField.of(name.strip().replaceFirst("(?i)(_dynamic|_string|_s|_d|_b|_t)?\\s*(\\[UTC])?$", "")
                    .toLowerCase(Locale.ROOT)));
        }
        return new CsvColumns(java.util.Collections.unmodifiableList(fields));
    }

    /** Whether a sign-in can be told from these: who, and when or to what. */
    boolean areOfSignIns() {
        return (fields.contains(LogField.USER_ID) || fields.contains(LogField.USER_PRINCIPAL_NAME)
                || fields.contains(LogField.SERVICE_PRINCIPAL_ID))
                && (fields.contains(LogField.CREATED) || fields.contains(LogField.TIME) || fields.contains(LogField.RESOURCE_ID)
                || fields.contains(LogField.APP_ID));
    }
}
