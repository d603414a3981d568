package dev.trident.hw.port;

import dev.trident.hw.port.packet.PacketPort;
import dev.trident.hw.port.shm.ShmPort;
import dev.trident.hw.port.tap.TapPort;
import dev.trident.hw.port.unix.UnixPort;
import dev.trident.hw.port.vxlan.VxlanConfig;
import dev.trident.hw.port.vxlan.VxlanPort;
import dev.trident.hw.port.xdp.XdpOptions;
import dev.trident.hw.port.xdp.XdpPort;
import java.io.IOException;

/** Opens ports by what is written. */
public final class Ports {
  private Ports() {}

  /**
   * Opens the port that {@code spec} asks for.
   *
   * @throws IOException in one line with the remedy, if the operating system refuses
   * @throws IllegalArgumentException if a parameter has a value that it cannot have, or the scheme
   *     is {@code sim}, whose wires a fabric makes
   */
  public static Port open(PortSpec spec) throws IOException {
    return switch (spec.scheme()) {
      case SIM -> throw new IllegalArgumentException(spec + " is a wire of a fabric and no port");
      case SHM -> ShmPort.open(spec.target());
      case UNIX ->
          spec.isGiven("listen") ? UnixPort.listen(spec.target()) : UnixPort.connect(spec.target());
      case TAP -> TapPort.open(spec.target());
      case PACKET ->
          spec.isGiven("device-mac")
              ? PacketPort.openWithDeviceMac(spec.target())
              : PacketPort.open(spec.target());
      case XDP -> XdpPort.open(spec.target(), XdpOptions.of(spec));
      case VXLAN -> VxlanPort.open(VxlanConfig.of(spec));
    };
  }
}
