package io.tenure.queue;

import io.tenure.api.PageBody;
import io.tenure.coordination.Found;
import io.tenure.coordination.Query;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.LeaseNodes;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lists the names of one kind that somebody uses, page by page, each as it stands. Safe for use by many threads. */
public final class Listing<B> {
    private static final int AT_ONCE = 20;

    private final Kind kind;
    private final LeaseNodes nodes;
    private final Function<Name, CompletionStage<B>> look;
    private final Predicate<B> shown;

    /**
     * @param look shows one of them
     * @param shown whether it belongs into the list
     */
    public Listing(Kind kind, LeaseNodes nodes, Function<Name, CompletionStage<B>> look, Predicate<B> shown) {
        this.kind = kind;
        this.nodes = nodes;
        this.look = look;
        this.shown = shown;
    }

    /**
     * One page, by name.
     *
     * @param prefix what the names begin with
     * @param cursor of the page before; null for the first
     */
    public CompletionStage<PageBody<B>> page(String prefix, int limit, @Nullable String cursor) {
        String after;
        try {
            after = cursor == null ? "" : name(cursor, prefix);
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        Query all = new Query.Children(nodes.paths().directories(kind));
        return nodes.store().read("list", List.of(all)).thenCompose(found -> {
            List<Name> names = found.get(0) instanceof Found.Children children
                    ? children.names().stream()
                            .filter(name -> name.startsWith(prefix) && name.compareTo(after) > 0)
                            .sorted()
                            .flatMap(name -> valid(name).stream())
                            .toList()
                    : List.of();
            return page(names, new ArrayList<>(), prefix, limit);
        });
    }

    /** Directories that a native client named as Tenure would not are not shown. */
    private static Optional<Name> valid(String name) {
        try {
            return Optional.of(new Name(name));
        } catch (Refusal notOurs) {
            return Optional.empty();
        }
    }

    private CompletionStage<PageBody<B>> page(List<Name> names, List<B> sofar, String prefix, int limit) {
        if (names.isEmpty()) {
            return CompletableFuture.completedFuture(new PageBody<>(sofar, null));
        }
        List<Name> some = names.subList(0, Math.min(AT_ONCE, names.size()));
        List<CompletableFuture<B>> bodies = some.stream()
                .map(name -> look.apply(name).toCompletableFuture())
                .toList();
        CompletableFuture<Void> read = CompletableFuture.allOf(bodies.toArray(CompletableFuture[]::new));
        return read.thenCompose(done -> {
            for (int i = 0; i < some.size(); i++) {
                B body = bodies.get(i).join();
                if (shown.test(body)) {
                    sofar.add(body);
                }
                if (sofar.size() == limit) {
                    boolean last = i + 1 == names.size();
                    return CompletableFuture.completedFuture(
                            new PageBody<>(sofar, last ? null : cursor(some.get(i), prefix)));
                }
            }
            return page(names.subList(some.size(), names.size()), sofar, prefix, limit);
        });
    }

    private static String cursor(Name last, String prefix) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(("1\n" + prefix + "\n" + last.value()).getBytes(StandardCharsets.UTF_8));
    }

    private static String name(String cursor, String prefix) {
        String[] parts;
        try {
            parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("\n", -1);
        } catch (IllegalArgumentException notBase64) {
            parts = new String[0];
        }
        if (parts.length != 3 || !parts[0].equals("1") || !parts[1].equals(prefix)) {
            throw Refusal.of(
                            ErrorCode.INVALID_CURSOR,
                            "cursor: not one that this query with this prefix has given; begin again without it")
                    .with("field", "cursor")
                    .with("value", cursor);
        }
        return parts[2];
    }
}
