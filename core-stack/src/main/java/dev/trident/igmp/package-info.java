/**
 * Membership of groups: who wants which sources of which group on which interface, and the host
 * side of IGMP, which tells routers (RFC 3376; RFC 2236 and RFC 1112 appendix I beside older
 * routers).
 *
 * <p>Sockets own {@link dev.trident.igmp.Membership}s. {@link dev.trident.igmp.Memberships} merges
 * them for each interface and group, keeps the interface's list of accepted groups, and passes the
 * merged wish on: in a host's default stack to {@link dev.trident.igmp.IgmpLayer}, in a stack
 * behind hardware filters to the host's {@link dev.trident.igmp.GroupKeeper}, since queries come to
 * the default stack. Timers stand in the stack's wheel; random delays follow from its seed.
 *
 * <p>As in Linux, a query is believed whatever its TTL, with or without Router Alert, and from
 * address 0.0.0.0 too, which switches use that have none.
 */
@NullMarked
package dev.trident.igmp;

import org.jspecify.annotations.NullMarked;
