package io.tenure.client.jar;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The client as the build has made it.
 *
 * @param required the jars that its POM has a program bring
 * @param named these, and those that it names as optional
 */
record PublishedClient(Path jar, Path pom, List<Path> required, List<Path> named) {
    /** The one beside the server's jar. */
    static PublishedClient built() {
        String server = System.getProperty("tenure.jar");
        if (server == null) {
            throw new IllegalStateException("the system property tenure.jar is not set; mvn verify sets it");
        }
        Path pom = Path.of(server).resolveSibling("tenure-client.pom");
        List<Path> required = new ArrayList<>();
        List<Path> named = new ArrayList<>();
        for (Element dependency : dependencies(pom)) {
            Path jar = jar(text(dependency, "artifactId"), text(dependency, "version"));
            named.add(jar);
            if (!text(dependency, "optional").equals("true")) {
                required.add(jar);
            }
        }
        return new PublishedClient(pom.resolveSibling("tenure-client.jar"), pom, required, named);
    }

    /** The client's jar and these. */
    String classPath(List<Path> others) {
        return Stream.concat(Stream.of(jar), others.stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static List<Element> dependencies(Path pom) {
        try {
            Element project = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(pom.toFile())
                    .getDocumentElement();
            return children(project, "dependencies")
                    .flatMap(all -> children(all, "dependency"))
                    .toList();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Element> children(Element parent, String name) {
        NodeList nodes = parent.getChildNodes();
        Stream.Builder<Element> children = Stream.builder();
        for (int i = 0; i < nodes.getLength(); i++) {
            if (nodes.item(i) instanceof Element element && element.getTagName().equals(name)) {
                children.add(element);
            }
        }
        return children.build();
    }

    private static String text(Element parent, String name) {
        return children(parent, name).map(Element::getTextContent).findFirst().orElse("");
    }

    /** As the tests have it; what the POM has no version for itself has one from the same list as the tests. */
    private static Path jar(String artifact, String version) {
        String file = artifact + "-" + (version.isEmpty() ? "\\d.*" : Pattern.quote(version)) + "\\.jar";
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(jar -> jar.getFileName().toString().matches(file))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + file + " on the class path"));
    }
}
