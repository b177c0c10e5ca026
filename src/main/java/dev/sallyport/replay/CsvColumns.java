package dev.sallyport.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The columns of a Log Analytics export: {@code Status_dynamic} and {@code Status_string} are one field, as is {@code TimeGenerated [UTC]}. */
record CsvColumns(List<Field> fields) {

    static CsvColumns of(List<String> header) {
        List<Field> fields = new ArrayList<>();
        for (String name : header) {
            fields.add(Field.of(name.strip().replaceFirst("(?i)(_dynamic|_string|_s|_d|_b|_t)?\\s*(\\[UTC])?$", "").toLowerCase(Locale.ROOT)));
        }
        return new CsvColumns(java.util.Collections.unmodifiableList(fields));
    }

    /** Whether a sign-in can be told from these: who, and when or to what. */
    boolean areOfSignIns() {
        return (fields.contains(Field.USER_ID) || fields.contains(Field.USER_PRINCIPAL_NAME) || fields.contains(Field.SERVICE_PRINCIPAL_ID))
                && (fields.contains(Field.CREATED) || fields.contains(Field.TIME) || fields.contains(Field.RESOURCE_ID) || fields.contains(Field.APP_ID));
    }
}
