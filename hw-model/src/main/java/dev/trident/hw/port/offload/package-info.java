/**
 * What a kernel leaves to an adapter's hardware and virtual devices never do: partial checksums and
 * frames of several segments. Ports to the kernel's devices complete and cut them here.
 *
 * <p>Nothing here owns packet memory but {@code SuperFrame}, which has room for one frame of each
 * port. Called by the thread that receives from the port.
 */
@NullMarked
package dev.trident.hw.port.offload;

import org.jspecify.annotations.NullMarked;
