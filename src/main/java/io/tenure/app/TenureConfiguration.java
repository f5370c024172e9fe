package io.tenure.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.health.DefaultHealthFactory;
import io.dropwizard.health.HealthFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.util.Duration;
import io.tenure.lease.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that an operator may set, one section for each feature. {@code config.yml} has them all with their defaults.
 *
 * <p>What Dropwizard reads itself ({@code server}, {@code logging}, {@code health}, {@code metrics}) is documented there.
 */
public final class TenureConfiguration extends Configuration {
    private static final int MAX_HOLDS_PER_LEASE = 64;

    private ZooKeeperSection zookeeper = ZooKeeperSection.DEFAULT;
    private LeasesSection leases = LeasesSection.DEFAULT;
    private LimitsSection limits = LimitsSection.DEFAULT;
    private AuditSection audit = AuditSection.DEFAULT;
    private Duration drain = Duration.seconds(0);
    private SecuritySection security = SecuritySection.DEFAULT;
    private String advertise = "";

    /**
     * Keeps of Dropwizard's section {@code health} how long to go on serving once not ready; the rest of it would answer beside
     * {@code /health/ready}, and otherwise.
     */
    @Override
    @JsonProperty("health")
    public void setHealthFactory(HealthFactory health) {
        if (health instanceof DefaultHealthFactory section && section.isDelayedShutdownHandlerEnabled()) {
            drain = section.getShutdownWaitPeriod();
        }
    }

    /** How long to go on serving once not ready, so that load balancers notice. */
    Duration drain() {
        return drain;
    }

    @JsonProperty
    public ZooKeeperSection getZookeeper() {
        return zookeeper;
    }

    @JsonProperty
    public void setZookeeper(ZooKeeperSection zookeeper) {
        this.zookeeper = zookeeper;
    }

    @JsonProperty
    public LeasesSection getLeases() {
        return leases;
    }

    @JsonProperty
    public void setLeases(LeasesSection leases) {
        this.leases = leases;
    }

    @JsonProperty
    public LimitsSection getLimits() {
        return limits;
    }

    @JsonProperty
    public void setLimits(LimitsSection limits) {
        this.limits = limits;
    }

    @JsonProperty
    public AuditSection getAudit() {
        return audit;
    }

    @JsonProperty
    public void setAudit(AuditSection audit) {
        this.audit = audit;
    }

    @JsonProperty
    public SecuritySection getSecurity() {
        return security;
    }

    @JsonProperty
    public void setSecurity(SecuritySection security) {
        this.security = security;
    }

    /** The URL that others reach this server by; blank for what follows from the first connector. */
    @JsonProperty
    public String getAdvertise() {
        return advertise;
    }

    @JsonProperty
    public void setAdvertise(String advertise) {
        this.advertise = advertise.strip();
    }

    /** The bounds of what may be asked for, as the floors below know them. */
    Limits limits() {
        return new Limits(
                leases.minTtl().toJavaDuration(),
                leases.maxTtl().toJavaDuration(),
                leases.grace().toJavaDuration(),
                leases.longestHold(),
                leases.endedMemory().toJavaDuration(),
                limits.maxWait().toJavaDuration(),
                limits.maxWaiters(),
                limits.maxLeases(),
                limits.maxEnded(),
                limits.maxBatch(),
                limits.maxStreams(),
                limits.maxHoldsAtOnce(),
                MAX_HOLDS_PER_LEASE,
                Math.toIntExact(limits.maxBody().toBytes()),
                Math.toIntExact(limits.maxMetadata().toBytes()),
                audit.maxBacklog());
    }

    /** Every fault that can be seen without starting, a line each. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        faults.addAll(zookeeper.faults());
        faults.addAll(leases.faults());
        faults.addAll(limits.faults());
        faults.addAll(audit.faults());
        if (zookeeper.shared()) {
            faults.addAll(audit.notShared(zookeeper.mode()));
        }
        if (security.loopbackOnly()) {
            faults.addAll(zookeeper.notLoopback());
        }
        faults.addAll(security.faults());
        if (!advertise.isEmpty()) {
            faults.addAll(Advertised.faults(advertise));
        }
        faults.addAll(connectors().map(this::faults).orElse(List.of("server.type: only default is known")));
        return faults;
    }

    /** The connectors, when the server is of the kind that has them in two lists. */
    Optional<Connectors> connectors() {
        return getServerFactory() instanceof DefaultServerFactory server
                ? Optional.of(
                        new Connectors(http(server.getApplicationConnectors()), http(server.getAdminConnectors())))
                : Optional.empty();
    }

    private List<String> faults(Connectors connectors) {
        List<String> faults = new ArrayList<>(connectors.tooShort(limits.maxWait()));
        if (security.loopbackOnly()) {
            faults.addAll(connectors.notLoopback());
        }
        return faults;
    }

    private static List<HttpConnectorFactory> http(List<ConnectorFactory> connectors) {
        return connectors.stream()
                .filter(HttpConnectorFactory.class::isInstance)
                .map(HttpConnectorFactory.class::cast)
                .toList();
    }
}
