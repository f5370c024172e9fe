package io.tenure.documents;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The calls that the resources answer, as {@code docs/api.md} writes them: the method and the path. */
final class Calls {
    private Calls() {}

    static List<String> all() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.tenure").stream()
                        .filter(type -> type.isAnnotatedWith(Path.class))
                        .map(JavaClass::reflect)
                        .flatMap(Calls::of)
                        .sorted()
                        .toList();
    }

    private static Stream<String> of(Class<?> resource) {
        String base = path(resource.getAnnotation(Path.class));
        return Arrays.stream(resource.getMethods())
                .flatMap(method -> verb(method).stream().map(verb -> verb + " " + join(base, method)));
    }

    private static Optional<String> verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .map(type -> type.getAnnotation(HttpMethod.class))
                .flatMap(Stream::ofNullable)
                .map(HttpMethod::value)
                .findFirst();
    }

    private static String join(String base, Method method) {
        String more = path(method.getAnnotation(Path.class));
        String whole = more.isEmpty() ? base : base + "/" + more;
        return "/" + whole;
    }

    /** Without slashes at its ends and without the patterns of its parameters. */
    private static String path(@Nullable Path path) {
        return path == null
                ? ""
                : path.value()
                        .replaceAll("^/+|/+$", "")
                        .replaceAll("\\{\\s*(\\w+)\\s*:[^}]*(\\{[^}]*\\}[^}]*)*\\}", "{$1}");
    }
}
