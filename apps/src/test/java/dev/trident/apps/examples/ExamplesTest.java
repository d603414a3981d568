package dev.trident.apps.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.apps.Trident;
import dev.trident.c.C;
import dev.trident.c.SockAddr;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.host.Host;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.sim.Simulation;
import dev.trident.treck.Treck;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each example as its command line runs it, both ends on two hosts in virtual time. */
class ExamplesTest {
  private static final String ATTRIBUTES = "ZF_ATTR";

  /** One way, in nanoseconds. */
  private static final long DELAY = 10_000;

  @TempDir Path folder;

  private final Terminal near = new Terminal();
  private final Terminal far = new Terminal();

  /** Where one end prints. */
  private static final class Terminal {
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    int exitCode = -1;

    void run(String line) {
      exitCode =
          Trident.commandLine()
              .setOut(new PrintWriter(out))
              .setErr(new PrintWriter(err))
              .execute(line.split(" ", -1));
    }

    List<String> lines() {
      return out.toString().lines().toList();
    }
  }

  @BeforeEach
  void nameInterface() {
    System.setProperty(ATTRIBUTES, "interface=eth0;arp_reply_timeout=1000000");
  }

  @AfterEach
  void forgetInterface() {
    System.clearProperty(ATTRIBUTES);
  }

  /** Runs one program on 10.8.0.1, then another on 10.8.0.2, until both have ended. */
  private void run(String firstLine, String secondLine) {
    try (Simulation sim = new Simulation(1)) {
      Host first = sim.host("first").nic("eth0", "10.8.0.1/24");
      Host second = sim.host("second").nic("eth0", "10.8.0.2/24");
      sim.link(first.nic("eth0"), second.nic("eth0"), LinkConfig.rate(1_000_000_000L, DELAY));
      sim.app(first, "first", () -> far.run(firstLine));
      sim.app(second, "second", () -> near.run(secondLine));
      sim.run();
    }
  }

