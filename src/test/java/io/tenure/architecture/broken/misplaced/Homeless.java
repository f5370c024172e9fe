package io.tenure.architecture.broken.misplaced;

/** Stands on no floor, in a package that is not marked for null safety. */
public final class Homeless {}
