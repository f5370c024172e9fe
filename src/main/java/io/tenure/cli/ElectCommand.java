package io.tenure.cli;

import io.tenure.client.Election;
import io.tenure.client.TenureClient;
import io.tenure.client.Term;
import io.tenure.name.Name;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tenure elect}: runs a command while this candidate leads. */
@Command(
        name = "elect",
        description = {
            "Runs a command while leading.",
            "",
            "Stands for election, waits until it leads, and runs the command. When the term is over, the command is sent TERM, and KILL"
                    + " before another can lead; then it stands again, and runs the command again when it leads. When the command ends"
                    + " by itself, it resigns. The command finds the term in TENURE_FENCING_TOKEN and the lease in TENURE_LEASE."
                    + " Signals are passed on to it."
        },
        mixinStandardHelpOptions = true,
        customSynopsis = "tenure elect NAME [OPTIONS] -- COMMAND...",
        exitCodeListHeading = "%nExit status: the command's own, or%n",
        exitCodeList = {
            "1:the candidate was refused",
            "64:the command line is not understood",
            "70:with --once: the term was over; the command was stopped",
            "126:the command cannot be run",
            "127:the command is not there"
        },
        footerHeading = "%nExample:%n",
        footer = "  tenure elect reports --id $HOSTNAME --value 10.0.0.7:9000 -- ./serve.sh")
final class ElectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServersOption servers = new ServersOption();

    @Option(names = "--id", paramLabel = "ID", description = "What others call the candidate. Default: its owner")
    private @Nullable String id;

    @Option(
            names = "--value",
            paramLabel = "TEXT",
            description = "What it proclaims once it leads, such as its address.")
    private @Nullable String value;

    @Option(
            names = "--ttl",
            defaultValue = "30s",
            paramLabel = "DURATION",
            description = "How long nobody leads at most when this process dies. Default: 30s")
    private Duration ttl = Duration.ZERO;

    @Option(names = "--owner", description = "Who the candidate is, for people and the audit log. Default: PID@HOST")
    private @Nullable String owner;

    @Option(names = "--once", description = "Do not stand again after a term.")
    private boolean once;

    @Parameters(index = "0", paramLabel = "NAME", description = "The election.")
    private Name name = new Name("none");

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "The command and its arguments.")
    private List<String> command = List.of();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        Passing passing = Passing.signals();
        try (TenureClient tenure = servers.connect()) {
            Election election = election(tenure);
            while (true) {
                Guarded.Ended ended = lead(tenure, election, passing, err);
                if (ended.inTime() || passing.wasStopped()) {
                    return ended.status();
                }
                if (once) {
                    return Exit.LOST;
                }
            }
        } catch (InterruptedException e) {
            err.println("tenure: stopped while standing for election " + name);
            return passing.status();
        }
    }

    private Election election(TenureClient tenure) {
        Election election = tenure.election(name.value()).ttl(ttl);
        election = id == null ? election : election.candidate(id);
        election = value == null ? election : election.value(value);
        return owner == null ? election : election.owner(owner);
    }

    /** Leads for one term. */
    private Guarded.Ended lead(TenureClient tenure, Election election, Passing passing, PrintWriter err)
            throws InterruptedException {
        AtomicReference<Guarded.@Nullable Ended> ended = new AtomicReference<>();
        Machine.Later patience = Patience.with(tenure, Thing.ELECTION, name, err);
        try {
            election.leadOnce(term -> {
                patience.cancel();
                ended.set(run(term, passing, err));
            });
        } finally {
            patience.cancel();
        }
        Guarded.Ended how = ended.get();
        return how == null ? new Guarded.Ended(false, Exit.LOST) : how;
    }

    private Guarded.Ended run(Term term, Passing passing, PrintWriter err) {
        err.println("tenure: leads " + name + ", term " + term.fencingToken());
        Guarded.Ended ended = Guarded.run(command, term.lease(), term.fencingToken(), passing, err);
        passing.toNobody();
        if (!ended.inTime()) {
            err.println("tenure: " + term + " was lost" + Guarded.how(term.lease()));
        }
        return ended;
    }
}
