package io.tenure.cli.torture;

import io.tenure.name.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A history of one thing, made by a simple service that keeps its promises, or breaks one of them, and by clients whose requests and
 * answers take their time and get lost. Made from its seed alone.
 */
final class Model {
    private static final int CLIENTS = 6;
    private static final int STORIES = 8;
    private static final int PERMITS = 3;
    private static final long[] TTLS = {1_000, 1_500, 2_000};

    /** What the service does wrong, now and then. */
    enum Fault {
        NONE,
        /** Lets one in beside others. */
        TWO_HOLDERS,
        /** Gives a token out that is lower than the last. */
        TOKEN_GOES_BACK,
        /** Puts one to the front of the queue. */
        QUEUE_JUMPED,
        /** Forgets to write a grant down. */
        GRANT_NOT_LOGGED,
        /** Writes a grant down twice. */
        GRANT_LOGGED_TWICE,
        /** Writes a grant down that it refused. */
        REFUSAL_LOGGED,
        /** Forgets to write an end down. */
        END_NOT_LOGGED,
        /** Lets a lease expire when half of its TTL is over. */
        EXPIRED_EARLY,
        /** Forgets that an id has ended. */
        END_FORGOTTEN,
        /** Grants and says that it refused. */
        GRANTED_AND_REFUSED
    }

    private record Event(long at, long order, Runnable what) {}

    /** A lease's place in the queue. */
    private static final class Place {
        final String lease;
        final Ask ask;
        boolean held;
        long token;
        long expires;

        @Nullable
        Consumer<Answer> waiting;

        Place(String lease, Ask ask) {
            this.lease = lease;
            this.ask = ask;
        }
    }

    private final SplittableRandom random;
    private final Fault fault;
    private final Thing thing;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final List<Place> queue = new ArrayList<>();
    private final Map<String, String> ended = new HashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<LogEvent> log = new ArrayList<>();
    private long now;
    private long order;
    private long token = 100;
    private int leases;

    private Model(long seed, Kind kind, Fault fault) {
        this.random = new SplittableRandom(seed);
        this.fault = fault;
        this.thing = new Thing(kind, "x");
    }

    /** What the checker finds in the history of this seed. */
    static List<Violation> violations(long seed, Fault fault) {
        Kind[] kinds = {Kind.LOCK, Kind.RWLOCK, Kind.SEMAPHORE, Kind.ELECTION};
        Model model = new Model(seed, kinds[(int) (seed % kinds.length)], fault);
        model.run();
        return Checker.check(model.calls, new Log(model.log, true));
    }

    /** How many calls the history of this seed has. */
    static int calls(long seed) {
        Model model = new Model(seed, Kind.LOCK, Fault.NONE);
        model.run();
        return model.calls.size();
    }

    private void run() {
        if (thing.kind() == Kind.SEMAPHORE) {
            calls.add(new Call(
                    0,
                    0,
                    Verb.PERMITS,
                    thing,
                    "",
                    Ask.permits(PERMITS),
                    0,
                    1,
                    new Answer(201, null, null, 0, false, null)));
        }
        for (int client = 0; client < CLIENTS; client++) {
            int number = client;
            later(random.nextInt(50), () -> story(number, STORIES));
        }
        for (Event next = events.poll(); next != null; next = events.poll()) {
            now = next.at();
            next.what().run();
        }
    }

    private void later(long millis, Runnable what) {
        events.add(new Event(now + millis, order++, what));
    }

    private boolean faulty(Fault which) {
        return fault == which && random.nextInt(20) == 0;
    }

    // clients

    private void story(int client, int left) {
        if (left == 0) {
            return;
        }
        boolean shared = thing.kind() == Kind.SEMAPHORE || (thing.kind() == Kind.RWLOCK && random.nextInt(3) > 0);
        int count = thing.kind() == Kind.SEMAPHORE ? 1 + random.nextInt(2) : 0;
        Ask ask = Ask.take(
                TTLS[random.nextInt(TTLS.length)], random.nextInt(5) * 100L, random.nextBoolean(), shared, count);
        Runnable next = () -> later(random.nextInt(40), () -> story(client, left - 1));
        take(client, "lease-" + leases++, ask, 8, next);
    }

