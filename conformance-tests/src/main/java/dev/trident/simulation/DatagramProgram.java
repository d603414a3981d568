package dev.trident.simulation;

import dev.trident.c.C;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.sim.Simulation;
import dev.trident.hw.time.SeededRandom;
import io.netty.buffer.ByteBuf;

/**
 * Datagrams from one host to another, each in one frame: of a datagram in fragments two could be
 * struck by memory errors that no checksum finds. They may be lost; what arrives must be one that
 * was sent, whole, from its sender, and only as often as links double frames.
 *
 * <pre>
 *   datagram   number of the program (4 bytes), number of the datagram (4), pattern
 * </pre>
 */
final class DatagramProgram implements Program {
  private static final int HEADER_BYTES = 8;
  private static final int MAX_DATAGRAMS = 200;
  private static final int IP_AND_UDP_BYTES = 28;

  /** A frame passes three links at most, and each doubles what it gets at most. */
  private static final int MAX_COPIES = 8;

  /** After the last datagram was sent, longer than any frame is late. */
  private static final long GRACE_NANOS = 2_000_000_000L;

  private static final long MAX_PAUSE_NANOS = 50_000_000L;

  /** Fits the buffers that sockets have at first. TCPDirect's zockets receive no fragments. */
  private static final int IN_FRAGMENTS_BYTES = 8_000;

  private static final int MAX_FRAGMENTS = 128;
  private static final int IP_BYTES = 20;

  private final int number;
  private final Topology.Pair pair;
  private final Api senderApi;
  private final Api receiverApi;
  private final Ledger ledger;
  private final boolean mayDouble;
  private final long startNanos;
  private final long graceNanos;
  private final SeededRandom chance;
  private final SeededRandom receiverChance;
  private final DatagramEnd sender;
  private final DatagramEnd receiver;
  private final SockAddrIn source;
  private final SockAddrIn target;
  private final int largest;

  /** Length of each datagram sent, and how often it arrived. */
  private final int[] lengths;

  private final int[] arrivals;
  private int sent;
  private long lastSentNanos;
  private boolean senderDone;
  private boolean receiverDone;
  private boolean stopped;

  DatagramProgram(
      int number,
      Topology.Pair pair,
      Api senderApi,
      Api receiverApi,
      long startNanos,
      SimulationOptions options,
      Ledger ledger,
      SeededRandom chance) {
    this.number = number;
    this.pair = pair;
    this.senderApi = senderApi;
    this.receiverApi = receiverApi;
    this.startNanos = startNanos;
    this.ledger = ledger;
    this.chance = chance;
    receiverChance = new SeededRandom(chance.nextLong());
    FaultSpec faults = options.faults();
    mayDouble = faults.most(Fault.DUP) > 0 || !options.events().isEmpty();
    graceNanos = GRACE_NANOS + 3 * (faults.most(Fault.LATE) + faults.most(Fault.JITTER));
    // Dice of its own: seeds of before mean the same but for these lengths.
    SeededRandom lengthChance = new SeededRandom(startNanos * Integer.MAX_VALUE + number);
    boolean inFragments = receiverApi != Api.TCPDIRECT && lengthChance.below(3) == 0;
    int whole = inFragments ? inFragments(options) : options.network().mtu() - IP_AND_UDP_BYTES;
    int buffer = options.memory().sendBytes();
    largest = buffer == 0 ? whole : Math.min(whole, buffer);
    lengths = new int[1 + (int) chance.below(MAX_DATAGRAMS)];
    arrivals = new int[lengths.length];
    source = pair.client().at(FIRST_PORT + number);
    target = pair.server().at(FIRST_PORT + number);
    sender = senderApi.datagrams(pair.client(), FIRST_PORT + number, ledger);
    receiver = receiverApi.datagrams(pair.server(), FIRST_PORT + number, ledger);
  }

