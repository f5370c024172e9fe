package io.tenure.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Arrows point down, and the rest of {@code docs/architecture.md}; and the rules notice when it is not so. */
class FloorsTest {
    /** Besides the one owner: what stands below the port has a thread for each of its lanes, and begins before there are timers. */
    private static final Floors FLOORS = new Floors(
            "io.tenure", Set.of("app.Threads", "coordination.zookeeper", "client.SystemTime", "cli.Machine"));

    /** Small classes that each break a rule. */
    private static final Floors BROKEN = new Floors("io.tenure.architecture.broken", Set.of("app.Threads"));

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.tenure");

    private static final JavaClasses BROKEN_CODE = new ClassFileImporter().importPackages(BROKEN.root());

    @TestFactory
    Stream<DynamicTest> theCodeKeeps() {
        return FLOORS.all().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(CODE)));
    }

    @Test
    void anArrowUpwardsIsNoticed() {
        assertThat(broken(BROKEN.arrowsPointDown()))
                .anyMatch(message -> message.contains("lease.LeaseManager") && message.contains("http.Resource"));
    }

    @Test
    void aClientThatKnowsTheServiceIsNoticed() {
        assertThat(broken(BROKEN.arrowsPointDown()))
                .anyMatch(message -> message.contains("client.Guard.lease") && message.contains("lease.LeaseManager"));
    }

    @Test
    void aServiceThatKnowsTheClientIsNoticed() {
        assertThat(broken(BROKEN.besideTheFloors()))
                .anyMatch(message -> message.contains("http.Resource.guard") && message.contains("client.Guard"));
    }

    @Test
    void aPackageWithoutAFloorIsNoticed() {
        assertThat(broken(BROKEN.everyPackageHasAFloor())).anyMatch(message -> message.contains("misplaced.Homeless"));
    }

    @Test
    void knowingTheImplementationOfTheStoreIsNoticed() {
        assertThat(broken(BROKEN.onlyAppKnowsTheStoresImplementation()))
                .anyMatch(message -> message.contains("http.Resource") && message.contains("zookeeper.Session"));
    }

    @Test
    void knowingCuratorIsNoticed() {
        assertThat(broken(BROKEN.onlyTheStoresImplementationKnowsCurator()))
                .anyMatch(message -> message.contains("http.Resource"))
                .noneMatch(message -> message.contains("Session.<init>"));
    }

    @Test
    void aResourceThatKnowsTheStoreIsNoticed() {
        assertThat(broken(BROKEN.httpDoesNotKnowTheStore())).anyMatch(message -> message.contains("http.Resource"));
    }

    @Test
    void aCycleIsNoticed() {
        assertThat(broken(BROKEN.noCycles())).isNotEmpty();
    }

    @Test
    void everyWayToAskAClockOrMakeAThreadIsNoticed() {
        assertThat(broken(BROKEN.clocksAndThreadsHaveOneOwner()))
                .anyMatch(message -> message.contains("currentTimeMillis"))
                .anyMatch(message -> message.contains("nanoTime"))
                .anyMatch(message -> message.contains("Instant.now"))
                .anyMatch(message -> message.contains("Thread.sleep"))
                .anyMatch(message -> message.contains("newCachedThreadPool"));
    }

    @Test
    void theOwnerOfTheThreadsMayMakeThem() {
        Floors allowed = new Floors(BROKEN.root(), Set.of("lease.LeaseManager"));

        assertThat(broken(allowed.clocksAndThreadsHaveOneOwner())).isEmpty();
    }

    @Test
    void aNameThatSaysLittleIsNoticed() {
        assertThat(broken(BROKEN.namesSaySomething())).anyMatch(message -> message.contains("LeaseManager"));
    }

    @Test
    void aPackageThatIsNotNullMarkedIsNoticed() {
        assertThat(broken(BROKEN.publicTypesAreNullMarked()))
                .anyMatch(message -> message.contains("misplaced.Homeless"));
    }

    private static List<String> broken(ArchRule rule) {
        return broken(List.of(rule));
    }

    private static List<String> broken(List<ArchRule> rules) {
        return rules.stream()
                .flatMap(rule -> rule.evaluate(BROKEN_CODE).getFailureReport().getDetails().stream())
                .toList();
    }
}
