#!/bin/sh
# Runs a command while holding a lock of Tenure. Needs a POSIX shell and curl.
#
#   tenure-run.sh [--ttl 30s] [--wait 60s] NAME COMMAND [ARGUMENT…]
#
#   --ttl   how long the lock outlives this script if it dies; at least 5s, with the unit s, m or h (default 30s)
#   --wait  how long to wait for the lock, and to go on trying when the server cannot be asked (default 60s; 0s: do not wait)
#
# The command finds TENURE_LEASE and TENURE_FENCING_TOKEN in its environment. Hand the token to whatever the command writes to.
# The exit status is the command's own, or
#   64  wrong usage              69  cannot tell: no server answered in time
#   70  the lock was lost        75  somebody else holds the lock
# TENURE_URL says where the server is; by default http://127.0.0.1:${TENURE_PORT:-8080}.
set -u

url=${TENURE_URL:-http://127.0.0.1:${TENURE_PORT:-8080}}
ttl=30s wait=60s

say() { printf 'tenure-run: %s\n' "$*" >&2; }
usage() {
  say "$1"
  say 'usage: tenure-run.sh [--ttl 30s] [--wait 60s] NAME COMMAND [ARGUMENT…]'
  exit 64
}
seconds() { # 30s, 5m, 2h -> seconds
  case $1 in
    *[!0-9smh]* | [smh]* | *[smh]?* | *[0-9] | 0[0-9]*) return 1 ;;
    *s) echo "${1%s}" ;;
    *m) echo $((${1%m} * 60)) ;;
    *h) echo $((${1%h} * 3600)) ;;
    *) return 1 ;;
  esac
}
now() { # whole seconds; of a clock that is never set, where there is one
  if read -r up _ 2>/dev/null </proc/uptime; then echo "${up%.*}"; else date +%s; fi
}

while [ $# -gt 0 ]; do
  case $1 in
    --ttl | --wait)
      [ $# -ge 2 ] || usage "$1 wants a duration"
      seconds "$2" >/dev/null || usage "$1 wants a duration like 30s, 5m or 2h; got $2"
      if [ "$1" = --ttl ]; then ttl=$2; else wait=$2; fi
      shift 2 ;;
    --) shift; break ;;
    -*) usage "unknown option $1" ;;
    *) break ;;
  esac
done
[ $# -ge 2 ] || usage 'a name and a command are needed'
name=$1
shift
case $name in *[!A-Za-z0-9._:@=+~-]*) usage "a name has letters, digits and . _ : @ = + ~ - only; got $name" ;; esac
life=$(seconds "$ttl")
[ "$life" -ge 5 ] || usage "--ttl must be at least 5s; got $ttl"
command -v curl >/dev/null || { say 'curl is not installed'; exit 69; }

lease=$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen) || { say 'no source of a UUID (uuidgen)'; exit 69; }
hold=/v1/locks/$name/holds/$lease
owner=$(printf '%s@%s' "$(id -un)" "$(uname -n)" | tr -cd 'A-Za-z0-9._@-')

ask() { # METHOD PATH BODY SECONDS: sets status (000: no answer) and answer
  answer=$(curl --silent --request "$1" --header 'Content-Type: application/json' --data "$3" --max-time "$4" \
    --write-out '\n%{http_code}' "$url$2") || :
  status=${answer##*
}
  [ -n "$status" ] || status=000
}
text() { printf '%s' "$answer" | sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p"; }
number() { printf '%s' "$answer" | sed -n "s/.*\"$1\":\\([0-9][0-9]*\\).*/\\1/p"; }
fail() { # STATUS MESSAGE: says so; leaves nothing behind, not even when a request that got no answer arrives late
  [ -z "$doubt" ] || ask DELETE "$hold?cancel=true" '' 5
  say "$2"
  exit "$1"
}
renew() { # SECONDS: 0 renewed, 1 lost, 2 cannot tell; counts from before the request is sent
  sent=$(now)
  ask POST "/v1/leases/$lease/renew" '' "$1"
  case $status in
    200)
      left=$(number validForMillis)
      left=$(((${left:-${life}000} + 999) / 1000)) # less than the TTL near the end of a maxHold
      [ "$left" -le "$life" ] || left=$life
      deadline=$((sent + left)) ;;
    404 | 410) return 1 ;;
    *) return 2 ;;
  esac
}

