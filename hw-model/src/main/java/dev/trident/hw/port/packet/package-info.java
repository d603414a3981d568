/**
 * The port {@code packet:}, whose wire is an interface of the kernel: packet sockets (packet(7)).
 *
 * <p>A port owns its two sockets, their argument memory, and room for one frame of several
 * segments; packet memory stays with the caller, the interface with whoever made it. Nothing is
 * left behind when the process dies.
 */
@NullMarked
package dev.trident.hw.port.packet;

import org.jspecify.annotations.NullMarked;
