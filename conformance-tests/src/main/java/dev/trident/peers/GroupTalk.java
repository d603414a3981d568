package dev.trident.peers;

import dev.trident.apps.net.KernelDatagrams;
import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import io.netty.buffer.ByteBuf;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Groups: the kernel as sender and as member, and a bridge that asks who is a member. */
final class GroupTalk {
  private static final String GROUP = "239.1.2.3";
  private static final String OTHER_GROUP = "239.1.2.4";
  private static final String FOREIGN_SOURCE = "10.219.0.99";
  private static final int PORT = 5_007;
  private static final int COUNT = 200;

  /** Three fragments. */
  private static final int BYTES = 4_000;

  /** More than the bridge remembers a member that does not answer its questions. */
  private static final long LONGER_THAN_REMEMBERED = TimeUnit.SECONDS.toNanos(7);

  private static final int TRIES = 40;
  private static final long BETWEEN_TRIES = TimeUnit.MILLISECONDS.toNanos(100);

  private GroupTalk() {}

  /** What the kernel sends to a group arrives if we are a member, for that source, and else not. */
  static String kernelSends(TalkNetwork network) throws IOException, ExperimentFailure {
    DatagramEndpoint socket = bound(network);
    int group = C.inet_addr(GROUP);
    Waiting.check(socket.groups().join(group, 0), "join");
    expect(network, socket, GROUP, COUNT);
    expect(network, socket, OTHER_GROUP, 0);
    Waiting.check(socket.groups().leave(group, 0), "leave");
    expect(network, socket, GROUP, 0);
    Waiting.check(socket.groups().joinSource(group, 0, network.kernelAddress()), "join one source");
    expect(network, socket, GROUP, COUNT);
    Waiting.check(
        socket.groups().leaveSource(group, 0, network.kernelAddress()), "leave one source");
    Waiting.check(
        socket.groups().joinSource(group, 0, C.inet_addr(FOREIGN_SOURCE)), "join another source");
    expect(network, socket, GROUP, 0);
    socket.close();
    return "%d of %,d bytes twice, and none that is not wanted".formatted(COUNT, BYTES);
  }

  private static DatagramEndpoint bound(TalkNetwork network) throws ExperimentFailure {
    DatagramEndpoint socket =
        Objects.requireNonNull(network.stack().transport().newDatagram(), "a new stack has room");
    socket.receiveBufferBytes(COUNT * BYTES);
    Waiting.check(socket.bind(0, PORT), "bind");
    return socket;
  }

  /** The kernel sends to {@code group}; so many must arrive, in order. */
  private static void expect(TalkNetwork network, DatagramEndpoint socket, String group, int wanted)
      throws IOException, ExperimentFailure {
    KernelDatagrams.Child child =
        KernelDatagrams.send(network.kernel(), network.kernelDevice(), group, PORT, COUNT, BYTES);
    network.waiting().until("the kernel's sending", () -> !child.process().isAlive());
    network
        .waiting()
        .until(() -> socket.receivableDatagrams() == COUNT, TimeUnit.MILLISECONDS.toNanos(300));
    int got = socket.receivableDatagrams();
    if (got != wanted) {
      throw new ExperimentFailure(
          "%d of %d datagrams to %s came, not %d".formatted(got, COUNT, group, wanted));
    }
    ByteBuf buffer = C.malloc(BYTES);
    for (int i = 0; i < got; i++) {
      int length = Waiting.check(socket.receive(buffer, 0, BYTES), "receive");
      if (length != BYTES || buffer.getInt(0) != i) {
        throw new ExperimentFailure("datagram %d is another one".formatted(i));
      }
    }
  }

  /** What we send to a group arrives at a member in the kernel. */
  static String kernelListens(TalkNetwork network) throws IOException, ExperimentFailure {
    KernelDatagrams.Child child =
        KernelDatagrams.listen(network.kernel(), network.kernelDevice(), GROUP, "");
    ConcurrentLinkedQueue<String> heard = listenTo(child.output());
    DatagramEndpoint socket = bound(network);
    ByteBuf buffer = C.malloc(BYTES);
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < COUNT; i++) {
      int length = 4 + i * 19;
      buffer.setInt(0, i).getBytes(0, bytes, 0, length);
      Waiting.check(socket.send(buffer, 0, length, C.inet_addr(GROUP), child.port()), "send");
      network.waiting().until("the kernel's hearing", () -> !heard.isEmpty());
      String words = heard.poll();
      if (!KernelDatagrams.words(bytes, length).equals(words)) {
        throw new ExperimentFailure(
            "datagram %d of %d bytes: the kernel heard %s".formatted(i, length, words));
      }
    }
    socket.close();
    return "%d of 4 to %,d bytes".formatted(COUNT, 4 + (COUNT - 1) * 19);
  }

  private static ConcurrentLinkedQueue<String> listenTo(BufferedReader output) {
    ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    Thread.ofVirtual().start(() -> output.lines().forEach(lines::add));
    return lines;
  }

  /** A bridge that asks by IGMP version 3 knows what we are a member of, for which sources. */
  static String asked(TalkNetwork network) throws IOException, ExperimentFailure {
    DatagramEndpoint socket = bound(network);
    int group = C.inet_addr(GROUP);
    Waiting.check(socket.groups().join(group, 0), "join");
    await(network, GROUP, true);
    network.waiting().until(() -> false, LONGER_THAN_REMEMBERED);
    await(network, GROUP, true);
    expect(network, socket, GROUP, COUNT);
    Waiting.check(socket.groups().leave(group, 0), "leave");
    await(network, GROUP, false);
    Waiting.check(socket.groups().joinSource(group, 0, network.kernelAddress()), "join one source");
    await(network, TalkNetwork.AT_TAP + "/", true);
    expect(network, socket, GROUP, COUNT);
    socket.close();
    await(network, GROUP, false);
    return "joined, remembered, left, for all sources and for one";
  }

  /** A bridge that asks by IGMP version 2 is answered in that. */
  static String askedByVersion2(TalkNetwork network) throws IOException, ExperimentFailure {
    network
        .kernel()
        .ip("link set dev " + network.kernelDevice() + " type bridge mcast_igmp_version 2");
    DatagramEndpoint socket = bound(network);
    int group = C.inet_addr(GROUP);
    Waiting.check(socket.groups().join(group, 0), "join");
    network.waiting().until(() -> false, LONGER_THAN_REMEMBERED);
    await(network, GROUP, true);
    Waiting.check(socket.groups().leave(group, 0), "leave");
    await(network, GROUP, false);
    socket.close();
    return "joined, remembered, left";
  }

  /** Asks the bridge until it says what it must. */
  private static void await(TalkNetwork network, String what, boolean wanted)
      throws IOException, ExperimentFailure {
    String said = "";
    for (int i = 0; i < TRIES; i++) {
      said = network.program("bridge", "-d", "mdb", "show").text();
      if (said.contains(what) == wanted) {
        return;
      }
      network.waiting().until(() -> false, BETWEEN_TRIES);
    }
    throw new ExperimentFailure(
        "the bridge should %sknow of %s: %s".formatted(wanted ? "" : "not ", what, said.strip()));
  }
}
