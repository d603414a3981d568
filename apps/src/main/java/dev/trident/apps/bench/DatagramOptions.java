package dev.trident.apps.bench;

import picocli.CommandLine.Option;

/** What benchmarks have in common that send datagrams, one in a frame. */
final class DatagramOptions extends RunOptions {
  private static final int MOST_BYTES = 1_472;

  @Option(
      names = "--size",
      defaultValue = "64",
      description = "bytes of payload, 1 to " + MOST_BYTES + " (default: ${DEFAULT-VALUE})")
  int size;

  @Override
  void check() {
    super.check();
    demand(size >= 1 && size <= MOST_BYTES, "--size must be 1 to " + MOST_BYTES);
  }
}
