/**
 * Ports: adapters whose wire leaves this JVM. A {@link dev.trident.hw.port.Port} is what an
 * implementation provides; {@code PortWire} joins it to an adapter, {@code PortEnd} to a link.
 *
 * <p>A port owns its descriptors and the memory it shares with the operating system; packet memory
 * stays the stack's. Who calls what from which thread is said at {@code Port}.
 */
@NullMarked
package dev.trident.hw.port;

import org.jspecify.annotations.NullMarked;
