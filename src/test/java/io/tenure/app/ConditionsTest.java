package io.tenure.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.http.Health;
import io.tenure.http.Level;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    private final Conditions conditions = new Conditions();

    @Test
    void nothingWrongIsNormal() {
        conditions.add(Level.SUSPENDED, Optional::empty);

        assertThat(conditions.get()).isEqualTo(new Health(Level.NORMAL, List.of()));
    }

    @Test
    void theWorstOfWhatIsWrongCountsAndAllOfItIsSaid() {
        conditions.add(Level.SUSPENDED, () -> Optional.of("no store"));
        conditions.add(Level.DEGRADED, () -> Optional.of("no database"));
        conditions.add(Level.STOPPING, Optional::empty);

        assertThat(conditions.get()).isEqualTo(new Health(Level.SUSPENDED, List.of("no store", "no database")));
    }
}
