package io.tenure.cli.torture;

import io.tenure.cli.torture.Plan.Deed;
import io.tenure.cli.torture.Plan.Leave;
import io.tenure.name.Kind;
import java.time.Duration;
import java.util.Optional;

/** One plan carried out: something is taken, and given back, or not. Used by one thread. */
final class Story {
    private static final int TRIES = 6;
    private static final long GRACE_MILLIS = 500;
    private static final int HOT_PERMITS = 3;
    private static final int OWN_PERMITS = 2;

    private final Plan plan;
    private final Chapter chapter;
    private final Calls calls;
    private final Stay stay;
    private final Thing thing;
    private final String lease;
    private final Ask take;

    /** How a client spends time, unless all are to stop. */
    interface Stay {
        /** Waits, until then or until all are to stop. */
        void pause(long millis);

        boolean isOver();
    }

    /** @param thing in this chapter, of the plan's kind */
    Story(Plan plan, Chapter chapter, Thing thing, Calls calls, Stay stay, String lease) {
        this.plan = plan;
        this.chapter = chapter;
        this.calls = calls;
        this.stay = stay;
        this.thing = thing;
        this.lease = lease;
        this.take = Ask.take(
                plan.ttlMillis(),
                plan.waitMillis(),
                plan.queue(),
                Calls.isShared(plan.kind(), plan.reads()),
                plan.kind() == Kind.SEMAPHORE ? Math.min(plan.count(), permits()) : 0);
    }

    /** How a story ended. */
    enum Outcome {
        /** Nothing was held. */
        IN_VAIN,
        /** It was held, and has ended. */
        DONE,
        /** Whether it is held, or ends by its TTL, is not known. */
        OPEN
    }

    Outcome run() {
        if (plan.move() >= 0) {
            calls.move(plan.move());
        }
        if (thing.kind() == Kind.SEMAPHORE && !chapter.semaphores().contains(thing)) {
            ask(Verb.PERMITS, Ask.permits(permits()));
        }
        meddle();
        Optional<Answer> granted = taken();
        if (granted.isEmpty()) {
            return plan.leave() == Leave.VANISHES ? Outcome.OPEN : Outcome.IN_VAIN;
        }
        return held(granted.get());
    }

    private Answer ask(Verb verb, Ask ask) {
        return calls.ask(chapter, verb, thing, verb == Verb.PERMITS ? "" : lease, ask);
    }

    private int permits() {
        return plan.hot() ? HOT_PERMITS : OWN_PERMITS;
    }

    private Answer renewed() {
        return ask(Verb.RENEW, Ask.renew(plan.ttlMillis()));
    }

    private void meddle() {
        Optional<Call> holder = chapter.sights().holder(thing);
        if (holder.isEmpty() || plan.meddling() == Plan.Meddling.NOT) {
            return;
        }
        Call other = holder.get();
        if (plan.meddling() == Plan.Meddling.CHECKS_TOKEN) {
            calls.ask(
                    chapter,
                    Verb.CHECK,
                    thing,
                    other.lease(),
                    Ask.check(other.answer().token(), other.ask().shared()));
        } else {
            calls.ask(chapter, Verb.REVOKE, thing, other.lease(), Ask.revoke(plan.immediately()));
        }
    }

    /** Asks until it is granted, refused, or enough. */
    private Optional<Answer> taken() {
        for (int tried = 0; tried < TRIES && !stay.isOver(); tried++) {
            boolean leaves = plan.leave() == Leave.VANISHES || plan.leave() == Leave.CANCELS;
            Answer answer = leaves
                    ? calls.ask(chapter, Verb.TAKE, thing, lease, take, Duration.ofMillis(1 + plan.leaveMillis()))
                    : ask(Verb.TAKE, take);
            if (answer.holds()) {
                return Optional.of(answer);
            }
            if (answer.isUnknown() && leaves) {
                break;
            }
            if (answer.isRefused() && answer.status() != 429) {
                return Optional.empty();
            }
            if (answer.waits() && plan.leave() == Leave.WITHDRAWS) {
                give(Verb.RELEASE);
                return Optional.empty();
            }
            stay.pause(answer.waits() ? 5 : 50);
        }
        if (plan.leave() != Leave.VANISHES) {
            give(Verb.END);
        }
        return Optional.empty();
    }

    private Outcome held(Answer granted) {
        if (granted.status() != 201 || plan.waitMillis() > 0) {
            renewed();
        }
        Deed deed = plan.deed();
        switch (deed) {
            case NOTHING, ABANDONS, COMES_LATE -> {
                // nothing before the time is over
            }
            case RENEWS -> renewed();
            case KEEPS -> keep();
            case REPEATS -> {
                calls.next();
                ask(Verb.TAKE, take);
            }
            case CHECKS -> ask(Verb.CHECK, Ask.check(granted.token(), take.shared()));
            case OVERSLEEPS -> {
                stay.pause(plan.ttlMillis() + GRACE_MILLIS + 10L * plan.holdMillis());
                renewed();
            }
            case IS_REVOKED -> {
                ask(Verb.REVOKE, Ask.revoke(plan.immediately()));
                renewed();
            }
            case DOWNGRADES -> {
                if (thing.kind() == Kind.RWLOCK && !plan.reads()) {
                    ask(Verb.DOWNGRADE, Ask.PLAIN);
                }
            }
            case TRANSFERS -> transfer(granted);
        }
        stay.pause(plan.holdMillis());
        if (deed == Deed.ABANDONS) {
            return Outcome.OPEN;
        }
        boolean ended = give(plan.wholeLease() ? Verb.END : Verb.RELEASE);
        if (deed == Deed.CHECKS) {
            ask(Verb.CHECK, Ask.check(granted.token(), take.shared()));
        } else if (deed == Deed.COMES_LATE) {
            give(Verb.RELEASE);
            ask(Verb.TAKE, take);
        }
        return ended ? Outcome.DONE : Outcome.OPEN;
    }

    private void keep() {
        for (int third = 0; third < 4 && !stay.isOver(); third++) {
            stay.pause(plan.ttlMillis() / 3);
            if (renewed().denies()) {
                return;
            }
        }
    }

    private void transfer(Answer granted) {
        Optional<Call> waiter =
                chapter.sights().waiter(thing).filter(other -> !other.lease().equals(lease));
        if (thing.kind() == Kind.ELECTION && waiter.isPresent()) {
            ask(Verb.TRANSFER, Ask.transfer(granted.token(), waiter.get().lease(), plan.immediately()));
            renewed();
        }
    }

    /** @return whether it has ended for sure */
    private boolean give(Verb verb) {
        for (int tried = 0; tried < TRIES; tried++) {
            Answer answer = ask(verb, Ask.PLAIN);
            if (!answer.isUnknown()) {
                return true;
            }
            stay.pause(50);
        }
        return false;
    }
}
