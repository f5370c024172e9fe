#!/usr/bin/env python3
"""Measures how fast a lock, and leadership, goes from one to the next, at Tenure, etcd and native Curator clients in turn.

    src/bench/handover.py [--rounds 3] [--seconds 3] [--candidates 2,16]

Candidates of one election campaign, resign as soon as they lead, and campaign again; with a lock likewise. The time of a hand-over is
that from the sending of the resignation until another candidate is told that it leads. Tenure is asked over HTTP, etcd through its JSON
gateway (/v3/election/campaign and resign, /v3/lock/lock and unlock); LeaderLatch and InterProcessMutex work on the ZooKeeper that is
embedded in the same Tenure. Starts a Tenure server and an etcd of its own, and ends them; etcd must be in the PATH (Debian: etcd-server).

Server and native clients warm up first. Prints the medians of the rounds, or with --json one line of JSON for each row. Exit status 0 if
nobody was told that it has what another had, and nothing failed.
"""

import json
import statistics
import subprocess
import sys
import tempfile

from compare import SOURCE, Etcd, benches, machine
from server import Server, between, parse, parser

NAMES = {("tenure", "lock"): "Tenure", ("tenure", "election"): "Tenure", ("native", "lock"): "`InterProcessMutex`", ("native", "election"): "`LeaderLatch`"}


def options():
    arguments = parser(__doc__, heap="512m")
    arguments.add_argument("--rounds", type=between(1, 100), default=3, help="by default 3")
    arguments.add_argument("--seconds", type=between(1, 600), default=3, help="that each run is measured, by default 3; one more before")
    arguments.add_argument("--prepare", type=between(8, 3600), default=48, help="seconds to warm up before all runs, by default 48")
    arguments.add_argument("--candidates", type=counts, default="2,16", help="how many, a list; by default 2,16")
    arguments.add_argument("--sessions", type=between(1, 64), default=4, help="that the native clients share, by default 4")
    arguments.add_argument("--by", choices=("put", "post"), default="put", help="how Tenure is asked: with lease ids of the client's choice, which is the default, or of the server's")
    given = parse(arguments)
    given.expected = given.prepare + given.rounds * 6 * len(given.candidates.split(",")) * (given.seconds + 1)
    return given


def counts(text):
    return ",".join(str(between(2, 1000)(each)) for each in text.split(","))


def rows(runs):
    """The medians for each kind, number of candidates and program, and what Tenure's rate is beside that program's."""
    grouped = {}
    for run in runs:
        program, kind = run["run"].split("-")
        grouped.setdefault((kind, run["connections"]), {}).setdefault(program, []).append(run)
    for (kind, candidates), programs in grouped.items():
        ours = statistics.median(run["perSecond"] for run in programs["tenure"])
        for program, same in programs.items():
            rates = [run["perSecond"] for run in same]
            yield {
                "of": kind,
                "candidates": candidates,
                "by": program,
                "perSecond": statistics.median(rates),
                "perSecondLeast": min(rates),
                "perSecondMost": max(rates),
                "medianMillis": statistics.median(run["handOverMicros"]["p50"] for run in same) / 1000,
                "p99Millis": statistics.median(run["handOverMicros"]["p99"] for run in same) / 1000,
                "tenureBeside": round(ours / statistics.median(rates), 2),
            }


def table(row):
    rate = "{perSecond:,.0f} ({perSecondLeast:,.0f} to {perSecondMost:,.0f})".format(**row)
    ratio = "" if row["by"] == "tenure" else f"{row['tenureBeside']:.2f}"
    name = NAMES.get((row["by"], row["of"]), row["by"])
    return "| {of} | {candidates} | {0} | {1} | {medianMillis:.2f}, {p99Millis:.2f} | {2} |".format(name, rate, ratio, **row)


def main():
    given = options()
    told = machine()
    if not given.json:
        print(f"{told}\nmedians of {given.rounds} rounds of {given.seconds} s, least and most in brackets\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        bench = SOURCE.parent
        subprocess.run(["javac", "-cp", given.jar, "-d", folder, "-sourcepath", bench, bench / "HandOver.java"], check=True)
        with Etcd(folder) as etcd, Server(given.jar, given.heap, given.keep) as server:
            runs = benches(
                f"{folder}:{given.jar}", "hand-over", program="HandOver", patience=300 + 2 * given.expected,
                tenure=server.port, zookeeper=server.zookeeper, etcd=etcd.port,
                candidates=given.candidates, rounds=given.rounds, seconds=given.seconds, prepare=given.prepare, sessions=given.sessions, by=given.by,
            )
    if any(run["failures"] or not run["operations"] for run in runs):
        sys.exit("these are no figures, for something failed or stood still")
    if not given.json:
        print("| hand-over of | among | by | a second | p50, p99 ms | Tenure's rate beside it |\n|---|---|---|---|---|---|")
    for row in rows(runs):
        print(json.dumps(row) if given.json else table(row))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
