package dev.trident.hw.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.time.VirtualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapngWriterTest {
  @TempDir Path folder;

  /** ARP, a datagram and the port unreachable that answers it, seen at both ends. */
  private static void converse(PcapngWriter writer) {
    VirtualClock clock = new VirtualClock();
    clock.advanceTo(1_700_000_000_000_000_123L);
    try (Fabric fabric = Fabric.polled(clock)) {
      Host a = fabric.host("a", 1).nic("cap-a", "10.0.0.1/24");
      Host b = fabric.host("b", 2).nic("cap-b", "10.0.0.2/24");
      fabric.wire(a.nic("cap-a"), b.nic("cap-b"));
      a.nic("cap-a").watch(writer);
      b.nic("cap-b").watch(writer);
      HostStack stack = a.defaultStack();
      stack.enter();
      DatagramEndpoint socket = Objects.requireNonNull(stack.transport().newDatagram());
      socket.bind(0, 40_000);
      socket.send(C.malloc(33), 0, 33, 0x0a000002, 40_001);
      stack.exit();
      for (int i = 0; i < 5; i++) {
        fabric.poll();
      }
    }
  }

  @Test
  void shouldWriteBlocksOfConsistentLengthWhenFramesCross() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PcapngWriter writer = new PcapngWriter(bytes);
    converse(writer);
    assertThat(writer.frames()).as("4 frames, seen twice").isEqualTo(8);
    writer.close();
    writer.close();
    ByteBuffer file = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    int packets = 0;
    while (file.hasRemaining()) {
      int start = file.position();
      int type = file.getInt();
      int length = file.getInt();
      assertThat(length % 4).isZero();
      assertThat(file.getInt(start + length - 4)).isEqualTo(length);
      packets += type == 6 ? 1 : 0;
      file.position(start + length);
    }
    assertThat(packets).isEqualTo(8);
  }

  /** Places, and the values of the options of a type of block, by their code. */
  private static List<Map<Integer, byte[]>> options(byte[] bytes, int wanted, int fixedBytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<Map<Integer, byte[]>> found = new ArrayList<>();
    while (file.hasRemaining()) {
      int start = file.position();
      int type = file.getInt();
      int length = file.getInt();
      if (type == wanted) {
        Map<Integer, byte[]> options = new HashMap<>();
        file.position(start + 8 + fixedBytes);
        for (int code = file.getShort(); code != 0; code = file.getShort()) {
          byte[] value = new byte[file.getShort()];
          file.get(value);
          file.position((file.position() + 3) & ~3);
          options.put(code, value);
        }
        assertThat(file.getShort()).as("nothing behind the end").isZero();
        assertThat(file.position()).isEqualTo(start + length - 4);
        found.add(options);
      }
      file.position(start + length);
    }
    return found;
  }

  private static long number(Map<Integer, byte[]> options, int code) {
    byte[] value = Objects.requireNonNull(options.get(code));
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static long time(Map<Integer, byte[]> options, int code) {
    byte[] value = Objects.requireNonNull(options.get(code));
    ByteBuffer halves = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    return ((long) halves.getInt() << 32) | (halves.getInt() & 0xffff_ffffL);
  }

  /** A link that loses everything, seen together with an adapter, and by two writers. */
  @Test
  void shouldDescribeAdaptersAndLinksAndCountWhatTheyLost() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PcapngWriter writer = new PcapngWriter(bytes);
    PcapngWriter second = new PcapngWriter(new ByteArrayOutputStream());
    VirtualClock clock = new VirtualClock();
    clock.advanceTo(5_000_000_000L);
    long mac;
    try (Fabric fabric = Fabric.polled(clock)) {
      Host a = fabric.host("a", 1).nic("cap-a", "10.0.0.1/24");
      Host b = fabric.host("b", 2).nic("cap-b", "10.0.0.2/24");
      mac = a.nic("cap-a").mac();
      Link link =
          fabric.link(
              "dark", a.nic("cap-a"), b.nic("cap-b"), LinkConfig.rate(1_000_000_000, 700), 3);
      link.cut(true);
      writer.watch(link);
      writer.watch(a.nic("cap-a"));
      second.watch(link);
      HostStack stack = a.defaultStack();
      stack.enter();
      stack.arp().announce("cap-a", 0x0a000001);
      stack.exit();
      fabric.poll();
      assertThat(second.frames()).isEqualTo(1);
      link.unwatch(second);
      clock.advanceTo(8_000_000_000L);
      fabric.poll(); // the second announcement
      assertThat(second.frames()).isEqualTo(1);
      second.close();
      writer.close();
    }
    List<Map<Integer, byte[]>> places = options(bytes.toByteArray(), 1, 8);
    assertThat(places).hasSize(2);
    assertThat(places.getFirst().get(2)).asString(StandardCharsets.UTF_8).isEqualTo("dark");
    assertThat(places.getFirst().get(3)).asString(StandardCharsets.UTF_8).contains("700 ns");
    assertThat(number(places.getFirst(), 8)).as("if_speed").isEqualTo(1_000_000_000);
    assertThat(places.getFirst()).doesNotContainKey(6);
    assertThat(places.getLast().get(6)).as("if_MACaddr").isEqualTo(sixBytes(mac));
    assertThat(places.getLast().get(9)).as("if_tsresol").isEqualTo(new byte[] {9});
    List<Map<Integer, byte[]>> statistics = options(bytes.toByteArray(), 5, 12);
    assertThat(statistics).hasSize(2);
    assertThat(time(statistics.getFirst(), 2)).as("start").isEqualTo(5_000_000_000L);
    assertThat(time(statistics.getFirst(), 3)).as("end").isEqualTo(8_000_000_000L);
    assertThat(number(statistics.getFirst(), 4)).as("isb_ifrecv").isEqualTo(2);
    assertThat(number(statistics.getFirst(), 5)).as("isb_ifdrop").isEqualTo(2);
    assertThat(number(statistics.getLast(), 4)).as("at the adapter").isZero();
  }

  private static byte[] sixBytes(long mac) {
    return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(mac).array(), 2, 8);
  }

  @Test
  void shouldTellTheTimeOfTheDayWhenHostsAreInRealTime() throws IOException {
    Path file = folder.resolve("real.pcapng");
    long before = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis() - 1);
    try (Fabric fabric = Fabric.polled();
        PcapngWriter writer = PcapngWriter.inRealTime(file)) {
      Host a = fabric.host("a", 1).nic("cap-a", "10.0.0.1/24");
      writer.watch(a.nic("cap-a"));
      HostStack stack = a.defaultStack();
      stack.enter();
      stack.arp().announce("cap-a", 0x0a000001);
      stack.exit();
      fabric.poll();
      assertThat(writer.frames()).isPositive();
    }
    long after = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis() + 1);
    long seen = time(options(Files.readAllBytes(file), 5, 12).getFirst(), 2);
    assertThat(seen).isBetween(before, after);
  }

  @Test
  void shouldReportErrorOfFileWhenClosedAndNotWhenFramesCross() {
    PcapngWriter writer =
        new PcapngWriter(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("disk full");
              }
            });
    converse(writer);
    assertThatThrownBy(writer::close).isInstanceOf(IOException.class).hasMessage("disk full");
  }

  @Test
  void shouldNameTheFileWhenTheDiskIsFull() throws IOException {
    Path full = Path.of("/dev/full");
    assumeThat(Files.isWritable(full)).as("this is Linux").isTrue();
    PcapngWriter writer = PcapngWriter.to(full);
    converse(writer);
    assertThatThrownBy(writer::close)
        .isInstanceOf(FileSystemException.class)
        .hasMessage("/dev/full: No space left on device");
    writer.close();
  }

  @Test
  void shouldSatisfyTsharkWhenItIsInstalled() throws IOException, InterruptedException {
    Path tshark = Path.of("/usr/bin/tshark");
    boolean required = "1".equals(System.getenv("TRIDENT_REQUIRE_NET"));
    assumeThat(required || Files.isExecutable(tshark)).as("tshark is installed").isTrue();
    Path file = folder.resolve("conversation.pcapng");
    PcapngWriter writer = PcapngWriter.to(file);
    converse(writer);
    writer.close();
    Process process =
        new ProcessBuilder(
                List.of(
                    tshark.toString(),
                    "-r",
                    file.toString(),
                    "-o",
                    "ip.check_checksum:TRUE",
                    "-o",
                    "udp.check_checksum:TRUE",
                    "-T",
                    "fields",
                    "-e",
                    "frame.interface_name",
                    "-e",
                    "frame.time_epoch",
                    "-e",
                    "_ws.col.Protocol",
                    "-e",
                    "udp.checksum.status",
                    "-e",
                    "_ws.malformed"))
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    assertThat(text)
        .contains("cap-a\t1700000000.000000123")
        .contains("ARP")
        .contains("UDP\t1")
        .contains("ICMP")
        .doesNotContain("alformed");
  }
}
