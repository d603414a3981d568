package dev.trident.apps.bench;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import io.netty.buffer.ByteBuf;
import java.util.Objects;

/** A host with a socket that sends back what it receives, polled by its program. */
final class EngineEcho implements EchoCable.Echo, AutoCloseable {
  private static final int BUFFER_BYTES = 2_048;
  private static final int QUEUE_BYTES = 1 << 20;

  private final Fabric fabric = Fabric.polled();
  private final HostStack stack;
  private final DatagramEndpoint socket;
  private final long mac;
  private final ByteBuf buffer = C.malloc(BUFFER_BYTES);

  EngineEcho(EchoCable cable) {
    Host host =
        fabric
            .host("echo", 1)
            .nic(cable.name(), EchoCable.NEAR_CIDR, NicOptions.STANDARD, cable.near());
    host.neighbor(EchoCable.FAR_ADDRESS, EchoCable.FAR_MAC, cable.name());
    mac = host.nic(cable.name()).mac();
    stack = host.defaultStack();
    stack.enter();
    socket = Objects.requireNonNull(stack.transport().newDatagram(), "a new stack has room");
    socket.bind(EchoCable.NEAR_ADDRESS, EchoCable.PORT);
    socket.receiveBufferBytes(QUEUE_BYTES);
    socket.sendBufferBytes(QUEUE_BYTES);
    stack.exit();
  }

  @Override
  public long mac() {
    return mac;
  }

  @Override
  public int perform() {
    int done = 0;
    stack.enter();
    stack.foundNothing();
    while (socket.receivableDatagrams() > 0) {
      int length = socket.receive(buffer, 0, BUFFER_BYTES);
      if (socket.send(buffer, 0, length, socket.sourceAddress(), socket.sourcePort()) != length) {
        throw new IllegalStateException("an answer was refused");
      }
      done++;
    }
    stack.exit();
    return done;
  }

  @Override
  public void close() {
    fabric.close();
  }
}
