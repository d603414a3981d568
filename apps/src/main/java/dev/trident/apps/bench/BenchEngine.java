package dev.trident.apps.bench;

import dev.trident.buffer.Packet;
import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.OpenPorts;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.nic.FrameHandler;
import dev.trident.link.NetInterface;
import dev.trident.link.NetworkDevice;
import dev.trident.stack.NetworkStack;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An engine with one datagram endpoint, whatever device is below it. */
final class BenchEngine implements FrameHandler, AutoCloseable {
  /** The two ends, and what they know of each other. */
  enum End {
    A(0x0a07_0001, 0x0200_0000_0001L),
    B(0x0a07_0002, 0x0200_0000_0002L);

    final int address;
    final long mac;

    End(int address, long mac) {
      this.address = address;
      this.mac = mac;
    }

    End other() {
      return this == A ? B : A;
    }
  }

  private static final int PORT = 4_001;
  private static final int PREFIX_BITS = 24;
  private static final int MTU_BYTES = 1_500;
  private static final int CELLS = 2_048;

  final NetworkStack stack;
  private final End end;
  private final ByteBuf in;
  private final ByteBuf out;
  private @Nullable NetInterface net;
  private @Nullable DatagramEndpoint endpoint;

  BenchEngine(End end, int payloadBytes) {
    this.end = end;
    in = C.malloc(payloadBytes);
    out = C.malloc(payloadBytes);
    StackConfig config = StackConfig.standard(end.name(), 1).withCells(CELLS, 16);
    stack = new NetworkStack(config, new OpenPorts(), null, 0);
  }

  /** Puts the engine on a device, and opens the endpoint; once. */
  void attach(NetworkDevice device) {
    NetInterface made = new NetInterface("bench", device, end.mac, MTU_BYTES, NetInterface.NO_VLAN);
    made.addAddress(end.address, PREFIX_BITS);
    stack.addInterface(made);
    End other = end.other();
    Objects.requireNonNull(stack.neighbors()).addStatic(made, other.address, other.mac);
    net = made;
    DatagramEndpoint opened = Objects.requireNonNull(stack.newDatagram());
    check(opened.addBinding(end.address, PORT, other.address, PORT));
    endpoint = opened;
  }

  private static void check(int result) {
    if (result < 0) {
      throw new IllegalStateException("error " + result);
    }
  }

  void send() {
    DatagramEndpoint open = Objects.requireNonNull(endpoint);
    check(open.send(out, 0, out.capacity(), end.other().address, PORT));
  }

  /** Takes the datagram that must be there. */
  void receive() {
    if (Objects.requireNonNull(endpoint).receive(in, 0, in.capacity()) != in.capacity()) {
      throw new IllegalStateException("nothing has arrived at " + end);
    }
  }

  @Override
  public void onFrame(Packet frame, int flowHint, long nowNanos) {
    stack.receive(frame, Objects.requireNonNull(net), flowHint, nowNanos);
  }

  @Override
  public void onDrained(long nowNanos) {
    stack.onDeviceDrained(nowNanos);
  }

  @Override
  public void close() {
    stack.close();
  }
}
