package io.tenure.http;

import java.util.function.Function;
import org.glassfish.jersey.model.Parameter.Source;
import org.glassfish.jersey.server.ContainerRequest;
import org.glassfish.jersey.server.model.Parameter;
import org.glassfish.jersey.server.spi.internal.ValueParamProvider;
import org.jspecify.annotations.Nullable;

/** Hands {@link Caller} and {@link Query} to resource methods that ask for them with {@code @Context}. */
final class Parameters implements ValueParamProvider {
    @Override
    public @Nullable Function<ContainerRequest, ?> getValueProvider(Parameter parameter) {
        if (parameter.getSource() != Source.CONTEXT) {
            return null;
        }
        if (parameter.getRawType() == Caller.class) {
            return request -> request.getProperty(Caller.ATTRIBUTE);
        }
        if (parameter.getRawType() == Query.class) {
            return request -> new Query(request.getUriInfo().getQueryParameters());
        }
        return null;
    }

    @Override
    public PriorityType getPriority() {
        return Priority.HIGH;
    }
}