  @Test
  void shouldReportHalfRoundTripsOfDatagrams() {
    run(
        "zfudppingpong pong 10.8.0.1:2000 10.8.0.2:2000 -i 50 -r 5",
        "zfudppingpong ping 10.8.0.2:2000 10.8.0.1:2000 -i 50 -r 5 -R");
    assertThat(near.err.toString() + far.err).isEmpty();
    assertThat(near.exitCode + far.exitCode).isEqualTo(Trident.OK);
    assertThat(far.lines()).isEmpty();
    assertThat(near.lines()).hasSize(4);
    assertThat(near.lines().get(0)).matches("mean round-trip time: 2\\d\\.\\d{3} usec");
    assertThat(near.lines().get(1))
        .isEqualTo("Reporting half round-trip stats in nsec for 50 iterations");
    assertThat(near.lines().get(2))
        .isEqualTo("#\tsize\tmean\tmin\tmedian\tmax\t%ile\tstddev\titer");
    assertThat(near.lines().get(3)).matches("\t12(\t1\\d{4}){5}\t\\d+\t50");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " -m"})
  void shouldReportFullRoundTripsOfAConnection(String more) {
    run(
        "zftcppingpong pong 10.8.0.1:2000 -s 1000 -i 20" + more,
        "zftcppingpong ping 10.8.0.1:2000 -s 1000 -i 20 -f -p 50" + more);
    assertThat(near.err.toString() + far.err).isEmpty();
    assertThat(near.exitCode + far.exitCode).isEqualTo(Trident.OK);
    assertThat(far.lines())
        .containsExactly("Waiting for incoming connection", "Connection established");
    assertThat(near.lines()).startsWith("Connecting to ponger", "Connection established");
    String[] table = near.lines().get(5).split("\t", -1);
    assertThat(table[1]).isEqualTo("1000");
    // Two delays, and each way a frame of 1054 bytes at 1 Gbit/s.
    assertThat(Long.parseLong(table[3])).isBetween(2 * DELAY + 2 * 8_432, 2 * DELAY + 2 * 10_000);
    assertThat(table[6]).as("the percentile asked for is the median").isEqualTo(table[4]);
  }

  @Test
  void shouldWriteEachTimeToAFileInsteadOfReporting() throws IOException {
    Path file = folder.resolve("times");
    run(
        "zfudppingpong pong 10.8.0.1:2000 10.8.0.2:2000 -i 30 -r 0",
        "zfudppingpong ping 10.8.0.2:2000 10.8.0.1:2000 -i 30 -r 0 -w " + file);
    assertThat(near.lines()).isEmpty();
    assertThat(Files.readAllLines(file)).hasSize(30).allMatch(line -> line.matches("1\\d{4}"));
  }

  @Test
  void shouldGiveUpWithThreeLinesWhenACallFails() {
    System.setProperty(ATTRIBUTES, "interface=eth7");
    near.run("zfudppingpong pong 10.8.0.1:2000 10.8.0.2:2000");
    assertThat(near.exitCode).isEqualTo(Trident.FAILED);
    assertThat(near.err.toString().lines().toList())
        .hasSize(3)
        .satisfies(
            lines -> {
              assertThat(lines.get(0)).isEqualTo("ERROR: zf_stack_alloc(attr, &stack)");
              assertThat(lines.get(1)).matches("ERROR: at ZfUdpPingPong.java:\\d+");
              assertThat(lines.get(2)).isEqualTo("ERROR: rc=-19 (No such device)");
            });
  }

  @Test
  void shouldWaitForAPingerWhoseHostComesLater() {
    System.setProperty(ATTRIBUTES, "interface=eth0"); // ARP is answered in a millisecond, or never
    try (Simulation sim = new Simulation(1)) {
      Host first = sim.host("first").nic("eth0", "10.8.0.1/24");
      Host second = sim.host("second").nic("eth0", "10.8.0.2/24");
      sim.app(
          first,
          "first",
          () -> far.run("zfudppingpong pong 10.8.0.1:2000 10.8.0.2:2000 -i 10 -r 0"));
      sim.app(
          second,
          "second",
          () -> {
            second.clock().sleep(1_000_000_000);
            sim.wire(first.nic("eth0"), second.nic("eth0"));
            near.run("zfudppingpong ping 10.8.0.2:2000 10.8.0.1:2000 -i 10 -r 0");
          });
      sim.run();
    }
    assertThat(near.err.toString() + far.err).isEmpty();
    assertThat(near.exitCode + far.exitCode).isEqualTo(Trident.OK);
  }

  @Test
  void shouldGiveUpWhenNobodyListens() {
    try (Simulation sim = new Simulation(1)) {
      Host first = sim.host("first").nic("eth0", "10.8.0.1/24");
      Host second = sim.host("second").nic("eth0", "10.8.0.2/24");
      sim.wire(first.nic("eth0"), second.nic("eth0"));
      sim.app(second, "second", () -> near.run("zftcppingpong ping 10.8.0.1:2000"));
      sim.run();
    }
    assertThat(near.exitCode).isEqualTo(Trident.FAILED);
    assertThat(near.lines()).containsExactly("Connecting to ponger");
    assertThat(near.err.toString())
        .contains("ERROR: zft_error(zock)", "ERROR: rc=-111 (Connection refused)");
  }

  @Test
  void shouldSayWhyWhenThePayloadDoesNotFitASegment() {
    run(
        "zftcppingpong pong 10.8.0.1:2000 -s 1461 -i 1",
        "zftcppingpong ping 10.8.0.1:2000 -s 1461 -i 1");
    assertThat(near.exitCode).isEqualTo(Trident.FAILED);
    assertThat(near.err.toString()).startsWith("ERROR: payload of 1461 is above the MSS, 1460");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zftcppingpong ping 10.8.0.1:2000 -c 100",
        "zftcppingpong ping 10.8.0.1:2000 -t",
        "zftcppingpong ping 10.8.0.1:2000 -s 0",
        "zfudppingpong ping 10.8.0.1:2000 10.8.0.2:2000 -t",
        "zfudppingpong ping 10.8.0.1:2000 10.8.0.2:2000 -p 101",
        "zfsink 10.8.0.1:2000 -w",
        "xtiecho server 10.8.0.1:2000 --interface none",
        "treckecho server 10.8.0.1:2000",
      })
  void shouldRefuseInOneLineWhatItCannotDo(String line) {
    near.run(line);
    assertThat(near.exitCode).isEqualTo(Trident.FAILED);
    assertThat(near.err.toString().lines()).singleElement().asString().startsWith("trident: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zfudppingpong ping 10.8.0.1:2000",
        "zfudppingpong pang 10.8.0.1:2000 10.8.0.2:2000",
        "zftcppingpong ping 10.8.0.1",
        "zftcppingpong ping host:2000",
        "zftcppingpong ping 10.8.0.1:65536",
        "zfsink",
        "treckecho server 10.8.0.1:2000 -c 0",
      })
  void shouldAnswerUsageWhenAnArgumentCannotBe(String line) {
    near.run(line);
    assertThat(near.exitCode).isEqualTo(Trident.USAGE);
    assertThat(near.err.toString().lines()).singleElement().asString().startsWith("trident: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"xtiecho", "treckecho", "treckecho -z"})
  void shouldReturnWhatTheClientSends(String program) {
    run(
        program + " server 0.0.0.0:7 --interface eth0 -c 1",
        program.replace(" -z", "") + " client 10.8.0.1:7 --interface eth0 -s 5000 -i 20");
    assertThat(near.exitCode + far.exitCode).isEqualTo(Trident.OK);
    assertThat(near.lines()).hasSize(4);
    assertThat(near.lines().get(3)).startsWith("\t5000\t").endsWith("\t20");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " -m"})
  void shouldPrintWhenTheAdapterReceivedADatagram(String more) {
    try (Simulation sim = new Simulation(1)) {
      Host first = sim.host("first").nic("eth0", "10.8.0.1/24");
      Host second = sim.host("second").nic("eth0", "10.8.0.2/24");
      sim.link(first.nic("eth0"), second.nic("eth0"), LinkConfig.rate(1_000_000_000L, DELAY));
      sim.daemon(first, "sink", () -> far.run("zfsink 10.8.0.1:2000 -r -q" + more));
      sim.app(
          second,
          "source",
          () -> {
            Treck source = new Treck(second);
            source.tfStartTreck();
            int sd = source.socket(SockAddr.AF_INET, Treck.SOCK_DGRAM, 0);
            SockAddrIn sink = SockAddrIn.of("10.8.0.1", 2_000);
            for (int i = 1; i <= 3; i++) {
              second.clock().sleep(1_000_000_000);
              assertThat(source.sendto(sd, C.malloc(5), 5, 0, sink, SockAddrIn.SIZEOF))
                  .isEqualTo(5);
            }
          });
      sim.run();
      sim.runFor(1_000_000);
    }
    assertThat(far.err.toString()).isEmpty();
    assertThat(far.lines()).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(far.lines().get(i)).matches("Hardware timestamp: " + (i + 1) + "\\.000\\d{6}");
    }
  }

  @Test
  void shouldCountWhatTheSinkReceives() {
    SinkMonitor monitor = new SinkMonitor();
    assertThat(SinkMonitor.header()).isEqualTo("# pkt-rate bandwidth(Mbps)      total-pkts");
    monitor.received(125);
    monitor.received(125);
    assertThat(monitor.line(1_000_000)).isEqualTo("      2000               2               2");
    monitor.received(1_250);
    assertThat(monitor.line(10_000_000)).isEqualTo("       100               1               3");
  }
}
