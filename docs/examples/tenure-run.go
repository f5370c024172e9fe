//go:build !windows

// Runs a command while holding a lock of Tenure. Needs Go 1.19 and nothing else.
//
//	go build -o tenure-run docs/examples/tenure-run.go   # go run does not pass the exit status on
//	tenure-run -lock NAME [-ttl 30s] [-wait 60s | -if-free] [-owner WHO] [-url URL]... -- COMMAND [ARGUMENT...]
//
// The command finds TENURE_LEASE and TENURE_FENCING_TOKEN in its environment. Hand the token to whatever the command writes to.
// Signals are passed on to it. The exit status is the command's own, or
//
//	64  wrong usage              69  cannot tell: no server answered in time
//	70  the lock was lost        75  somebody else holds the lock
//
// A lock that is not confirmed is given up in time: with a sixth of the TTL left the command gets TERM, with a twelfth left KILL.
// Servers are those of -url, or of TENURE_URL (several with commas between), or http://127.0.0.1:${TENURE_PORT:-8080}.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

const (
	misused    = 64
	cannotTell = 69
	lost       = 70
	held       = 75

	longestWait = 25 * time.Second // that one request waits in the queue
	pause       = 500 * time.Millisecond
)

// A failure says why the lock is not ours, and with which exit status that is told.
type failure struct {
	status int
	detail string
}

func (f failure) Error() string { return f.detail }

// An answer of a server. Status 0: there was none.
type answer struct {
	status         int
	Detail         string
	FencingToken   int64
	ValidForMillis int64
}

// A hold is a lock that is taken or about to be. One goroutine at a time uses it.
type hold struct {
	name, lease, path, owner string
	ttl                      time.Duration
	urls                     []string
	doubt                    bool // whether a request may still arrive whose answer did not
	token                    int64
	renewed, deadline        time.Duration // by now(); no deadline before the first renewal
}

var started = time.Now()

// now is the time by a clock that is never set and, on Linux, counts while the machine sleeps.
func now() time.Duration {
	if uptime, err := os.ReadFile("/proc/uptime"); err == nil {
		var seconds float64
		if _, err := fmt.Sscan(string(uptime), &seconds); err == nil {
			return time.Duration(seconds * float64(time.Second))
		}
	}
	return time.Since(started)
}

func least(a, b time.Duration) time.Duration {
	if a < b {
		return a
	}
	return b
}

func millis(d time.Duration) string {
	if d < time.Millisecond {
		return "0s"
	}
	return fmt.Sprintf("%dms", d.Milliseconds())
}

func uuid() string {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// ask sends one request to one server; one that cannot answer is asked last from then on.
func (h *hold) ask(ctx context.Context, method, path string, body any, timeout time.Duration) (found answer) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	server := h.urls[0]
	defer func() {
		if found.status == 0 || found.status >= 500 {
			h.urls = append(append([]string{}, h.urls[1:]...), server)
		}
	}()
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			return
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(server, "/")+path, &content)
	if err != nil {
		return
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return
	}
	defer response.Body.Close()
	if json.NewDecoder(response.Body).Decode(&found) == nil {
		found.status = response.StatusCode
	}
	return
}

// take sends the same PUT again and again, until the lock is ours, is refused, or the time is over, and then renews it once.
func (h *hold) take(ctx context.Context, wait time.Duration) (err error) {
	defer func() {
		if err != nil && h.doubt { // leaves nothing behind, not even when a request that got no answer arrives late
			h.ask(context.Background(), "DELETE", h.path+"?cancel=true", nil, 5*time.Second)
		}
	}()
	until := now() + wait
	for {
		rest := until - now()
		if rest < 0 {
			rest = 0
		}
		slice := least(rest, longestWait)
		limit := now() + h.ttl
		body := map[string]any{"ttl": millis(h.ttl), "wait": millis(slice), "queue": rest > slice, "owner": h.owner}
		found := h.ask(ctx, "PUT", h.path, body, slice+10*time.Second)
		h.doubt = h.doubt || found.status != 400 && found.status != 409 && found.status != 410
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case found.status == 200 || found.status == 201:
			h.token = found.FencingToken
			return h.confirm(ctx, limit)
		case found.status == 202:
			continue
		case found.status == 409:
			return failure{held, found.Detail}
		case found.status == 410:
			return failure{lost, "the place in the queue was lost: " + found.Detail}
		case found.status != 0 && found.status != 429 && found.status < 500:
			return failure{misused, fmt.Sprintf("refused with %d: %s", found.status, found.Detail)}
		case now() >= until:
			if found.status == 0 {
				found.Detail = "no server answered"
			}
			return failure{cannotTell, "cannot tell: " + found.Detail}
		}
		time.Sleep(pause)
	}
}

// confirm renews before the work: the grant may be older than its answer, so the time counts from this renewal.
func (h *hold) confirm(ctx context.Context, limit time.Duration) error {
	for {
		switch ok, err := h.renew(ctx, 5*time.Second); {
		case ok:
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case now() >= limit:
			return failure{cannotTell, "cannot tell: granted, but not confirmed"}
		}
		time.Sleep(pause)
	}
}

// renew tells whether that was done. The time counts from before the request is sent.
func (h *hold) renew(ctx context.Context, timeout time.Duration) (bool, error) {
	sent := now()
	found := h.ask(ctx, "POST", "/v1/leases/"+h.lease+"/renew", nil, timeout)
	switch found.status {
	case 200:
		h.renewed, h.deadline = sent, sent+time.Duration(found.ValidForMillis)*time.Millisecond
		return true, nil
	case 404, 410:
		return false, failure{lost, "lost: " + found.Detail}
	}
	return false, nil
}

