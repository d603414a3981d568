package dev.trident.peers;

import dev.trident.endpoint.TcpProfile;
import dev.trident.endpoint.TcpProfile.Buffers;
import dev.trident.endpoint.TcpProfile.Ecn;
import dev.trident.endpoint.TcpProfile.Options;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.link.LinkFaults;
import dev.trident.peers.Experiment.Expected;
import dev.trident.peers.Experiment.Route;
import dev.trident.peers.Experiment.Work;
import java.util.ArrayList;
import java.util.List;

/** All experiments there are. */
final class Experiments {
  private static final long MIB = 1 << 20;
  private static final long MILLIS = 1_000_000;

  private static final long BULK = 1_024 * MIB;
  private static final long LESS = 64 * MIB;

  /** The links that lose and reorder: near enough that what is slow is recovery. */
  private static final LinkConfig NEAR = LinkConfig.rate(1_000_000_000, MILLIS / 4);

  /** 50 ms there and back; the queue holds whatever a window of 4 MiB lets be sent. */
  private static final LinkConfig FAR =
      LinkConfig.rate(Experiments.FAR_MEGABITS * 1_000_000L, 25 * MILLIS).withQueue(4_096);

  private static final int FAR_MEGABITS = 200;
  private static final int WINDOW_BYTES = 4 << 20;

  /** The kernel's buffers count its own memory, too, about as much again as the data. */
  private static final String KERNEL_BUFFERS = "4096 131072 " + 4 * WINDOW_BYTES;

  private static final Options ALL = TcpProfile.STANDARD.options();

  private Experiments() {}

  /** In the order of running. */
  static List<Experiment> all() {
    List<Experiment> all = new ArrayList<>();
    for (Work work : List.of(Work.RECEIVE, Work.SEND)) {
      for (Route route : Route.values()) {
        all.add(
            experiment("bulk", route, work, BULK, 32 * MIB)
                .expecting(Expected.ALL_OPTIONS.withQuiet(true)));
      }
      all.add(faulty("loss-1", work, LinkFaults.loss(10_000)));
      all.add(faulty("loss-5", work, LinkFaults.loss(50_000)));
      all.add(faulty("reorder", work, LinkFaults.reordering(20_000, 2 * MILLIS)));
      all.add(window(work));
      all.add(ecn(work));
      addOptions(all, work);
    }
    LinkFaults everything = new LinkFaults(10_000, 5_000, 20_000, 2 * MILLIS, 5_000, 0);
    for (Route route : Route.values()) {
      all.add(
          experiment("checked", route, Work.ECHO, LESS, 4 * MIB).over(NEAR.withFaults(everything)));
    }
    all.add(
        experiment("ecn", Route.TAP, Work.ECHO, LESS, 4 * MIB)
            .over(NEAR.withFaults(LinkFaults.congestion(2_000)))
            .with(
                TcpProfile.STANDARD.withHandshake(
                    TcpProfile.STANDARD.handshake().withEcn(Ecn.REQUEST)))
            .setting("net.ipv4.tcp_ecn", "1")
            .expecting(Expected.ALL_OPTIONS.withEcn(true)));
    return all;
  }

  private static Experiment experiment(
      String what, Route route, Work work, long bytes, long quickBytes) {
    String name = what + "-" + work.direction + (route == Route.VETH ? "-veth" : "");
    return Experiment.of(name, route, work, bytes, quickBytes);
  }

  private static Experiment faulty(String what, Work work, LinkFaults faults) {
    return experiment(what, Route.TAP, work, LESS, 4 * MIB).over(NEAR.withFaults(faults));
  }

  /** A pipe so long that only windows beyond 64 KiB fill it. */
  private static Experiment window(Work work) {
    return experiment("window", Route.TAP, work, 512 * MIB, 32 * MIB)
        .over(FAR)
        .with(TcpProfile.STANDARD.withBuffers(new Buffers(WINDOW_BYTES, 256 << 10, WINDOW_BYTES)))
        .setting("net.ipv4.tcp_rmem", KERNEL_BUFFERS)
        .setting("net.ipv4.tcp_wmem", KERNEL_BUFFERS)
        .expecting(Expected.ALL_OPTIONS.withMinMegabits(FAR_MEGABITS * 8 / 10));
  }

  private static Experiment ecn(Work work) {
    return experiment("ecn", Route.TAP, work, LESS, 4 * MIB)
        .over(NEAR.withFaults(LinkFaults.congestion(2_000)))
        .setting("net.ipv4.tcp_ecn", "1")
        .expecting(Expected.ALL_OPTIONS.withEcn(true).withQuiet(true));
  }

  /** An option that either side refuses is not in use; with losses it would be missed. */
  private static void addOptions(List<Experiment> all, Work work) {
    LinkFaults some = LinkFaults.loss(5_000);
    Expected noTimestamps = Expected.ALL_OPTIONS.withTimestamps(false);
    Expected noSack = Expected.ALL_OPTIONS.withSelectiveAck(false);
    all.add(
        faulty("no-timestamps-ours", work, some)
            .with(profile(new Options(ALL.windowScale(), false, true, ALL.order())))
            .expecting(noTimestamps));
    all.add(
        faulty("no-timestamps-kernel", work, some)
            .setting("net.ipv4.tcp_timestamps", "0")
            .expecting(noTimestamps));
    all.add(
        faulty("no-sack-ours", work, some)
            .with(profile(new Options(ALL.windowScale(), true, false, ALL.order())))
            .expecting(noSack));
    all.add(
        faulty("no-sack-kernel", work, some).setting("net.ipv4.tcp_sack", "0").expecting(noSack));
  }

  private static TcpProfile profile(Options options) {
    return TcpProfile.STANDARD.withOptions(options);
  }
}
