package io.tenure.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the port promises of nodes: their stamps, names and life, and which reason not to touch them is named first. */
public abstract class NodeContract extends CoordinationFixture {
    @Test
    void stampsTellCreationChangesAndChildren() {
        done(create("/t/x"));
        Stamp fresh = stamp("/t/x");
        assertThat(fresh)
                .isEqualTo(new Stamp(
                        fresh.czxid(), fresh.czxid(), fresh.czxid(), fresh.ctime(), fresh.ctime(), 0, 0, false));

        Stamp set = done(set("/t/x", "2", 0)).stamp(0);
        assertThat(set.mzxid()).isGreaterThan(fresh.czxid());
        assertThat(set)
                .isEqualTo(
                        new Stamp(fresh.czxid(), set.mzxid(), fresh.czxid(), fresh.ctime(), set.mtime(), 1, 0, false));

        done(create("/t/x/y"), create("/t/x/z"));
        Stamp parent = stamp("/t/x");
        assertThat(parent.pzxid()).isEqualTo(stamp("/t/x/y").czxid()).isGreaterThan(set.mzxid());
        assertThat(parent.children()).isEqualTo(2);
        assertThat(parent.version()).isEqualTo(1);
        assertThat(parent.mzxid()).isEqualTo(set.mzxid());

        done(delete("/t/x/y"));
        assertThat(stamp("/t/x").children()).isEqualTo(1);
        assertThat(stamp("/t/x").pzxid()).isGreaterThan(parent.pzxid());
    }

    @Test
    void settingTheChildsDataLeavesTheParentsStampAlone() {
        done(create("/t/x"), create("/t/x/y"));
        Stamp before = stamp("/t/x");
        done(set("/t/x/y", "2", -1));
        assertThat(stamp("/t/x")).isEqualTo(before);
    }

    @Test
    void aNodeCreatedAgainHasVersionZeroAndANewTransaction() {
        done(create("/t/x"), set("/t/x", "2", 0));
        Stamp before = stamp("/t/x");
        done(delete("/t/x"), create("/t/x"));
        assertThat(stamp("/t/x").version()).isZero();
        assertThat(stamp("/t/x").czxid()).isGreaterThan(before.mzxid());
        assertThat(text("/t/x")).isEqualTo("new");
    }

    @Test
    void sequenceCountsEveryChildCreatedSoFarWithTenDigits() {
        done(directory("/t/dir"));
        assertThat(done(sequential("/t/dir/q-")).path(0)).isEqualTo("/t/dir/q-0000000000");
        done(create("/t/dir/explicit"));
        assertThat(done(sequential("/t/dir/w-")).path(0)).isEqualTo("/t/dir/w-0000000002");
        done(delete("/t/dir/w-0000000002"), delete("/t/dir/explicit"));
        assertThat(done(sequential("/t/dir/q-"), sequential("/t/dir/q-")).results())
                .extracting(Outcome.Result::path)
                .containsExactly("/t/dir/q-0000000003", "/t/dir/q-0000000004");
    }

    @Test
    void aFailedListLeavesTheSequenceAsItWas() {
        done(directory("/t/dir"));
        commit(sequential("/t/dir/q-"), check("/t/none", -1));
        assertThat(done(sequential("/t/dir/q-")).path(0)).isEqualTo("/t/dir/q-0000000000");
    }

    @Test
    void anEphemeralNodeEndsWithItsServer() {
        assertThat(commit("b", create("/t/x", Operation.Mode.EPHEMERAL))).isInstanceOf(Outcome.Done.class);
        until(() -> there("/t/x"));
        assertThat(stamp("/t/x").ephemeral()).isTrue();
        end("b");
        until(() -> !there("/t/x"));
    }

    @Test
    void aWrongVersionIsNamedBeforeTheChildrenThatForbidADeletion() {
        done(create("/t/x"), create("/t/x/y"));
        assertThat(commit(new Operation.Delete("/t/x", 7))).isEqualTo(conflict(0, Outcome.Cause.VERSION));
    }

