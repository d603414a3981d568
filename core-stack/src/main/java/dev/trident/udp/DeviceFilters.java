package dev.trident.udp;

import dev.trident.link.NetInterface;
import dev.trident.link.NetworkDevice;
import dev.trident.wire.Ipv4Address;
import dev.trident.wire.Ipv4Header;
import java.util.ArrayList;
import java.util.List;

/** The filters that direct one binding to the devices of this stack; control path. */
final class DeviceFilters {
  private final List<NetworkDevice> devices = new ArrayList<>();
  private final List<Integer> filters = new ArrayList<>();

  /**
   * Steers {@code binding} on every interface that can receive it.
   *
   * @return false if a filter table is full; nothing is steered then
   */
  boolean steer(UdpBinding binding, List<NetInterface> interfaces, int flowHint) {
    boolean isGroup = Ipv4Address.isMulticast(binding.localAddress);
    for (NetInterface candidate : interfaces) {
      if (isGroup) {
        if (!steer(candidate.device(), binding, binding.localAddress, flowHint)) {
          return false;
        }
        continue;
      }
      for (NetInterface.Address own : candidate.addresses()) {
        boolean wanted = binding.localAddress == 0 || binding.localAddress == own.address();
        if (wanted && !steer(candidate.device(), binding, own.address(), flowHint)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean steer(NetworkDevice device, UdpBinding binding, int localAddress, int flowHint) {
    int filter =
        device.steer(
            Ipv4Header.PROTOCOL_UDP,
            localAddress,
            binding.localPort,
            binding.remotePort == 0 ? 0 : binding.remoteAddress,
            binding.remotePort,
            flowHint);
    if (filter < 0) {
      unsteer();
      return false;
    }
    devices.add(device);
    filters.add(filter);
    return true;
  }

  void unsteer() {
    for (int i = 0; i < devices.size(); i++) {
      devices.get(i).unsteer(filters.get(i));
    }
    devices.clear();
    filters.clear();
  }
}
