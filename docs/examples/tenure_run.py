#!/usr/bin/env python3
"""Runs a command, or a block of Python, while holding a lock of Tenure. Needs Python 3.8 and nothing else.

    tenure_run.py --lock NAME [--ttl 30s] [--wait 60s | --if-free] [--owner WHO] [--url URL]... -- COMMAND [ARGUMENT...]

The command finds TENURE_LEASE and TENURE_FENCING_TOKEN in its environment. Hand the token to whatever the command writes to.
Signals are passed on to it. The exit status is the command's own, or
    64  wrong usage              69  cannot tell: no server answered in time
    70  the lock was lost        75  somebody else holds the lock
A lock that is not confirmed is given up in time: with a sixth of the TTL left the command gets TERM, with a twelfth left KILL.

    import tenure_run as tenure

    with tenure.lock("nightly", ttl=30) as hold:
        for row in rows:
            if not hold.held():
                break
            write(row, hold.token)

Servers are those of --url, or of TENURE_URL (several with commas between), or http://127.0.0.1:${TENURE_PORT:-8080}.
"""
import argparse
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

LONGEST_WAIT = 25  # seconds that one request waits in the queue
PAUSE = 0.5  # seconds between two tries


SILENCE = "no server has confirmed it in time"


class TenureError(Exception):
    """The lock is not ours. `status` is the exit status that says why."""


class Misused(TenureError):
    """What was asked for breaks a rule."""

    status = 64


class CannotTell(TenureError):
    """No server answered in time."""

    status = 69


class Lost(TenureError):
    """It was ours, or had a place in the queue, and is no longer surely so."""

    status = 70


class Held(TenureError):
    """Somebody else holds it."""

    status = 75


