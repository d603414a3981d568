package dev.trident.peers;

import dev.trident.hw.link.LinkConfig;
import dev.trident.peers.Experiment.Route;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One network, and something said over it that is no transfer: pings, datagrams, scans, groups.
 *
 * @param name unique among all experiments
 * @param layout how the kernel's side is made
 * @param link what lies between our adapter and the TAP device; null for nothing
 * @param program what wants to be there on the kernel's side, besides {@code ip}
 * @param body what happens
 */
record Talk(String name, Layout layout, @Nullable LinkConfig link, Program program, Body body) {

  /** How the kernel's side is made. */
  enum Layout {
    /** The kernel at the TAP device. */
    TAP(Route.TAP),
    /** The kernel in a second namespace; the first one is a router. */
    VETH(Route.VETH),
    /**
     * Between our adapter, which sends and receives tagged frames, and the TAP device is a switch
     * with a socket of that VLAN: not every kernel has VLAN devices of its own.
     */
    VLAN(Route.TAP),
    /** The TAP device is a port of a bridge that asks for memberships and listens to reports. */
    BRIDGE(Route.TAP);

    final Route route;

    Layout(Route route) {
      this.route = route;
    }
  }

  /** A program of the kernel's side, and the Debian package that has it. */
  enum Program {
    PING("ping", "iputils-ping"),
    NMAP("nmap", "nmap"),
    HPING("hping3", "hping3"),
    TRACEROUTE("traceroute", "traceroute"),
    ARPING("arping", "iputils-arping"),
    BRIDGE("bridge", "iproute2");

    final String command;
    final String debianPackage;

    Program(String command, String debianPackage) {
      this.command = command;
      this.debianPackage = debianPackage;
    }
  }

  /** What happens on the network. */
  @FunctionalInterface
  interface Body {
    /**
     * Does it, with the stack entered.
     *
     * @return what was seen, in a few words
     * @throws ExperimentFailure if that is not what must be
     */
    String run(TalkNetwork network) throws IOException, ExperimentFailure;
  }

  static Talk of(String name, Layout layout, Program program, Body body) {
    return new Talk(name, layout, null, program, body);
  }

  Talk over(LinkConfig changed) {
    return new Talk(name, layout, changed, program, body);
  }
}
