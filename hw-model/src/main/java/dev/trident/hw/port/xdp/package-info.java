/**
 * The port {@code xdp:}, which takes a queue of an interface away from the kernel's stack (kernel
 * documentation, networking/af_xdp; the program is loaded by {@code bpf(2)}).
 *
 * <p>A port owns its socket, rings, program, map and umem; the interface stays with whoever made
 * it. All of it goes when the port is closed or the process dies.
 */
@NullMarked
package dev.trident.hw.port.xdp;

import org.jspecify.annotations.NullMarked;
