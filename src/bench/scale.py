#!/usr/bin/env python3
"""Measures what much of one thing costs a Tenure server, which it starts for that: waiting requests, live leases, expiries, streams.

    src/bench/scale.py waiters [--n 5000]            on one lock: memory, threads and processor time for each, time to hand over
    src/bench/scale.py leases  [--n 100000]          kept alive by renewals in lists: rates, memory, processor time, then how late they end
    src/bench/scale.py expiry  [--n 200] [--ttl 2,5] left alone: how late each ends, and the next in the queue is granted
    src/bench/scale.py streams [--n 2000]            of events of one lock: memory and threads for each, time until all are told of a grant
    src/bench/scale.py kept    [--n 10000]           locks that one process holds by the Java client: requests, processor time of both
    src/bench/scale.py readers [--n 1000]            of one read/write lock: rate of grants, time until a writer behind them is let in

Prints a table, or with --json one line of JSON for each run. Exit status 0 if what must hold did: all are answered, none ends before
its TTL is over, all end; and for expiry, 99 of 100 end within the grace and --late milliseconds behind the TTL.
"""

import concurrent.futures
import json
import resource
import selectors
import socket
import subprocess
import sys
import tempfile
import time

from compare import SOURCE, bench
from server import Server, between, parse, parser

SERVER_THREADS = 64  # as many as serve requests, however many streams there are
DESCRIPTORS_BESIDE = 500  # what a server has open without any client, and some room


def options():
    arguments = parser(__doc__, heap="1g")
    arguments.add_argument("what", choices=RUNS)
    arguments.add_argument("--n", type=between(1, 1_000_000), help="how many; by default 5000 waiters, 100000 leases, 200 expiries, 2000 streams, 10000 kept, 1000 readers")
    arguments.add_argument("--ttl", help="seconds: one for leases and kept (30), a list for expiry (2,5)")
    arguments.add_argument("--every", type=between(1, 3600), default=10, help="leases: seconds between two renewals of each, by default 10")
    arguments.add_argument("--seconds", type=between(1, 600), default=10, help="leases: length of each fast run, by default 10")
    arguments.add_argument("--paced", type=between(1, 3600), default=30, help="leases, kept: length of the run at that pace, by default 30")
    arguments.add_argument("--idle", type=between(1, 600), default=20, help="waiters: seconds that all just wait, by default 20")
    arguments.add_argument("--warm", type=between(1, 600), default=20, help="waiters: seconds of other work before, by default 20")
    arguments.add_argument("--late", type=between(-10_000, 600_000), default=100, help="expiry: milliseconds, by default 100")
    given = parse(arguments)
    given.n = given.n or {"waiters": 5000, "leases": 100_000, "expiry": 200, "streams": 2000, "kept": 10_000, "readers": 1000}[given.what]
    try:
        given.ttl = [between(1, 3600)(text) for text in (given.ttl or {"leases": "30", "kept": "30", "expiry": "2,5"}.get(given.what, "60")).split(",")]
    except Exception as wrong:
        arguments.error(f"--ttl: {wrong}")
    if given.what == "leases" and (len(given.ttl) > 1 or given.ttl[0] < 2 * given.every):
        arguments.error("--ttl: one, and at least twice --every")
    if given.what == "waiters" and given.n > 10_000:
        arguments.error("--n: at most 10000 can wait for one lock")
    if given.what not in ("leases", "kept"):
        allow_descriptors(arguments, given.n + DESCRIPTORS_BESIDE)
    return given


