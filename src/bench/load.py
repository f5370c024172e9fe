"""The mixed load of soak.py: stories of locks with fresh names, told at a steady rate, and the ledger of what must be in the audit log."""

import collections
import http.client
import itertools
import json
import random
import threading
import time
import uuid

STANDING_SECONDS = 30  # TTL of the leases that stand all the time
KEEP_SECONDS = 5  # between two renewals of each


class Unexpected(Exception):
    """An answer with another status than the story wants."""


class Ledger:
    """Each lease that was granted, until the audit log has told of its grant and its end once each, as they were acknowledged.

    What stays in the end is missing in the log, or there without an acknowledgement. Safe for use by many threads.
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.open = {}  # (kind, name, lease) -> [acknowledged, end wanted, grants told, end told]
        self.acknowledged = self.told = self.number = self.gaps = 0

    def _entry(self, key):
        return self.open.setdefault(key, [0, None, 0, None])

    def _settle(self, key, entry):
        if entry[0] == 1 == entry[2] and entry[1] and entry[1] == entry[3]:
            del self.open[key]

    def granted(self, kind, name, lease):
        with self.lock:
            self.acknowledged += 1
            self._entry((kind, name, lease))[0] += 1

    def ends(self, kind, name, lease, how):
        """The grant is to end like this; to be said once."""
        with self.lock:
            key = (kind, name, lease)
            entry = self._entry(key)
            entry[1] = how
            self._settle(key, entry)

    def read(self, event):
        """Takes one event of the log, in the order of their numbers."""
        with self.lock:
            self.gaps += event["number"] != self.number + 1
            self.number = event["number"]
            if event["action"] not in ("GRANTED", "ENDED"):
                return
            self.told += event["action"] == "GRANTED"
            key = (event["kind"], event.get("name"), event["lease"])
            entry = self._entry(key)
            if event["action"] == "GRANTED":
                entry[2] += 1
            else:
                entry[3] = event.get("endedBy") if entry[3] is None else "TWICE"
            self._settle(key, entry)

    def left(self):
        """What does not agree, for a person to read."""
        with self.lock:
            return [
                f"{kind} {name} {lease}: acknowledged {acked}, to end {wanted}; log: granted {told}, ended {end}"
                for (kind, name, lease), (acked, wanted, told, end) in self.open.items()
            ]


class Client:
    """One connection, with one request under way."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, method, path, body=None):
        text = None if body is None else json.dumps(body)
        self.connection.request(method, path, text, {"Content-Type": "application/json"} if text else {})

    def receive(self, *wanted):
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status not in wanted:
            raise Unexpected(f"{answer.status} instead of {' or '.join(map(str, wanted))}: {text.strip()[:300]}")
        return json.loads(text)

    def ask(self, method, path, body=None, wanted=(200,)):
        self.send(method, path, body)
        return self.receive(*wanted)


