package io.tenure.error;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that is refused, with the code that tells the client what to do, one sentence for people, and the fields that explain it.
 *
 * <p>It has no stack trace: a refusal is an ordinary answer, and there are thousands a second. Immutable.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient Map<String, @Nullable Object> fields;

    private Refusal(ErrorCode code, String detail, Map<String, @Nullable Object> fields) {
        super(detail, null, false, false);
        this.code = code;
        this.fields = fields;
    }

    /** A refusal with nothing but its code and a sentence. */
    public static Refusal of(ErrorCode code, String detail) {
        return new Refusal(code, detail, Map.of());
    }

    /** Input that breaks a rule: names the field, the rule and the value (cut at 200 characters). */
    public static Refusal invalid(String field, String rule, @Nullable Object value) {
        String shown = value == null ? "nothing" : shortened(value.toString());
        return of(ErrorCode.INVALID, field + ": " + rule + "; got " + shown)
                .with("field", field)
                .with("rule", rule)
                .with("value", value == null ? null : shown);
    }

    /** The same refusal with one more field, which stands behind those before it. */
    public Refusal with(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new Refusal(code, detail(), Collections.unmodifiableMap(more));
    }

    /** What the client should do, as a code. */
    public ErrorCode code() {
        return code;
    }

    /** One sentence for people. */
    public String detail() {
        String message = getMessage();
        return message == null ? code.title() : message;
    }

    /** The fields that explain it, in the order in which they are shown. */
    public Map<String, @Nullable Object> fields() {
        return fields;
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
