package dev.trident.xti;

import static dev.trident.xti.XtiConstants.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.c.IntRef;
import dev.trident.c.SockAddrIn;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.time.VirtualClock;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Two hosts on one wire, with an XTI program on each: 10.0.0.1 is the client, 10.0.0.2 the server.
 * One thread plays both; time is virtual, unless asked otherwise, and moves when everybody waits.
 */
final class XtiPair implements AutoCloseable {
  static final int PORT = 5_000;
  static final String CLIENT = "10.0.0.1";
  static final String SERVER = "10.0.0.2";

  final Fabric fabric;
  final Host clientHost;
  final Host serverHost;
  final Xti client;
  final Xti server;

  XtiPair() {
    this(Dialect.XTI);
  }

  XtiPair(Dialect dialect) {
    this(dialect, Fabric.polled(new VirtualClock()));
  }

  /** In the fabric's own kind of time. */
  XtiPair(Dialect dialect, Fabric fabric) {
    this.fabric = fabric;
    clientHost = fabric.host(config("client", 1)).nic("xc0", CLIENT + "/24");
    serverHost = fabric.host(config("server", 2)).nic("xs0", SERVER + "/24");
    fabric.wire(clientHost.nic("xc0"), serverHost.nic("xs0"));
    client = new Xti(clientHost, dialect);
    server = new Xti(serverHost, dialect);
  }

  private static StackConfig config(String name, long seed) {
    return StackConfig.standard(name, seed).withCells(2_048, 256);
  }

  @Override
  public void close() {
    fabric.close();
  }

  // ---- endpoints --------------------------------------------------------------------------

  /** A TCP endpoint of the server that listens on {@link #PORT}. */
  int listener(int oflag, int qlen) {
    int fd = server.t_open("/dev/tcp", oflag, null);
    TBind req = new TBind();
    XtiAddr.put(req.addr, new SockAddrIn(0, PORT));
    req.qlen = qlen;
    assertThat(server.t_bind(fd, req, null)).isZero();
    return fd;
  }

  /** An endpoint of the client that is bound to an address of the provider's choice. */
  int bound(String provider, int oflag) {
    int fd = client.t_open(provider, oflag, null);
    assertThat(client.t_bind(fd, null, null)).isZero();
    return fd;
  }

  /** A TCP endpoint of the client that is connected, as far as TCP can tell. */
  int connected(int oflag) {
    int fd = bound("/dev/tcp", O_RDWR);
    assertThat(client.t_connect(fd, toServer(PORT), null)).isZero();
    client.fcntl(fd, F_SETFL, oflag);
    return fd;
  }

  /** Takes the next indication of {@code listener}: the call with its sequence. */
  TCall indication(int listener) {
    TCall call = room();
    assertThat(server.t_listen(listener, call)).isZero();
    return call;
  }

  /** Takes and accepts the next indication on an endpoint of its own. */
  int accepted(int listener, int oflag) {
    TCall call = indication(listener);
    int fd = server.t_open("/dev/tcp", oflag, null);
    if (server.dialect() == Dialect.TLI) {
      assertThat(server.t_bind(fd, null, null)).isZero();
    }
    call.addr.len = 0;
    assertThat(server.t_accept(listener, fd, call)).isZero();
    return fd;
  }

  /** Lets the network come to rest. */
  void settle() {
    while (fabric.poll() != 0) {
      // Frames are still on their way.
    }
  }

  // ---- arguments --------------------------------------------------------------------------

  static TCall toServer(int port) {
    return to(SERVER, port);
  }

  static TCall to(String address, int port) {
    TCall call = new TCall();
    XtiAddr.put(call.addr, SockAddrIn.of(address, port));
    return call;
  }

  /** A call structure with room for an address. */
  static TCall room() {
    TCall call = new TCall();
    XtiAddr.room(call.addr);
    return call;
  }

  static ByteBuf bytes(String text) {
    byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
    return C.malloc(octets.length).setBytes(0, octets);
  }

  static int send(Xti xti, int fd, String text) {
    return xti.t_snd(fd, bytes(text), text.length(), 0);
  }

  /** What one t_rcv delivers, or "error" and t_errno. */
  static String receive(Xti xti, int fd, int most) {
    ByteBuf buf = C.malloc(most);
    int count = xti.t_rcv(fd, buf, most, new IntRef());
    return count < 0 ? "error " + xti.t_errno() : buf.toString(0, count, StandardCharsets.US_ASCII);
  }
}
