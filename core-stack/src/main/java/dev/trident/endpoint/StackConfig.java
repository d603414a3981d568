package dev.trident.endpoint;

/**
 * Sizes of a stack's pools and queues, fixed when it is made.
 *
 * @param name shown in errors and counters
 * @param seed where all randomness of the stack comes from
 * @param cells packet memory in cells of 2 KiB, those posted to receive rings included
 * @param runCells cells of the area for contiguous messages
 * @param loans user buffers that may be on loan at a time
 * @param maxStreams TCP connections in any state, embryonic ones included
 * @param maxListeners TCP listeners
 * @param maxDatagrams UDP endpoints
 * @param maxNeighbors entries of the neighbour cache
 * @param maxDatagramsQueued datagrams waiting in one UDP endpoint
 * @param answersUnknownPorts whether a packet for a port that nobody has is answered (RST,
 *     unreachable): so for a host's default stack, not for a stack behind hardware filters
 * @param profile TCP's constants and strategies
 * @param reassembly what is kept of datagrams that arrive in fragments
 */
public record StackConfig(
    String name,
    long seed,
    int cells,
    int runCells,
    int loans,
    int maxStreams,
    int maxListeners,
    int maxDatagrams,
    int maxNeighbors,
    int maxDatagramsQueued,
    boolean answersUnknownPorts,
    TcpProfile profile,
    ReassemblyLimits reassembly) {

  /** With the usual limits of reassembly for a pool of that size. */
  public StackConfig(
      String name,
      long seed,
      int cells,
      int runCells,
      int loans,
      int maxStreams,
      int maxListeners,
      int maxDatagrams,
      int maxNeighbors,
      int maxDatagramsQueued,
      boolean answersUnknownPorts,
      TcpProfile profile) {
    this(
        name,
        seed,
        cells,
        runCells,
        loans,
        maxStreams,
        maxListeners,
        maxDatagrams,
        maxNeighbors,
        maxDatagramsQueued,
        answersUnknownPorts,
        profile,
        ReassemblyLimits.standard(cells));
  }

  /** 16 MiB of packet memory: enough for a few busy connections on a small host. */
  public static StackConfig standard(String name, long seed) {
    return new StackConfig(
        name, seed, 6_144, 2_048, 1_024, 4_096, 256, 1_024, 256, 256, true, TcpProfile.STANDARD);
  }

  public StackConfig withProfile(TcpProfile newProfile) {
    return new StackConfig(
        name,
        seed,
        cells,
        runCells,
        loans,
        maxStreams,
        maxListeners,
        maxDatagrams,
        maxNeighbors,
        maxDatagramsQueued,
        answersUnknownPorts,
        newProfile,
        reassembly);
  }

  /** With a pool of another size, and the usual limits of reassembly for it. */
  public StackConfig withCells(int newCells, int newRunCells) {
    return new StackConfig(
        name,
        seed,
        newCells,
        newRunCells,
        loans,
        maxStreams,
        maxListeners,
        maxDatagrams,
        maxNeighbors,
        maxDatagramsQueued,
        answersUnknownPorts,
        profile);
  }

  public StackConfig withEndpoints(int streams, int listeners, int datagrams) {
    return new StackConfig(
        name,
        seed,
        cells,
        runCells,
        loans,
        streams,
        listeners,
        datagrams,
        maxNeighbors,
        maxDatagramsQueued,
        answersUnknownPorts,
        profile,
        reassembly);
  }

  public StackConfig withReassembly(ReassemblyLimits limits) {
    return new StackConfig(
        name,
        seed,
        cells,
        runCells,
        loans,
        maxStreams,
        maxListeners,
        maxDatagrams,
        maxNeighbors,
        maxDatagramsQueued,
        answersUnknownPorts,
        profile,
        limits);
  }
}
