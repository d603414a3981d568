/**
 * Solarflare TCPDirect for programs written in Java.
 *
 * <p>{@link dev.trident.tcpdirect.Zf} has the calls under their C names, for {@code import static};
 * {@link dev.trident.tcpdirect.ZfBuf} the few that read better in Netty's manner. The other classes
 * here are the types a C program names: small structures with public fields, and opaque handles.
 *
 * <p>Rooms behind it: {@code attr} (attribute table), {@code stack} (stacks, the reactor, what all
 * zockets share), {@code tcp}, {@code udp}, {@code mux}, and {@code error} (the translation of the
 * engine's errors). A handle owns its zocket until it is freed or, for a {@code ZftHandle},
 * connected; the stack owns everything else.
 */
@NullMarked
package dev.trident.tcpdirect;

import org.jspecify.annotations.NullMarked;
