package dev.trident.hw.host;

import dev.trident.hw.nic.Nic;
import dev.trident.hw.nic.NicCounters;
import dev.trident.hw.nic.RingCounters;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.port.Port;
import dev.trident.link.NetInterface;
import dev.trident.wire.Ipv4Address;
import dev.trident.wire.MacAddress;
import java.util.stream.Collectors;

/** What a host counts between the wire and its stacks, written for people. */
final class HostReport {
  private final StringBuilder text = new StringBuilder();

  private HostReport() {}

  /** Called with the host locked. */
  static String of(Host host) {
    HostReport report = new HostReport();
    report.text.append("host ").append(host).append('\n');
    for (String name : host.interfaces().names()) {
      HostInterfaces.Adapter adapter = host.interfaces().adapter(name);
      report.add(adapter.netInterface(), adapter.nic());
      if (adapter.nic().name().equals(name)) {
        report.add(adapter.nic(), host);
      }
    }
    return report.text.toString();
  }

  private void add(NetInterface net, Nic nic) {
    String addresses =
        net.addresses().stream()
            .map(own -> Ipv4Address.format(own.address()) + "/" + own.prefixBits())
            .collect(Collectors.joining(","));
    text.append(
        "  %s %s mac %s mtu %d"
            .formatted(net.name(), addresses, MacAddress.format(nic.mac()), net.mtuBytes()));
    if (net.vlan() != NetInterface.NO_VLAN) {
      text.append(" vlan ").append(net.vlan());
    }
    text.append('\n');
  }

  private void add(Nic nic, Host host) {
    NicCounters counted = nic.counters();
    text.append(
        "    in %d frames, %d bytes; out %d frames, %d bytes%n"
            .formatted(
                counted.framesIn(), counted.bytesIn(), counted.framesOut(), counted.bytesOut()));
    if (counted.drops() > 0) {
      text.append(
          "    dropped: no descriptor %d, too long %d, no interface %d, bad FCS %d, overrun %d%n"
              .formatted(
                  counted.noDescriptor(),
                  counted.tooLong(),
                  counted.noInterface(),
                  counted.badFcs(),
                  counted.ringOverruns()));
    }
    for (VirtualInterface device : nic.openInterfaces()) {
      add(device);
    }
    HostInterfaces.AttachedPort attached = host.interfaces().portOf(nic);
    if (attached != null) {
      add(attached.port(), attached.notices());
    }
  }

  /** Descriptors count modulo 2^32, so that differences are right for ever. */
  private void add(VirtualInterface device) {
    RingCounters rings = device.rings();
    text.append(
        "    interface %d: rx posted %d, waiting %d, taken %d; tx posted %d, outstanding %d%s%n"
            .formatted(
                device.number(),
                (int) (rings.rxPosted() - rings.rxFilled()),
                (int) (rings.rxFilled() - rings.rxTaken()),
                rings.rxTaken(),
                rings.txPosted(),
                (int) (rings.txPosted() - rings.txReaped()),
                rings.refillsWithoutMemory() == 0
                    ? ""
                    : "; refills without memory " + rings.refillsWithoutMemory()));
  }

  private void add(Port port, PortNotices notices) {
    text.append("    %s".formatted(port.report()));
    if (notices.losses() > 0) {
      text.append("; %s, lost %d times".formatted(notices.state(), notices.losses()));
    }
    text.append('\n');
  }
}
