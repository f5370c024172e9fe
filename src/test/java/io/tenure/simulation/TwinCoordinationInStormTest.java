package io.tenure.simulation;

/** The contract of the port, kept by the twin when every message and every replica takes a time of its own. */
class TwinCoordinationInStormTest extends TwinCoordinationTest {
    @Override
    World world() {
        return new World(42, Weather.STORMY);
    }
}