# ---- take the lock: the same PUT again and again, until it is ours, is refused, or the time is over
trap 'doubt=1; fail 143 "stopped while waiting for $name"' TERM HUP
trap 'doubt=1; fail 130 "stopped while waiting for $name"' INT
doubt=''
until=$(($(now) + $(seconds "$wait")))
while :; do
  rest=$((until - $(now)))
  [ "$rest" -gt 0 ] || rest=0
  slice=$rest queue=false # the last request takes no place in the queue that outlasts it
  [ "$rest" -le 5 ] || slice=5 queue=true # short ones, so that a signal is noticed soon
  deadline=$(($(now) + life))
  ask PUT "$hold" "{\"ttl\":\"$ttl\",\"wait\":\"${slice}s\",\"queue\":$queue,\"owner\":\"$owner\"}" $((slice + 10))
  case $status in
    200 | 201) break ;;
    202) doubt=1; continue ;;
    409) fail 75 "$name: $(text detail)" ;;
    410) fail 70 "$name: the place in the queue was lost: $(text detail)" ;;
    000 | 429 | 5??) doubt=1; [ "$(now)" -lt "$until" ] || fail 69 "$name: cannot tell: ${url} answered $status $(text detail)" ;;
    *) fail 64 "$name: refused with $status: $(text detail)" ;;
  esac
  sleep 1
done
token=$(number fencingToken)
renew 10 # the grant may be older than its answer: what follows counts from now
case $? in 1) fail 70 "$name: lost before the command was started: $(text endedBy)" ;; esac
[ "$(now)" -lt "$deadline" ] || { doubt=1; fail 69 "$name: cannot tell: granted, but the server went silent"; }

# ---- run the command, in a process group of its own where that is possible
export TENURE_LEASE="$lease" TENURE_FENCING_TOKEN="$token"
group='' setsid=''
if command -v setsid >/dev/null; then setsid=setsid group=-; fi
if (exec 3<&0) 2>/dev/null; then exec 3<&0; else exec 3</dev/null; fi
early='' signalled='' # a signal that comes while the command is being started, and one that ends a wait for it
trap 'early=TERM' TERM INT
trap 'early=HUP' HUP
$setsid "$@" <&3 3<&- &
child=$!
exec 3<&-
pass() { signalled=yes; kill -s "$1" -- "$group$child" 2>/dev/null || kill -s "$1" "$child" 2>/dev/null; }
trap 'pass TERM' TERM INT # a shell starts what is in the background deaf to INT
trap 'pass HUP' HUP
[ -z "$early" ] || pass "$early"

keep() { # renews while the command runs; when the lock is lost, ends the command and then itself with 70
  margin=$(((life + 5) / 6))
  next=$((sent + life / 3))
  why=''
  while [ -z "$why" ]; do
    sleep 1
    clock=$(now)
    if [ "$clock" -ge $((deadline - margin)) ]; then
      why="$url has not confirmed the lock for too long"
    elif [ "$clock" -ge "$next" ]; then
      rest=$((deadline - margin - clock))
      renew $((rest < life / 3 ? rest : life / 3))
      case $? in
        0) next=$((sent + life / 3)) ;;
        1) why="$(text detail)" why=${why:-it has ended} deadline=$(($(now) + margin)) ;;
        *) say "$name: renewal answered $status, trying again" ;;
      esac
    fi
  done
  trap '' TERM
  say "$name is lost: $why; stopping the command"
  pass TERM
  while kill -s 0 -- "$group$child" 2>/dev/null; do
    [ "$(now)" -lt "$deadline" ] || pass KILL
    sleep 1
  done
  exit 70
}
(trap - TERM INT HUP; keep) &
keeper=$!

result=''
while :; do # a signal ends a wait before the command has ended: then wait again, which gives 127 once the status has been given
  signalled=''
  wait "$child"
  last=$?
  if [ "$last" -ne 127 ] || [ -z "$result" ]; then result=$last; fi
  [ -n "$signalled" ] || break
done
kill "$keeper" 2>/dev/null
wait "$keeper" 2>/dev/null
[ $? -ne 70 ] || exit 70

# ---- give it back; the answer tells whether it was ours to the end
until=$(($(now) + 10))
while ask DELETE "$hold" '' 5; do
  case $status in
    200) exit "$result" ;;
    404 | 410) say "$name was lost before the command ended: $(text detail)"; exit 70 ;;
    000 | 429 | 5??) [ "$(now)" -ge "$until" ] || { sleep 1; continue; } ;;
  esac
  say "$name: the release was answered with $status; the lock ends by itself within $ttl"
  exit "$result"
done
