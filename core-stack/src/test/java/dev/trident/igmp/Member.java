package dev.trident.igmp;

import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.GroupOptions;
import dev.trident.endpoint.StackConfig;
import dev.trident.link.NetInterface;
import dev.trident.testkit.Frames;
import dev.trident.testkit.IgmpFrames;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A host on a link with routers: what sockets ask for, what queries come, and what is said. */
final class Member implements AutoCloseable {
  static final int GROUP = 0xe1010101;
  static final int OTHER = 0xe1010102;
  static final int SOURCE = 0x0a000063;
  static final int SECOND = 0x0a000064;
  static final int THIRD = 0x0a000065;
  static final long NANOS = 1_000_000_000L;

  final StackHarness host;
  private final List<DatagramEndpoint> sockets = new ArrayList<>();
  private final int cells;

  Member() {
    this(1);
  }

  Member(long seed) {
    host =
        new StackHarness(
            StackConfig.standard("member", seed).withCells(512, 256), NetInterface.NO_VLAN);
    cells = host.stack.pool().freeCells();
  }

  /** The group options of a new socket. */
  GroupOptions socket() {
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    sockets.add(socket);
    return socket.groups();
  }

  /** A message has come, to the address that it belongs to. */
  void hears(byte[] message) {
    int group = message.length < 8 ? 0 : Frames.getInt(message, 4);
    hears(group == 0 ? IgmpFrames.ALL_HOSTS : group, message);
  }

  void hears(int destination, byte[] message) {
    host.receive(IgmpFrames.frame(PEER_ADDRESS, destination, message));
  }

  /** A message has come from somebody without an address. */
  void hearsFromNobody(byte[] message) {
    host.receive(IgmpFrames.frame(0, IgmpFrames.ALL_HOSTS, message));
  }

  /** Everything said since the last call. */
  List<String> said() {
    List<String> said = new ArrayList<>();
    for (byte[] frame : host.device.drain()) {
      said.add(IgmpFrames.read(frame));
    }
    host.device.complete();
    return said;
  }

  /** What is said while so much time passes. */
  List<String> saysWithin(long nanos) {
    host.passNanos(nanos);
    return said();
  }

  long drops(DropReason reason) {
    return host.stack.counters().get(reason);
  }

  @Override
  public void close() {
    sockets.forEach(DatagramEndpoint::close);
    host.passSeconds(60);
    host.device.complete();
    assertThat(host.stack.pool().freeCells()).isEqualTo(cells);
    host.close();
  }
}
