package io.tenure.coordination.zookeeper;

import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import io.tenure.coordination.Stamp;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** What the port says, in ZooKeeper's words, and back. Stateless. */
final class Translation {
    private static final Outcome.Result NOTHING = new Outcome.Result(null, null);
    private static final byte[] NO_DATA = {};

    private Translation() {}

    /** @param rights on the nodes that are made */
    static List<Op> ops(List<Operation> operations, List<ACL> rights) {
        List<Op> ops = new ArrayList<>(operations.size());
        for (Operation operation : operations) {
            ops.add(op(operation, rights));
        }
        return ops;
    }

    private static Op op(Operation operation, List<ACL> rights) {
        if (operation instanceof Operation.Create create) {
            return Op.create(create.path(), create.data(), rights, mode(create.mode()));
        } else if (operation instanceof Operation.SetData set) {
            return Op.setData(set.path(), set.data(), set.version());
        } else if (operation instanceof Operation.Delete delete) {
            return Op.delete(delete.path(), delete.version());
        } else if (operation instanceof Operation.Check check) {
            return Op.check(check.path(), check.version());
        }
        throw new AssertionError(operation);
    }

    private static CreateMode mode(Operation.Mode mode) {
        return switch (mode) {
            case PERSISTENT -> CreateMode.PERSISTENT;
            case SEQUENTIAL -> CreateMode.PERSISTENT_SEQUENTIAL;
            case CONTAINER -> CreateMode.CONTAINER;
            case EPHEMERAL -> CreateMode.EPHEMERAL;
        };
    }

    static Op op(Query query) {
        return query instanceof Query.Data ? Op.getData(query.path()) : Op.getChildren(query.path());
    }

    /**
     * The outcome of a list.
     *
     * @param rc the code of the whole
     * @param results one for each operation, or null when the list as a whole was not answered
     */
    static Outcome outcome(int rc, @Nullable List<OpResult> results) {
        if (results == null || results.isEmpty()) {
            return unanswered(Code.get(rc));
        }
        if (rc != Code.OK.intValue()) {
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i) instanceof OpResult.ErrorResult error && isCause(error.getErr())) {
                    return new Outcome.Conflict(i, cause(Code.get(error.getErr())));
                }
            }
        }
        return new Outcome.Done(results.stream().map(Translation::result).toList());
    }

    /** In a failed list the operations before the failing one are marked with OK, those behind it as not carried out. */
    private static boolean isCause(int err) {
        return err != Code.OK.intValue() && err != Code.RUNTIMEINCONSISTENCY.intValue();
    }

    private static Outcome unanswered(@Nullable Code code) {
        if (code == Code.SESSIONMOVED || code == Code.THROTTLEDOP) {
            // The server says so instead of carrying it out.
            return new Outcome.Unavailable(false);
        }
        return isUnavailable(code) ? new Outcome.Unavailable(true) : new Outcome.Conflict(0, cause(code));
    }

    /** Whether the code tells of the connection or the session, and not of what was asked. */
    static boolean isUnavailable(@Nullable Code code) {
        return code == null
                || switch (code) {
                    case CONNECTIONLOSS,
                            SESSIONEXPIRED,
                            SESSIONMOVED,
                            OPERATIONTIMEOUT,
                            REQUESTTIMEOUT,
                            THROTTLEDOP,
                            SYSTEMERROR,
                            RUNTIMEINCONSISTENCY,
                            DATAINCONSISTENCY,
                            MARSHALLINGERROR,
                            NOTREADONLY,
                            SESSIONCLOSEDREQUIRESASLAUTH -> true;
                    default -> false;
                };
    }

    private static Outcome.Cause cause(@Nullable Code code) {
        if (code == Code.NONODE) {
            return Outcome.Cause.ABSENT;
        } else if (code == Code.NODEEXISTS) {
            return Outcome.Cause.EXISTS;
        } else if (code == Code.BADVERSION) {
            return Outcome.Cause.VERSION;
        } else if (code == Code.NOTEMPTY) {
            return Outcome.Cause.NOT_EMPTY;
        }
        return Outcome.Cause.FORBIDDEN;
    }

    private static Outcome.Result result(OpResult result) {
        if (result instanceof OpResult.CreateResult created) {
            Stat stat = created.getStat();
            // A create that returns no stamp carries none, or an empty one.
            return new Outcome.Result(created.getPath(), stat == null || stat.getCzxid() == 0 ? null : stamp(stat));
        } else if (result instanceof OpResult.SetDataResult set) {
            return new Outcome.Result(null, stamp(set.getStat()));
        }
        return NOTHING;
    }

    static Found found(OpResult result) {
        if (result instanceof OpResult.GetDataResult node) {
            return node(node.getData(), node.getStat());
        } else if (result instanceof OpResult.GetChildrenResult children) {
            return new Found.Children(children.getChildren());
        }
        return new Found.Absent();
    }

    /** The first code among the answers to a read that is neither an answer nor an absence; null when there is none. */
    static @Nullable Code refusal(List<OpResult> results) {
        for (OpResult result : results) {
            if (result instanceof OpResult.ErrorResult error && error.getErr() != Code.NONODE.intValue()) {
                return Code.get(error.getErr());
            }
        }
        return null;
    }

    static Found node(byte @Nullable [] data, Stat stat) {
        return new Found.Node(data == null ? NO_DATA : data, stamp(stat));
    }

    private static Stamp stamp(Stat stat) {
        return new Stamp(
                stat.getCzxid(),
                stat.getMzxid(),
                stat.getPzxid(),
                stat.getCtime(),
                stat.getMtime(),
                stat.getVersion(),
                stat.getNumChildren(),
                stat.getEphemeralOwner() != 0);
    }
}
