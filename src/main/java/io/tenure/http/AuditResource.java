package io.tenure.http;

import io.tenure.audit.AuditFilter;
import io.tenure.audit.AuditQueries;
import io.tenure.audit.CatchUp;
import io.tenure.audit.PageRequest;
import io.tenure.error.Refusal;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The audit log's questions: what happened, who held what from when to when, who held at a moment.
 *
 * <p>200; 400 for a parameter that is unknown, broken or belongs to another table, and for a cursor of another question; 503 when the
 * database cannot be asked. A question asked of the coordinator sees everything that was acknowledged before it.
 */
@Path("/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
public final class AuditResource {
    private final AuditQueries queries;
    private final CatchUp catchUp;
    private final Answers answers;
    private final LongSupplier now;

    /** @param now milliseconds since 1970, by this server's clock */
    public AuditResource(AuditQueries queries, CatchUp catchUp, Answers answers, LongSupplier now) {
        this.queries = queries;
        this.catchUp = catchUp;
        this.answers = answers;
        this.now = now;
    }

    /** What happened: a page of events. */
    @GET
    @Path("/events")
    @Takes({
        "kind",
        "name",
        "prefix",
        "owner",
        "principal",
        "address",
        "lease",
        "token",
        "fromToken",
        "action",
        "endedBy",
        "from",
        "to",
        "order",
        "limit",
        "cursor"
    })
    public CompletionStage<Response> events(@Context Query query, @Context UriInfo uri) {
        AuditFilter filter = AuditFilters.read(query);
        PageRequest page = AuditFilters.page(query);
        Instant asked = asked();
        return answers.of(
                catchUp.ask(),
                reach -> AuditLinks.paged(
                        AuditBodies.page(
                                queries.events(filter, page),
                                AuditBodies::event,
                                reach,
                                filter.to(),
                                asked,
                                catchUp.backlog()),
                        uri));
    }

    /** Who held what, from when to when: a page of tenures, open ones too. */
    @GET
    @Path("/tenures")
    @Takes({
        "kind",
        "name",
        "prefix",
        "owner",
        "principal",
        "address",
        "lease",
        "token",
        "fromToken",
        "endedBy",
        "open",
        "minHeld",
        "minWaited",
        "from",
        "to",
        "on",
        "order",
        "limit",
        "cursor"
    })
    public CompletionStage<Response> tenures(@Context Query query, @Context UriInfo uri) {
        AuditFilter filter = AuditFilters.read(query);
        PageRequest page = AuditFilters.page(query);
        Instant asked = asked();
        return answers.of(
                catchUp.ask(),
                reach -> AuditLinks.paged(
                        AuditBodies.page(
                                queries.tenures(filter, page),
                                AuditBodies::tenure,
                                reach,
                                filter.to(),
                                asked,
                                catchUp.backlog()),
                        uri));
    }

    /** Who held at a moment: nobody is an answer, too. */
    @GET
    @Path("/holders")
    @Takes({"at", "kind", "name", "prefix", "owner", "principal", "address", "lease", "order", "limit", "cursor"})
    public CompletionStage<Response> holders(@Context Query query, @Context UriInfo uri) {
        Instant at = AuditFilters.time(query, "at")
                .orElseThrow(
                        () -> Refusal.invalid("at", "a time with its offset, like \"2026-11-22T02:00:00Z\"", null));
        AuditFilter filter = AuditFilters.read(query);
        PageRequest page = AuditFilters.page(query);
        Instant asked = asked();
        return answers.of(
                catchUp.ask(),
                reach -> AuditLinks.paged(
                        AuditBodies.holders(at, queries.holders(at, filter, page), reach, asked, catchUp.backlog()),
                        uri));
    }

    private Instant asked() {
        return Instant.ofEpochMilli(now.getAsLong());
    }
}
