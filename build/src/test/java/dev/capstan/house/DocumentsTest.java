package dev.capstan.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

/** Documents keep step with what they speak of. */
class DocumentsTest {
    /** A line of the tables: what, version, licence, reason. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\S+:\\S+)` \\| (\\S+) \\| \\S+ \\| \\S.+ \\|$");

    /** A public method of a class, with its documentation and annotations before it. */
    private static final Pattern METHOD =
            Pattern.compile(
                    "(?m)(?<doc>^    /\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?(?<marks>(?:^    @.*\\n)*)^    public"
                            + " (?!static final )(?<name>[^;={]*?)\\(");

    private static final List<String> API = List.of("CapstanContext", "Rdd", "PairRdd", "DoubleRdd");

    private static final Pattern PROPERTY = Pattern.compile("\\$\\{(.+)}");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:\\s]+)[^):\\s]*\\)");

    @Test
    void everyDependencyIsExplainedInTheVersionThatIsUsed() throws Exception {
        List<String> explained =
                ROW.matcher(Repository.read(Repository.ROOT.resolve("docs/dependencies.md")))
                        .results()
                        .map(row -> row.group(1) + " " + row.group(2))
                        .toList();
        assertThat(explained).as("rows of docs/dependencies.md").hasSameElementsAs(dependencies());
    }

    @Test
    void everyLinkOfADocumentLeadsToAFile() {
        List<Path> documents =
                Stream.of(
                                Repository.filesUnder(Repository.ROOT.resolve("docs"), ".md").stream(),
                                Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md").map(Repository.ROOT::resolve),
                                Repository.modules().stream()
                                        .map(module -> Repository.ROOT.resolve(module).resolve("README.md"))
                                        .filter(Files::exists))
                        .flatMap(Function.identity())
                        .toList();
        assertThat(brokenLinks(documents)).isEmpty();
    }

    @Test
    void aBrokenLinkIsFound(@TempDir Path directory) throws Exception {
        Path page = directory.resolve("page.md");
        Files.writeString(page, "[itself](page.md#top) [web](https://capstan.dev) [nothing](gone.md)");
        assertThat(brokenLinks(List.of(page))).containsExactly(page + " links to gone.md");
    }

    private static List<String> brokenLinks(List<Path> documents) {
        return documents.stream()
                .flatMap(document ->
                        LINK.matcher(Repository.read(document))
                                .results()
                                .map(link -> link.group(1))
                                .filter(target -> !Files.exists(document.resolveSibling(target)))
                                .map(target -> document + " links to " + target))
                .toList();
    }

    @Test
    void everyMethodOfDatasetsAndTheirContextShowsItsUse() {
        for (String type : API) {
            String file = "driver-core/src/main/java/dev/capstan/driver/" + type + ".java";
            assertThat(withoutUse(Repository.read(Repository.ROOT.resolve(file)))).as(type).isEmpty();
        }
    }

    @Test
    void aMethodWithoutAUseIsFound() {
        String source =
                """
                public class Some<T> {
                    /** Shows it: {@code some.shown()}. */
                    @Deprecated
                    public final int shown() {}

                    /** Does not. */
                    public <A, B> List<A> bare(int number) {}

                    @Override
                    public int taken() {}

                    public int silent() {}
                """;
        assertThat(withoutUse(source)).containsExactly("<A, B> List<A> bare", "int silent");
    }

    /** Public methods whose documentation has no code; what overrides another has that of the other. */
    private static List<String> withoutUse(String source) {
        return METHOD.matcher(source)
                .results()
                .filter(method -> !method.group("marks").contains("@Override"))
                .filter(method -> method.group("doc") == null || !method.group("doc").contains("{@code"))
                .map(method -> method.group("name"))
                .toList();
    }

    /** All that the poms name and we do not make, as {@code group:name version}. */
    private static List<String> dependencies() throws Exception {
        var versions = new TreeMap<String, String>();
        for (Element element : elementsOfThePoms("dependency", "path", "plugin")) {
            String name = child(element, "groupId") + ":" + child(element, "artifactId");
            if (!name.startsWith("dev.capstan:")) {
                versions.merge(name, version(element), (first, other) -> first.isEmpty() ? other : first);
            }
        }
        return versions.entrySet().stream()
                .map(entry -> entry.getKey() + " " + (entry.getValue().isEmpty() ? "BOM" : entry.getValue()))
                .toList();
    }

    private static List<Element> elementsOfThePoms(String... tags) throws Exception {
        var found = new ArrayList<Element>();
        for (String module : Stream.concat(Stream.of("."), Repository.modules().stream()).toList()) {
            Path pom = Repository.ROOT.resolve(module).resolve("pom.xml");
            var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
            for (String tag : tags) {
                elements(document.getElementsByTagName(tag)).forEach(found::add);
            }
        }
        return found;
    }

    private static String version(Element element) {
        return PROPERTY.matcher(child(element, "version")).replaceAll(DocumentsTest::property);
    }

    private static String property(MatchResult name) {
        String pom = Repository.read(Repository.ROOT.resolve("pom.xml"));
        Matcher value = Pattern.compile("<(" + Pattern.quote(name.group(1)) + ")>(.*)</\\1>").matcher(pom);
        assertThat(value.find()).as("the root pom sets %s", name.group(1)).isTrue();
        return value.group(2);
    }

    private static String child(Element element, String tag) {
        return elements(element.getChildNodes())
                .filter(child -> child.getTagName().equals(tag))
                .map(Element::getTextContent)
                .findFirst()
                .orElse("");
    }

    private static Stream<Element> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast);
    }
}
