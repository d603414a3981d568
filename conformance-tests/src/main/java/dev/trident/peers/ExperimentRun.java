package dev.trident.peers;

import dev.trident.apps.net.KernelEcho;
import dev.trident.apps.net.NetNamespace;
import dev.trident.c.C;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.link.LinkCounters;
import dev.trident.hw.nic.FrameTap;
import dev.trident.hw.port.tap.TapPort;
import dev.trident.peers.Experiment.Route;
import dev.trident.peers.Experiment.Work;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the network of one experiment, lets the transfer happen, and removes the network.
 *
 * <pre>
 *   our host -- adapter -- [link] -- TAP | namespace: kernel              (Route.TAP)
 *   our host -- adapter -- [link] -- TAP | namespace: router | veth | namespace: kernel
 * </pre>
 */
final class ExperimentRun {
  private static final String PREFIX = "/24";

  /** Our host's address. */
  static final String OURS = "10.219.0.2";

  private static final String AT_TAP = "10.219.0.1";
  private static final String ROUTER = "10.219.1.1";
  private static final String BEHIND = "10.219.1.2";
  private static final String VETH = "veth0";

  /** Rings that keep a link of 200 Mbit/s busy while this thread does not run for some 100 ms. */
  private static final NicOptions ADAPTER = NicOptions.STANDARD.withRings(4_096, 2_048);

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(300);
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long FAULT_SEED = 4;

  /**
   * The kernel's congestion control. Reno is there on every machine; CUBIC leaves slow start when
   * the scheduler delays a segment, and BBR takes losses for noise, so that figures would say more
   * about the machine.
   */
  private static final String CONGESTION = "net.ipv4.tcp_congestion_control";

  /** Packet memory for windows of 4 MiB in both directions, headers and reordering included. */
  private static final int CELLS = 24 << 10;

  private static final int RUN_CELLS = 256;

  /** The kernel drops what exceeds this; more than a window of 4 MiB, so that nothing is lost. */
  private static final int TAP_QUEUE_FRAMES = 8_192;

  private final Experiment experiment;
  private final @Nullable FrameTap capture;

  /** Of {@code experiment}; {@code capture} sees what crosses our adapter. */
  ExperimentRun(Experiment experiment, @Nullable FrameTap capture) {
    this.experiment = experiment;
    this.capture = capture;
  }

  /**
   * Runs it to its end.
   *
   * @throws IOException if the network could not be made: what is missing, and the remedy
   * @throws ExperimentFailure if the transfer did not come to its end
   */
  Outcome run() throws IOException, ExperimentFailure {
    boolean routed = experiment.route() == Route.VETH;
    // Numbers of processes have up to seven digits; a name of a device at most fifteen characters.
    try (TapPort tap = TapPort.open("tri-p" + ProcessHandle.current().pid());
        NetNamespace near = NetNamespace.create();
        NetNamespace behind = routed ? NetNamespace.create() : null;
        Fabric fabric = Fabric.polled()) {
      near.adopt(tap.name(), AT_TAP + PREFIX);
      near.queueFrames(tap.name(), TAP_QUEUE_FRAMES);
      if (behind != null) {
        near.join(behind, VETH, ROUTER + PREFIX, BEHIND + PREFIX);
        near.setting("net.ipv4.ip_forward", "1");
        behind.gateway(ROUTER);
      }
      NetNamespace kernel = behind == null ? near : behind;
      kernel.setting(CONGESTION, "reno");
      for (Map.Entry<String, String> setting : experiment.settings().entrySet()) {
        kernel.setting(setting.getKey(), setting.getValue());
      }
      return run(fabric, tap, near, kernel, routed ? BEHIND : AT_TAP);
    }
  }

  private Outcome run(
      Fabric fabric, TapPort tap, NetNamespace near, NetNamespace kernel, String kernelAddress)
      throws IOException, ExperimentFailure {
    Host host =
        fabric
            .host(
                StackConfig.standard("peers", System.nanoTime())
                    .withProfile(experiment.profile())
                    .withCells(CELLS, RUN_CELLS))
            .nic(tap.name(), OURS + PREFIX, ADAPTER);
    LinkConfig between = experiment.link();
    Link link = null;
    if (between == null) {
      host.port(tap);
    } else {
      link = fabric.link("wire", host.nic(tap.name()), fabric.outlet(tap), between, FAULT_SEED);
    }
    host.gateway(AT_TAP);
    if (capture != null) {
      host.nic(tap.name()).watch(capture);
    }
    Transferred done = transfer(host.defaultStack(), kernel, kernelAddress);
    return new Outcome(
        experiment,
        done.transfer,
        done.kernelRetransmissions,
        link == null ? LinkCounters.ZERO : link.counters(),
        near.droppedFrames(tap.name()) + host.nic(tap.name()).counters().noDescriptor(),
        done.leftOpen);
  }

  /** What the end of the transfer leaves to be told, besides what counters say. */
  private record Transferred(Transfer transfer, long kernelRetransmissions, int leftOpen) {}

  private Transferred transfer(HostStack stack, NetNamespace kernel, String kernelAddress)
      throws IOException, ExperimentFailure {
    stack.enter();
    try {
      return experiment.work() == Work.ECHO
          ? echo(stack, kernel, kernelAddress)
          : iperf(stack, kernel);
    } finally {
      stack.exit();
    }
  }

  private Transferred iperf(HostStack stack, NetNamespace kernel)
      throws IOException, ExperimentFailure {
    boolean reverse = experiment.work() == Work.SEND;
    IperfClient client = IperfClient.start(kernel, OURS, experiment.bytes(), reverse);
    Waiting waiting = new Waiting(stack, client::isAlive, LIMIT_NANOS);
    Transfer transfer;
    try {
      transfer = new IperfServer(stack, waiting).serve();
    } catch (ExperimentFailure e) {
      if (!client.isAlive()) {
        client.retransmissions(); // its own words are better, if it has any
      }
      throw e;
    }
    waiting.until("the end of iperf3", () -> !client.isAlive());
    long again = client.retransmissions();
    return new Transferred(
        transfer, reverse ? Outcome.UNKNOWN : again, connectionsLeft(stack, waiting));
  }

  private Transferred echo(HostStack stack, NetNamespace kernel, String kernelAddress)
      throws IOException, ExperimentFailure {
    int port = KernelEcho.startIn(kernel, kernelAddress, 0);
    Waiting waiting = new Waiting(stack, () -> true, LIMIT_NANOS);
    Transfer transfer =
        new EchoExchange(stack, waiting).run(C.inet_addr(kernelAddress), port, experiment.bytes());
    return new Transferred(transfer, Outcome.UNKNOWN, connectionsLeft(stack, waiting));
  }

  /** Connections that have not ended some time after they were closed. */
  private static int connectionsLeft(HostStack stack, Waiting waiting) {
    waiting.until(() -> stack.transport().openConnections(false) == 0, CLOSE_NANOS);
    return stack.transport().openConnections(false);
  }
}
