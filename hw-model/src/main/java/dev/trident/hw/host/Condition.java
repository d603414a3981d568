package dev.trident.hw.host;

/**
 * What a blocked call waits for. Evaluated between polls with the stack to itself; must be cheap,
 * must not call the API, and its {@code toString} names the waiter in a deadlock report.
 */
@FunctionalInterface
public interface Condition {
  boolean holds();
}
