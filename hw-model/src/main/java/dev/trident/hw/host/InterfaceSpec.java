package dev.trident.hw.host;

import dev.trident.hw.port.PortSpec;
import org.jspecify.annotations.Nullable;

/**
 * An interface as {@code TRIDENT_INTERFACES} asks for it.
 *
 * @param name at most 15 characters
 * @param hostName the host that has it
 * @param port its wire
 * @param addresses like "10.0.0.1/24", several separated by commas
 * @param gateway of the default route, in the network of an address; or null
 * @param mac hardware address, or {@code Port.ANY_MAC} to leave it to the port or to chance
 * @param capture file for all frames that cross the adapter, or null
 */
record InterfaceSpec(
    String name,
    String hostName,
    PortSpec port,
    String addresses,
    @Nullable String gateway,
    long mac,
    NicOptions options,
    @Nullable String capture) {}
