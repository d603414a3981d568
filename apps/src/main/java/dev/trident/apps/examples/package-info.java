/**
 * Example programs of the three APIs, ported as one would port a program of one's own, and written
 * to be read first.
 *
 * <table>
 *   <caption>Where to begin</caption>
 *   <tr><td>{@link dev.trident.apps.examples.ZfUdpPingPong}</td><td>TCPDirect: datagrams there and
 *       back</td></tr>
 *   <tr><td>{@link dev.trident.apps.examples.ZfTcpPingPong}</td><td>TCPDirect: a connection, the
 *       reactor, the multiplexer, how to close</td></tr>
 *   <tr><td>{@link dev.trident.apps.examples.ZfSink}</td><td>TCPDirect: receiving datagrams as fast
 *       as they come</td></tr>
 *   <tr><td>{@link dev.trident.apps.examples.XtiEcho}</td><td>XTI: both ends of an echo, with
 *       synchronous endpoints</td></tr>
 *   <tr><td>{@link dev.trident.apps.examples.TreckEcho}</td><td>Treck: the same with blocking
 *       sockets, copying or not</td></tr>
 * </table>
 *
 * <p>None of them says what the network is: they name an interface, and the variable
 * TRIDENT_INTERFACES says what that is.
 */
@NullMarked
package dev.trident.apps.examples;

import org.jspecify.annotations.NullMarked;
