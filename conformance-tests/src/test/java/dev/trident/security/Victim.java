package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.Transport;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.nic.NicCounters;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.time.VirtualClock;
import dev.trident.testkit.Frames;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A host with one adapter, 10.0.0.1/24, whose wire ends in the hands of an {@link Attacker}. Time
 * is virtual and stands still but for {@link #passNanos}.
 */
final class Victim implements AutoCloseable {
  static final int ADDRESS = 0x0a000001;
  static final int BROADCAST = 0x0a0000ff;
  static final long SECOND = 1_000_000_000L;

  private static final byte[] ECHO_DATA = Frames.pattern(32, 7);

  final VirtualClock clock = new VirtualClock();
  final Fabric fabric = Fabric.polled(clock);
  final Attacker attacker = new Attacker();
  final Host host;
  final HostStack stack;
  final long mac;
  private int pings;

  Victim() {
    this(StackConfig.standard("victim", 1));
  }

  Victim(StackConfig config) {
    this(config, NicOptions.STANDARD);
  }

  Victim(StackConfig config, NicOptions options) {
    host = fabric.host(config).nic("victim0", "10.0.0.1/24", options);
    stack = host.defaultStack();
    mac = host.nic("victim0").mac();
    fabric.wire(host.nic("victim0"), attacker);
    byte[] hello = Frames.arp(1, Attacker.MAC, Attacker.ADDRESS, 0, ADDRESS);
    send(Frames.ethernet(Frames.BROADCAST_MAC, Attacker.MAC, Frames.ARP, hello));
    assertThat(attacker.take()).as("answer to ARP").hasSize(1);
  }

  // ---- attacks ----------------------------------------------------------------------------------

  /** Lets the host receive frames and do all there is to be done at present. */
  void send(byte[]... frames) {
    for (byte[] frame : frames) {
      attacker.send(frame);
      settle();
    }
  }

  void settle() {
    while (fabric.poll() != 0) {
      // Goes on until nothing is left to do.
    }
  }

  /**
   * Sends frames that must do no harm: nothing is thrown, every cell comes back, no frame is
   * accounted for twice or not at all, and a ping is answered afterwards.
   */
  Effect attack(byte[]... frames) {
    int heldBefore = cellsHeld();
    Map<DropReason, Long> before = drops();
    attacker.take();
    send(frames);
    List<byte[]> answers = attacker.take();
    Map<DropReason, Long> drops = drops();
    before.forEach((reason, count) -> drops.merge(reason, -count, Long::sum));
    drops.values().removeIf(count -> count == 0);
    assertThat(cellsHeld()).as("cells held").isEqualTo(heldBefore);
    assertAnswersPing();
    return new Effect(drops, answers);
  }

  /** Sends one frame, which is to be dropped for {@code reason}, and not answered. */
  void attackInVain(DropReason reason, byte[] frame) {
    attack(frame).isDroppedSilently(reason);
  }

  /** Sends an echo request, and wants its reply. */
  void assertAnswersPing() {
    attacker.take();
    int rest = 0x0bad_0000 | (pings++ & 0xffff);
    send(Craft.frame(this, Craft.datagram(1, Frames.icmp(8, 0, rest, ECHO_DATA))));
    assertThat(attacker.take())
        .as("echo reply")
        .singleElement()
        .satisfies(
            frame -> {
              byte[] reply = Frames.datagram(frame);
              assertThat(Frames.getInt(reply, 12)).isEqualTo(ADDRESS);
              assertThat(Frames.getInt(reply, 16)).isEqualTo(Attacker.ADDRESS);
              assertThat(Frames.data(reply)).isEqualTo(Frames.icmp(0, 0, rest, ECHO_DATA));
            });
  }

  // ---- state ------------------------------------------------------------------------------------

  /** Cells that are neither free nor posted to a receive ring, and cells of runs in use. */
  int cellsHeld() {
    int posted = 0;
    for (VirtualInterface device : stack.devices()) {
      posted += device.receiveRingCells();
    }
    Transport transport = stack.transport();
    return transport.pool().cells()
        - transport.pool().freeCells()
        - posted
        + transport.config().runCells()
        - transport.pool().freeRunCells();
  }

  /** What was dropped so far, by the engine and before it. */
  Map<DropReason, Long> drops() {
    Map<DropReason, Long> counts = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      long count = reason == DropReason.NONE ? 0 : stack.transport().counters().get(reason);
      if (count != 0) {
        counts.put(reason, count);
      }
    }
    NicCounters adapter = host.nic("victim0").counters();
    add(counts, DropReason.ETHERNET_TOO_LONG, adapter.tooLong());
    add(counts, DropReason.DEVICE_RING_FULL, adapter.noDescriptor());
    return counts;
  }

  private static void add(Map<DropReason, Long> counts, DropReason reason, long count) {
    if (count != 0) {
      counts.merge(reason, count, Long::sum);
    }
  }

  long count(Counter counter) {
    return stack.transport().counters().get(counter);
  }

  long drops(DropReason reason) {
    return stack.transport().counters().get(reason);
  }

  // ---- time and programs ------------------------------------------------------------------------

  /** Lets time pass; timers run when they are due. */
  void passNanos(long nanos) {
    host.clock().sleep(nanos);
    settle();
  }

  void passSeconds(long seconds) {
    passNanos(seconds * SECOND);
  }

  /** Runs a call of a program. */
  <T> T call(Supplier<T> call) {
    stack.enter();
    try {
      return call.get();
    } finally {
      stack.exit();
      settle();
    }
  }

  /** Runs a call of a program. */
  void run(Runnable call) {
    call(
        () -> {
          call.run();
          return 0;
        });
  }

  DatagramEndpoint datagramAt(int port) {
    return call(
        () -> {
          DatagramEndpoint socket = Objects.requireNonNull(stack.transport().newDatagram());
          assertThat(socket.bind(0, port)).isZero();
          return socket;
        });
  }

  StreamListener listenAt(int port, int backlog) {
    return call(
        () -> {
          StreamListener listener = Objects.requireNonNull(stack.transport().newListener());
          assertThat(listener.bind(0, port)).isZero();
          assertThat(listener.listen(backlog)).isZero();
          return listener;
        });
  }

  /** A connection that {@code remotePort} of the attacker has opened properly. */
  TcpTarget connection(StreamListener listener, int remotePort) {
    return TcpTarget.accepted(this, listener, remotePort);
  }

  /** Several connections to a listener of their own at port 80. */
  List<TcpTarget> connections(int count) {
    StreamListener listener = listenAt(80, count);
    List<TcpTarget> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(connection(listener, 40_000 + i));
    }
    return all;
  }

  @Override
  public void close() {
    fabric.close();
    attacker.close();
  }
}