  /** A datagram is not cut in more fragments than a ring takes at once, nor in more than 128. */
  private static int inFragments(SimulationOptions options) {
    int each = (options.network().mtu() - IP_BYTES) / 8 * 8;
    int most = Math.min(options.memory().txRing(), MAX_FRAGMENTS) * each;
    return Math.min(IN_FRAGMENTS_BYTES, most - (IP_AND_UDP_BYTES - IP_BYTES));
  }

  @Override
  public void start(Simulation simulation) {
    simulation.app(pair.server().node().host(), "receiver" + number, this::receiveAll);
    simulation.app(pair.client().node().host(), "sender" + number, this::sendAll);
  }

  @Override
  public boolean isDone() {
    return senderDone && receiverDone;
  }

  @Override
  public long progress() {
    return sent;
  }

  @Override
  public boolean isDoubtful() {
    return false;
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public String toString() {
    return "datagrams "
        + number
        + " ("
        + senderApi
        + " on "
        + pair.client().interfaceName()
        + " to "
        + receiverApi
        + " on "
        + pair.server().interfaceName()
        + ", "
        + sent
        + " of "
        + lengths.length
        + " sent)";
  }

  private void sendAll() {
    try {
      pair.client().node().pause(startNanos);
      sender.open();
      while (sent < lengths.length && !stopped) {
        int length = HEADER_BYTES + (int) chance.below(largest - HEADER_BYTES + 1L);
        ByteBuf data = Pattern.make(number, sent, length);
        data.setInt(0, number);
        data.setInt(Integer.BYTES, sent);
        lengths[sent] = length;
        DatagramEnd.Sent result = sender.send(data, length, target, (int) chance.below(12));
        // A call that says "not now" may not have sent anything, so its number is used again.
        sent += result == DatagramEnd.Sent.YES ? 1 : 0;
        if (result != DatagramEnd.Sent.YES || chance.below(4) == 0) {
          pair.client().node().pause(1 + chance.below(MAX_PAUSE_NANOS));
        }
      }
    } catch (CallFailedException e) {
      ledger.complain(this + ": sender: " + e.getMessage());
    }
    sender.close();
    lastSentNanos = pair.client().node().host().clock().nanoTime();
    senderDone = true;
  }

  private void receiveAll() {
    try {
      receiver.open();
      ByteBuf buffer = C.malloc(65_536);
      while (!stopped && !isOver()) {
        int length = receiver.receive(buffer, (int) receiverChance.below(12));
        if (length >= 0) {
          check(buffer, length);
        }
      }
    } catch (CallFailedException e) {
      ledger.complain(this + ": receiver: " + e.getMessage());
    }
    receiver.close();
    receiverDone = true;
  }

  private boolean isOver() {
    long now = pair.server().node().host().clock().nanoTime();
    return senderDone && now - lastSentNanos > graceNanos;
  }

  private void check(ByteBuf buffer, int length) {
    int id = length < HEADER_BYTES ? -1 : buffer.getInt(Integer.BYTES);
    // The one being sent has not been counted when it arrives over a wire without delay.
    boolean known = id >= 0 && id <= sent && id < lengths.length;
    if (!known || buffer.getInt(0) != number || length != lengths[id]) {
      ledger.complain(this + ": a datagram of " + length + " bytes that was never sent");
      return;
    }
    int wrong =
        Pattern.firstWrong(buffer, HEADER_BYTES, length - HEADER_BYTES, number, id, HEADER_BYTES);
    SockAddrIn from = receiver.source();
    if (wrong >= 0) {
      ledger.complain(this + ": datagram " + id + " has a wrong byte at " + wrong);
    } else if (from.sin_addr != source.sin_addr || from.sin_port != source.sin_port) {
      ledger.complain(this + ": datagram " + id + " comes from " + from);
    } else if (++arrivals[id] > (mayDouble ? MAX_COPIES : 1)) {
      ledger.complain(this + ": datagram " + id + " arrived " + arrivals[id] + " times");
    }
    ledger.addBytes(length);
    ledger.addDatagram();
  }
}
