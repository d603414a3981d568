package dev.trident.hw.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.trident.c.C;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.hw.host.Fabric;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
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
import java.util.List;
import java.util.Objects;
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
