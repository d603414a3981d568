package dev.trident.peers;

import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.link.LinkFaults;
import dev.trident.peers.Talk.Layout;
import dev.trident.peers.Talk.Program;
import java.util.ArrayList;
import java.util.List;

/** All talks there are. */
final class Talks {
  private static final long MILLIS = 1_000_000;
  private static final LinkConfig NEAR = LinkConfig.rate(1_000_000_000, MILLIS / 4);

  private Talks() {}

  /** In the order of running. */
  static List<Talk> all() {
    List<Talk> all = new ArrayList<>();
    all.add(Talk.of("ping-sizes", Layout.TAP, Program.PING, PingTalk::sizes));
    all.add(Talk.of("ping-sizes-veth", Layout.VETH, Program.PING, PingTalk::sizes));
    all.add(Talk.of("ping-sizes-vlan", Layout.VLAN, Program.PING, PingTalk::sizes));
    all.add(
        Talk.of("ping-mixed-up", Layout.TAP, Program.PING, PingTalk::mixedUp)
            .over(NEAR.withFaults(new LinkFaults(0, 50_000, 100_000, 2 * MILLIS, 0, 0))));
    all.add(Talk.of("udp-sizes", Layout.TAP, Program.PING, DatagramTalk::sizes));
    all.add(Talk.of("udp-sizes-vlan", Layout.VLAN, Program.PING, DatagramTalk::sizes));
    all.add(Talk.of("group-in", Layout.TAP, Program.PING, GroupTalk::kernelSends));
    all.add(Talk.of("group-out", Layout.TAP, Program.PING, GroupTalk::kernelListens));
    all.add(Talk.of("group-asked", Layout.BRIDGE, Program.BRIDGE, GroupTalk::asked));
    all.add(Talk.of("group-asked-v2", Layout.BRIDGE, Program.BRIDGE, GroupTalk::askedByVersion2));
    all.add(Talk.of("arping", Layout.TAP, Program.ARPING, ProbeTalk::duplicateAddress));
    all.add(Talk.of("traceroute", Layout.VETH, Program.TRACEROUTE, ProbeTalk::traceroute));
    all.add(Talk.of("scan", Layout.TAP, Program.NMAP, ProbeTalk::scan));
    all.add(Talk.of("odd-packets", Layout.TAP, Program.HPING, ProbeTalk::oddPackets));
    return all;
  }
}
