package dev.trident.security;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.hw.host.NicOptions;
import dev.trident.testkit.Frames;
import dev.trident.wire.TcpHeader;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A small victim with a bit of everything: a listener, an established connection, one that is being
 * opened, datagram sockets, and a group it has joined. What a fuzzer says is done to it step by
 * step; in the end all must have come back.
 */
final class FuzzHost implements AutoCloseable {
  private static final int FRAMES_AT_MOST = 400;
  private static final int STEP_TIME = 13;
  private static final int STEP_PROGRAM = 14;
  private static final int STEP_REPEAT = 15;
  private static final long MILLIS = 1_000_000;

  private static final long[] TIMES = {
    MILLIS,
    40 * MILLIS,
    200 * MILLIS,
    1_000 * MILLIS,
    3_000 * MILLIS,
    31_000 * MILLIS,
    61_000 * MILLIS,
    700_000 * MILLIS
  };

  private final Victim victim =
      new Victim(
          StackConfig.standard("victim", 1).withCells(384, 132).withEndpoints(7, 3, 6),
          NicOptions.STANDARD.withRings(32, 32));
  private final TcpPeers peers = new TcpPeers();
  private final FuzzFrames frames = new FuzzFrames(victim.mac, peers);
  private final ByteBuf buffer = C.malloc(4_096);
  private final List<DatagramEndpoint> sockets = new ArrayList<>();
  private final List<StreamEndpoint> streams = new ArrayList<>();
  private final StreamListener listener;
  private byte[] last = new byte[0];
  private int sent;

  FuzzHost() {
    for (int port = 7; port <= 8; port++) {
      sockets.add(victim.datagramAt(port));
    }
    victim.call(() -> sockets.get(1).connect(Attacker.ADDRESS, 4_000));
    victim.run(() -> sockets.get(0).receiveBufferBytes(8_000));
    DatagramEndpoint member =
        victim.call(() -> Objects.requireNonNull(victim.stack.transport().newDatagram()));
    victim.call(() -> member.addBinding(FuzzFrames.GROUP, 9, 0, 0));
    sockets.add(member);
    listener = victim.listenAt(TcpPeers.SERVER_PORT, 2);
    open();
    watch();
  }

  /** Two connections by the peer, with all options, and one by the victim that is on its way. */
  private void open() {
    byte[] options = Craft.bytes(2, 4, 5, 0xb4, 4, 2, 1, 1, 3, 3, 2, 1);
    int port = TcpPeers.FIRST_PORT;
    frame(port, TcpHeader.SYN, options);
    frame(port, TcpHeader.ACK, new byte[0]);
    accept();
    int other = TcpPeers.TIMESTAMPS_PORT;
    frame(other, TcpHeader.SYN, TcpPeers.timestamps(1));
    frame(other, TcpHeader.ACK, TcpPeers.timestamps(2));
    accept();
    StreamEndpoint active =
        victim.call(() -> Objects.requireNonNull(victim.stack.transport().newStream()));
    victim.call(() -> active.connect(Attacker.ADDRESS, TcpPeers.CLIENT_PORT));
    streams.add(active);
  }

  private void frame(int port, int flags, byte[] options) {
    byte[] segment =
        TcpTarget.segment(
            port,
            TcpPeers.SERVER_PORT,
            peers.seq(port),
            peers.ack(port),
            flags,
            options,
            new byte[0]);
    victim.send(TcpTarget.frame(victim, segment));
    watch();
  }

  private void watch() {
    for (byte[] answer : victim.attacker.take()) {
      peers.watch(answer);
    }
  }

  /** Does all the fuzzer wants. */
  void run(FuzzInput input) {
    while (!input.isEmpty() && sent < FRAMES_AT_MOST) {
      int head = input.octet();
      switch (head & 15) {
        case STEP_TIME -> victim.passNanos(TIMES[head >>> 4 & 7]);
        case STEP_PROGRAM -> program(head >>> 4, input);
        case STEP_REPEAT -> repeat(4 * (head >>> 4));
        default -> send(frames.next(head, input));
      }
      watch();
    }
  }

  private void send(byte[] frame) {
    sent++;
    last = frame;
    victim.send(frame);
  }

  /** The last frame again and again, faster than the host looks. */
  private void repeat(int times) {
    for (int i = 0; i < times; i++) {
      victim.attacker.send(last);
    }
    sent += times;
    victim.settle();
  }

  private void accept() {
    StreamEndpoint stream = victim.call(listener::accept);
    if (stream != null) {
      streams.add(stream);
    }
  }

  /** What a program may do at any time. */
  private void program(int what, FuzzInput input) {
    int octet = input.octet();
    StreamEndpoint stream = streams.get(octet % streams.size());
    DatagramEndpoint socket = sockets.get(octet % sockets.size());
    int size = octet * 16;
    switch (what) {
      case 0 -> accept();
      case 1, 2 -> victim.call(() -> stream.receive(buffer, 0, size));
      case 3, 4 -> victim.call(() -> stream.send(buffer, 0, size, 0));
      case 5 ->
          victim.call(() -> stream.send(buffer, 0, 1 + size / 16, StreamEndpoint.SEND_URGENT));
      case 6 -> victim.call(stream::shutdownSend);
      case 7 -> victim.run(() -> stream.urgentInLine((octet & 1) == 0));
      case 8 -> victim.call(() -> stream.receiveUrgent((octet & 1) == 0));
      case 9, 10 -> victim.call(() -> socket.receive(buffer, 0, size));
      case 11 -> victim.call(() -> socket.send(buffer, 0, size / 4, Attacker.ADDRESS, 4_000));
      case 12 -> victim.call(() -> socket.send(buffer, 0, 9, 0x0a000000 | octet, 4_000));
      case 13 -> victim.call(socket::takeError);
      case 14 -> close(stream, octet);
      default -> victim.call(stream::takeSoftError);
    }
  }

  /** One stream stays for the other steps to use. */
  private void close(StreamEndpoint stream, int how) {
    if (streams.size() > 1) {
      streams.remove(stream);
      victim.run((how & 1) == 0 ? stream::close : stream::abort);
    }
  }

  Victim victim() {
    return victim;
  }

  /** Ends all programs; then no cell and no connection may be left, and the host answers. */
  void settleAccounts() {
    victim.run(() -> streams.forEach(StreamEndpoint::abort));
    victim.run(listener::close);
    victim.run(() -> sockets.forEach(DatagramEndpoint::close));
    victim.passNanos(3_600_000 * MILLIS);
    victim.attacker.take();
    int held = victim.cellsHeld();
    int open = victim.stack.transport().openConnections(true);
    if (held != 0 || open != 0) {
      throw new AssertionError("left behind: " + held + " cells, " + open + " connections");
    }
    byte[] hello = Frames.arp(1, Attacker.MAC, Attacker.ADDRESS, 0, Victim.ADDRESS);
    victim.send(Frames.ethernet(Frames.BROADCAST_MAC, Attacker.MAC, Frames.ARP, hello));
    victim.assertAnswersPing();
  }

  @Override
  public void close() {
    victim.close();
  }
}