class Load:
    """Tells stories at a rate until it is stopped. Each is one acquisition or several, under a name that was never used before."""

    STORIES = {  # method: share
        "post": 35, "put": 30, "queue": 12, "renewed": 8, "listed": 5, "expired": 4, "revoked": 4, "asked_to_end": 2,
    }

    def __init__(self, port, rate, standing, threads=16):
        self.port, self.rate, self.standing = port, rate, standing
        self.ledger = Ledger()
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.numbers = itertools.count()
        self.cycles, self.faults, self.examples = collections.Counter(), 0, []
        self.tag = "soak-" + uuid.uuid4().hex[:6]
        self.begun = time.monotonic()
        self.turn = self.begun
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]
        self.threads += [threading.Thread(target=self._guarded, args=(loop,), daemon=True) for loop in (self._keep, self._follow)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Ends the stories that are under way, and gives back the standing leases."""
        self.stopped.set()
        for thread in self.threads:
            thread.join(90)

    def done(self):
        with self.lock:
            return sum(self.cycles.values())

    # ---- running

    def _run(self):
        clients = None
        chance = random.Random()
        names, shares = list(self.STORIES), list(self.STORIES.values())
        while True:
            with self.lock:
                self.turn = max(self.turn, time.monotonic() - 1) + 1 / self.rate  # what is missed for over a second stays missed
                turn = self.turn
            if self.stopped.wait(max(0, turn - time.monotonic())):
                return
            story = chance.choices(names, shares)[0]
            try:
                clients = clients or (Client(self.port), Client(self.port))
                getattr(self, "_" + story)(f"{self.tag}-{next(self.numbers)}", *clients)
                with self.lock:
                    self.cycles[story] += 1
            except (OSError, http.client.HTTPException, Unexpected, KeyError) as fault:
                self._fault(story, fault)
                clients = None  # an answer may still be on its way there
                time.sleep(0.1)

    def _guarded(self, loop):
        while not self.stopped.is_set():
            try:
                loop()
            except (OSError, http.client.HTTPException, Unexpected, KeyError) as fault:
                self._fault(loop.__name__, fault)
                self.stopped.wait(1)

    def _fault(self, story, fault):
        with self.lock:
            self.faults += 1
            if len(self.examples) < 10:
                self.examples.append(f"{story} after {time.monotonic() - self.begun:.0f} s: {fault!r}")

    # ---- the stories

    def _take(self, client, name, ttl="30s", lease=None, **more):
        body = {"ttl": ttl, "owner": "soak", **more}
        if lease:
            held = client.ask("PUT", f"/v1/locks/{name}/holds/{lease}", body, (201,))
        else:
            held = client.ask("POST", f"/v1/locks/{name}", body, (201,))
        self.ledger.granted("lock", name, held["lease"])
        return held["lease"]

    def _give_back(self, client, name, lease):
        client.ask("DELETE", f"/v1/locks/{name}/holds/{lease}")
        self.ledger.ends("lock", name, lease, "RELEASED")

    def _post(self, name, client, _):
        self._give_back(client, name, self._take(client, name))

    def _put(self, name, client, _):
        self._give_back(client, name, self._take(client, name, lease=str(uuid.uuid4())))

    def _queue(self, name, client, other):
        lease, following = self._take(client, name), str(uuid.uuid4())
        other.send("PUT", f"/v1/locks/{name}/holds/{following}", {"ttl": "30s", "wait": "20s", "owner": "soak"})
        time.sleep(0.02)
        self._give_back(client, name, lease)
        other.receive(201)
        self.ledger.granted("lock", name, following)
        self._give_back(other, name, following)

    def _renewed(self, name, client, _):
        lease = self._take(client, name)
        for body in (None, {"ttl": "60s"}, None):
            client.ask("POST", f"/v1/leases/{lease}/renew", body)
        self._give_back(client, name, lease)

    def _listed(self, name, client, _):
        leases = {f"{name}-{i}": self._take(client, f"{name}-{i}") for i in range(4)}
        answer = client.ask("POST", "/v1/leases/renew", {"leases": list(leases.values())})
        if answer["live"] != 4:
            raise Unexpected(f"not all renewed: {answer}")
        for each, lease in leases.items():
            self._give_back(client, each, lease)

    def _expired(self, name, client, _):
        self.ledger.ends("lock", name, self._take(client, name, ttl="1s"), "EXPIRED")

    def _revoked(self, name, client, _):
        lease = self._take(client, name)
        client.ask("POST", f"/v1/locks/{name}/holds/{lease}/revoke", {"reason": "soak", "immediately": True})
        self.ledger.ends("lock", name, lease, "REVOKED")

    def _asked_to_end(self, name, client, _):
        lease = self._take(client, name, ttl="2s")
        client.ask("POST", f"/v1/leases/{lease}/revoke", {"reason": "soak"}, (202,))
        self.ledger.ends("lock", name, lease, "REVOKED")

    # ---- beside them

    def _keep(self):
        """Leases that live all the time, renewed in lists of a hundred; given back in the end."""
        client = Client(self.port)
        leases, renewed = [], time.monotonic()
        while not self.stopped.wait(0 if len(leases) < self.standing else KEEP_SECONDS):
            if len(leases) < self.standing:
                leases.append(client.ask("POST", "/v1/leases", {"ttl": f"{STANDING_SECONDS}s", "owner": "soak"}, (201,))["lease"])
                self.ledger.granted("lease", None, leases[-1])
            if time.monotonic() - renewed >= KEEP_SECONDS:
                renewed = time.monotonic()
                self._renew(client, leases)
        for lease in leases:
            client.ask("DELETE", f"/v1/leases/{lease}")
            self.ledger.ends("lease", None, lease, "RELEASED")

    def _renew(self, client, leases):
        for each in (leases[at : at + 100] for at in range(0, len(leases), 100)):
            answer = client.ask("POST", "/v1/leases/renew", {"leases": each})
            if answer["live"] != len(each):
                raise Unexpected(f"{len(each) - answer['live']} standing leases are gone")

    def _follow(self):
        """Reads the audit log behind the load, page by page, once a second."""
        while not self.stopped.wait(1):
            self.read_log()

    cursor = ""

    def read_log(self):
        """Reads what is new in the log. Returns whether the last page was complete."""
        client = Client(self.port)
        while True:
            page = client.ask("GET", "/v1/audit/events?order=oldest&limit=1000" + (self.cursor and "&cursor=" + self.cursor))
            for event in page["items"]:
                self.ledger.read(event)
            self.cursor = page["next"]
            if len(page["items"]) < 1000:
                client.connection.close()
                return page["complete"]
