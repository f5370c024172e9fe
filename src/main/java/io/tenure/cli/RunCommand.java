package io.tenure.cli;

import io.tenure.client.Claim;
import io.tenure.client.Hold;
import io.tenure.client.TenureClient;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tenure run}: keeps something while a command runs. */
@Command(
        name = "run",
        description = {
            "Holds a lock while a command runs.",
            "",
            "Waits for the lock, runs the command, renews meanwhile, and gives the lock back when the command has ended."
                    + " When the lock is lost, or cannot be renewed for so long that it soon may be, the command is sent TERM, and"
                    + " KILL before another can be let in. The command finds the lease and the fencing token in TENURE_LEASE and"
                    + " TENURE_FENCING_TOKEN. Signals are passed on to it."
        },
        mixinStandardHelpOptions = true,
        customSynopsis = "tenure run (--lock|--read|--write|--permit NAME) [OPTIONS] -- COMMAND...",
        exitCodeListHeading = "%nExit status: the command's own, or%n",
        exitCodeList = {
            "1:refused; the command was not started",
            "64:the command line is not understood",
            "69:no server has answered, so it cannot be told; the command was not started",
            "70:the lock was lost; the command was stopped",
            "75:another holds it; the command was not started",
            "126:the command cannot be run",
            "127:the command is not there"
        },
        footerHeading = "%nExample:%n",
        footer = "  tenure run --lock nightly --ttl 1m --if-free -- ./backup.sh --full")
final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServersOption servers = new ServersOption();

    @ArgGroup(multiplicity = "1")
    private Wanted wanted = new Wanted();

    @Option(
            names = "--ttl",
            defaultValue = "30s",
            paramLabel = "DURATION",
            description = "How long others wait at most when this process dies. Default: 30s")
    private Duration ttl = Duration.ZERO;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            description = "How long to wait until it is free. Default: for ever")
    private @Nullable Duration wait;

    @Option(names = "--if-free", description = "Do not wait.")
    private boolean ifFree;

    @Option(names = "--owner", description = "Who holds it, for people and the audit log. Default: PID@HOST")
    private @Nullable String owner;

    @Option(names = "--reason", description = "What for, for people and the audit log. Default: the command")
    private @Nullable String reason;

    @Option(names = "--max-hold", paramLabel = "DURATION", description = "The longest time from grant to end.")
    private @Nullable Duration maxHold;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The command and its arguments.")
    private List<String> command = List.of();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        Passing passing = Passing.signals();
        try (TenureClient tenure = servers.connect()) {
            Optional<Hold> hold = acquire(tenure, err);
            if (hold.isEmpty()) {
                err.println("tenure: " + wanted + " is held by another; the command was not started");
                return Exit.HELD;
            }
            try (Hold held = hold.get()) {
                return run(held, passing, err);
            }
        } catch (InterruptedException e) {
            err.println("tenure: stopped while waiting for " + wanted);
            return passing.status();
        }
    }

    private Claim claim(TenureClient tenure) {
        Claim claim = wanted.of(tenure).ttl(ttl).reason(reason == null ? shown() : reason);
        claim = owner == null ? claim : claim.owner(owner);
        return maxHold == null ? claim : claim.maxHold(maxHold);
    }

    /** The command, as far as a reason may be long. */
    private String shown() {
        String text = String.join(" ", command);
        return text.length() <= 200 ? text : text.substring(0, 199) + "…";
    }

    private Optional<Hold> acquire(TenureClient tenure, PrintWriter err) throws InterruptedException {
        Claim claim = claim(tenure);
        if (ifFree) {
            return claim.tryAcquire();
        }
        Machine.Later patience = Patience.with(tenure, wanted.thing(), wanted.name(), err);
        try {
            return wait == null ? Optional.of(claim.acquire()) : claim.tryAcquire(wait);
        } finally {
            patience.cancel();
        }
    }

    private int run(Hold hold, Passing passing, PrintWriter err) {
        Guarded.Ended ended = Guarded.run(command, hold.lease(), hold.fencingToken(), passing, err);
        if (ended.inTime()) {
            return ended.status();
        }
        err.println("tenure: " + wanted + " was lost" + Guarded.how(hold.lease()));
        return Exit.LOST;
    }
}
