#!/bin/sh
# Runs a command while holding a lock of Tenure. Needs a POSIX shell and curl.
#
#   tenure-run.sh --lock NAME [--ttl 30s] [--wait 60s | --if-free] [--owner WHO] [--url URL]… -- COMMAND [ARGUMENT…]
#
#   --ttl   how long the lock outlives this script if it dies; at least 5s, with the unit s, m or h (default 30s)
#   --wait  how long to wait for the lock, and to go on trying when no server can be asked (default 60s); --if-free does not wait
#   --url   where a server is; several are tried in turn. By default what TENURE_URL lists, or http://127.0.0.1:${TENURE_PORT:-8080}
#
# The command finds TENURE_LEASE and TENURE_FENCING_TOKEN in its environment. Hand the token to whatever the command writes to.
# The exit status is the command's own, or
#   64  wrong usage              69  cannot tell: no server answered in time
#   70  the lock was lost        75  somebody else holds the lock
# A lock that is not confirmed is given up in time: with a sixth of the TTL left the command gets TERM, with a twelfth left KILL.
set -u

name='' ttl=30s wait=60s urls=''
owner=$(printf '%s@%s' "$(id -un)" "$(uname -n)" | tr -cd 'A-Za-z0-9._@-')

say() { printf 'tenure-run: %s\n' "$*" >&2; }
usage() {
  say "$1"
  say 'usage: tenure-run.sh --lock NAME [--ttl 30s] [--wait 60s | --if-free] [--owner WHO] [--url URL]… -- COMMAND [ARGUMENT…]'
  exit 64
}
millis() { # 30s, 5m, 2h
  case $1 in
    *[!0-9smh]* | [smh]* | *[smh]?* | *[0-9] | 0[0-9]*) return 1 ;;
    *s) echo "${1%s}000" ;;
    *m) echo $((${1%m} * 60000)) ;;
    *h) echo $((${1%h} * 3600000)) ;;
    *) return 1 ;;
  esac
}
now() { # milliseconds of a clock that is never set, where there is one
  if read -r up _ 2>/dev/null </proc/uptime; then echo $((${up%.*} * 1000 + 1${up#*.}0 - 1000)); else date +%s000; fi
}
span() { printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)); } # milliseconds, as curl and sleep want them
nap() { sleep "$(span "$1")" 2>/dev/null || sleep 1; }

while [ $# -gt 0 ]; do
  case $1 in
    --lock | --ttl | --wait | --owner | --url) [ $# -ge 2 ] || usage "$1 wants a value" ;;
  esac
  case $1 in
    --lock) name=$2; shift ;;
    --ttl) ttl=$2; shift ;;
    --wait) wait=$2; shift ;;
    --if-free) wait=0s ;;
    --owner) owner=$2; shift ;;
    --url) urls="$urls${2%/} "; shift ;;
    --) shift; break ;;
    -*) usage "unknown option $1" ;;
    *) break ;;
  esac
  shift
done
[ -n "$name" ] && [ $# -ge 1 ] || usage 'a lock and a command are needed'
case $name in *[!A-Za-z0-9._:@=+~-]*) usage "a name has letters, digits and . _ : @ = + ~ - only; got $name" ;; esac
case $owner in *[\"\\]*) usage "an owner has no quotes and no backslashes; got $owner" ;; esac
life=$(millis "$ttl") && [ "$life" -ge 5000 ] || usage "--ttl wants a duration like 30s, 5m or 2h, at least 5s; got $ttl"
until=$(millis "$wait") || usage "--wait wants a duration like 30s, 5m or 2h; got $wait"
command -v curl >/dev/null || { say 'curl is not installed'; exit 69; }
[ -n "$urls" ] || for url in $(printf %s "${TENURE_URL:-http://127.0.0.1:${TENURE_PORT:-8080}}" | tr , ' '); do urls="$urls${url%/} "; done

lease=$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen) || { say 'no source of a UUID (uuidgen)'; exit 69; }
hold=/v1/locks/$name/holds/$lease

