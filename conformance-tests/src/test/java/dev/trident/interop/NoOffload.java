package dev.trident.interop;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.apps.net.NetNamespace;
import dev.trident.hw.port.ffm.Sockets;
import dev.trident.hw.port.ffm.Sys;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the kernel compute the checksums of what it sends by a device, and cut it to the MTU: what
 * {@code ethtool -K DEVICE tx off} does. Without that both are left to an adapter's hardware, and
 * between namespaces there is none.
 */
final class NoOffload {
  private static final long SIOCETHTOOL = 0x8946;

  /** The kernel then leaves out segmentation, too, which needs it. */
  private static final int ETHTOOL_STXCSUM = 0x17;

  /** {@code struct ifreq}: a name of 16 bytes, and here a pointer. */
  private static final int IFREQ_BYTES = 40;

  private static final int IFREQ_DATA = 16;

  private NoOffload() {}

  /** Does so in {@code namespace}, by a process, as a socket belongs to its namespace. */
  static void at(NetNamespace namespace, String device) throws Exception {
    Process child =
        namespace.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                NoOffload.class.getName(),
                device));
    assertThat(child.waitFor()).isZero();
  }

  public static void main(String[] args) {
    try (Arena arena = Arena.ofConfined()) {
      int socket = new Sockets().socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
      MemorySegment request = arena.allocate(IFREQ_BYTES, JAVA_LONG.byteAlignment());
      request.setString(0, args[0]);
      MemorySegment command = arena.allocateFrom(JAVA_INT, ETHTOOL_STXCSUM, 0);
      request.set(JAVA_LONG, IFREQ_DATA, command.address());
      int result = new Sys().ioctl(socket, SIOCETHTOOL, request);
      if (result < 0) {
        System.err.println("ETHTOOL_STXCSUM: " + Sys.errorText(-result));
        System.exit(1);
      }
    }
  }
}
