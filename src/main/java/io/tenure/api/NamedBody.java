package io.tenure.api;

/** A thing by its kind and name. */
public record NamedBody(String kind, String name) {}
