package dev.trident.tcp;

import dev.trident.buffer.Packet;

/**
 * The send sequence variables of RFC 9293 section 3.3.1, and the queue that they count. What may be
 * sent, and when, is in {@link SendOpening} and {@link Sender}: three thoughts in one object, since
 * there are many connections.
 *
 * <pre>
 *        acknowledged      in flight            queued
 *     ------------------|---------------|----------------------|
 *                     sndUna          sndNxt                 sndEnd
 * </pre>
 *
 * <p>SYN and FIN take sequence numbers but no place in the buffer. {@code sndNxt} never moves back:
 * what is sent again is the business of {@link Retransmission}.
 */
abstract sealed class SendVariables permits SendOpening {
  final SendBuffer buffer = new SendBuffer();

  int iss;
  int sndUna;
  int sndNxt;

  /** Behind the last octet queued; a FIN will have this number. */
  int sndEnd;

  int sndWnd;
  private int sndWl1;
  private int sndWl2;

  /** The largest window the peer has offered. */
  int maxSndWnd;

  /** Snd.Wind.Shift. */
  byte sndWindShift;

  /** The last send call promised more. */
  boolean moreComing;

  boolean finQueued;
  boolean finSent;
  private boolean noDelay;

  /** The largest segment we send. */
  int smss;

  private int bufferLimitBytes;

  /** Source port in the upper half, destination port in the lower. */
  int ports;

  SendVariables(int bufferLimitBytes, boolean noDelay) {
    this.bufferLimitBytes = bufferLimitBytes;
    this.noDelay = noDelay;
  }

  /** Nothing is sent or queued, and our SYN will have this number. */
  final void begin(int initialSequence, int localPort, int remotePort) {
    iss = initialSequence;
    sndUna = initialSequence;
    sndNxt = initialSequence + 1;
    sndEnd = sndNxt;
    ports = localPort << 16 | remotePort;
    sndWnd = 0;
    maxSndWnd = 0;
    sndWindShift = 0;
    moreComing = false;
    finQueued = false;
    finSent = false;
    buffer.clear();
  }

  // ---- sequence numbers ---------------------------------------------------------------------

  final int iss() {
    return iss;
  }

  final int sndUna() {
    return sndUna;
  }

  final int sndNxt() {
    return sndNxt;
  }

  /** Sequence numbers sent and not acknowledged. */
  final int flightSizeBytes() {
    return sndNxt - sndUna;
  }

  final boolean isSynUnacknowledged() {
    return sndUna == iss;
  }

  final boolean isFinSent() {
    return finSent;
  }

  final boolean isFinQueued() {
    return finQueued;
  }

  final boolean isFinAcknowledged() {
    return finSent && sndUna == sndNxt;
  }

  /** Octets queued or in flight; SYN and FIN do not count. */
  final int unacknowledgedBytes() {
    return isSynUnacknowledged() ? sndEnd - iss - 1 : Math.max(sndEnd - sndUna, 0);
  }

  /** Octets queued and never sent. */
  final int unsentBytes() {
    return Math.max(sndEnd - sndNxt, 0);
  }

  /** Whether anything waits for the peer: octets sent or queued, our SYN or FIN. */
  final boolean isAnythingUnacknowledged() {
    return flightSizeBytes() != 0 || unsentBytes() != 0 || (finQueued && !finSent);
  }

  // ---- the peer's window --------------------------------------------------------------------

  final int sndWnd() {
    return sndWnd;
  }

  /** Our SYN's window scale was echoed, or the peer's is: windows from now on are scaled. */
  final void peerScale(int shift) {
    sndWindShift = (byte) shift;
  }

  final void setWindow(Segment segment, int window) {
    sndWnd = window;
    maxSndWnd = Math.max(maxSndWnd, window);
    sndWl1 = segment.seq();
    sndWl2 = segment.ack() ? segment.ackNumber() : iss;
  }

  /** Whether SND.WL1 and SND.WL2 call a segment old, so that its window is not to be taken. */
  final boolean isWindowOld(Segment segment) {
    int ahead = segment.seq() - sndWl1;
    return ahead < 0 || (ahead == 0 && segment.ackNumber() - sndWl2 < 0);
  }

  // ---- the queue ----------------------------------------------------------------------------

  final SendBuffer buffer() {
    return buffer;
  }

  /** A packet of octets from {@code sndEnd} on joins the queue; the reference passes to it. */
  final void enqueue(Packet packet) {
    packet.sequence = sndEnd;
    sndEnd += packet.payloadBytes;
    buffer.append(packet);
  }

  /** Octets were appended to the last packet. */
  final void onAppended(int bytes) {
    sndEnd += bytes;
  }

  final void moreComing(boolean more) {
    moreComing = more;
  }

  /** FIN follows what is queued. */
  final void queueFin() {
    finQueued = true;
    moreComing = false;
  }

  /** Octets that may be queued; less than 0 after an oversize message or a smaller limit. */
  final int spaceBytes() {
    return bufferLimitBytes - unacknowledgedBytes();
  }

  final int bufferLimitBytes() {
    return bufferLimitBytes;
  }

  final void bufferLimitBytes(int bytes) {
    bufferLimitBytes = bytes;
  }

  // ---- settings -----------------------------------------------------------------------------

  final int ports() {
    return ports;
  }

  final int smss() {
    return smss;
  }

  final void smss(int bytes) {
    smss = bytes;
  }

  final boolean noDelay() {
    return noDelay;
  }

  final void noDelay(boolean off) {
    noDelay = off;
  }
}
