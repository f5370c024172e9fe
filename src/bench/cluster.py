#!/usr/bin/env python3
"""Measures what many leases cost a cluster of three Tenure servers on this machine, which it starts with tenure dev-cluster.

    src/bench/cluster.py [--n 100000] [--ttl 60] [--every 20]

Grants leases over all servers, renews them in lists as fast as can be, then each once in --every seconds, and tells what each server takes
for that. Then it makes leases that nobody renews, kills the coordinator, and tells how soon another one is there and the first of them is
ended. At last every lease that was renewed must be live: exit status 0 if so, and if none of the others was ended before its time.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from compare import SOURCE, bench, free_ports
from scale import table
from server import ROOT, between, parse, parser

SERVER = re.compile(r"^(\d+) +http://127\.0\.0\.1:(\d+) .* (\d+)$", re.MULTILINE)


class DevCluster:
    """The servers, for the length of a with-block."""

    def __init__(self, jar, n, keep):
        self.jar, self.n, self.keep = jar, n, keep

    def __enter__(self):
        self.folder = home = pathlib.Path(tempfile.mkdtemp(prefix="tenure-cluster-"))
        settings = f"-Ddw.limits.maxLeases={self.n + 1000} -Ddw.audit.maxBacklog={10 * self.n + 100_000}"
        with open(home / "told", "w") as told:
            self.process = subprocess.Popen(
                ["java", "-jar", str(self.jar), "dev-cluster", "--folder", str(home / "data"), "--port", str(free_range())],
                stdout=told, stderr=subprocess.STDOUT, cwd=ROOT, start_new_session=True, env={**os.environ, "JAVA_TOOL_OPTIONS": settings},
            )
        until = time.monotonic() + 120
        while len(found := SERVER.findall((home / "told").read_text())) < 3:
            if self.process.poll() is not None or time.monotonic() > until:
                self.__exit__()
                sys.exit("the cluster did not start: " + (home / "told").read_text())
            time.sleep(0.2)
        self.ports = [port for _, port, _ in found]
        self.pids = [pid for _, _, pid in found]
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        if self.keep:
            print("kept: " + str(self.folder), file=sys.stderr)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


def free_range():
    """The first of thirty ports that dev-cluster takes; it says so if another program has one of them."""
    return min(free_ports(1)[0], 60_000)


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--n", type=between(1, 1_000_000), default=100_000, help="how many leases, by default 100000")
    arguments.add_argument("--ttl", type=between(10, 3600), default=60, help="their seconds, by default 60")
    arguments.add_argument("--every", type=between(1, 3600), default=20, help="seconds between two renewals of each, by default 20")
    arguments.add_argument("--paced", type=between(1, 3600), default=40, help="length of the run at that pace, by default 40")
    given = parse(arguments)
    with tempfile.TemporaryDirectory() as classes:
        subprocess.run(["javac", "-d", classes, "-sourcepath", str(SOURCE.parent), str(SOURCE.with_name("Cluster.java"))], check=True)
        with DevCluster(given.jar, given.n, given.keep) as cluster:
            found = bench(
                classes, "cluster", program="Cluster", patience=3600, ports=",".join(cluster.ports), pids=",".join(cluster.pids),
                n=given.n, ttl=given.ttl, every=given.every, paced=given.paced,
            )
    found["good"] = found["stillLive"] == given.n and not found["notEnded"] and found["endLateMillisLeast"] >= 0
    print(json.dumps(found) if given.json else table(found), flush=True)
    sys.exit(0 if found["good"] else 1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
