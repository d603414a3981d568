package dev.trident.apps.compare;

import dev.trident.apps.net.KernelEcho;
import dev.trident.apps.net.NetNamespace;
import dev.trident.c.C;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.nic.FrameTap;
import dev.trident.hw.port.tap.TapPort;
import io.netty.buffer.ByteBuf;
import java.io.IOException;

/**
 * The run against the Linux kernel: the client is the non-blocking form of one API's program on a
 * polled host behind a TAP device, the server a process on the kernel's own TCP, in a network
 * namespace that is removed again whatever happens.
 *
 * <p>Counts and time are those of the first transfer, which is also captured; CPU time and garbage
 * come from further ones after warm-up, and contain the polling between the kernel's answers.
 */
final class KernelRun {
  /** Long enough for the JIT to settle; system calls make garbage until they are compiled. */
  private static final int WARM_UP_RUNS = 400;

  private static final int MEASURED_RUNS = 5;
  private static final String OURS = "10.9.0.2";
  private static final String KERNEL = "10.9.0.1";
  private static final String PREFIX = "/24";

  private final PeerFactory factory;
  private final Payload payload;
  private final ByteBuf source;
  private final ByteBuf target;

  KernelRun(PeerFactory factory, Payload payload) {
    this.factory = factory;
    this.payload = payload;
    source = payload.toMemory();
    target = C.malloc(payload.size());
  }

  /**
   * Makes the network, runs, and removes it.
   *
   * @param tapName the device to make
   * @param capture who sees each frame of the first transfer
   * @throws IOException saying what is missing, such as a privilege
   */
  Row run(String tapName, FrameTap capture) throws IOException {
    try (TapPort tap = TapPort.open(tapName);
        NetNamespace namespace = NetNamespace.create();
        Fabric fabric = Fabric.polled()) {
      Host host =
          fabric
              .host("client", System.nanoTime())
              .nic(tapName, OURS + PREFIX, NicOptions.STANDARD.withMtu(tap.mtuBytes()))
              .port(tap);
      namespace.adopt(tapName, KERNEL + PREFIX);
      SockAddrIn server = SockAddrIn.of(KERNEL, KernelEcho.startIn(namespace, KERNEL, 0));
      PeerFactory.Program program = factory.open(host);
      Row row = counted(host, program, tapName, server, capture);
      Cost cost = new Cost(MEASURED_RUNS);
      for (int i = 0; i < WARM_UP_RUNS + MEASURED_RUNS; i++) {
        exchange(host, program, server, new Meter(), i < WARM_UP_RUNS ? new Cost(1) : cost);
      }
      long bytes = 2L * payload.size();
      return row.withCost(cost.cpuNanosPerMib(bytes), cost.garbageBytesPerMib(bytes));
    }
  }

  private Row counted(
      Host host, PeerFactory.Program program, String tapName, SockAddrIn server, FrameTap capture) {
    Meter meter = new Meter(capture);
    host.nic(tapName).watch(meter);
    exchange(host, program, server, meter, new Cost(1));
    host.nic(tapName).unwatch(meter);
    return meter.row(factory.label());
  }

  private void exchange(
      Host host, PeerFactory.Program program, SockAddrIn server, Meter meter, Cost cost) {
    target.setZero(0, target.capacity());
    meter.start(host.clock().nanoTime());
    try (Exchange client =
        new Exchange(
            Exchange.Role.CLIENT,
            program.peer(Exchange.Role.CLIENT, false, server, source, target),
            payload.size())) {
      meter.watch(host);
      while (!client.isOpen()) {
        client.step();
      }
      cost.start();
      while (!client.isTransferred()) {
        client.step();
      }
      cost.stop();
      client.run();
      meter.stop(host.clock().nanoTime());
      payload.verify(target.array(), client.received());
    }
  }
}