def now():
    """Seconds of a clock that is never set and, where the system has such a one, counts while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def lock(name, ttl=30, wait=60, owner=None, urls=None):
    """A lock that `with` takes; ttl and wait in seconds. It raises Held, CannotTell or Misused at the begin, Lost at the end."""
    return Hold(name, ttl, wait, owner, urls)


class Hold:
    """A lock that is taken: its `lease`, its fencing `token`, and once it is lost why (`lost`).

    A thread of its own renews it until the end of the `with`. Any thread may ask.
    """

    def __init__(self, name, ttl, wait, owner, urls):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:@=+~-]{0,199}", name):
            raise Misused("a name has 1 to 200 letters, digits and . _ : @ = + ~ - only; got " + name)
        port = os.environ.get("TENURE_PORT", "8080")
        self.name, self.ttl, self.wait = name, ttl, wait
        self.owner = owner or "%s@%s" % (os.environ.get("USER") or os.getuid(), socket.gethostname())
        self.lease, self.token, self.lost = str(uuid.uuid4()), None, None
        self._urls = list(urls or os.environ.get("TENURE_URL", "http://127.0.0.1:" + port).replace(",", " ").split())
        if not all(urllib.parse.urlsplit(url).hostname for url in self._urls):
            raise Misused("a server is like http://127.0.0.1:8080; got " + " ".join(self._urls))
        self._path = "/v1/locks/%s/holds/%s" % (name, self.lease)
        self._doubt = False  # whether a request may still arrive whose answer did not
        self._renewed, self._deadline = 0, float("inf")  # none before the first renewal
        self._ended = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="tenure-" + name, daemon=True)

    def held(self):
        """Whether the lock is surely ours now. Once False it stays so."""
        return self.left() > 0

    def left(self):
        """For how many seconds from now the lock is surely ours if no renewal succeeds; 0 when it is not."""
        return 0 if self.lost else max(0, self._deadline - now())

    def __enter__(self):
        try:
            self._confirm(self._take())
            self._keeper.start()
        except BaseException:  # a signal too
            if self._doubt:
                self._ask("DELETE", self._path + "?cancel=true", timeout=5)
            raise
        return self

    def __exit__(self, kind, error, trace):
        self._ended.set()
        self._keeper.join(self.left())  # a renewal behind the release would be told that the lock is lost
        until = now() + min(10, self.left())
        if not self.held():
            self.lost = self.lost or SILENCE
        while not self.lost and now() < until:  # only while it is surely ours: then the answer tells whether it was so to the end
            status, answer = self._ask("DELETE", self._path, timeout=min(5, until - now()))
            if status in (404, 410):
                self.lost = detail(answer)
            elif status in (0, 429) or status >= 500:
                time.sleep(min(PAUSE, self.ttl / 10))
            else:
                break
        self._deadline = 0
        if self.lost and kind is None:
            raise Lost("%s is lost: %s" % (self.name, self.lost))

    def _take(self):
        """The same PUT again and again, until it is ours, is refused, or the time is over. When it was sent last, plus the TTL."""
        until = now() + self.wait
        while True:
            rest = max(0, until - now())
            wait = min(rest, LONGEST_WAIT)
            limit = now() + self.ttl
            status, answer = self._put(wait, rest > wait)
            if status in (200, 201):
                self.token = answer["fencingToken"]
                return limit
            if status == 409:
                raise Held("%s: %s" % (self.name, detail(answer)))
            if status == 410:
                raise Lost("%s: the place in the queue was lost: %s" % (self.name, detail(answer)))
            if status not in (0, 202, 429) and status < 500:
                raise Misused("%s: refused with %d: %s" % (self.name, status, detail(answer)))
            if status != 202:
                if now() >= until:
                    raise CannotTell("%s: cannot tell: %s" % (self.name, detail(answer, "no server answered")))
                time.sleep(PAUSE)

    def _put(self, wait, queue):
        doubt, self._doubt = self._doubt, True
        body = {"ttl": duration(self.ttl), "wait": duration(wait), "queue": queue, "owner": self.owner}
        status, answer = self._ask("PUT", self._path, body, timeout=wait + 10)
        self._doubt = doubt or status not in (400, 409, 410)
        return status, answer

    def _confirm(self, limit):
        """The grant may be older than its answer: no work before a renewal, from which the time counts."""
        while not self._renew(5):
            if self.lost:
                raise Lost("%s: lost before the work began: %s" % (self.name, self.lost))
            if now() >= limit:
                raise CannotTell("%s: cannot tell: granted, but not confirmed" % self.name)
            time.sleep(PAUSE)

    def _keep(self):
        due = self._renewed + self.ttl / 3
        while self.held() and not self._ended.wait(max(0, min(1, due - now()))):
            if now() >= due:
                renewed = self._renew(max(1, self.ttl / 6))
                due = self._renewed + self.ttl / 3 if renewed else now() + min(PAUSE, self.ttl / 10)

    def _renew(self, timeout):
        """Whether that is done; the time counts from before the request is sent. Too late is lost."""
        sent = now()
        status, answer = self._ask("POST", "/v1/leases/%s/renew" % self.lease, timeout=timeout)
        if status in (404, 410):
            self.lost = detail(answer)
        elif now() >= self._deadline:
            self.lost = SILENCE
        elif status == 200:
            self._renewed, self._deadline = sent, sent + answer["validForMillis"] / 1000
            return True
        return False

    def _ask(self, method, path, body=None, timeout=10):
        """Status (0: no answer) and answer; a server that cannot answer is asked last from then on."""
        base = self._urls[0]
        url = urllib.parse.urlsplit(base)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.hostname, url.port, timeout=min(5, timeout))
        try:
            connection.connect()
            connection.sock.settimeout(timeout)
            sent = json.dumps(body) if body else None
            connection.request(method, url.path.rstrip("/") + path, sent, {"Content-Type": "application/json"})
            response = connection.getresponse()
            status, answer = response.status, json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            status, answer = 0, {}
        finally:
            connection.close()
        if (status == 0 or status >= 500) and self._urls[0] is base:
            self._urls.append(self._urls.pop(0))
        return status, answer


def detail(answer, otherwise="it has ended"):
    return answer.get("detail") or otherwise


def duration(seconds):
    """As Tenure reads it."""
    return "%dms" % (seconds * 1000) if seconds >= 0.001 else "0s"


class Stopped(TenureError):
    """A signal came before the command had begun."""

    def __init__(self, number):
        super().__init__("stopped by signal %d" % number)
        self.status = 128 + number


class Signals:
    """Hands the signals of this process to the command once there is one; before that they end what it does."""

    def __init__(self):
        self.child = None
        self.early = None  # a list while the command is being started
        for number in (getattr(signal, "SIG" + name) for name in ("HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "TSTP")):
            if signal.getsignal(number) != signal.SIG_IGN:  # as nohup asks for
                signal.signal(number, self._on)

    def _on(self, number, frame):
        if self.child:
            self.send(number)
        elif self.early is not None:
            self.early.append(number)
        elif number != signal.SIGTSTP:
            raise Stopped(number)

    def start(self, command, environment):
        self.early = []
        self.child = subprocess.Popen(command, env=environment, start_new_session=True)
        for number in self.early:
            self.send(number)
        return self.child

    def send(self, number):
        """To the command and what it has started; False when nothing of it is left."""
        self.child.poll()
        try:
            os.killpg(self.child.pid, number)
            return True
        except OSError:
            return False


def run(command, hold, signals):
    """The exit status of the command. When the lock is lost it is stopped before the lock can be another's."""
    environment = dict(os.environ, TENURE_LEASE=hold.lease, TENURE_FENCING_TOKEN=str(hold.token))
    try:
        child = signals.start(command, environment)
    except OSError as error:
        print("tenure_run: %s" % error, file=sys.stderr)
        return 127 if isinstance(error, FileNotFoundError) else 126
    margin = hold.ttl / 6
    while hold.left() > margin:
        try:
            status = child.wait(max(0, min(1, hold.left() - margin)))
            return status if status >= 0 else 128 - status
        except subprocess.TimeoutExpired:
            pass
    end = now() + (margin if hold.lost else hold.left()) / 2
    hold.lost = hold.lost or SILENCE
    signals.send(signal.SIGTERM)
    while signals.send(0):
        if now() >= end:
            signals.send(signal.SIGKILL)
        time.sleep(0.02)
    return None  # the end of the `with` raises Lost


def seconds(text):
    match = re.fullmatch(r"(0|[1-9][0-9]{0,8})(ms|s|m|h|d)", text)
    if not match:
        raise argparse.ArgumentTypeError("a duration is like 500ms, 30s, 5m, 2h or 1d; got " + text)
    return int(match[1]) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]]


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(64, "tenure_run: %s\n" % message)


def main():
    parser = Parser(prog="tenure_run.py", description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("--lock", required=True, metavar="NAME")
    parser.add_argument("--ttl", type=seconds, default=30, help="how long the lock outlives this program if it dies (30s)")
    parser.add_argument("--wait", type=seconds, default=60, help="how long to wait for the lock (60s)")
    parser.add_argument("--if-free", dest="wait", action="store_const", const=0, help="do not wait")
    parser.add_argument("--owner", metavar="WHO", help="who holds it, for people (user@host)")
    parser.add_argument("--url", action="append", help="where a server is; several are tried in turn")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("a command is needed")
    signals = Signals()
    try:
        with lock(options.lock, options.ttl, options.wait, options.owner, options.url) as hold:
            return run(command, hold, signals)
    except TenureError as error:
        print("tenure_run: %s" % error, file=sys.stderr)
        return error.status


if __name__ == "__main__":
    sys.exit(main())
