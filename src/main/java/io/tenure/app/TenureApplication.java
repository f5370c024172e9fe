package io.tenure.app;

/** Placeholder. */
public final class TenureApplication {
    private TenureApplication() {}

    public static void main(String[] args) {}
}
