package io.tenure.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.tenure.error.Refusal;
import io.tenure.name.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in the API's own words what is wrong with a body: which field, by which rule, with which value. */
final class JsonFaults {
    private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '([^']*)'");
    private static final String OBJECT = "one JSON object";

    private JsonFaults() {}

    /** The refusal for what the mapper threw. */
    static Refusal refusal(IOException fault) {
        if (fault instanceof UnrecognizedPropertyException unknown) {
            return unknown(unknown);
        }
        if (fault instanceof MismatchedInputException mismatch) {
            return mismatch(mismatch);
        }
        if (fault instanceof JsonMappingException mapping && mapping.getCause() instanceof Refusal cause) {
            return renamed(mapping, cause);
        }
        if (fault instanceof JsonMappingException mapping && mapping.getCause() instanceof InputCoercionException) {
            return Refusal.invalid(field(mapping), rule(Long.class), "one that is too large");
        }
        return broken(fault);
    }

    private static Refusal unknown(UnrecognizedPropertyException fault) {
        Collection<Object> known = fault.getKnownPropertyIds();
        String rule = "unknown field; known: "
                + (known == null
                        ? "none"
                        : known.stream().map(Object::toString).sorted().collect(Collectors.joining(", ")));
        return Refusal.invalid(field(fault), rule, fault.getPropertyName());
    }

    private static Refusal mismatch(MismatchedInputException fault) {
        if (fault.getPath().isEmpty()) {
            return Refusal.invalid("body", OBJECT, shown(fault));
        }
        return Refusal.invalid(field(fault), rule(fault.getTargetType()), shown(fault));
    }

    /** A value type refused the value under its own name; the body's name for it says more. */
    private static Refusal renamed(JsonMappingException fault, Refusal cause) {
        Object rule = cause.fields().get("rule");
        return fault.getPath().isEmpty() || rule == null
                ? cause
                : Refusal.invalid(field(fault), rule.toString(), cause.fields().get("value"));
    }

    private static Refusal broken(IOException fault) {
        String message = fault instanceof JsonProcessingException json ? json.getOriginalMessage() : fault.getMessage();
        if (fault instanceof JsonParseException && message != null) {
            Matcher duplicate = DUPLICATE.matcher(message);
            if (duplicate.find()) {
                return Refusal.invalid(duplicate.group(1), "each field at most once", "the field twice");
            }
        }
        return Refusal.invalid("body", OBJECT + "; it is broken", place(fault));
    }

    private static String place(IOException fault) {
        return fault instanceof JsonProcessingException json && json.getLocation() != null
                ? "a fault at line " + json.getLocation().getLineNr() + ", column "
                        + json.getLocation().getColumnNr()
                : "what is not JSON in UTF-8";
    }

    private static String rule(@Nullable Class<?> type) {
        if (type == null) {
            return "another type of value";
        }
        if (type == Duration.class) {
            return Durations.RULE;
        }
        if (type == String.class) {
            return "text";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a whole number";
        }
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(Object::toString)
                            .collect(Collectors.joining(", "));
        }
        if (Map.class.isAssignableFrom(type) || type.isRecord()) {
            return "an object";
        }
        return Collection.class.isAssignableFrom(type) ? "an array" : "text";
    }

    private static @Nullable Object shown(MismatchedInputException fault) {
        if (fault instanceof InvalidFormatException format) {
            return format.getValue();
        }
        if (fault.getProcessor() instanceof JsonParser parser) {
            try {
                return parser.isExpectedStartArrayToken()
                        ? "an array"
                        : parser.isExpectedStartObjectToken() ? "an object" : parser.getText();
            } catch (IOException e) {
                return null;
            }
        }
        return null;
    }

    /** The path as users write it: {@code holds[1].name}. */
    private static String field(JsonMappingException fault) {
        StringBuilder path = new StringBuilder();
        List<JsonMappingException.Reference> steps = fault.getPath();
        for (JsonMappingException.Reference step : steps) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.isEmpty() ? "body" : path.toString();
    }
}
