package io.tenure.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.coordination.Paths;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.curator.framework.recipes.locks.StandardLockInternalsDriver;
import org.junit.jupiter.api.Test;

/** The rule who is first, held against Curator's own code. */
class PlaceTest {
    private static final StandardLockInternalsDriver CURATOR = new StandardLockInternalsDriver();
    private static final LeaseId LEASE = new LeaseId("4f1c2a3e-90ab-4cde-8f01-23456789abcd");

    @Test
    void sortsAsCuratorSorts() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            List<String> nodes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                UUID id = new UUID(random.nextLong(), random.nextLong());
                nodes.add(
                        "_c_" + id + "-lock-" + "%010d".formatted(random.nextInt(round < 100 ? 1000 : 2_000_000_000)));
            }
            nodes.add("_c_lock-in-its-name-lock-0000000007");
            List<String> curators = new ArrayList<>(nodes);
            curators.sort((one, other) ->
                    CURATOR.fixForSorting(one, "lock-").compareTo(CURATOR.fixForSorting(other, "lock-")));
            Collections.shuffle(nodes, random);

            assertThat(nodes.stream()
                            .map(node -> Place.of(Kind.LOCK, node))
                            .sorted()
                            .map(Place::sequence))
                    .containsExactlyElementsOf(curators.stream()
                            .map(node -> CURATOR.fixForSorting(node, "lock-"))
                            .toList());
        }
    }

    @Test
    void aLeaseIsReadFromItsPlace() {
        String node = Paths.placePrefix(Kind.LOCK, null, LEASE) + "0000000003";

        assertThat(Place.of(Kind.LOCK, node).lease()).contains(LEASE);
        assertThat(Place.of(Kind.LOCK, node).sequence()).isEqualTo("0000000003");
    }

    @Test
    void aNameOfAnotherFormHasNoLease() {
        assertThat(Place.of(Kind.LOCK, "lock-0000000001").lease()).isEmpty();
        assertThat(Place.of(Kind.LOCK, "_c_no-uuid-at-all-in-this-name-of-a-node-lock-0000000001")
                        .lease())
                .isEmpty();
    }
}
