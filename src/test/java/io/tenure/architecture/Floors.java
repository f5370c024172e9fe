package io.tenure.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * The rules of {@code docs/architecture.md}, for the packages below any root, so that they can be tried on code that breaks them.
 *
 * @param root the package that the floors stand in
 * @param clocks classes and packages, behind the root, that may ask a clock or make a thread
 */
record Floors(String root, Set<String> clocks) {
    /** From the ground up. Packages on one line are siblings; the ground floor has three steps. */
    private static final List<Set<String>> FROM_THE_GROUND = List.of(
            Set.of("error"),
            Set.of("name"),
            Set.of("client"),
            Set.of("archive"),
            Set.of("cli"),
            Set.of("api", "coordination"),
            Set.of("audit"),
            Set.of("lease"),
            Set.of("queue"),
            Set.of("lock", "election", "backup"),
            Set.of("http"),
            Set.of("app"));

    /** What stands beside the floors, though it may import little, and who alone may import it. */
    private static final Map<String, String> BESIDE = Map.of("client", "cli", "cli", "app");

    private static final Pattern EMPTY_NAME = Pattern.compile(".*(Utils?|Helpers?|Manager|Impl|Common|Misc)");

    private static final Set<String> CLOCKS_AND_THREADS = Set.of(
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.time.Instant.now",
            "java.time.LocalDate.now",
            "java.time.LocalDateTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.time.Clock.system",
            "java.util.Date.<init>",
            "java.util.Timer.<init>",
            "java.lang.Thread.sleep",
            "java.lang.Thread.<init>",
            "java.util.concurrent.TimeUnit.sleep",
            "java.util.concurrent.ThreadPoolExecutor.<init>",
            "java.util.concurrent.ScheduledThreadPoolExecutor.<init>",
            "java.util.concurrent.ForkJoinPool.<init>",
            "java.util.concurrent.ForkJoinPool.commonPool",
            "java.util.concurrent.CompletableFuture.delayedExecutor",
            "java.util.concurrent.CompletableFuture.orTimeout",
            "java.util.concurrent.CompletableFuture.completeOnTimeout");

    List<ArchRule> all() {
        List<ArchRule> rules = new ArrayList<>();
        rules.addAll(arrowsPointDown());
        rules.addAll(besideTheFloors());
        rules.add(everyPackageHasAFloor());
        rules.add(onlyAppKnowsTheStoresImplementation());
        rules.add(onlyTheStoresImplementationKnowsCurator());
        rules.add(httpDoesNotKnowTheStore());
        rules.add(noCycles());
        rules.add(clocksAndThreadsHaveOneOwner());
        rules.add(namesSaySomething());
        rules.add(publicTypesAreNullMarked());
        return rules;
    }

    List<ArchRule> arrowsPointDown() {
        List<ArchRule> rules = new ArrayList<>();
        List<String> below = new ArrayList<>();
        for (Set<String> floor : FROM_THE_GROUND) {
            for (String name : floor) {
                String[] allowed = Stream.concat(below.stream(), Stream.of(name))
                        .map(this::packages)
                        .toArray(String[]::new);
                rules.add(classes()
                        .that(resideInAPackage(packages(name)))
                        .should()
                        .onlyDependOnClassesThat(
                                resideOutsideOfPackage(root + "..").or(resideInAnyPackage(allowed)))
                        .as(name + " imports only " + below)
                        .allowEmptyShould(true));
            }
            below.addAll(floor);
        }
        return rules;
    }

    List<ArchRule> besideTheFloors() {
        List<ArchRule> rules = new ArrayList<>();
        BESIDE.forEach((name, importer) -> rules.add(noClasses()
                .that(resideOutsideOfPackage(packages(name)).and(resideOutsideOfPackage(packages(importer))))
                .should()
                .dependOnClassesThat(resideInAPackage(packages(name)))
                .as("only " + importer + " imports " + name)
                .allowEmptyShould(true)));
        return rules;
    }

    ArchRule everyPackageHasAFloor() {
        String[] known = FROM_THE_GROUND.stream()
                .flatMap(Set::stream)
                .map(this::packages)
                .toArray(String[]::new);
        return classes().should().resideInAnyPackage(known).as("every class stands on a floor");
    }

    ArchRule onlyAppKnowsTheStoresImplementation() {
        return noClasses()
                .that(resideOutsideOfPackage(packages("app"))
                        .and(resideOutsideOfPackage(packages("coordination.zookeeper"))))
                .should()
                .dependOnClassesThat(resideInAPackage(packages("coordination.zookeeper")))
                .as("only app knows coordination.zookeeper")
                .allowEmptyShould(true);
    }

    ArchRule onlyTheStoresImplementationKnowsCurator() {
        return noClasses()
                .that(resideOutsideOfPackage(packages("coordination.zookeeper")))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.apache.curator..", "org.apache.zookeeper.."))
                .as("only coordination.zookeeper knows Curator and ZooKeeper")
                .allowEmptyShould(true);
    }

    ArchRule httpDoesNotKnowTheStore() {
        return noClasses()
                .that(resideInAPackage(packages("http")))
                .should()
                .dependOnClassesThat(resideInAPackage(packages("coordination")))
                .as("http does not import coordination")
                .allowEmptyShould(true);
    }

    ArchRule noCycles() {
        return slices().matching(root + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);
    }

    ArchRule clocksAndThreadsHaveOneOwner() {
        return noClasses()
                .that(DescribedPredicate.<JavaClass>describe(
                        "are not " + clocks,
                        type -> clocks.stream()
                                .noneMatch(owner ->
                                        (outermost(type).getName() + ".").startsWith(root + "." + owner + "."))))
                .should(accessTargetWhere(DescribedPredicate.describe(
                        "the target is a clock or a maker of threads", Floors::asksAClockOrMakesAThread)))
                .as("only " + clocks + " ask a clock or make threads; everybody else is handed Timers")
                .allowEmptyShould(true);
    }

    ArchRule namesSaySomething() {
        return classes()
                .should(new ArchCondition<JavaClass>("have a name of the domain") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        if (EMPTY_NAME.matcher(type.getSimpleName()).matches()) {
                            events.add(SimpleConditionEvent.violated(type, type.getName() + " says little"));
                        }
                    }
                })
                .as("no Util, Helper, Manager, Impl, Common");
    }

    ArchRule publicTypesAreNullMarked() {
        return classes()
                .should(new ArchCondition<JavaClass>("be in a package marked for null safety") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                            events.add(SimpleConditionEvent.violated(
                                    type, type.getName() + " is in a package without @NullMarked"));
                        }
                    }
                })
                .as("every package is @NullMarked");
    }

    private String packages(String name) {
        return root + "." + name + "..";
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(Floors::outermost).orElse(type);
    }

    private static boolean asksAClockOrMakesAThread(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String called = owner + "." + access.getName();
        return CLOCKS_AND_THREADS.contains(called) || called.startsWith("java.util.concurrent.Executors.new");
    }
}
