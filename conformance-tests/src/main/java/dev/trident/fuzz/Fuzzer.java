package dev.trident.fuzz;

import java.io.File;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A fuzzer, and its share of the time of a run over all of them. */
enum Fuzzer {
  FRAMES("dev.trident.security.FrameFuzz", 50, engine()),
  REASSEMBLY("dev.trident.security.ReassemblyFuzz", 20, engine()),
  TCP_OPTIONS("dev.trident.security.TcpOptionsFuzz", 10, engine()),
  IP_OPTIONS("dev.trident.security.IpOptionsFuzz", 10, engine()),
  SCRIPTS("dev.trident.script.lang.ScriptFuzz", 10, "dev.trident.script.**");

  final String className;
  final int share;

  /** Patterns of the classes whose branches count. */
  final String instrumented;

  Fuzzer(String className, int share, String instrumented) {
    this.className = className;
    this.share = share;
    this.instrumented = instrumented;
  }

  /** What is to be explored; the harness around it would only take time. */
  private static String engine() {
    return Stream.of("buffer", "icmp", "ip", "link", "stack", "tcp", "udp", "wire")
        .map(room -> "dev.trident." + room + ".**")
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Where the build looks for inputs to run, below the test resources. */
  String seeds() {
    return className.replace('.', '/') + "Inputs";
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
