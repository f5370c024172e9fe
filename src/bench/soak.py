#!/usr/bin/env python3
"""Drives a Tenure server of its own with a steady mixed load for long, and judges whether anything grows, fails or is missing.

    src/bench/soak.py --minutes 30 [--rate 150] [--heap 512m]

The load takes locks with names that are never used again: by POST and by PUT, waiting in a queue, with renewals alone and in lists,
left to expire, revoked; and some leases stand all the time. The audit log is read along, and must tell of each acknowledged grant
and its end exactly once. Exit status 0 if all verdicts are good, 1 if one is not, 2 if the request is wrong.

What stands in the first minutes (--warm) is not judged: ids that were ended are remembered for a while, and the compiler is at work.
"Flat" means: the median of the last third is at most the median of the first third, the tolerance in per cent, and an allowance.
"""

import json
import statistics
import sys
import time

from load import Load
from server import Server, between, parse, parser

FLAT = {  # what must not grow: the allowance beside the tolerance
    "liveHeapMiB": 8,
    "threads": 3,
    "descriptors": 8,
    "outbox": 200,
    "nodes": 500,
    "leases": 50,
    "hanging": 5,
    "queuesWatched": 10,
}
SHOWN = ["residentMiB", "heapMiB", *FLAT, "cpu", "zookeeperMiB", "auditMiB", "perSecond"]
SETTLE_SECONDS = 60  # after the load: the longest that something may take to end


def options():
    arguments = parser(__doc__, heap="512m")
    arguments.add_argument("--minutes", type=between(0.2, 60 * 24 * 14, float), default=30, help="by default 30")
    arguments.add_argument("--rate", type=between(0.1, 5000, float), default=150, help="cycles a second, by default 150")
    arguments.add_argument("--standing", type=between(0, 10_000), default=200, help="leases that live all the time, by default 200")
    arguments.add_argument("--every", type=between(1, 600, float), default=10, help="seconds between two samples, by default 10")
    arguments.add_argument("--warm", type=between(0, 3600, float), help="seconds that are not judged; by default 240, at most a third")
    arguments.add_argument("--tolerance", type=between(-100, 1000, float), default=10, help="growth that is still flat, in per cent")
    arguments.add_argument("--audit-kib", type=between(0, 1000, float), default=7, help="audit database, KiB a cycle, by default 7")
    arguments.add_argument("--zookeeper-kib", type=between(0, 1000, float), default=8, help="ZooKeeper's folder, KiB a cycle, by default 8")
    arguments.add_argument("--zookeeper-mib", type=between(1, 1e6, float), default=900, help="and in all, MiB, by default 900")
    given = parse(arguments)
    seconds = given.minutes * 60
    given.warm = min(240, seconds / 3) if given.warm is None else given.warm
    if seconds - given.warm < 6 * given.every:
        arguments.error("--minutes, less --warm, must have room for six samples of --every seconds")
    return given


def sample(server, load, before, full):
    """One look from outside; `before` is the look before it, or None."""
    metrics = server.metrics()
    found = {
        "at": time.monotonic(),
        **server.process_figures(),
        **server.data_mib(),
        "liveHeapMiB": server.collect() if full else None,
        "heapMiB": server.heap_after_collection(),
        "outbox": metrics["tenure_outbox_length"],
        "leases": metrics["tenure_leases_live"],
        "hanging": metrics["tenure_requests_hanging"],
        "queuesWatched": metrics["tenure_queues_watched"],
        "nodes": server.nodes(),
        "cycles": load.done(),
        "faults": load.faults,
    }
    if before:
        passed = found["at"] - before["at"]
        found["perSecond"] = (found["cycles"] - before["cycles"]) / passed
        found["cpu"] = (found["cpuSeconds"] - before["cpuSeconds"]) / passed
    return found


def drive(server, load, given):
    """Runs the load for as long as asked; returns the samples. A full collection goes with every sixth, or more in a short run."""
    begun = time.monotonic()
    until = begun + given.minutes * 60
    judged = (given.minutes * 60 - given.warm) / given.every
    collect_every = max(1, min(6, int(judged / 9)))
    samples = [sample(server, load, None, True)]
    load.start()
    while time.monotonic() + given.every <= until + 0.5:
        time.sleep(max(0.0, begun + len(samples) * given.every - time.monotonic()))
        found = sample(server, load, samples[-1], len(samples) % collect_every == 0)
        samples.append(found)
        left = max(0, until - time.monotonic())
        print(
            f"{int(left // 60)} min {int(left % 60):02d} s left: {found['perSecond']:.0f} cycles/s, {found['cpu']:.2f} cores, resident"
            f" {found['residentMiB']:.0f} MiB, heap {found['heapMiB']} MiB, {found['leases']:.0f} leases, {found['nodes']} nodes,"
            f" outbox {found['outbox']:.0f}, {found['faults']} faults",
            file=sys.stderr, flush=True,
        )
    for one in samples:
        one["at"] -= begun
    return samples


