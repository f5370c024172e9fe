package io.tenure.lease;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is worth remembering and may be forgotten: when it is full, what was put or asked for longest ago goes. Not safe for use by
 * several threads.
 */
public final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    private final int most;

    /** @param most how many entries it keeps */
    public BoundedMap(int most) {
        super(16, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
