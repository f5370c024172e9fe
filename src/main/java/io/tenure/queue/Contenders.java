package io.tenure.queue;

import io.tenure.name.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * All places of one queue in their order, and the rule which of them hold.
 *
 * <pre>
 * lock, election  the first
 * rwlock          readers that no writer stands before; a writer that is the first
 * semaphore       the first as many as there are permits; who wants several holds when the last of its places does
 * </pre>
 *
 * <p>It is the rule of Curator's own recipes. Nobody is ever overtaken: whoever is not entitled keeps those behind it from being so,
 * but for readers behind readers. Not safe for use by many threads.
 */
final class Contenders {
    private final Kind kind;
    private final TreeSet<Place> places = new TreeSet<>();
    private final TreeSet<Place> writers = new TreeSet<>();
    private Permits permits;

    Contenders(Kind kind, Permits permits) {
        this.kind = kind;
        this.permits = permits;
    }

    /** The queue with these nodes. */
    static Contenders of(Kind kind, Collection<String> nodes, Permits permits) {
        Contenders contenders = new Contenders(kind, permits);
        contenders.reset(nodes);
        return contenders;
    }

    /** These are all there are. */
    void reset(Collection<String> nodes) {
        places.clear();
        writers.clear();
        nodes.forEach(this::add);
    }

    /** A semaphore has these from now on. */
    void permit(Permits newPermits) {
        permits = newPermits;
    }

    /** Of a semaphore its permits. */
    Permits permits() {
        return permits;
    }

    Place add(String node) {
        Place place = Place.of(kind, node);
        places.add(place);
        if (kind == Kind.RWLOCK && !place.reads()) {
            writers.add(place);
        }
        return place;
    }

    Place remove(String node) {
        Place place = Place.of(kind, node);
        places.remove(place);
        writers.remove(place);
        return place;
    }

    int size() {
        return places.size();
    }

    boolean has(Place place) {
        return places.contains(place);
    }

    Optional<Place> first() {
        return places.isEmpty() ? Optional.empty() : Optional.of(places.first());
    }

    /** All places, the first first. Changes with the queue. */
    NavigableSet<Place> places() {
        return places;
    }

    /** Whether this place is there and entitled to hold. */
    boolean isEntitled(Place place) {
        return places.contains(place)
                && switch (kind) {
                    case RWLOCK -> place.reads() ? !writes(place) : isFirst(place);
                    case SEMAPHORE -> ahead(place, permits.count()) < permits.count();
                    default -> isFirst(place);
                };
    }

    private boolean isFirst(Place place) {
        return places.first().equals(place);
    }

    private boolean writes(Place reader) {
        return !writers.isEmpty() && writers.first().compareTo(reader) < 0;
    }

    /** How many stand before it, counted up to a bound. */
    private int ahead(Place place, int bound) {
        int ahead = 0;
        for (Place other : places) {
            if (ahead >= bound || other.compareTo(place) >= 0) {
                break;
            }
            ahead++;
        }
        return ahead;
    }

    /** Whether somebody who comes now and takes so many places, for reading or not, is entitled at once. */
    boolean isOpenTo(boolean reading, int wanted) {
        return switch (kind) {
            case RWLOCK -> reading ? writers.isEmpty() : places.isEmpty();
            case SEMAPHORE -> places.size() + wanted <= permits.count();
            default -> places.isEmpty();
        };
    }

    /** Those of all who are entitled, whom this lets through, the first first; at most so many. */
    List<Place> entitled(Predicate<Place> which, int most) {
        return entitledWithout(List.of(), which, most);
    }

    /** Those who are entitled once these are gone, whom this lets through, the first first; at most so many. */
    List<Place> entitledWithout(Collection<String> gone, Predicate<Place> which, int most) {
        List<Place> entitled = new ArrayList<>();
        Run run = new Run();
        for (Place place : places) {
            if (gone.contains(place.node())) {
                continue;
            }
            if (entitled.size() == most || !run.goesOnWith(place)) {
                break;
            }
            if (which.test(place)) {
                entitled.add(place);
            }
        }
        return entitled;
    }

    /** How many holds wait and stand before this place, it counted: 1 is next, 0 is entitled already. */
    int position(Place place) {
        return isEntitled(place) ? 0 : waiting(places.headSet(place, true));
    }

    /** The last place of each hold, the first first; at most so many. */
    List<Place> holds(int most) {
        List<Place> holds = new ArrayList<>();
        for (Place place : places) {
            if (!holds.isEmpty() && place.isOfSameHoldAs(holds.get(holds.size() - 1))) {
                holds.set(holds.size() - 1, place);
            } else if (holds.size() == most) {
                break;
            } else {
                holds.add(place);
            }
        }
        return holds;
    }

    /** The {@link #position} of each of these holds, which are the first. */
    List<Integer> positions(List<Place> holds) {
        List<Integer> positions = new ArrayList<>();
        Set<Place> entitled = new HashSet<>(entitled(any -> true, Integer.MAX_VALUE));
        int waiting = 0;
        for (Place hold : holds) {
            positions.add(entitled.contains(hold) ? 0 : ++waiting);
        }
        return positions;
    }

    /** How many places those holds take that need not wait. */
    int out() {
        int out = 0;
        int ofThisHold = 0;
        Run run = new Run();
        Place before = null;
        for (Place place : places) {
            boolean goesOn = before != null && place.isOfSameHoldAs(before);
            if (!run.goesOnWith(place)) {
                return goesOn ? out - ofThisHold : out;
            }
            out++;
            ofThisHold = goesOn ? ofThisHold + 1 : 1;
            before = place;
        }
        return out;
    }

    /** How many holds wait. */
    int waiting() {
        return waiting(places);
    }

    private int waiting(Collection<Place> some) {
        if (kind == Kind.LOCK || kind == Kind.ELECTION) {
            return Math.max(0, some.size() - 1);
        }
        int waiting = 0;
        Run run = new Run();
        Place before = null;
        for (Place place : some) {
            if (run.goesOnWith(place)) {
                continue;
            }
            // of a hold that wants several permits only the first place that lacks one is counted
            waiting += before != null && place.isOfSameHoldAs(before) ? 0 : 1;
            before = place;
        }
        return waiting;
    }

    /** The places from the first on for which the rule holds: once it has failed it fails for all behind. */
    private final class Run {
        private int length;
        private boolean written;
        private boolean over;

        boolean goesOnWith(Place place) {
            boolean first = length == 0;
            over = over
                    || !switch (kind) {
                        case RWLOCK -> first || (place.reads() && !written);
                        case SEMAPHORE -> length < permits.count();
                        default -> first;
                    };
            length++;
            written |= !place.reads();
            return !over;
        }
    }
}