def settle(server, load):
    """After the load: waits until the log tells of every end and nothing is left, at most a while. Returns what is left."""
    until = time.monotonic() + SETTLE_SECONDS
    while True:
        complete = load.read_log()
        metrics = server.metrics()
        left = {
            name: int(metrics["tenure_" + name])
            for name in ("leases_live", "requests_hanging", "queues_watched", "outbox_length")
            if metrics["tenure_" + name]
        }
        if time.monotonic() > until or (complete and not left and not load.ledger.left()):
            return complete, left, server.json("/v1/audit/tenures?open=true")["items"]
        time.sleep(1)


def thirds(samples, name):
    """Medians of the first and the last third of the samples that have this figure."""
    values = [one[name] for one in samples if one.get(name) is not None]
    third = max(1, len(values) // 3)
    return (statistics.median(values[:third]), statistics.median(values[-third:])) if len(values) >= 2 else (0, float("inf"))


def judge(given, samples, load, complete, left, still_open):
    """The verdicts: name, whether it is good, and why."""
    judged = [one for one in samples if one["at"] >= given.warm]
    verdicts = []
    for name, allowance in FLAT.items():
        first, last = thirds(judged, name)
        bound = first * (1 + given.tolerance / 100) + allowance
        verdicts.append((name + " flat", last <= bound, f"{first:.0f} -> {last:.0f}, at most {bound:.0f}"))
    start, end = judged[0], judged[-1]
    kib = (end["auditMiB"] - start["auditMiB"]) * 1024 / max(1, end["cycles"] - start["cycles"])
    verdicts.append(("audit database", kib <= given.audit_kib, f"{kib:.2f} KiB a cycle, at most {given.audit_kib:g}"))
    bound = min(64 + given.zookeeper_kib * load.done() / 1024, given.zookeeper_mib)
    most = max(one["zookeeperMiB"] for one in samples)
    verdicts.append(("ZooKeeper's folder", most <= bound, f"at most {most:.0f} MiB, may have {bound:.0f}"))
    rate = (end["cycles"] - start["cycles"]) / (end["at"] - start["at"])
    verdicts.append(("rate kept", rate >= 0.95 * given.rate, f"{rate:.1f} cycles/s of {given.rate:g}"))
    verdicts.append(("no fault", not load.faults, f"{load.faults} unexpected answers" + "".join("\n    " + one for one in load.examples)))
    ledger, wrong = load.ledger, load.ledger.left()
    exact = complete and not wrong and not ledger.gaps and not still_open
    verdicts.append((
        "audit log exact",
        exact,
        f"{ledger.acknowledged} grants acknowledged, {ledger.told} in the log, {len(wrong)} disagree, {len(still_open)} without end,"
        f" {ledger.gaps} gaps in its numbers, complete: {str(complete).lower()}" + "".join("\n    " + one for one in wrong[:5]),
    ))
    verdicts.append(("nothing left behind", not left, "" if not left else str(left)))
    return verdicts


def main():
    given = options()
    with Server(given.jar, given.heap, given.keep) as server:
        load = Load(server.port, given.rate, given.standing)
        samples = drive(server, load, given)
        load.stop()
        complete, left, still_open = settle(server, load)
    verdicts = judge(given, samples, load, complete, left, still_open)
    good = all(fine for _, fine, _ in verdicts)
    if given.json:
        told = [{"verdict": name, "good": fine, "why": why} for name, fine, why in verdicts]
        print(json.dumps({"run": "soak", "good": good, "stories": load.cycles, "verdicts": told, "samples": samples}))
    else:
        judged = [one for one in samples if one["at"] >= given.warm]
        print("| | first third | last third |\n|---|---|---|")
        for name in SHOWN:
            first, last = thirds(judged, name)
            print(f"| {name} | {first:,.2f} | {last:,.2f} |")
        print()
        for name, fine, why in verdicts:
            print(f"{'good' if fine else 'BAD '}  {name}: {why}")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
