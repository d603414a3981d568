package dev.trident.apps.bench;

import dev.trident.apps.Trident;
import dev.trident.apps.net.ParentWatch;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.packet.PacketPort;
import dev.trident.hw.port.tap.TapPort;
import dev.trident.hw.port.xdp.XdpMode;
import dev.trident.hw.port.xdp.XdpOptions;
import dev.trident.hw.port.xdp.XdpPort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The work of {@link PortsBench}, inside its namespace. One thread plays both ends: it puts a batch
 * of datagrams on the far end of a cable, lets an echo answer them, and takes the answers. Only the
 * echo is timed: the system calls and the copies of its port are in it, those of the far end not.
 */
final class PortsWorker {
  /** Datagrams on the way at a time. */
  static final int BATCH = 32;

  private static final int WARM_UP_RUNS = 4;
  private static final double TARGET = 0.8;

  private PortsWorker() {}

  /** A kind of port; the far end of its cable is another device, except for TAP. */
  private enum Kind {
    TAP,
    PACKET,
    XDP_SKB,
    XDP_NATIVE,
    XDP_SLAB;

    Port open(String device) throws IOException {
      return switch (this) {
        case TAP -> TapPort.open(device);
        case PACKET -> PacketPort.open(device);
        case XDP_SKB -> XdpPort.open(device, XdpOptions.STANDARD.withMode(XdpMode.SKB));
        case XDP_NATIVE -> XdpPort.open(device, XdpOptions.STANDARD.withMode(XdpMode.NATIVE));
        case XDP_SLAB ->
            XdpPort.open(device, XdpOptions.STANDARD.withMode(XdpMode.NATIVE).withCells());
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** Arguments: payload, runs, frames of a run. */
  public static void main(String[] args) throws IOException, InterruptedException {
    ParentWatch.start();
    int size = Integer.parseInt(args[0]);
    int runs = Integer.parseInt(args[1]);
    int batches = Integer.parseInt(args[2]) / BATCH;
    System.out.printf("%s%n", Machine.load());
    System.out.printf(
        "UDP echo, %d B, %d on the way, ns of CPU a datagram: median of %d runs of %d%n",
        size, BATCH, runs, batches * BATCH);
    boolean reached = true;
    for (Kind kind : Kind.values()) {
      reached &= measure(kind, size, runs, batches);
    }
    System.out.printf(
        "asked for: %.0f %% of the bare loop's rate and no garbage: %s%n",
        TARGET * 100, reached ? "reached" : "missed");
    System.exit(reached ? Trident.OK : Trident.FAILED);
  }

  private static boolean measure(Kind kind, int size, int runs, int batches)
      throws IOException, InterruptedException {
    Samples bare = new Samples(runs);
    Samples engine = new Samples(runs);
    Samples rate = new Samples(runs);
    long garbage = Long.MAX_VALUE;
    try (EchoCable bareCable = cable(kind, "bare", size);
        EchoCable engineCable = cable(kind, "engine", size)) {
      BareEcho loop = new BareEcho(bareCable.near());
      // A slab needs a stack: the bare loop has a umem of its own in that case, and copies.
      try (EngineEcho stack = new EngineEcho(engineCable)) {
        for (int i = -WARM_UP_RUNS; i < runs; i++) {
          double without = bareCable.run(loop, batches);
          long before = Machine.allocatedBytes();
          double with = engineCable.run(stack, batches);
          garbage = Math.min(garbage, Machine.allocatedBytes() - before);
          if (i >= 0) {
            bare.add(without);
            engine.add(with);
            rate.add(without / with);
          }
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-10s bare %s%n           engine %s%n           rate %.2f, garbage of a run %d B%n",
        kind,
        bare,
        engine,
        rate.median(),
        garbage);
    return rate.median() >= TARGET && garbage == 0;
  }

  private static EchoCable cable(Kind kind, String name, int size)
      throws IOException, InterruptedException {
    if (kind == Kind.TAP) {
      Port near = kind.open(name);
      setUp(name);
      return new EchoCable(name, near, PacketPort.open(name), size);
    }
    String far = name + "-far";
    ip("link", "add", name, "type", "veth", "peer", "name", far);
    setUp(name);
    setUp(far);
    return new EchoCable(name, kind.open(name), PacketPort.open(far), size);
  }

  private static void setUp(String device) throws IOException, InterruptedException {
    ip("link", "set", "dev", device, "addrgenmode", "none");
    ip("link", "set", "dev", device, "up");
  }

  static void ip(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed, see above");
    }
  }
}