    private void take(int client, String lease, Ask ask, int left, Runnable next) {
        call(client, Verb.TAKE, lease, ask, answer -> {
            if (answer.holds()) {
                hold(client, lease, ask, answer, next);
            } else if (left > 0 && (answer.waits() || answer.isUnknown())) {
                take(client, lease, ask, left - 1, next);
            } else {
                call(client, Verb.END, lease, Ask.PLAIN, any -> next.run());
            }
        });
    }

    private void hold(int client, String lease, Ask ask, Answer granted, Runnable next) {
        int deed = random.nextInt(8);
        Runnable release = () -> call(client, Verb.RELEASE, lease, Ask.PLAIN, any -> {
            if (deed == 5) {
                call(client, Verb.TAKE, lease, ask, same -> next.run());
            } else {
                next.run();
            }
        });
        Runnable renew = () -> call(client, Verb.RENEW, lease, Ask.renew(ask.ttlMillis()), any -> release.run());
        switch (deed) {
            case 0 -> renew.run();
            case 1 -> later(random.nextInt((int) ask.ttlMillis()), renew);
            case 2 -> later(ask.ttlMillis() + random.nextInt(1_000), renew);
            case 3 -> next.run();
            case 4 -> call(client, Verb.CHECK, lease, Ask.check(granted.token(), ask.shared()), any -> release.run());
            case 6 -> call(client, Verb.TAKE, lease, ask, any -> release.run());
            default -> later(random.nextInt(200), release);
        }
    }