// keep renews every third of the TTL until the context ends, and returns in time for the command to be stopped.
func (h *hold) keep(ctx context.Context) error {
	due := h.renewed + h.ttl/3
	for ctx.Err() == nil {
		stop := h.deadline - h.ttl/6
		at := now()
		if at >= stop {
			return failure{lost, "lost: no server has confirmed it in time"}
		}
		if at < due {
			// a second at most: a machine that was asleep meanwhile finds out soon
			sleep(ctx, least(least(due, stop)-at, time.Second))
			continue
		}
		ok, err := h.renew(ctx, least(stop-at, h.ttl/6))
		if err != nil {
			return err
		}
		if ok {
			due = h.renewed + h.ttl/3
		} else {
			due = now() + least(pause, h.ttl/10)
		}
	}
	return nil
}

// release gives it back while it is surely ours; the answer tells whether it was so to the end.
func (h *hold) release() error {
	until := now() + least(10*time.Second, h.deadline-now())
	for now() < until {
		switch found := h.ask(context.Background(), "DELETE", h.path, nil, least(5*time.Second, until-now())); {
		case found.status == 404 || found.status == 410:
			return failure{lost, "lost before the command ended: " + found.Detail}
		case found.status != 0 && found.status != 429 && found.status < 500:
			return nil
		}
		time.Sleep(least(pause, h.ttl/10))
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// run tells the exit status of the command. When the lock is lost the command is stopped before the lock can be another's.
func run(h *hold, line []string, signals <-chan os.Signal) (int, error) {
	command := exec.Command(line[0], line[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.Env = append(os.Environ(), "TENURE_LEASE="+h.lease, fmt.Sprintf("TENURE_FENCING_TOKEN=%d", h.token))
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // what it starts is stopped with it
	if err := command.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "tenure-run:", err)
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
			return 127, h.release()
		}
		return 126, h.release()
	}
	ended := make(chan struct{})
	go func() {
		command.Wait()
		close(ended)
	}()
	ctx, cancel := context.WithCancel(context.Background())
	kept := make(chan error, 1)
	go func() { kept <- h.keep(ctx) }()
	for {
		select {
		case s := <-signals:
			syscall.Kill(-command.Process.Pid, s.(syscall.Signal))
		case err := <-kept:
			kill(command.Process.Pid, least(now(), h.deadline-h.ttl/6)+h.ttl/12)
			cancel()
			return lost, err
		case <-ended:
			cancel()
			if err := <-kept; err != nil {
				return lost, err
			}
			status := command.ProcessState.Sys().(syscall.WaitStatus)
			if status.Signaled() {
				return 128 + int(status.Signal()), h.release()
			}
			return status.ExitStatus(), h.release()
		}
	}
}

// kill ends the process group: TERM now, KILL at the end of the time. It returns when nothing of it is left.
func kill(group int, end time.Duration) {
	syscall.Kill(-group, syscall.SIGTERM)
	for syscall.Kill(-group, 0) == nil {
		if now() >= end {
			syscall.Kill(-group, syscall.SIGKILL)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// listen hands out the signals of this process, but those that it was started to ignore, as nohup does.
func listen() <-chan os.Signal {
	signals := make(chan os.Signal, 8)
	for _, s := range []os.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGTSTP} {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	return signals
}

// takeAndRun tells the exit status. A signal that comes before the command has begun ends the wait.
func takeAndRun(h *hold, wait time.Duration, line []string) (int, error) {
	signals := listen()
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan int, 1)
	go func() {
		defer close(stopped)
		for {
			select {
			case s := <-signals:
				if s != syscall.SIGTSTP {
					stopped <- 128 + int(s.(syscall.Signal))
					cancel()
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	err := h.take(ctx, wait)
	cancel()
	if status, ok := <-stopped; ok {
		if err == nil {
			err = h.release()
		}
		return status, err
	}
	if err != nil {
		return misused, err
	}
	return run(h, line, signals)
}

func main() {
	h := &hold{lease: uuid()}
	flags := flag.NewFlagSet("tenure-run", flag.ContinueOnError)
	flags.StringVar(&h.name, "lock", "", "the `NAME` of the lock")
	flags.DurationVar(&h.ttl, "ttl", 30*time.Second, "how long the lock outlives this program if it dies")
	wait := flags.Duration("wait", 60*time.Second, "how long to wait for the lock")
	ifFree := flags.Bool("if-free", false, "do not wait")
	flags.StringVar(&h.owner, "owner", "", "who holds it, for people (user@host)")
	flags.Func("url", "where a server is; several are tried in turn", func(url string) error {
		h.urls = append(h.urls, url)
		return nil
	})
	if flags.Parse(os.Args[1:]) != nil {
		os.Exit(misused)
	}
	if h.name == "" || strings.ContainsAny(h.name, "/?#% ") || flags.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "tenure-run: a name and a command are needed")
		os.Exit(misused)
	}
	if *ifFree {
		*wait = 0
	}
	if h.owner == "" {
		host, _ := os.Hostname()
		h.owner = os.Getenv("USER") + "@" + host
	}
	if len(h.urls) == 0 {
		h.urls = strings.Fields(strings.ReplaceAll(os.Getenv("TENURE_URL"), ",", " "))
	}
	if len(h.urls) == 0 {
		port := os.Getenv("TENURE_PORT")
		if port == "" {
			port = "8080"
		}
		h.urls = []string{"http://127.0.0.1:" + port}
	}
	h.path = "/v1/locks/" + h.name + "/holds/" + h.lease
	status, err := takeAndRun(h, *wait, flags.Args())
	if err != nil {
		fmt.Fprintf(os.Stderr, "tenure-run: %s: %s\n", h.name, err)
	}
	var why failure
	if errors.As(err, &why) {
		status = why.status
	}
	os.Exit(status)
}
