package io.tenure.client;

import java.time.Duration;

/** A process that takes a lock and looks every millisecond whether it has it; says when it finds that it was stopped for a while. */
final class HoldingProgram {
    private static final long STOPPED = Duration.ofMillis(1500).toNanos();

    private HoldingProgram() {}

    /** Takes the server's base URL, the lock's name and the seconds of the TTL. Ends when it is lost and it was stopped before. */
    public static void main(String[] args) throws InterruptedException {
        TenureClient tenure = TenureClient.connect(args[0]);
        Hold hold = tenure.lock(args[1])
                .ttl(Duration.ofSeconds(Long.parseLong(args[2])))
                .acquire();
        hold.onLost(loss -> System.out.println("lost " + loss.cause()));
        System.out.println("holds " + hold.fencingToken());
        long last = System.nanoTime();
        while (true) {
            Thread.sleep(1);
            boolean held = hold.isHeld();
            long now = System.nanoTime();
            if (now - last > STOPPED) {
                System.out.println("woke " + held);
                Thread.sleep(2000);
                return;
            }
            last = now;
        }
    }
}
