package io.tenure.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.cli.torture.Model.Fault;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Histories of a model: those of one that keeps its promises are found to be true, and each broken promise is found soon. */
class CheckerMutationTest {
    private static final int SEEDS = Integer.getInteger("torture.seeds", 1_000);

    @Test
    void aModelThatKeepsItsPromisesIsFoundToKeepThem() {
        LongStream.range(0, SEEDS)
                .forEach(seed -> assertThat(Model.violations(seed, Fault.NONE))
                        .as(() -> "seed " + seed + "\n" + lines(seed, Fault.NONE))
                        .isEmpty());
        assertThat(LongStream.range(0, 10).mapToInt(Model::calls).average().orElseThrow())
                .isGreaterThan(100);
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aBrokenPromiseIsFound(Fault fault) {
        long seed = 0;
        List<Violation> found = Model.violations(seed, fault);
        while (found.stream().noneMatch(violation -> expected(fault).contains(violation.rule())) && seed < 200) {
            seed++;
            found = Model.violations(seed, fault);
        }

        assertThat(found)
                .as("%s, after %d histories", fault, seed)
                .anyMatch(violation -> expected(fault).contains(violation.rule()));
        System.out.println(fault + " is found in history " + (seed + 1));
    }

    /** The seeds of one kind are four apart. */
    @Test
    void aJumpedQueueIsFoundForEachKind() {
        for (long kind = 0; kind < 4; kind++) {
            assertThat(LongStream.iterate(kind, seed -> seed + 4)
                            .limit(50)
                            .filter(seed -> Model.violations(seed, Fault.QUEUE_JUMPED).stream()
                                    .anyMatch(violation -> violation.rule() == Rule.FIFO))
                            .findFirst())
                    .as("kind %d", kind)
                    .isPresent();
        }
    }

    private static Set<Rule> expected(Fault fault) {
        return switch (fault) {
            case NONE -> Set.of();
            case TWO_HOLDERS -> Set.of(Rule.EXCLUSION);
            case TOKEN_GOES_BACK -> Set.of(Rule.TOKENS);
            case QUEUE_JUMPED -> Set.of(Rule.FIFO);
            case EXPIRED_EARLY -> Set.of(Rule.EARLY);
            case END_FORGOTTEN -> Set.of(Rule.ENDED);
            case GRANT_NOT_LOGGED, GRANT_LOGGED_TWICE, REFUSAL_LOGGED, END_NOT_LOGGED, GRANTED_AND_REFUSED ->
                EnumSet.of(Rule.ONCE);
        };
    }

    private static String lines(long seed, Fault fault) {
        StringBuilder lines = new StringBuilder();
        Model.violations(seed, fault)
                .forEach(violation -> Piece.lines(violation)
                        .forEach(line -> lines.append(line).append('\n')));
        return lines.toString();
    }
}
