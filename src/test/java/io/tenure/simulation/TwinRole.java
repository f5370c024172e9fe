package io.tenure.simulation;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Duty;
import io.tenure.coordination.ElectedRole;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The twin of the elected role: told by an {@link Election} that it has the role or has lost it, and fenced by the version of the
 * epoch node, which every new term raises.
 */
public final class TwinRole implements ElectedRole {
    private static final String LANE = "coordinator";
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Election election;
    private final Machine machine;
    private final Coordination coordination;
    private final String epoch;
    private List<Duty> duties = List.of();
    private Duty.@Nullable Term term;
    /** Counts what it was told, so that what follows from an older word is dropped. */
    private int words;

    public TwinRole(Election election, Machine machine, Coordination coordination, Paths paths) {
        this.election = election;
        this.machine = machine;
        this.coordination = coordination;
        this.epoch = paths.epoch();
    }

    @Override
    public void stand(List<Duty> all) {
        duties = List.copyOf(all);
        election.stand(this);
    }

    @Override
    public Optional<Duty.Term> term() {
        return Optional.ofNullable(term);
    }

    @Override
    public void close() {
        election.leave(this);
        lose();
    }

    /** The machine has crashed: it stands no longer, and is told nothing more. */
    void vanish() {
        election.leave(this);
    }

    void win() {
        machine.run(() -> {
            end();
            look(++words);
        });
    }

    void lose() {
        machine.run(() -> {
            words++;
            end();
        });
    }

    private void look(int word) {
        coordination.read(LANE, List.of(new Query.Data(epoch))).whenComplete((found, failure) -> {
            if (word != words) {
                return;
            }
            if (failure == null && found.get(0) instanceof Found.Node node) {
                begin(word, node);
            } else {
                machine.after(PAUSE, () -> again(word));
            }
        });
    }

    private void begin(int word, Found.Node seen) {
        Operation raise = new Operation.SetData(epoch, seen.data(), seen.stamp().version());
        coordination.commit(LANE, List.of(raise)).thenAccept(outcome -> {
            if (word != words) {
                return;
            }
            if (outcome instanceof Outcome.Done done) {
                int version = done.stamp(0).version();
                Duty.Term won = new Duty.Term(version, new Operation.Check(epoch, version));
                term = won;
                duties.forEach(duty -> duty.begin(won));
            } else {
                machine.after(PAUSE, () -> again(word));
            }
        });
    }

    private void again(int word) {
        if (word == words) {
            look(word);
        }
    }

    private void end() {
        if (term != null) {
            term = null;
            List<Duty> reversed = new ArrayList<>(duties);
            Collections.reverse(reversed);
            reversed.forEach(Duty::end);
        }
    }
}