def allow_descriptors(arguments, wanted):
    """A connection is a descriptor here and one in the server, which inherits the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        arguments.error(f"--n: needs {wanted} open files, and ulimit -Hn is {hard}: raise it, or ask for fewer")
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def waiters(given, server, classes):
    # what the server keeps from its first work on (code, pages of the database) is no waiter's
    for run, more in (("tenure-cycle", {"warm": 0, "seconds": given.warm}), ("tenure-waiters", {"n": 500, "idle": 1, "wait": 600, "handOvers": 10})):
        bench(classes, run, patience=1800, port=server.port, pid=server.pid, **more)
    found = bench(
        classes, "tenure-waiters", patience=1800, port=server.port, pid=server.pid, n=given.n, idle=given.idle, wait=600, handOvers=10
    )
    found["kibEachInAll"] = round(found["kibEach"] + found["heapKibEach"], 2)
    answered = found["granted"] == given.n and not found["unanswered"] and not found["answeredEarly"]
    return [(found, answered)]


def leases(given, server, classes):
    found = bench(
        classes, "leases", program="Scale", patience=3600, port=server.port, pid=server.pid, n=given.n, ttl=given.ttl[0],
        every=given.every, seconds=given.seconds, paced=given.paced,
    )
    return [(found, on_time(found))]


def expiry(given, server, classes):
    told = []
    for ttl in given.ttl:
        found = bench(classes, "expiry", program="Scale", patience=3600, port=server.port, pid=server.pid, n=given.n, ttl=ttl)
        good = on_time(found) and found.get("nextLateMillisLeast", -1) >= 0 and not found["nextUnanswered"] and not found["nextRefused"]
        bound = server.json("/v1/limits")["graceMillis"] + given.late
        found["boundMillis"] = bound
        told.append((found, good and found["endLateMillisP99"] <= bound))
    return told


def streams(given, server, classes):
    bench(classes, "tenure-cycle", patience=600, port=server.port, pid=server.pid, warm=0, seconds=given.warm)
    heap, before = server.collect(), server.process_figures()
    with selectors.DefaultSelector() as selector:
        for _ in range(given.n):
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(b"GET /v1/locks/scale-streams/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            selector.register(connection, selectors.EVENT_READ, bytearray())
        opened = told(selector, given.n, b"event: state")
        with_all = server.process_figures()
        heap_with_all = server.collect()
        began = time.monotonic()
        lease = server.post("/v1/locks/scale-streams", {"ttl": "60s"})["lease"]
        granted = told(selector, given.n, b"event: granted")
        millis = round((time.monotonic() - began) * 1000)
        server.delete(f"/v1/leases/{lease}")
        for key in list(selector.get_map().values()):
            key.fileobj.close()
    kib = 1024 / given.n
    found = {
        "run": "streams",
        "n": given.n,
        "heapKibEach": round((heap_with_all - heap) * kib, 2),
        "kibEach": round((with_all["residentMiB"] - before["residentMiB"]) * kib, 2),
        "threadsMore": with_all["threads"] - before["threads"],
        "told": granted,
        "allToldMillis": millis,
    }
    return [(found, opened == granted == given.n and found["threadsMore"] <= SERVER_THREADS)]


def told(selector, wanted, text, patience=60):
    """How many of the connections have received this text, when all have or the patience is over."""
    have, until = set(), time.monotonic() + patience
    while len(have) < wanted and time.monotonic() < until:
        for key, _ in selector.select(1):
            key.data.extend(key.fileobj.recv(65536))
            if text in key.data:
                have.add(key.fd)
    return len(have)


def readers(given, server, classes):
    bench(classes, "tenure-cycle", patience=600, port=server.port, pid=server.pid, warm=0, seconds=given.warm)
    path = "/v1/rwlocks/scale-readers"
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(16) as clients:
        held = list(clients.map(lambda _: server.post(path, {"mode": "read", "ttl": "10m"}), range(given.n)))
        seconds = time.monotonic() - began
        writer = clients.submit(server.post, path, {"mode": "write", "ttl": "10m", "wait": "60s"})
        while server.json(path)["queueLength"] == 0:
            time.sleep(0.01)
        late = server.try_post(path, {"mode": "read", "ttl": "10m"})
        began = time.monotonic()
        list(clients.map(lambda hold: server.delete("/v1/leases/" + hold["lease"]), held))
        released = time.monotonic() - began
        last = time.monotonic()
        granted = writer.result()
        millis = round((time.monotonic() - last) * 1000, 1)
    found = {
        "run": "readers",
        "n": given.n,
        "grantsPerSecond": round(given.n / seconds),
        "releasesPerSecond": round(given.n / released),
        "writerMillisAfterTheLast": millis,
        "lateReaderStatus": late,
    }
    highest = max(hold["fencingToken"] for hold in held)
    return [(found, late == 409 and granted["fencingToken"] > highest)]


def kept(given, server, classes):
    """The client of the jar that the server runs from, in a process of its own."""
    command = ["java", "-cp", str(given.jar), str(SOURCE.with_name("Kept.java")), f"http://127.0.0.1:{server.port}", str(given.n), str(given.ttl[0]), str(given.paced)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
        try:
            if client.stdout.readline() != "kept\n":
                sys.exit("the client did not begin")
            before, requests, began = server.process_figures(), renewals(server), time.monotonic()
            found = json.loads(client.stdout.readline())
            seconds = time.monotonic() - began
            after = server.process_figures()
            found.update(
                run="kept",
                requestsPerSecond=round((renewals(server) - requests) / seconds, 2),
                serverCpu=round((after["cpuSeconds"] - before["cpuSeconds"]) / seconds, 4),
            )
        except BaseException:
            client.terminate()
            raise
    return [(found, found["held"] == given.n and not found["lost"] and client.returncode == 0)]


def renewals(server):
    return server.metrics()["tenure_renewMany_count"]


def on_time(found):
    return found.get("endLateMillisLeast", -1) >= 0 and not found["endedOtherwise"] and not found["notEnded"]


RUNS = {"waiters": waiters, "leases": leases, "expiry": expiry, "streams": streams, "kept": kept, "readers": readers}
SETTINGS = {
    "waiters": lambda given: {
        "limits.maxWait": "15m",
        "limits.maxWaiters": 10_000,
        "server.applicationConnectors[0].idleTimeout": "20m",
    },
    "leases": lambda given: {"limits.maxLeases": given.n + 1000, "audit.maxBacklog": 10 * given.n + 100_000},
    "expiry": lambda given: {"limits.maxLeases": 2 * given.n + 1000},
    "streams": lambda given: {"limits.maxStreams": given.n},
    "kept": lambda given: {"limits.maxLeases": given.n + 1000, "audit.maxBacklog": 10 * given.n + 100_000},
    "readers": lambda given: {},
}


def main():
    given = options()
    good = True
    with tempfile.TemporaryDirectory() as classes:
        subprocess.run(["javac", "-d", classes, "-sourcepath", str(SOURCE.parent), str(SOURCE.with_name("Scale.java"))], check=True)
        with Server(given.jar, given.heap, given.keep, SETTINGS[given.what](given), touched=given.what in ("waiters", "streams")) as server:
            grace = server.json("/v1/limits")["graceMillis"]
            for found, held in RUNS[given.what](given, server, classes):
                found.update(graceMillis=grace, good=held, serverHeap=given.heap)
                good &= held
                print(json.dumps(found) if given.json else table(found), flush=True)
    sys.exit(0 if good else 1)


def table(found):
    rows = [f"| {found['run']} | |", "|---|---|"]
    for name, value in found.items():
        if isinstance(value, dict):
            value = ", ".join(f"{each} {number:,}" for each, number in value.items())
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            value = f"{value:,}"
        if name != "run":
            rows.append(f"| {name} | {value} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
