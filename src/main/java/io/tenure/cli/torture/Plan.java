package io.tenure.cli.torture;

import io.tenure.name.Kind;
import java.util.random.RandomGenerator;

/**
 * What one client does in one story, as far as it is its own choice: drawn at once, so that what the servers answer changes no later
 * choice, and one seed gives one sequence of plans for each client.
 *
 * @param hot whether it wants what others want too
 * @param pick which of these, a number of which the rest counts
 * @param ttlMillis of the lease
 * @param waitMillis how long each of its takes may hang
 * @param queue whether it keeps its place in between
 * @param reads of a read/write lock
 * @param count of permits
 * @param move the number of the server that it goes to before, of which the rest counts; negative to stay
 * @param leave how it gives up before it is granted
 * @param leaveMillis how long it waits for that
 * @param deed what it does with what it holds
 * @param holdMillis for how long it holds it, apart from that
 * @param immediately whether a revocation or a transfer waits for nobody
 * @param wholeLease whether it ends the lease instead of the hold
 * @param meddling what it does to others before
 */
record Plan(
        Kind kind,
        boolean hot,
        int pick,
        long ttlMillis,
        long waitMillis,
        boolean queue,
        boolean reads,
        int count,
        int move,
        Leave leave,
        int leaveMillis,
        Deed deed,
        int holdMillis,
        boolean immediately,
        boolean wholeLease,
        Meddling meddling) {
    private static final long[] TTLS = {1_000, 1_500, 2_000, 3_000};
    private static final long[] WAITS = {0, 200, 500, 1_000, 3_000};

    /** How a client gives up before it is granted. */
    enum Leave {
        NOT,
        /** It closes the connection in the middle of a take, and is not heard of again. */
        VANISHES,
        /** It closes the connection in the middle of a take, and has the lease refused from then on. */
        CANCELS,
        /** It gives up its place. */
        WITHDRAWS
    }

    /** What a client does with what it holds, with how many of a hundred do it when they are hasty, and when they are patient. */
    enum Deed {
        NOTHING(60, 30),
        RENEWS(15, 10),
        /** Renews every third of its TTL for longer than that. */
        KEEPS(0, 10),
        /** Sends its take again, to another server. */
        REPEATS(6, 8),
        /** Asks whether its token is current, also when it is not any more. */
        CHECKS(8, 8),
        /** Sleeps beyond its deadline, renews, and gives back what is another's by then. */
        OVERSLEEPS(0, 8),
        /** Is not heard of again. */
        ABANDONS(2, 4),
        /** Gives back twice and sends its take again behind that. */
        COMES_LATE(6, 6),
        /** Is revoked. */
        IS_REVOKED(1, 4),
        DOWNGRADES(2, 6),
        /** Hands its office to somebody who waits. */
        TRANSFERS(0, 6);

        private final int hasty;
        private final int patient;

        Deed(int hasty, int patient) {
            this.hasty = hasty;
            this.patient = patient;
        }

        private static Deed of(int of100, boolean patient) {
            int left = of100;
            for (Deed deed : values()) {
                left -= patient ? deed.patient : deed.hasty;
                if (left < 0) {
                    return deed;
                }
            }
            throw new AssertionError("they are not a hundred in all");
        }
    }

    /** What a client does to who holds what it wants. */
    enum Meddling {
        NOT,
        CHECKS_TOKEN,
        REVOKES
    }

    /** Draws one of a client who queues with others, or of one who is quick and mostly alone. */
    static Plan draw(RandomGenerator random, boolean patient) {
        return new Plan(
                kind(random.nextInt(100)),
                random.nextInt(100) < (patient ? 95 : 2),
                random.nextInt(1 << 20),
                TTLS[random.nextInt(TTLS.length)],
                WAITS[random.nextInt(WAITS.length)],
                random.nextInt(100) < 60,
                random.nextInt(100) < 65,
                1 + Math.max(0, random.nextInt(6) - 3),
                random.nextInt(patient ? 4 : 32) == 0 ? random.nextInt(1 << 20) : -1,
                leave(random.nextInt(100), patient ? 10 : 1),
                random.nextInt(400),
                Deed.of(random.nextInt(100), patient),
                random.nextInt(patient ? 100 : 10),
                random.nextInt(100) < 30,
                random.nextInt(100) < 15,
                meddling(random.nextInt(100), patient ? 8 : 0));
    }

    /** Takes a lock of its own and gives it back. */
    static Plan brief(RandomGenerator random) {
        return new Plan(
                Kind.LOCK,
                false,
                random.nextInt(1 << 20),
                TTLS[random.nextInt(TTLS.length)],
                0,
                false,
                false,
                1,
                -1,
                Leave.NOT,
                0,
                Deed.NOTHING,
                0,
                false,
                false,
                Meddling.NOT);
    }

    private static Kind kind(int of100) {
        if (of100 < 40) {
            return Kind.LOCK;
        }
        return of100 < 65 ? Kind.RWLOCK : of100 < 82 ? Kind.SEMAPHORE : Kind.ELECTION;
    }

    /** @param each how many of a hundred do each */
    private static Leave leave(int of100, int each) {
        if (of100 >= 3 * each) {
            return Leave.NOT;
        }
        return of100 < each ? Leave.VANISHES : of100 < 2 * each ? Leave.CANCELS : Leave.WITHDRAWS;
    }

    /** @param each how many of a hundred do each */
    private static Meddling meddling(int of100, int each) {
        if (of100 >= 2 * each) {
            return Meddling.NOT;
        }
        return of100 < each ? Meddling.CHECKS_TOKEN : Meddling.REVOKES;
    }
}
