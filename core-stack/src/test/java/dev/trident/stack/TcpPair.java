package dev.trident.stack;

import dev.trident.buffer.CellBuf;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.TcpProfile;
import dev.trident.link.NetInterface;
import dev.trident.testkit.TestPorts;
import io.netty.buffer.ByteBuf;
import java.util.Objects;

/** Two stacks on direct wires with a connection between them: for garbage and speed. */
final class TcpPair implements AutoCloseable {
  private static final int CLIENT = 0x0a000001;
  private static final int SERVER = 0x0a000002;

  final DirectWire clientWire = new DirectWire();
  final DirectWire serverWire = new DirectWire();
  final NetworkStack client;
  final NetworkStack server;
  private final NetInterface clientNet;
  private final NetInterface serverNet;
  final StreamEndpoint near;
  final StreamEndpoint far;
  private final ByteBuf buffer;
  private final CellBuf[] shown = new CellBuf[64];
  private int clientHint;
  long now = 1_000_000_000L;

  /** {@code buffer} of 64 KiB is sent from and received into. */
  TcpPair(ByteBuf buffer) {
    this(buffer, TcpProfile.STANDARD);
  }

  TcpPair(ByteBuf buffer, TcpProfile profile) {
    this(buffer, profile, TcpProfile.STANDARD);
  }

  TcpPair(ByteBuf buffer, TcpProfile profile, TcpProfile serverProfile) {
    this.buffer = buffer;
    client = new NetworkStack(config("client", 1).withProfile(profile), new TestPorts(), null, now);
    server =
        new NetworkStack(
            config("server", 2).withProfile(serverProfile), new TestPorts(), null, now);
    clientNet = join(client, clientWire, CLIENT);
    serverNet = join(server, serverWire, SERVER);
    StreamListener listener = Objects.requireNonNull(server.newListener());
    listener.bind(SERVER, 80);
    listener.listen(8);
    near = Objects.requireNonNull(client.newStream());
    near.connect(SERVER, 80);
    settle();
    far = Objects.requireNonNull(listener.accept());
    clientHint = clientWire.lastFlowHint();
    near.noDelay(true);
    far.noDelay(true);
  }

  private static StackConfig config(String name, long seed) {
    return StackConfig.standard(name, seed).withCells(2_048, 64);
  }

  private static NetInterface join(NetworkStack stack, DirectWire wire, int address) {
    NetInterface net = new NetInterface("eth0", wire, 0x0200_0000_0000L | address, 1_500, -1);
    net.addAddress(address, 24);
    stack.addInterface(net);
    return net;
  }

  int toServer() {
    int count = clientWire.deliver(server, serverNet, 0, now);
    server.poll(now);
    return count;
  }

  int toClient() {
    int count = serverWire.deliver(client, clientNet, clientHint, now);
    client.poll(now);
    return count;
  }

  void settle() {
    while (toServer() + toClient() > 0) {}
  }

  /** 64 bytes there and back, copying. */
  void roundTrip() {
    now += 1_000;
    near.send(buffer, 0, 64, 0);
    toServer();
    far.receive(buffer, 0, 64);
    far.send(buffer, 0, 64, 0);
    toClient();
    near.receive(buffer, 0, 64);
  }

  /** Full segments one way, copying. */
  int bulk(int segments) {
    now += 20_000;
    int sent = near.send(buffer, 0, segments * 1_460, 0);
    assert sent >= 0 : "send failed";
    return carry();
  }

  /** As {@link #bulk}, but no more than the send buffer takes: losses hold up what follows. */
  int bulkAsFits(int segments) {
    now += 20_000;
    int length = Math.min(segments * 1_460, near.sendSpace());
    if (length > 0) {
      near.send(buffer, 0, length, 0);
    }
    return carry();
  }

  /** There, into the hands of the user, and the acknowledgments back. */
  private int carry() {
    toServer();
    int got = 0;
    for (int count = far.receive(buffer, 0, 1 << 16);
        count > 0;
        count = far.receive(buffer, 0, 1 << 16)) {
      got += count;
    }
    server.poll(now);
    toClient();
    return got;
  }

  /** As {@link #bulk}, received without copying. */
  int bulkByPeeking(int segments) {
    now += 20_000;
    near.send(buffer, 0, segments * 1_460, 0);
    toServer();
    int got = 0;
    int count = far.peek(shown, 64);
    for (int i = 0; i < count; i++) {
      got += shown[i].capacity();
    }
    far.consume(got);
    for (int i = 0; i < count; i++) {
      shown[i].release();
    }
    server.poll(now);
    toClient();
    return got;
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
