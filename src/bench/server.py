"""A Tenure server of our own for the length of a with-block, and what can be seen of it from outside. For the commands beside this file."""

import argparse
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from compare import free_ports

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEAP = re.compile(r"[1-9][0-9]*[kmgKMG]")
COLLECTED = re.compile(r"\d+M->(\d+)M\(")  # a line of the collector's log: used before, used after
SAMPLE = re.compile(r"^(\w+) (-?[0-9.E+]+)$", re.MULTILINE)  # a line of the metrics page


class Server:
    """Runs target/tenure on free loopback ports with its data in a temporary folder, which is removed at the end unless kept.

    Ends it by its process id, also when the block ends by an exception or by Ctrl-C. `settings` are keys of config.yml.
    With `touched` the heap is resident from the start, so that what grows beside it shows.
    """

    def __init__(self, jar, heap, keep=False, settings=None, touched=False):
        self.jar, self.heap, self.keep, self.touched = jar, heap, keep, touched
        self.settings = settings or {}

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tenure-bench-"))
        self.port, self.admin, self.zookeeper = free_ports(3)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TENURE_")}
        environment.update(
            TENURE_PORT=str(self.port),
            TENURE_ADMIN_PORT=str(self.admin),
            TENURE_ZK_PORT=str(self.zookeeper),
            TENURE_DATA=str(self.folder / "data"),
        )
        options = ["-Xmx" + self.heap, f"-Xlog:gc:file={self.folder / 'gc.log'}::filecount=0"]
        options += ["-Xms" + self.heap, "-XX:+AlwaysPreTouch"] if self.touched else []
        options += [f"-Ddw.{key}={value}" for key, value in self.settings.items()]
        environment.update(TENURE_JAVA_OPTS=" ".join(options))
        with open(self.folder / "server.log", "w") as log:
            self.process = subprocess.Popen(
                [str(self.jar.with_name("tenure")), "server", str(ROOT / "config.yml")],
                stdout=log, stderr=log, env=environment, start_new_session=True,  # Ctrl-C is for us to pass on
            )
        self.pid = self.process.pid
        try:
            self._await_ready()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def _await_ready(self):
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if self.get(self.port, "/health/ready")[0] == 200:
                    return
            except OSError:
                time.sleep(0.2)
        told = (self.folder / "server.log").read_text()[-2000:]
        sys.exit("the server did not become ready; the end of its log:\n" + told)

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.keep:
            print("kept: " + str(self.folder), file=sys.stderr)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    # ---- what can be seen of it

    def get(self, port, path):
        """Status and body of one GET on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def json(self, path):
        status, body = self.get(self.port, path)
        if status != 200:
            raise OSError(f"{status} to GET {path}: {body.strip()}")
        return json.loads(body)

    def ask(self, method, path, body=None):
        """Status and JSON of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def post(self, path, body):
        status, answer = self.ask("POST", path, body)
        if status not in (200, 201):
            raise OSError(f"{status} to POST {path}: {answer}")
        return answer

    def try_post(self, path, body):
        """The status alone."""
        return self.ask("POST", path, body)[0]

    def delete(self, path):
        status, answer = self.ask("DELETE", path)
        if status != 200:
            raise OSError(f"{status} to DELETE {path}: {answer}")

    def metrics(self):
        """The numbers of the metrics page that have no labels, by name."""
        return {name: float(value) for name, value in SAMPLE.findall(self.get(self.admin, "/metrics")[1])}

    def heap_after_collection(self):
        """MiB of heap in use right after the last collection; None before the first."""
        used = COLLECTED.findall((self.folder / "gc.log").read_text())
        return int(used[-1]) if used else None

    def collect(self):
        """MiB of heap in use after a full collection, which this asks for: what is really alive."""
        jcmd(self.pid, "GC.run")
        return self.heap_after_collection()

    def process_figures(self):
        """What the kernel tells: resident MiB, threads, open descriptors, processor seconds so far."""
        stat = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return {
            "residentMiB": int(stat[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20,
            "threads": int(stat[17]),
            "descriptors": len(os.listdir(f"/proc/{self.pid}/fd")),
            "cpuSeconds": (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK"),
        }

    def nodes(self):
        """How many nodes ZooKeeper has, from its four-letter word srvr, the one that is allowed by default."""
        with socket.create_connection(("127.0.0.1", self.zookeeper), timeout=10) as connection:
            connection.sendall(b"srvr")
            told = b"".join(iter(lambda: connection.recv(4096), b"")).decode()
        found = re.search(r"Node count: (\d+)", told)
        if not found:
            raise OSError("srvr tells no node count: " + told)
        return int(found.group(1))

    def data_mib(self):
        """Size on the disk of ZooKeeper's folder and of the audit database, in MiB."""
        data = self.folder / "data"
        return {
            "zookeeperMiB": sum(blocks(path) for path in (data / "zookeeper").rglob("*")) / 2**20,
            "auditMiB": sum(blocks(path) for path in data.glob("audit.*")) / 2**20,
        }


def blocks(path):
    try:
        return path.stat().st_blocks * 512 if path.is_file() else 0
    except FileNotFoundError:  # purged meanwhile
        return 0


def jcmd(pid, *command):
    done = subprocess.run(["jcmd", str(pid), *command], capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise OSError(f"jcmd {' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


# ---- the command line that the commands share


def parser(description, heap=None):
    arguments = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--jar", type=existing, default=ROOT / "target" / "tenure.jar", help="by default target/tenure.jar; the program tenure stands beside it")
    if heap:
        arguments.add_argument("--heap", type=heap_size, default=heap, help="-Xmx of the server, by default " + heap)
    arguments.add_argument("--keep", action="store_true", help="keep the folder with data and logs, and tell where it is")
    arguments.add_argument("--json", action="store_true", help="print one line of JSON instead of tables")
    return arguments


def parse(arguments):
    """The options; a missing jar or tool ends the program with a line that says so. TERM ends it as Ctrl-C does, the server with it."""
    options = arguments.parse_args()
    if not options.jar.is_file():
        arguments.error(f"there is no {options.jar}: run mvn -DskipTests package, or give --jar")
    for tool in ("java", "jcmd"):
        if not shutil.which(tool):
            arguments.error(f"no {tool} in the PATH: a JDK 17 is needed")
    if not os.path.isdir("/proc/self/fd"):
        arguments.error("needs Linux: memory, threads and descriptors are read from /proc")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return options


def existing(text):
    return pathlib.Path(text).resolve()


def heap_size(text):
    if not HEAP.fullmatch(text):
        raise argparse.ArgumentTypeError(f"a size as for -Xmx, like 512m; got {text}")
    return text


def between(least, most, kind=int):
    """A number within bounds, for argparse."""

    def number(text):
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not least <= value <= most:
            raise argparse.ArgumentTypeError(f"a number from {least} to {most}; got {text}")
        return value

    return number
