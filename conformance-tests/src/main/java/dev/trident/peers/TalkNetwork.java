package dev.trident.peers;

import dev.trident.apps.net.KernelPing;
import dev.trident.apps.net.NetNamespace;
import dev.trident.apps.net.Programs;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.link.Switch;
import dev.trident.hw.nic.FrameTap;
import dev.trident.hw.port.tap.TapPort;
import dev.trident.trace.Counters;
import dev.trident.wire.Ipv4Address;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The network of one {@link Talk}: our host on this thread, the kernel in a namespace or two. */
final class TalkNetwork {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long FAULT_SEED = 5;
  private static final NicOptions ADAPTER = NicOptions.STANDARD.withRings(4_096, 2_048);
  private static final String PREFIX = "/24";

  /** The tag of {@link Talk.Layout#VLAN}. */
  static final int VLAN_ID = 7;

  private static final String BRIDGE_DEVICE = "br0";
  private static final String VETH = "veth0";
  private static final String ROUTER = "10.219.1.1";
  private static final String BEHIND = "10.219.1.2";

  /** Our host's address. */
  static final String OURS = ExperimentRun.OURS;

  /** The kernel's address at the TAP device. */
  static final String AT_TAP = "10.219.0.1";

  /** Fast enough to be no matter. */
  private static final LinkConfig WIRE = LinkConfig.rate(10_000_000_000L, 1_000);

  /** Of the TAP device itself where a device on top of it speaks. */
  private static final String UNUSED = "10.218.0.1";

  /** Times are hundredths of a second: the bridge asks every two seconds, and forgets in five. */
  private static final String BRIDGE_OPTIONS =
      "mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3 mcast_query_interval 200"
          + " mcast_startup_query_interval 200 mcast_query_response_interval 100"
          + " mcast_membership_interval 500 mcast_last_member_interval 50";

  private final Talk talk;
  private final TapPort tap;
  private final NetNamespace kernel;
  private final HostStack stack;
  private final Waiting waiting;

  private TalkNetwork(Talk talk, TapPort tap, NetNamespace kernel, HostStack stack) {
    this.talk = talk;
    this.tap = tap;
    this.kernel = kernel;
    this.stack = stack;
    waiting = new Waiting(stack, () -> true, LIMIT_NANOS);
  }

  /** Makes the network, lets {@code talk} happen on it, and removes it. */
  static String run(Talk talk, @Nullable FrameTap capture) throws IOException, ExperimentFailure {
    Programs.locate(talk.program().command, talk.program().debianPackage);
    boolean routed = talk.layout() == Talk.Layout.VETH;
    try (TapPort tap = TapPort.open("tri-p" + ProcessHandle.current().pid());
        NetNamespace near = NetNamespace.create();
        NetNamespace behind = routed ? NetNamespace.create() : null;
        Fabric fabric = Fabric.polled()) {
      switch (talk.layout()) {
        case TAP, VLAN -> near.adopt(tap.name(), AT_TAP + PREFIX);
        case VETH -> makeRouter(near, tap.name(), Objects.requireNonNull(behind));
        case BRIDGE -> makeBridge(near, tap.name());
      }
      HostStack ours = makeOurSide(talk, fabric, tap, capture).defaultStack();
      ours.enter();
      try {
        return talk.body().run(new TalkNetwork(talk, tap, behind == null ? near : behind, ours));
      } finally {
        ours.exit();
      }
    }
  }

  private static void makeRouter(NetNamespace near, String device, NetNamespace behind)
      throws IOException {
    near.adopt(device, AT_TAP + PREFIX);
    near.join(behind, VETH, ROUTER + PREFIX, BEHIND + PREFIX);
    near.setting("net.ipv4.ip_forward", "1");
    behind.gateway(ROUTER);
  }

  private static void makeBridge(NetNamespace near, String device) throws IOException {
    near.adopt(device, UNUSED + PREFIX);
    near.ip("link add " + BRIDGE_DEVICE + " type bridge " + BRIDGE_OPTIONS);
    near.ip("link set dev " + BRIDGE_DEVICE + " addrgenmode none");
    near.ip("address add " + AT_TAP + PREFIX + " dev " + BRIDGE_DEVICE);
    near.ip("link set dev " + BRIDGE_DEVICE + " up");
    near.ip("link set dev " + device + " master " + BRIDGE_DEVICE);
  }

  private static Host makeOurSide(
      Talk talk, Fabric fabric, TapPort tap, @Nullable FrameTap capture) {
    NicOptions options = talk.layout() == Talk.Layout.VLAN ? ADAPTER.withVlan(VLAN_ID) : ADAPTER;
    Host host =
        fabric
            .host(StackConfig.standard("peers", System.nanoTime()))
            .nic(tap.name(), OURS + PREFIX, options);
    LinkConfig link = talk.link();
    if (talk.layout() == Talk.Layout.VLAN) {
      Switch tagging = fabric.newSwitch("switch", 2);
      tagging.access(0, VLAN_ID);
      fabric.link("untagged", fabric.outlet(tap), tagging.socket(0), WIRE, FAULT_SEED);
      fabric.wire(tagging.socket(1), host.nic(tap.name()));
    } else if (link == null) {
      host.port(tap);
    } else {
      fabric.link("wire", host.nic(tap.name()), fabric.outlet(tap), link, FAULT_SEED);
    }
    host.gateway(AT_TAP);
    if (capture != null) {
      host.nic(tap.name()).watch(capture);
    }
    return host;
  }

  /** Our host's stack. */
  HostStack stack() {
    return stack;
  }

  Waiting waiting() {
    return waiting;
  }

  /** What our host has counted. */
  Counters counters() {
    return stack.transport().counters();
  }

  /** Where the kernel's programs are. */
  NetNamespace kernel() {
    return kernel;
  }

  /** The device of the kernel's side that leads to us. */
  String kernelDevice() {
    return switch (talk.layout()) {
      case TAP, VLAN -> tap.name();
      case VETH -> VETH;
      case BRIDGE -> BRIDGE_DEVICE;
    };
  }

  /** The device of the TAP port itself. */
  String tapDevice() {
    return tap.name();
  }

  /** The kernel's address that its programs use. */
  int kernelAddress() {
    return Ipv4Address.parse(talk.layout() == Talk.Layout.VETH ? BEHIND : AT_TAP);
  }

  /** What a program of the kernel's side has printed, and how it ended. */
  record Said(int exitCode, String text) {}

  /** Runs a program of the kernel's side to its end, both its outputs in one, while we go on. */
  Said program(String... arguments) throws IOException, ExperimentFailure {
    return program(List.of(arguments));
  }

  /** The same, of words in a list. */
  Said program(List<String> arguments) throws IOException, ExperimentFailure {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 2>&1", "sh"));
    command.addAll(arguments);
    Process process = kernel.start(command);
    CompletableFuture<String> text = CompletableFuture.supplyAsync(() -> output(process));
    waiting.until("the end of " + arguments.getFirst(), () -> !process.isAlive());
    return new Said(process.exitValue(), text.join());
  }

  private static String output(Process process) {
    try (var stream = process.getInputStream()) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(its output was lost: " + e.getMessage() + ")";
    }
  }

  /** Fails unless the stack still answers, and nothing of its packet memory is lost. */
  void checkAlive() throws IOException, ExperimentFailure {
    Said ping = program(KernelPing.command(OURS, 1));
    if (ping.exitCode() != 0) {
      throw new ExperimentFailure("no answer to a ping afterwards");
    }
  }
}
