package io.tenure.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The files of the project as they are checked out. */
final class Repository {
    /** The top folder. */
    static final Path TOP = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    private static final Set<String> NOT_OURS = Set.of(".git", "target", "data", "__pycache__", ".idea", ".vscode");

    private Repository() {}

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String file) {
        return text(TOP.resolve(file));
    }

    /** Every file of the project. */
    static List<Path> files() {
        return files(TOP);
    }

    /** Every file of the project whose name ends so. */
    static List<Path> files(String ending) {
        return files().stream().filter(file -> file.toString().endsWith(ending)).toList();
    }

    /** A file's path from the top folder. */
    static String name(Path file) {
        return TOP.relativize(file).toString();
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(
                            entry -> !NOT_OURS.contains(entry.getFileName().toString()))
                    .sorted()
                    .flatMap(entry -> Files.isDirectory(entry) ? files(entry).stream() : Stream.of(entry))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
