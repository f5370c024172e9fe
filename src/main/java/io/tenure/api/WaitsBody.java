package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * Who waits for whom.
 *
 * @param items holds that wait, by kind, name and place: as many as were asked for
 * @param waiting how many holds wait
 * @param cycles leases that wait for each other
 * @param complete whether all names were looked at
 */
@JsonPropertyOrder({"items", "waiting", "cycles", "complete"})
public record WaitsBody(List<WaitBody> items, int waiting, List<CycleBody> cycles, boolean complete) {}
