/**
 * The port {@code tap:}, whose peer is the kernel of this machine: a Linux TAP device (kernel
 * documentation, {@code networking/tuntap}).
 *
 * <p>A port owns its two descriptors and their argument memory; packet memory stays with the
 * caller. The device is not persistent: Linux removes it when the port is closed or its process
 * dies.
 */
@NullMarked
package dev.trident.hw.port.tap;

import org.jspecify.annotations.NullMarked;
