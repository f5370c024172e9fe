package io.tenure.http;

import io.tenure.api.AuditBody;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;

/** Says in a header where a page goes on (RFC 8288): a path without a host, since proxies know that better. */
final class AuditLinks {
    private AuditLinks() {}

    static Response paged(AuditBody<?> body, UriInfo uri) {
        Response.ResponseBuilder response = Response.ok(body, MediaType.APPLICATION_JSON_TYPE);
        if (body.next() != null) {
            UriBuilder next = uri.getRequestUriBuilder().replaceQueryParam("cursor", body.next());
            URI built = next.build();
            response.header("Link", "<" + built.getRawPath() + "?" + built.getRawQuery() + ">; rel=\"next\"");
        }
        return response.build();
    }
}
