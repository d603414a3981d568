package dev.trident.ip;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.ReassemblyLimits;
import dev.trident.time.Deadline;
import dev.trident.time.TimerWheel;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.IcmpMessage;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.TcpHeader;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts datagrams together whose fragments arrive in any order (RFC 791 section 3.2, RFC 815, RFC
 * 1122 section 3.3.2), within {@link ReassemblyLimits}.
 *
 * <p>Nobody's fragments are meant to overlap. One that repeats another exactly is dropped alone;
 * any other overlap, two different ends, a length that cannot be or a first fragment that hides the
 * TCP header (RFC 1858, RFC 3128) gives the whole datagram up, what still comes of it included.
 *
 * <p>Each fragment ends as one of {@link Counter#IP_FRAGMENTS_JOINED} or under one drop reason.
 */
final class Reassembly {
  private static final int FRAGMENT_UNIT_BYTES = 8;

  /** Wakes a datagram at the first poll with a later time than that of its first fragment. */
  private static final long FRESH_TIME_NANOS = 1;

  private final PacketPool pool;
  private final Counters counters;
  private final TimerWheel wheel;
  private final ReassemblyLimits limits;
  private @Nullable Ipv4Errors errors;

  /** In the order of their first fragments. */
  private final @Nullable PartialDatagram[] datagrams;

  private int count;
  private int cells;
  private final ArrayDeque<PartialDatagram> spares = new ArrayDeque<>();

  Reassembly(PacketPool pool, Counters counters, TimerWheel wheel, ReassemblyLimits limits) {
    this.pool = pool;
    this.counters = counters;
    this.wheel = wheel;
    this.limits = limits;
    datagrams = new PartialDatagram[limits.datagrams()];
  }

  /** Set-up: who tells sources that a datagram was not complete in time. */
  void errors(Ipv4Errors errorSender) {
    errors = errorSender;
  }

  /** Datagrams of which a part has arrived, those given up included until their time is over. */
  int datagrams() {
    return count;
  }

  /** Cells held. */
  int cells() {
    return cells;
  }

  /**
   * Takes over a fragment.
   *
   * @param fragment its head is the data, its header at {@link Packet#networkOffset}
   * @param header of it, checked
   * @return the whole datagram, if this was what was missing: the head is the data of fragment
   *     zero, and everything if that fits into one cell; its reference is the caller's
   */
  @Nullable Packet add(Packet fragment, Ipv4Header header, long nowNanos) {
    counters.increment(Counter.IP_FRAGMENTS_RECEIVED);
    PartialDatagram datagram = find(header);
    if (datagram == null) {
      datagram = open(header, nowNanos);
    } else if (datagram.isRefused()) {
      return drop(fragment, DropReason.IP_FRAGMENT_REFUSED);
    }
    DropReason reason = check(fragment, header);
    if (reason == DropReason.NONE) {
      makeRoomFor(datagram);
      if (!isOpen(datagram)) {
        return drop(fragment, DropReason.IP_FRAGMENT_EVICTED);
      }
      int before = datagram.cells();
      int offset = header.fragmentOffsetBytes();
      int ecn = header.tos() & Ipv4Header.CE;
      reason = datagram.add(fragment, offset, header.moreFragments(), ecn);
      cells += datagram.cells() - before;
    }
    if (reason == DropReason.NONE) {
      return datagram.isComplete() ? complete(datagram) : null;
    }
    if (reason != DropReason.IP_FRAGMENT_DUPLICATE && reason != DropReason.NO_MEMORY) {
      refuse(datagram, reason);
    }
    return drop(fragment, reason);
  }

  private @Nullable Packet drop(Packet fragment, DropReason reason) {
    counters.drop(reason);
    fragment.release();
    return null;
  }

  /** What can be said of a fragment alone. */
  private DropReason check(Packet fragment, Ipv4Header header) {
    int length = fragment.length();
    int offset = header.fragmentOffsetBytes();
    if (length == 0 || (header.moreFragments() && length % FRAGMENT_UNIT_BYTES != 0)) {
      return DropReason.IP_FRAGMENT_BAD_LENGTH;
    }
    if (header.headerBytes() + offset + length > limits.maxDatagramBytes()) {
      return DropReason.IP_FRAGMENT_TOO_LONG;
    }
    return header.protocol() == Ipv4Header.PROTOCOL_TCP && isTiny(fragment, offset)
        ? DropReason.IP_FRAGMENT_TINY
        : DropReason.NONE;
  }

  /** Whether filters that look at first fragments would miss a part of the TCP header. */
  private boolean isTiny(Packet fragment, int offset) {
    if (offset != 0) {
      return offset < TcpHeader.BYTES;
    }
    return fragment.length() < TcpHeader.BYTES
        || fragment.length() < TcpHeader.headerBytes(pool.slab(), fragment.offset());
  }

  // ---- the table --------------------------------------------------------------------------------

  private static int key(Ipv4Header header) {
    return header.protocol() << 16 | header.identification();
  }

  private PartialDatagram at(int index) {
    return Objects.requireNonNull(datagrams[index]);
  }

  private @Nullable PartialDatagram find(Ipv4Header header) {
    for (int i = 0; i < count; i++) {
      PartialDatagram each = at(i);
      if (each.is(header.source(), header.destination(), key(header))) {
        return each;
      }
    }
    return null;
  }

  private boolean isOpen(PartialDatagram datagram) {
    for (int i = 0; i < count; i++) {
      if (datagrams[i] == datagram) {
        return true;
      }
    }
    return false;
  }

  private PartialDatagram open(Ipv4Header header, long nowNanos) {
    if (datagramsOf(header.source()) == limits.datagramsPerSource()) {
      evict(oldestOf(header.source()));
    } else if (count == datagrams.length) {
      evict(at(0));
    }
    PartialDatagram datagram = spares.pollLast();
    if (datagram == null) {
      datagram = new PartialDatagram(this, pool, counters);
    }
    datagram.open(header.source(), header.destination(), key(header));
    datagrams[count++] = datagram;
    wheel.arm(datagram, Deadline.after(nowNanos, FRESH_TIME_NANOS));
    return datagram;
  }

  private int datagramsOf(int source) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      if (at(i).source() == source) {
        found++;
      }
    }
    return found;
  }

  private int cellsOf(int source) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      if (at(i).source() == source) {
        found += at(i).cells();
      }
    }
    return found;
  }

  /** The oldest datagram of {@code source}, which has one; one that holds cells, if any does. */
  private PartialDatagram oldestOf(int source) {
    PartialDatagram oldest = null;
    for (int i = 0; i < count; i++) {
      PartialDatagram each = at(i);
      if (each.source() == source) {
        if (each.cells() != 0) {
          return each;
        }
        oldest = oldest == null ? each : oldest;
      }
    }
    return Objects.requireNonNull(oldest);
  }

  private PartialDatagram oldest() {
    for (int i = 0; i < count; i++) {
      if (at(i).cells() != 0) {
        return at(i);
      }
    }
    return at(0);
  }

  /** Evicts until one more fragment, which takes two cells at most, breaks no limit. */
  private void makeRoomFor(PartialDatagram datagram) {
    while (cells + 2 > limits.cells() || (cells != 0 && pool.isShort())) {
      evict(oldest());
    }
    while (cells + 2 > limits.cellsPerSource()
        && isOpen(datagram)
        && cellsOf(datagram.source()) + 2 > limits.cellsPerSource()) {
      evict(oldestOf(datagram.source()));
    }
  }

  private void evict(PartialDatagram datagram) {
    if (datagram.fragments() != 0) {
      counters.drop(DropReason.IP_FRAGMENT_EVICTED, datagram.fragments());
    }
    remove(datagram);
  }

  /** Gives a datagram up, but keeps its name. */
  private void refuse(PartialDatagram datagram, DropReason reason) {
    if (datagram.fragments() != 0) {
      counters.drop(reason, datagram.fragments());
    }
    cells -= datagram.cells();
    datagram.refuse();
  }

  private void remove(PartialDatagram datagram) {
    int index = 0;
    while (datagrams[index] != datagram) {
      index++;
    }
    count--;
    System.arraycopy(datagrams, index + 1, datagrams, index, count - index);
    datagrams[count] = null;
    wheel.disarm(datagram);
    cells -= datagram.cells();
    datagram.releaseCells();
    spares.addLast(datagram);
  }

  // ---- ends -------------------------------------------------------------------------------------

  private @Nullable Packet complete(PartialDatagram datagram) {
    Packet head = Objects.requireNonNull(datagram.head());
    int tos = Ipv4Header.tos(head.slab(), head.networkOffset);
    int ecn = datagram.ecn(tos & Ipv4Header.CE);
    if (ecn < 0) {
      refuse(datagram, DropReason.IP_FRAGMENT_ECN_MISMATCH);
      return null;
    }
    int fragments = datagram.fragments();
    int held = datagram.cells();
    Packet whole = datagram.takeWhole();
    cells -= held;
    remove(datagram);
    int total = whole.offset() - whole.networkOffset + whole.totalBytes();
    if (total > limits.maxDatagramBytes()) {
      // The options of fragment zero count too, and it may have come last.
      counters.drop(DropReason.IP_FRAGMENT_TOO_LONG, fragments);
      whole.release();
      return null;
    }
    if ((tos & Ipv4Header.CE) != ecn) {
      Ipv4Header.changeTos(whole.slab(), whole.networkOffset, tos | ecn);
    }
    counters.add(Counter.IP_FRAGMENTS_JOINED, fragments);
    counters.increment(Counter.IP_REASSEMBLED);
    counters.add(Counter.BYTES_COPIED_WITHIN, Math.max(0, whole.linearize()));
    return whole;
  }

  /**
   * The timeout begins with the first time that comes after the first fragment: a host that has not
   * looked at its clock since the last traffic hands that fragment over with a time of then.
   */
  void onTimer(PartialDatagram datagram, long nowNanos) {
    if (datagram.startTime()) {
      wheel.arm(datagram, Deadline.after(nowNanos, limits.timeoutNanos()));
    } else {
      onTimeout(datagram, nowNanos);
    }
  }

  /** The source is told only if the fragment that it could tell its sender by has come. */
  private void onTimeout(PartialDatagram datagram, long nowNanos) {
    if (datagram.fragments() != 0) {
      counters.drop(DropReason.IP_FRAGMENT_TIMEOUT, datagram.fragments());
    }
    Packet head = datagram.head();
    Ipv4Errors sender = errors;
    if (head != null && sender != null) {
      sender.send(head, IcmpMessage.TIME_EXCEEDED, IcmpMessage.CODE_REASSEMBLY_TIME, 0, nowNanos);
    }
    remove(datagram);
  }

  /** Gives everything back: the stack closes. */
  void close() {
    while (count > 0) {
      remove(at(count - 1));
    }
    Arrays.fill(datagrams, null);
  }
}