ask() { # METHOD PATH BODY MILLISECONDS: sets status (000: no answer) and answer; a server that cannot answer is asked last from then on
  answer=$(curl --silent --request "$1" --header 'Content-Type: application/json' --data "$3" --connect-timeout 5 \
    --max-time "$(span "$4")" --write-out '\n%{http_code}' "${urls%% *}$2") || :
  status=${answer##*
}
  case ${status:=000} in 000 | 5??) urls="${urls#* }${urls%% *} " ;; esac
}
text() { printf '%s' "$answer" | sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p"; }
number() { printf '%s' "$answer" | sed -n "s/.*\"$1\":\\([0-9][0-9]*\\).*/\\1/p"; }
fail() { # STATUS MESSAGE: says so; leaves nothing behind, not even when a request that got no answer arrives late
  [ -z "$doubt" ] || ask DELETE "$hold?cancel=true" '' 5000
  say "$name: $2"
  exit "$1"
}
renew() { # MILLISECONDS to wait for the answer: 0 renewed, 1 lost, 2 cannot tell; the time counts from before the request is sent
  sent=$(now)
  ask POST "/v1/leases/$lease/renew" '' "$1"
  case $status in
    200) left=$(number validForMillis) deadline=$((sent + ${left:-0})) ;;
    404 | 410) return 1 ;;
    *) return 2 ;;
  esac
}

# ---- take the lock: the same PUT again and again, until it is ours, is refused, or the time is over
trap 'doubt=1; fail 143 "stopped while waiting"' TERM HUP
trap 'doubt=1; fail 130 "stopped while waiting"' INT
doubt='' until=$(($(now) + until))
while :; do
  rest=$(((until - $(now)) / 1000))
  [ "$rest" -gt 0 ] || rest=0
  slice=$rest queue=false # the last request takes no place in the queue that outlasts it
  [ "$rest" -le 5 ] || slice=5 queue=true # short ones, so that a signal is noticed soon
  limit=$(($(now) + life))
  ask PUT "$hold" "{\"ttl\":\"$ttl\",\"wait\":\"${slice}s\",\"queue\":$queue,\"owner\":\"$owner\"}" $((slice * 1000 + 10000))
  case $status in
    200 | 201) break ;;
    202) doubt=1; continue ;;
    409) fail 75 "$(text detail)" ;;
    410) fail 70 "the place in the queue was lost: $(text detail)" ;;
    000 | 429 | 5??) doubt=1; [ "$(now)" -lt "$until" ] || fail 69 "cannot tell: answered $status $(text detail)" ;;
    *) fail 64 "refused with $status: $(text detail)" ;;
  esac
  nap 500
done
token=$(number fencingToken) doubt=1
until renew 5000; do # the grant may be older than its answer: no work before a renewal, from which the time counts
  [ $? -ne 1 ] || fail 70 "lost before the command was started: $(text detail)"
  [ "$(now)" -lt "$limit" ] || fail 69 "cannot tell: granted, but not confirmed"
  nap 500
done

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
send() { kill -s "$1" -- "$group$child" || kill -s "$1" "$group$child"; } 2>/dev/null # BusyBox knows no --, others insist on it
pass() { signalled=yes; send "$1" || kill -s "$1" "$child" 2>/dev/null; }
trap 'pass TERM' TERM INT # a shell starts what is in the background deaf to INT
trap 'pass HUP' HUP
[ -z "$early" ] || pass "$early"

keep() { # renews while the command runs; when the lock is lost, ends the command and then itself with 70
  next=$((sent + life / 3)) why=''
  while [ -z "$why" ]; do
    kill -s 0 "$child" 2>/dev/null || exit 0 # the TERM that tells of its end is lost if it comes while this shell is being started
    clock=$(now) stop=$((deadline - life / 6))
    if [ "$clock" -ge "$stop" ]; then
      why='no server has confirmed it in time'
    elif [ "$clock" -ge "$next" ]; then
      rest=$((stop - clock))
      renew $((rest < life / 6 ? rest : life / 6))
      case $? in
        0) next=$((sent + life / 3)) ;;
        1) why=$(text detail) why=${why:-it has ended} clock=$(now) stop=$((clock < stop ? clock : stop)) ;;
        *) say "$name: renewal answered $status, trying again"; next=$(($(now) + 500)) ;;
      esac
    else # for a second at most: a machine that was asleep meanwhile finds out soon
      rest=$(((next < stop ? next : stop) - clock))
      nap $((rest < 1000 ? rest : 1000))
    fi
  done
  trap '' TERM
  say "$name is lost: $why; stopping the command"
  pass TERM
  while send 0; do
    [ "$(now)" -lt $((stop + life / 12)) ] || pass KILL
    nap 50
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

# ---- give it back while it is surely ours; the answer tells whether it was so to the end
until=$(($(now) + (life < 60000 ? life / 6 : 10000)))
while rest=$((until - $(now))) && [ "$rest" -gt 0 ]; do
  ask DELETE "$hold" '' "$rest"
  case $status in
    200) exit "$result" ;;
    404 | 410) say "$name was lost before the command ended: $(text detail)"; exit 70 ;;
    000 | 429 | 5??) nap 200 ;;
    *) break ;;
  esac
done
say "$name: the release was not confirmed ($status); the lock ends by itself within $ttl"
exit "$result"
