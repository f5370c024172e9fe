package io.tenure.app;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the keys of a configuration that nobody knows, so that all of them can be told at once. Used by one thread. */
final class UnknownKeys extends DeserializationProblemHandler {
    private final List<String> faults = new ArrayList<>();

    @Override
    public boolean handleUnknownProperty(
            DeserializationContext context,
            JsonParser parser,
            JsonDeserializer<?> deserializer,
            Object beanOrClass,
            String name)
            throws IOException {
        String path = parser.getParsingContext()
                .pathAsPointer()
                .toString()
                .substring(1)
                .replace('/', '.');
        List<String> known = known(deserializer);
        faults.add(path + ": unknown key" + (known.isEmpty() ? "" : "; known here: " + String.join(", ", known)));
        parser.skipChildren();
        return true;
    }

    /** One line for each unknown key met so far. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    private static List<String> known(@Nullable JsonDeserializer<?> deserializer) {
        if (deserializer == null || deserializer.getKnownPropertyNames() == null) {
            return List.of();
        }
        return deserializer.getKnownPropertyNames().stream()
                .map(Object::toString)
                .sorted()
                .toList();
    }
}