    /** Sends, carries out, answers, each in its time; or loses one of the two. */
    private void call(int client, Verb verb, String lease, Ask ask, Consumer<Answer> then) {
        long invoked = now;
        long patience = 600 + ask.waitMillis();
        int fate = random.nextInt(40);
        boolean[] returned = {false};
        Consumer<Answer> back = answer -> {
            if (!returned[0]) {
                returned[0] = true;
                calls.add(new Call(client, 0, verb, thing, lease, ask, invoked * 1_000_000, now * 1_000_000, answer));
                then.accept(answer);
            }
        };
        later(patience, () -> back.accept(Answer.NONE));
        Consumer<Answer> sent = answer -> {
            if (fate != 1) {
                later(1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 10), () -> back.accept(answer));
            }
        };
        if (fate != 0) {
            later(1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 10), () -> carryOut(verb, lease, ask, sent));
        }
    }

    // the service

    private void carryOut(Verb verb, String lease, Ask ask, Consumer<Answer> sent) {
        Place place = queue.stream()
                .filter(one -> one.lease.equals(lease))
                .findFirst()
                .orElse(null);
        switch (verb) {
            case TAKE -> carryOutTake(place, lease, ask, sent);
            case RENEW -> {
                if (place == null) {
                    boolean forgotten = ended.containsKey(lease) && faulty(Fault.END_FORGOTTEN);
                    sent.accept(forgotten ? Tale.live() : gone(lease));
                } else {
                    prolong(place);
                    sent.accept(Tale.live());
                }
            }
            case RELEASE, END -> {
                if (place != null) {
                    end(place, "RELEASED");
                    sent.accept(Tale.ended(place.token));
                    grant();
                } else if (verb == Verb.END && !ended.containsKey(lease)) {
                    ended.put(lease, "RELEASED");
                    sent.accept(Tale.ended(0));
                } else {
                    sent.accept("RELEASED".equals(ended.get(lease)) ? Tale.ended(0) : gone(lease));
                }
            }
            case CHECK -> {
                boolean current = queue.stream().anyMatch(one -> one.held && one.token == ask.token());
                sent.accept(current ? new Answer(200, null, null, ask.token(), false, null) : gone(lease));
            }
            case REVOKE, TRANSFER, DOWNGRADE, PERMITS -> throw new IllegalStateException("no client asks for " + verb);
        }
    }

    private void carryOutTake(@Nullable Place before, String lease, Ask ask, Consumer<Answer> sent) {
        if (ended.containsKey(lease) && !faulty(Fault.END_FORGOTTEN)) {
            sent.accept(gone(lease));
            return;
        }
        Place place = before;
        if (place == null) {
            place = new Place(lease, ask);
            queue.add(faulty(Fault.QUEUE_JUMPED) ? Math.min(1, queue.size()) : queue.size(), place);
            prolong(place);
        } else if (place.held) {
            sent.accept(Tale.held(200, place.token));
            return;
        }
        place.waiting = sent;
        grant();
        if (place.waiting == sent) {
            Place waiter = place;
            prolong(waiter, ask.waitMillis());
            later(ask.waitMillis(), () -> waitIsOver(waiter, sent));
        }
    }

    private void waitIsOver(Place place, Consumer<Answer> sent) {
        if (place.waiting != sent) {
            return;
        }
        place.waiting = null;
        if (place.ask.queue()) {
            prolong(place);
            sent.accept(Tale.queued());
            return;
        }
        if (fault == Fault.GRANTED_AND_REFUSED) {
            place.token = ++token;
            log(LogEvent.GRANTED, place, null);
        }
        if (faulty(Fault.REFUSAL_LOGGED)) {
            log.add(event(LogEvent.GRANTED, place, ++token, null));
        }
        queue.remove(place);
        ended.put(place.lease, "WAIT_OVER");
        sent.accept(Tale.refused(409, "HELD"));
        grant();
    }

    private void prolong(Place place) {
        prolong(place, 0);
    }

    private void prolong(Place place, long more) {
        long ttl =
                fault == Fault.EXPIRED_EARLY ? place.ask.ttlMillis() / 2 : place.ask.ttlMillis() + random.nextInt(300);
        long expires = now + ttl + more;
        place.expires = expires;
        later(expires - now, () -> {
            if (place.expires == expires && queue.contains(place)) {
                end(place, "EXPIRED");
                grant();
            }
        });
    }

    private void end(Place place, String endedBy) {
        queue.remove(place);
        ended.put(place.lease, endedBy);
        if (place.held && !faulty(Fault.END_NOT_LOGGED)) {
            log(LogEvent.ENDED, place, endedBy);
        }
        Consumer<Answer> waiting = place.waiting;
        place.waiting = null;
        if (waiting != null) {
            waiting.accept(gone(place.lease));
        }
    }

    private void grant() {
        boolean exclusive = false;
        int before = 0;
        for (Place place : List.copyOf(queue)) {
            boolean entitled = isEntitled(place, exclusive, before) || faulty(Fault.TWO_HOLDERS);
            if (entitled && !place.held) {
                place.held = true;
                place.token = ++token - (faulty(Fault.TOKEN_GOES_BACK) ? 50 : 0);
                if (!faulty(Fault.GRANT_NOT_LOGGED)) {
                    log(LogEvent.GRANTED, place, null);
                }
                if (faulty(Fault.GRANT_LOGGED_TWICE)) {
                    log(LogEvent.GRANTED, place, null);
                }
                prolong(place);
                Consumer<Answer> waiting = place.waiting;
                place.waiting = null;
                if (waiting != null) {
                    waiting.accept(Tale.held(201, place.token));
                }
            }
            exclusive |= !place.ask.shared();
            before += Math.max(1, place.ask.count());
        }
    }

    /** Strictly in order: readers behind readers only, permits only while those before and this fit. */
    private boolean isEntitled(Place place, boolean exclusiveBefore, int before) {
        return switch (thing.kind()) {
            case SEMAPHORE -> before + place.ask.count() <= PERMITS;
            case RWLOCK -> place.ask.shared() ? !exclusiveBefore : before == 0;
            case LOCK, ELECTION, LEASE -> before == 0;
        };
    }

    private Answer gone(String lease) {
        return ended.containsKey(lease)
                ? Tale.gone(Objects.requireNonNull(ended.get(lease)))
                : Tale.refused(404, "LEASE_UNKNOWN");
    }

    private void log(String action, Place place, @Nullable String endedBy) {
        log.add(event(action, place, place.token, endedBy));
    }

    private LogEvent event(String action, Place place, long withToken, @Nullable String endedBy) {
        String mode = thing.kind() == Kind.RWLOCK ? place.ask.shared() ? "read" : "write" : null;
        return new LogEvent(
                log.size() + 1, action, thing, place.lease, withToken, mode, Math.max(1, place.ask.count()), endedBy);
    }
}
