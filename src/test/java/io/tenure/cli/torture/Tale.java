package io.tenure.cli.torture;

import io.tenure.name.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A history of one thing, written by hand. Times are milliseconds. */
final class Tale {
    static final long TTL = 1_000;

    private final Thing thing;
    private final List<Call> calls = new ArrayList<>();
    private final List<LogEvent> events = new ArrayList<>();
    private @Nullable Boolean shared;
    private int count;
    private boolean logs = true;

    Tale(Kind kind) {
        this.thing = new Thing(kind, "x");
    }

    static Answer held(int status, long token) {
        return new Answer(status, null, "HELD", token, status == 201, null);
    }

    static Answer queued() {
        return new Answer(202, null, "QUEUED", 0, true, null);
    }

    static Answer live() {
        return new Answer(200, null, "LIVE", 0, true, null);
    }

    static Answer ended(long token) {
        return new Answer(200, null, "ENDED", token, false, "RELEASED");
    }

    static Answer refused(int status, String code) {
        return new Answer(status, code, null, 0, false, null);
    }

    static Answer gone(String endedBy) {
        return new Answer(410, "LEASE_ENDED", null, 0, false, endedBy);
    }

    /** From now on takes ask for this. */
    Tale asking(boolean readsOrPermits, int permits) {
        shared = readsOrPermits;
        count = permits;
        return this;
    }

    /** From now on nothing is written into the audit log but what is told to be. */
    Tale withoutLog() {
        logs = false;
        return this;
    }

    Tale call(Verb verb, String lease, Ask ask, long from, long to, Answer answer) {
        calls.add(new Call(0, 0, verb, thing, lease, ask, from * 1_000_000, to * 1_000_000, answer));
        return this;
    }

    Tale take(String lease, long from, long to, Answer answer) {
        boolean asShared = shared == null ? thing.kind() == Kind.SEMAPHORE : shared;
        call(Verb.TAKE, lease, Ask.take(TTL, 0, true, asShared, count), from, to, answer);
        return logs && answer.status() == 201 ? log(LogEvent.GRANTED, lease, answer.token()) : this;
    }

    /** It is granted. */
    Tale take(String lease, long from, long to, long token) {
        return take(lease, from, to, held(201, token));
    }

    Tale renew(String lease, long from, long to, Answer answer) {
        return call(Verb.RENEW, lease, Ask.renew(TTL), from, to, answer);
    }

    Tale release(String lease, long from, long to, Answer answer) {
        call(Verb.RELEASE, lease, Ask.PLAIN, from, to, answer);
        return logs && answer.status() == 200 ? log(LogEvent.ENDED, lease, answer.token()) : this;
    }

    /** It is given back. */
    Tale release(String lease, long from, long to, long token) {
        return release(lease, from, to, ended(token));
    }

    Tale check(String lease, long token, long from, long to, boolean current) {
        return call(
                Verb.CHECK,
                lease,
                Ask.check(token, false),
                from,
                to,
                current ? new Answer(200, null, null, token, false, null) : refused(410, "TOKEN_ENDED"));
    }

    Tale permits(int permits) {
        return call(Verb.PERMITS, "", Ask.permits(permits), -2, -1, new Answer(201, null, null, 0, false, null));
    }

    Tale log(String action, String lease, long token) {
        return log(action, lease, token, "RELEASED");
    }

    Tale log(String action, String lease, long token, String endedBy) {
        String mode = thing.kind() == Kind.RWLOCK ? Boolean.TRUE.equals(shared) ? "read" : "write" : null;
        events.add(new LogEvent(
                events.size() + 1,
                action,
                thing,
                lease,
                token,
                mode,
                Math.max(1, count),
                action.equals(LogEvent.ENDED) ? endedBy : null));
        return this;
    }

    List<Violation> violations() {
        return Checker.check(calls, logs || !events.isEmpty() ? new Log(events, true) : Log.UNREAD);
    }

    List<Rule> broken() {
        return violations().stream().map(Violation::rule).toList();
    }
}
