/**
 * TCP zockets (guide, zf_tcp.h): listeners, handles, connections, and how they send and receive.
 *
 * <p>A {@link dev.trident.tcpdirect.tcp.TcpZocket} is the zocket behind a {@code ZftHandle} and,
 * once connected or accepted, behind a {@code Zft}. It owns its stream endpoint until freed;
 * packets shown by a zero-copy read are held by {@link dev.trident.tcpdirect.tcp.ZeroCopyRead}
 * until done.
 */
@NullMarked
package dev.trident.tcpdirect.tcp;

import org.jspecify.annotations.NullMarked;
