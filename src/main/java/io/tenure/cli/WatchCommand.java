package io.tenure.cli;

import static com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.client.Event;
import io.tenure.client.TenureClient;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenure watch}: what happens, as it happens. */
@Command(
        name = "watch",
        description = {
            "Tells what happens to something, one line for each event, until it is interrupted.",
            "",
            "The first line says how it stands. A line that begins with ! follows a break of the connection: what came to pass"
                    + " in between was not told. With --json a line is an object with event, revision, missed and data, which is"
                    + " the whole of what show --json prints."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  tenure watch lock nightly", "  tenure watch lease 4f1c2a3e-90ab-4cde-8f01-23456789abcd --json"})
final class WatchCommand extends Asking {
    @Parameters(paramLabel = "KIND", description = "lock, rwlock, semaphore, election or lease.")
    private Kind kind = Kind.LOCK;

    @Parameters(paramLabel = "NAME", description = "Its name; of a lease its id.")
    private String name = "";

    @Option(names = "--events", paramLabel = "N", description = "End after so many. Default: go on")
    private @Nullable Long events;

    @Override
    void ask(TenureClient tenure, Output output) throws InterruptedException {
        // a stream has patience with servers that are away; who begins to watch is told so
        tenure.api().get("/v1/" + kind.wire() + "s/" + (kind == Kind.LEASE ? new LeaseId(name) : new Name(name)));
        Flow.Publisher<Event> told = kind == Kind.LEASE ? tenure.events(new LeaseId(name)) : tenure.events(kind, name);
        Printing printing = new Printing(output);
        told.subscribe(printing);
        try {
            printing.ended.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException refused ? refused : new IllegalStateException(e.getCause());
        }
    }

    /** How it stands, in one line. */
    private String line(JsonNode data, Shown shown) {
        return kind == Kind.LEASE
                ? LeaseCommand.line(data, shown)
                : Thing.of(kind).view().line(data, shown);
    }

    /** Prints one event after the other. */
    private final class Printing implements Flow.Subscriber<Event> {
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private final Output output;
        private Flow.@Nullable Subscription subscription;
        private long printed;

        Printing(Output output) {
            this.output = output;
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            begun.request(1);
        }

        @Override
        public void onNext(Event event) {
            output.tell(
                    json(event),
                    (event.missed() ? "! " : "")
                            + Shown.by(Machine.clock()).time(Machine.clock().instant()) + "  " + event.name() + ": "
                            + line(event.data(), output.shown()));
            printed++;
            boolean last = events != null && printed >= events;
            Flow.Subscription more = subscription;
            if (more != null && !last && !output.out().checkError()) {
                more.request(1);
            } else {
                ended.complete(null);
            }
        }

        @Override
        public void onError(Throwable refused) {
            ended.completeExceptionally(refused);
        }

        @Override
        public void onComplete() {
            ended.complete(null);
        }

        private ObjectNode json(Event event) {
            ObjectNode line = instance.objectNode().put("event", event.name()).put("revision", event.revision());
            if (event.missed()) {
                line.put("missed", true);
            }
            return line.set("data", event.data());
        }
    }
}
