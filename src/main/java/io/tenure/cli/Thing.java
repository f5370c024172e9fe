package io.tenure.cli;

import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.util.List;

/**
 * A kind of thing that is held by name, as far as its commands differ.
 *
 * @param title what it is called for people
 */
record Thing(Kind kind, String title, View view) {
    static final Thing SEMAPHORE = new Thing(Kind.SEMAPHORE, "semaphore", new HoldsView(HoldsView.permits()));
    static final Thing ELECTION = new Thing(Kind.ELECTION, "election", new ElectionView());

    /** All of them. */
    static final List<Thing> ALL = List.of(
            new Thing(Kind.LOCK, "lock", new HoldsView()),
            new Thing(Kind.RWLOCK, "read/write lock", new HoldsView(HoldsView.mode())),
            SEMAPHORE,
            ELECTION);

    /** The one of this kind. */
    static Thing of(Kind kind) {
        return ALL.stream().filter(thing -> thing.kind() == kind).findFirst().orElseThrow();
    }

    /** Whether it has holders, not a leader. */
    boolean isHeld() {
        return kind != Kind.ELECTION;
    }

    /** The title with its article. */
    String oneTitle() {
        return (isHeld() ? "a " : "an ") + title;
    }

    /** The word for it in commands. */
    String word() {
        return kind.wire();
    }

    /** All of them in the API. */
    Address all() {
        return new Address("/v1/" + kind.wire() + "s");
    }

    /** One of them in the API. */
    Address at(Name name) {
        return new Address(all() + "/" + name);
    }

    /** What belongs to one of them in the API. */
    Address at(Name name, String more) {
        return new Address(at(name) + "/" + more);
    }
}
