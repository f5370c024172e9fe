package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.coordination.Duty;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The twin of the elected role. */
class TwinRoleTest {
    private final TwinCoordination one = TwinCoordination.calm();
    private final TwinCoordination two = one.another("server-2");
    private final Election election = new Election(one.world(), one.store(), one.paths());
    private final List<String> told = new ArrayList<>();

    private final class Telling implements Duty {
        private final String name;

        Telling(String name) {
            this.name = name;
        }

        @Override
        public void begin(Term term) {
            told.add(name + " begins");
        }

        @Override
        public void end() {
            told.add(name + " ends");
        }
    }

    private TwinRole stand(TwinCoordination server, String name) {
        TwinRole role = new TwinRole(election, server.machine(), server, server.paths());
        role.stand(List.of(new Telling(name + "1"), new Telling(name + "2")));
        one.settle();
        return role;
    }

    private Outcome write(Duty.Term term) {
        Operation write = new Operation.Create(
                one.paths().barrier() + "/x" + told.size(), new byte[0], Operation.Mode.PERSISTENT);
        return one.world().await(one.commit("x", List.of(term.fence(), write)));
    }

    @Test
    void beginsDutiesInOrderAndEndsThemInReverse() {
        stand(one, "a").close();
        assertThat(told).containsExactly("a1 begins", "a2 begins", "a2 ends", "a1 ends");
    }

    @Test
    void passesToTheNextWhenItIsGivenUp() {
        TwinRole first = stand(one, "a");
        TwinRole second = stand(two, "b");
        assertThat(second.term()).isEmpty();
        long epoch = first.term().orElseThrow().epoch();
        first.close();
        one.settle();
        assertThat(first.term()).isEmpty();
        assertThat(second.term().orElseThrow().epoch()).isGreaterThan(epoch);
    }

    @Test
    void aFormerTermCanChangeNothingOnceALaterOneHasBegun() {
        TwinRole first = stand(one, "a");
        TwinRole second = stand(two, "b");
        Duty.Term old = first.term().orElseThrow();
        assertThat(write(old)).isInstanceOf(Outcome.Done.class);
        one.pause();
        first.close();
        two.settle();
        one.resume(false);
        assertThat(write(old)).isEqualTo(new Outcome.Conflict(0, Outcome.Cause.VERSION));
        assertThat(write(second.term().orElseThrow())).isInstanceOf(Outcome.Done.class);
    }
}
