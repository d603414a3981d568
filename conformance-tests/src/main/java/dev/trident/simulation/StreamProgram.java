package dev.trident.simulation;

import dev.trident.c.SockAddrIn;
import dev.trident.hw.sim.Simulation;
import dev.trident.hw.time.SeededRandom;

/**
 * A stream with data in both directions. The client sends, then the server answers; or, at ends
 * whose API is safe for several threads, both directions go at once.
 */
final class StreamProgram implements Program {
  /** How the stream ends. */
  enum Fate {
    /** Everything arrives, both ends close. */
    NORMAL,
    /** One end aborts after some bytes. */
    ABORT,
    /** Another program closes the endpoint of one end at some time. */
    STOP,
    /** One end reads nothing, until it is stopped. */
    DEAF
  }

  private static final String CLIENT = "client";
  static final String SERVER = "server";
  static final int FORTH = 0;
  static final int BACK = 1;

  // What follows is shared by both sides.

  final int number;
  final Ledger ledger;
  final Fate fate;
  final long startNanos;
  final boolean mayBeDuplex;

  /** Bytes to be sent, by direction. */
  final int[] totals = new int[2];

  /** Bytes that sends have taken, by direction. */
  final int[] taken = new int[2];

  /** Whether the sender has said, in good order, that nothing more comes. */
  final boolean[] finished = new boolean[2];

  /** Bytes that arrived, in both directions. */
  long compared;

  /** Whether the sender's endpoint may have been closed in the middle of a call. */
  boolean stopped;

  private final StreamSide client;
  private final StreamSide server;

  /**
   * @param startNanos when the client begins
   * @param most bytes in a direction
   * @param mayBeDuplex whether hosts have memory for data that waits while a program sends: else
   *     one that sends before it reads may wait for ever for the cells of what it has not read
   */
  StreamProgram(
      int number,
      Topology.Pair pair,
      Api clientApi,
      Api serverApi,
      Fate fate,
      long startNanos,
      int most,
      boolean mayBeDuplex,
      Ledger ledger,
      SeededRandom chance) {
    this.number = number;
    this.ledger = ledger;
    this.fate = fate;
    this.startNanos = startNanos;
    this.mayBeDuplex = mayBeDuplex;
    totals[FORTH] = size(chance, most);
    totals[BACK] = size(chance, most);
    SockAddrIn address = pair.server().at(FIRST_PORT + number);
    boolean clientDies = chance.below(2) == 0;
    int limit = (int) chance.below(totals[FORTH] + totals[BACK] + 1L);
    client =
        new StreamSide(
            this,
            CLIENT,
            pair.client(),
            clientApi,
            clientApi.stream(pair.client(), address, ledger),
            new SeededRandom(chance.nextLong()),
            clientDies,
            limit);
    server =
        new StreamSide(
            this,
            SERVER,
            pair.server(),
            serverApi,
            serverApi.stream(pair.server(), address, ledger),
            new SeededRandom(chance.nextLong()),
            !clientDies,
            limit);
  }

  private static int size(SeededRandom chance, int most) {
    int tiny = (int) chance.below(10);
    int some = (int) chance.below(3_000);
    int large = (int) chance.below(150_000);
    int drawn =
        switch ((int) chance.below(4)) {
          case 0 -> tiny;
          case 1 -> some;
          default -> large;
        };
    return Math.min(drawn, most);
  }

  @Override
  public void start(Simulation simulation) {
    server.start(simulation);
    client.start(simulation);
  }

  @Override
  public boolean isDone() {
    return client.isDone() && server.isDone();
  }

  @Override
  public long progress() {
    return compared;
  }

  @Override
  public boolean isDoubtful() {
    return fate != Fate.NORMAL;
  }

  @Override
  public void stop() {
    stopped = true;
    client.stop();
    server.stop();
  }

  @Override
  public String toString() {
    return "stream "
        + number
        + " ("
        + client
        + " to "
        + server
        + ", "
        + totals[FORTH]
        + " bytes forth, "
        + totals[BACK]
        + " back, "
        + fate
        + ")";
  }

  /** Complains unless the stream may fail. */
  void onFailure(StreamSide side, CallFailedException e) {
    if (!isDoubtful() && !stopped) {
      ledger.complain(this + ": " + side + ": " + e.getMessage());
    }
  }
}