    @Test
    void sequenceStartsAtZeroAgainInADirectoryThatIsCreatedAgainSoThatNamesRecur() {
        Outcome.Done done = done(
                directory("/t/dir"),
                sequential("/t/dir/q-"),
                delete("/t/dir/q-0000000000"),
                delete("/t/dir"),
                directory("/t/dir"),
                sequential("/t/dir/q-"));
        assertThat(done.path(5)).isEqualTo(done.path(1)).isEqualTo("/t/dir/q-0000000000");
    }

    @Test
    void everyAttemptedWriteTakesANumberAlsoOneThatFailsOrOnlyChecks() {
        long before = done(directory("/t/dir")).stamp(0).czxid();
        commit(check("/t/none", -1));
        done(check("/t/dir", -1));
        commit(create("/t/x"), create("/t/dir"));
        long after = done(set("/t/dir", "2", -1)).stamp(0).mzxid();
        assertThat(after - before).isGreaterThanOrEqualTo(4);
    }

    @Test
    void anEphemeralNodeHasNoChildren() {
        done(create("/t/x", Operation.Mode.EPHEMERAL));
        assertThat(commit(create("/t/x/y"))).isEqualTo(conflict(0, Outcome.Cause.FORBIDDEN));
        assertThat(commit(delete("/t/x/y"))).isEqualTo(conflict(0, Outcome.Cause.ABSENT));
        assertThat(commit(create("/t/x"))).isEqualTo(conflict(0, Outcome.Cause.EXISTS));
    }

    @Test
    void ephemeralNodesEndTogetherInOneWrite() {
        done(create("/t/x"), create("/t/y"));
        assertThat(commit("b", create("/t/x/e", Operation.Mode.EPHEMERAL), create("/t/y/e", Operation.Mode.EPHEMERAL)))
                .isInstanceOf(Outcome.Done.class);
        until(() -> there("/t/y/e"));
        end("b");
        until(() -> !there("/t/x/e") && !there("/t/y/e"));
        assertThat(stamp("/t/x").pzxid()).isEqualTo(stamp("/t/y").pzxid());
    }

    @Test
    void whatIsForbiddenIsNamedBeforeWhatElseIsWrong() {
        done(create("/t/x"), create("/t/x/y"));
        forbid("/t/x");

        assertThat(commit(create("/t/x/z"))).isEqualTo(conflict(0, Outcome.Cause.FORBIDDEN));
        assertThat(commit(create("/t/x/y"))).isEqualTo(conflict(0, Outcome.Cause.FORBIDDEN));
        assertThat(commit(delete("/t/x/y"))).isEqualTo(conflict(0, Outcome.Cause.FORBIDDEN));
        assertThat(commit(delete("/t/x/none"))).isEqualTo(conflict(0, Outcome.Cause.FORBIDDEN));
        assertThat(commit(set("/t/x", "2", 7))).isEqualTo(conflict(0, Outcome.Cause.FORBIDDEN));
        assertThat(commit(set("/t/x/none", "2", 7))).isEqualTo(conflict(0, Outcome.Cause.ABSENT));
        assertThat(commit(delete("/t/x"))).isEqualTo(conflict(0, Outcome.Cause.NOT_EMPTY));
        done(check("/t/x", 0), set("/t/x/y", "2", 0));
    }

    @Test
    void aDirectoryGoesByItselfOnceItHasBeenUsedAndIsEmptyAndNeverOtherwise() {
        done(directory("/t/used"), directory("/t/fresh"), directory("/t/full"), create("/t/plain"));
        done(create("/t/full/x"), create("/t/plain/x"), create("/t/used/x"));
        done(delete("/t/used/x"), delete("/t/plain/x"));
        until(() -> !there("/t/used"));
        assertThat(children(TOP)).containsExactlyInAnyOrder("fresh", "full", "plain");
    }
}
