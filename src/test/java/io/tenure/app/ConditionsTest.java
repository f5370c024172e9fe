package io.tenure.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.codahale.metrics.MetricRegistry;
import io.tenure.http.Health;
import io.tenure.http.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ConditionsTest {
    private final Conditions conditions = new Conditions();
    private boolean store = true;
    private boolean database = true;

    @Test
    void nothingWrongIsNormal() {
        conditions.add(Level.SUSPENDED, "store", Optional::empty);

        assertThat(conditions.get()).isEqualTo(new Health(Level.NORMAL, List.of()));
    }

    @Test
    void theWorstOfWhatIsWrongCountsAndAllOfItIsSaid() {
        conditions.add(Level.SUSPENDED, "store", () -> Optional.of("no store"));
        conditions.add(Level.DEGRADED, "database", () -> Optional.of("no database"));
        conditions.add(Level.STOPPING, "stopping", Optional::empty);

        assertThat(conditions.get()).isEqualTo(new Health(Level.SUSPENDED, List.of("no store", "no database")));
    }

    @Test
    void aChangeIsToldOnceAtOnceWhenRequestsAreRefusedAndOtherwiseWhenItStays() {
        conditions.add(Level.SUSPENDED, "store", () -> store ? Optional.empty() : Optional.of("no store"));
        conditions.add(Level.DEGRADED, "database", () -> database ? Optional.empty() : Optional.of("no database"));
        assertThat(told(100)).isEmpty();

        database = false;
        assertThat(told(2)).isEmpty();
        database = true;
        assertThat(told(100)).isEmpty();
        database = false;
        assertThat(told(100)).containsExactly("WARN level DEGRADED instead of NORMAL: no database");

        store = false;
        assertThat(told(1)).containsExactly("WARN level SUSPENDED instead of DEGRADED: no store; no database");
        database = true;
        store = true;
        assertThat(told(3)).isEmpty();
        store = false;
        assertThat(told(100)).isEmpty();
        store = true;
        assertThat(told(100)).containsExactly("INFO level NORMAL instead of SUSPENDED");
    }

    @Test
    void theLevelAndEachConditionAreNumbers() {
        conditions.add(Level.SUSPENDED, "store", () -> Optional.of("no store"));
        conditions.add(Level.DEGRADED, "database", Optional::empty);
        MetricRegistry metrics = new MetricRegistry();
        conditions.count(metrics);

        Map<String, Object> shown = new TreeMap<>();
        metrics.getGauges().forEach((name, gauge) -> shown.put(name, gauge.getValue()));
        assertThat(shown)
                .isEqualTo(Map.of("tenure.condition.database", 0, "tenure.condition.store", 1, "tenure.level", 3));
    }

    /** What the log is told by so many looks. */
    private List<String> told(int looks) {
        Logger logger = (Logger) LoggerFactory.getLogger(Conditions.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.setLevel(ch.qos.logback.classic.Level.INFO);
        logger.addAppender(lines);
        for (int i = 0; i < looks; i++) {
            conditions.look();
        }
        logger.detachAppender(lines);
        return lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }
}
