package io.tenure.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.name.LeaseId;

/** Asks for a lease alone. */
record LeaseAsk(String owner) implements Acquiring.Ask<Lease> {
    @Override
    public String path(LeaseId lease) {
        return "/v1/leases/" + lease;
    }

    @Override
    public ObjectNode body() {
        return JsonNodeFactory.instance.objectNode().put("owner", owner);
    }

    @Override
    public boolean waits() {
        return false;
    }

    @Override
    public boolean queues() {
        return false;
    }

    @Override
    public boolean granted(Answer answer) {
        return answer.text("state").equals("LIVE");
    }

    @Override
    public Lease hold(Lease lease, Answer answer) {
        return lease;
    }
}
