#!/usr/bin/env python3
"""Measures a running Tenure and an etcd of its own in turn, and prints the medians of the rounds and their ratio.

    src/bench/compare.py --port 8080 --pid <process id of the Tenure server> [--rounds 3] [--seconds 6] [--only cycle-16,renew-16]

Needs a JDK 17 and an etcd in the PATH (Debian: etcd-server). etcd is started afresh for each of its runs, on loopback, with its own
defaults and its data in a temporary folder, and ended by its process id. The lines are rows of the table in docs/performance.md.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parent / "Bench.java"
PAIRS = [  # name, Tenure's run, etcd's run, connections
    ("cycle-1", "tenure-cycle", "etcd-cycle", 1),
    ("cycle-16", "tenure-cycle", "etcd-cycle", 16),
    ("cycle-64", "tenure-cycle", "etcd-cycle", 64),
    ("put-cycle-64", "tenure-put-cycle", "etcd-cycle", 64),
    ("short-64", "tenure-cycle", "etcd-short", 64),
    ("lock-64", "tenure-lock", "etcd-lock", 64),
    ("contended-16", "tenure-contended", "etcd-contended", 16),
    ("contended-64", "tenure-contended", "etcd-contended", 64),
    ("renew-16", "tenure-renew", "etcd-keepalive", 16),
    ("renew-many-4", "tenure-renew-many", "etcd-keepalive", 4),
    ("refused-16", "tenure-refused", "etcd-range", 16),
]


class Etcd:
    """An etcd of our own, for the length of a with-block."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        self.port, peer = free_ports(2)
        self.log = open(os.path.join(self.folder, "etcd.log"), "a")
        client_url, peer_url = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{peer}"
        self.data = tempfile.mkdtemp(dir=self.folder)
        self.process = subprocess.Popen(
            [
                "etcd",
                "--data-dir", self.data,
                "--listen-client-urls", client_url,
                "--advertise-client-urls", client_url,
                "--listen-peer-urls", peer_url,
                "--initial-advertise-peer-urls", peer_url,
                "--initial-cluster", f"default={peer_url}",
            ],
            stdout=self.log,
            stderr=self.log,
        )
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.1)
        self.__exit__()
        sys.exit("etcd did not start; see " + self.log.name)

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.data, ignore_errors=True)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def bench(classes, run, program="Bench", patience=300, **settings):
    """The figures of one run."""
    return benches(classes, run, program, patience, **settings)[-1]


def benches(classes, run, program="Bench", patience=300, **settings):
    """The figures of each line that the program prints."""
    command = ["java", "-XX:+UseSerialGC", "-cp", classes, program, run]
    done = subprocess.run(
        command + [f"{key}={value}" for key, value in settings.items()], capture_output=True, text=True, timeout=patience
    )
    try:
        told = [json.loads(line) for line in done.stdout.splitlines()]
    except ValueError:
        told = []
    if done.returncode or not told:
        sys.exit(f"{run} gave no figures: {done.stdout}{done.stderr}")
    for figures in told:
        if figures.get("failures"):
            print(f"{figures['run']}: {figures['failures']} failures, such as {figures.get('failure')}", file=sys.stderr)
    return told


def machine():
    """What the figures are of, in one line. Ends the program where there is no etcd."""
    if not shutil.which("etcd"):
        sys.exit("no etcd in the PATH; Debian has it as etcd-server")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    java = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr.splitlines()[0]
    etcd = subprocess.run(["etcd", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    return f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}; {java}; {etcd}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--port", type=int, default=8080)
    arguments.add_argument("--pid", required=True)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=6)
    arguments.add_argument("--warm", type=int, default=3)
    arguments.add_argument("--only", default=",".join(name for name, *_ in PAIRS))
    arguments = arguments.parse_args()
    wanted = arguments.only.split(",")
    unknown = set(wanted) - {name for name, *_ in PAIRS}
    if unknown:
        sys.exit("unknown: " + ", ".join(sorted(unknown)))

    print(machine())
    print(f"medians of {arguments.rounds} rounds of {arguments.seconds} s, least and most in brackets\n")
    print("| work | connections | Tenure /s | p50, p99 ms | etcd /s | ratio |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        classes = os.path.join(folder, "classes")
        subprocess.run(["javac", "-d", classes, str(SOURCE)], check=True)
        for name, ours, theirs, connections in PAIRS:
            if name not in wanted:
                continue
            same = {"connections": connections, "warm": arguments.warm, "seconds": arguments.seconds}
            tenure, etcds = [], []
            for _ in range(arguments.rounds):
                tenure.append(bench(classes, ours, port=arguments.port, pid=arguments.pid, **same))
                with Etcd(folder) as etcd:
                    etcds.append(bench(classes, theirs, port=etcd.port, pid=etcd.process.pid, **same))
            print(row(name, connections, tenure, etcds), flush=True)


def row(name, connections, tenure, etcds):
    def spread(runs):
        rates = [run["perSecond"] for run in runs]
        return f"{statistics.median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f})"

    def millis(percentile):
        return statistics.median(run["operationMicros"][percentile] for run in tenure) / 1000

    ratio = statistics.median(run["perSecond"] for run in tenure) / max(1, statistics.median(run["perSecond"] for run in etcds))
    times = f"{millis('p50'):.2f}, {millis('p99'):.2f}"
    return f"| {name.rsplit('-', 1)[0]} | {connections} | {spread(tenure)} | {times} | {spread(etcds)} | {ratio:.2f} |"


if __name__ == "__main__":
    main()
