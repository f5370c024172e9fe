package io.tenure.error;

/** Why a request was refused: a closed list. Each constant says what the client should do. */
public enum ErrorCode {
    /** The request cannot be understood. Mend it; repeating it helps nobody. */
    INVALID("Not understood"),
    /** The page cursor belongs to another query. Begin again without it. */
    INVALID_CURSOR("Not a cursor of this query"),
    /** The request comes from a foreign web page or for a foreign host name. Give up. */
    FOREIGN_ORIGIN("Refused by origin"),
    /** No such lease has been seen. Take it as lost, or mend a slip in the id. */
    LEASE_UNKNOWN("No such lease"),
    /** The lease has no such hold and had none. Take it as lost, or mend a slip. */
    HOLD_UNKNOWN("No such hold"),
    /** No such fencing token was ever given out for this name. */
    TOKEN_UNKNOWN("No such fencing token"),
    /** The semaphore has no permits yet: {@code PUT} says how many it has. */
    SEMAPHORE_UNKNOWN("No such semaphore"),
    /** There is nothing at this path. */
    PATH_UNKNOWN("Nothing here"),
    /** The path is right, the method is not; the {@code Allow} header names those that are. */
    METHOD_NOT_ALLOWED("Method not allowed"),
    /** No form of the answer that the client accepts exists; ask for {@code application/json}. */
    NOT_ACCEPTABLE("Not acceptable"),
    /** Somebody else holds it. Try later, or wait in the queue. */
    HELD("Held by another"),
    /** Nobody holds it, and it stays closed for a while. Try later, or wait in the queue. */
    CLOSED("Closed for a while"),
    /** This lease does not hold it; nothing was changed. */
    NOT_HOLDER("Not the holder"),
    /** The lease id stands for something else. Use a new id. */
    LEASE_DIFFERS("The lease differs"),
    /** More permits are asked for than the semaphore has. Ask for fewer, or have it given more. */
    PERMITS_DIFFER("More than the semaphore has"),
    /** A reader cannot become a writer without letting go. Release, then ask for the write lock. */
    NO_UPGRADE("No upgrade"),
    /** This lease does not lead; nothing was changed. */
    NOT_LEADING("Not the leader"),
    /** Somebody else leads by now. Look again, then decide anew. */
    TERM_CHANGED("The term has changed"),
    /** It is held or waited for, and cannot be removed. */
    IN_USE("In use"),
    /** A restore needs a cluster without leases. Restore into an empty one, or do without. */
    NOT_EMPTY("Not empty"),
    /** A backup or a restore is under way. Wait until it has ended. */
    BUSY("Another is under way"),
    /** The backup is damaged, foreign or newer than this program; nothing was changed. Use another file, or the program that wrote it. */
    BACKUP_REFUSED("The backup is refused"),
    /** The holder is a native Curator client, which nobody but itself can end. */
    NATIVE_HOLDER("Held by a native client"),
    /** The lease has ended. Stop working; begin anew with a new id. */
    LEASE_ENDED("This lease has ended"),
    /** The hold has ended. Stop working; begin anew with a new id. */
    HOLD_ENDED("This hold has ended"),
    /** The fencing token is no longer current. Refuse the work that carries it. */
    TOKEN_ENDED("This fencing token is no longer current"),
    /** The body or the metadata is too large. */
    TOO_LARGE("Too large"),
    /** The path is too long. */
    URI_TOO_LONG("Path too long"),
    /** The headers are too large. */
    HEADERS_TOO_LARGE("Headers too large"),
    /** The body must be JSON and say so. */
    NOT_JSON("Not JSON"),
    /** A limit of the service is reached. Try again after {@code Retry-After}. */
    QUOTA("A limit is reached"),
    /** The queue is as long as it may get. Try again after {@code Retry-After}. */
    QUEUE_FULL("The queue is full"),
    /** This server is stopping. Ask another one at once, with the same lease id. */
    SERVER_STOPPING("This server is stopping"),
    /** ZooKeeper cannot be asked now. Repeat with the same id after {@code Retry-After}, until the local deadline. */
    STORE_UNAVAILABLE("The store cannot be reached"),
    /** Too many audit records wait for the database. Repeat with the same id after {@code Retry-After}. */
    AUDIT_BACKLOG("The audit log is behind"),
    /** An operator has made the cluster read-only. Repeat with the same id after {@code Retry-After}. */
    READ_ONLY("Read-only"),
    /** The audit database cannot be asked now. Repeat after {@code Retry-After}. */
    AUDIT_UNAVAILABLE("The audit log cannot be read"),
    /** A fault of the service. Report the id. */
    INTERNAL("A fault of this service");

    private final String title;

    ErrorCode(String title) {
        this.title = title;
    }

    /** A few words for people, the same for every refusal with this code. */
    public String title() {
        return title;
    }
}
