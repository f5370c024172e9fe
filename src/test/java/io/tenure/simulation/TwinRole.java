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
    private String place = "";
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
    public Optional<Holder> coordinator() {
        return term().map(mine -> new Holder(machine.name(), mine.epoch()));
    }

    @Override
    public void close() {
        election.leave(this);
        lose(place);
    }

    /** The machine has crashed: it stands no longer, and is told nothing more. */
    void vanish() {
        election.leave(this);
    }

    /** It has been chosen, for as long as this node stands. */
    void win(String node) {
        machine.run(() -> {
            // Told late, of a choice before the one it knows, it is told nothing.
            if (node.compareTo(place) > 0) {
                end();
                place = node;
                look(++words, node);
            }
        });
    }

    /** It has not been chosen any more since this node is gone. */
    void lose(String node) {
        machine.run(() -> {
            if (node.equals(place)) {
                words++;
                end();
            }
        });
    }

    private void look(int word, String node) {
        coordination.read(LANE, List.of(new Query.Data(epoch))).whenComplete((found, failure) -> {
            if (word != words) {
                return;
            }
            if (failure == null && found.get(0) instanceof Found.Node seen) {
                begin(word, node, seen);
            } else {
                machine.after(PAUSE, () -> again(word, node));
            }
        });
    }

    private void begin(int word, String node, Found.Node seen) {
        Operation raise = new Operation.SetData(epoch, seen.data(), seen.stamp().version());
        // Chosen and then replaced before this arrives, it must not depose its successor, which would never notice.
        Operation stillChosen = new Operation.Check(node, -1);
        coordination.commit(LANE, List.of(stillChosen, raise)).thenAccept(outcome -> {
            if (word != words) {
                return;
            }
            if (outcome instanceof Outcome.Done done) {
                int version = done.stamp(1).version();
                Duty.Term won = new Duty.Term(version, new Operation.Check(epoch, version));
                term = won;
                machine.note("has the role of coordinator");
                duties.forEach(duty -> duty.begin(won));
            } else if (!(outcome instanceof Outcome.Conflict conflict) || conflict.index() == 1) {
                machine.after(PAUSE, () -> again(word, node));
            }
        });
    }

    private void again(int word, String node) {
        if (word == words) {
            look(word, node);
        }
    }

    private void end() {
        if (term != null) {
            term = null;
            machine.note("has the role no more");
            List<Duty> reversed = new ArrayList<>(duties);
            Collections.reverse(reversed);
            reversed.forEach(Duty::end);
        }
    }
}
