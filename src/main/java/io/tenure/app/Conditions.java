package io.tenure.app;

import io.tenure.http.Health;
import io.tenure.http.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * How well this server can serve: the worst of all conditions, each of which is asked anew. The one place that knows it. Safe for
 * use by many threads.
 */
public final class Conditions implements Supplier<Health> {
    private final List<Levelled> conditions = new CopyOnWriteArrayList<>();

    /** Something that may be wrong. Asked often: it must answer from memory. */
    public interface Condition {
        /** What is wrong in one line; empty when nothing is. */
        Optional<String> fault();
    }

    /** Counts a condition in, at this level when it does not hold. */
    public void add(Level level, Condition condition) {
        conditions.add(new Levelled(level, condition));
    }

    @Override
    public Health get() {
        Level worst = Level.NORMAL;
        List<String> reasons = new ArrayList<>();
        for (Levelled levelled : conditions) {
            Optional<String> fault = levelled.condition().fault();
            if (fault.isPresent()) {
                reasons.add(fault.get());
                worst = worst.compareTo(levelled.level()) < 0 ? levelled.level() : worst;
            }
        }
        return new Health(worst, reasons);
    }

    private record Levelled(Level level, Condition condition) {}
}
