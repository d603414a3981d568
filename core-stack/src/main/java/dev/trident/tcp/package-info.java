/**
 * TCP (RFC 9293), one thought per file, in the order and with the names of the RFC. To be read
 * beside it: RFC 5681 and 6582 (congestion), RFC 6298 (timer), RFC 5961 (blind attacks), RFC 6528
 * (initial sequence numbers), RFC 6056 (ports), RFC 7323 (timestamps and window scale), RFC 3168
 * (ECN), RFC 4987 (floods of SYNs), RFC 7413 (fast open).
 *
 * <p>Who owns which state: {@code TcpLayer} the tables and lists of connections; {@code Connection}
 * the state of RFC 9293 section 3.3.2, over the {@code ConnectionTerms} (identity, options), under
 * {@code Stream} (the user's calls): one object; {@code Sender} SND.* ({@code SendVariables} and
 * {@code SendOpening}, the same object) with its {@code SendBuffer}, {@code Retransmission}, {@code
 * RttEstimator}, {@code LossRecovery}, {@code CongestionControl}, {@code WindowProbing} and the
 * {@code Ecn} of both halves; {@code Receiver} RCV.* ({@code ReceiveWindow}, the same object) with
 * its {@code ReceiveQueue} and {@code Reassembly}; {@code Timers} all deadlines of a connection.
 * {@code SegmentArrival}, {@code Transmitter}, {@code ResetPolicy}, {@code SynCookies}, {@code
 * Timeouts}, {@code FastOpenServer}, {@code FastOpenClient} (with what is known of servers) and
 * {@code Segment} serve all connections of a layer. A {@code FastOpen} belongs to a connection
 * whose SYN has to do with it; what a connection needs while it repairs a loss is taken from {@code
 * Spares} and given back.
 *
 * <p>The states are those of {@link dev.trident.endpoint.StreamState}: one enum serves the engine
 * and the APIs. Called by {@code stack} only; what the APIs see is in {@code endpoint}.
 */
@NullMarked
package dev.trident.tcp;

import org.jspecify.annotations.NullMarked;
