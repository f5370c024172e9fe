package io.tenure.http;

import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import org.glassfish.jersey.CommonProperties;
import org.glassfish.jersey.internal.inject.AbstractBinder;
import org.glassfish.jersey.server.ServerProperties;
import org.glassfish.jersey.server.spi.internal.ValueParamProvider;

/** All of the shell that the JAX-RS runtime has to know, as one thing to register. */
public final class HttpFeature implements Feature {
    private final int maxBodyBytes;

    /**
     * Makes the feature.
     *
     * @param maxBodyBytes largest request body
     */
    public HttpFeature(int maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public boolean configure(FeatureContext context) {
        // a Location is a path: a proxy's host name is not for us to know
        context.property(ServerProperties.LOCATION_HEADER_RELATIVE_URI_RESOLUTION_DISABLED, true);
        // an error is written by the mapper, never by the container
        context.property(ServerProperties.RESPONSE_SET_STATUS_OVER_SEND_ERROR, true);
        context.property(CommonProperties.FEATURE_AUTO_DISCOVERY_DISABLE, true);
        context.register(new BodyReader(maxBodyBytes));
        context.register(new BodyWriter());
        context.register(new Faults());
        context.register(new TakesFeature());
        context.register(new AbstractBinder() {
            @Override
            protected void configure() {
                bind(new Parameters()).to(ValueParamProvider.class);
            }
        });
        return true;
    }
}
