package io.tenure.http;

import io.tenure.error.Refusal;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.util.Set;
import java.util.TreeSet;

/** Refuses query parameters that a resource method does not name with {@link Takes}. */
final class TakesFeature implements DynamicFeature {
    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Takes takes = resource.getResourceMethod().getAnnotation(Takes.class);
        Set<String> known = takes == null ? Set.of() : new TreeSet<>(Set.of(takes.value()));
        context.register(new Guard(known));
    }

    private record Guard(Set<String> known) implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            if (request.getUriInfo().getRequestUri().getRawQuery() == null) {
                return;
            }
            for (String name : request.getUriInfo().getQueryParameters().keySet()) {
                if (!known.contains(name)) {
                    throw Refusal.invalid(
                            name,
                            "unknown parameter; known: " + (known.isEmpty() ? "none" : String.join(", ", known)),
                            name);
                }
            }
        }
    }
}
