package dev.trident.simulation;

import dev.trident.c.C;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.sim.Simulation;
import dev.trident.hw.time.SeededRandom;
import io.netty.buffer.ByteBuf;
import java.util.function.BooleanSupplier;

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
  private static final String SERVER = "server";
  private static final int FORTH = 0;
  private static final int BACK = 1;
  private static final long MAX_PAUSE_NANOS = 600_000_000L;
  private static final int MAX_PAUSES = 20;

  /** How often who reads nothing looks whether it was stopped. */
  private static final long NAP_NANOS = 1_000_000_000L;

  /** Largest piece that a receiver asks for; zero-copy reads of TCPDirect may give more. */
  private static final int MAX_PIECE_BYTES = 20_000;

  private static final int TARGET_BYTES = 4 * 65_536;

  private final int number;
  private final Ledger ledger;
  private final Fate fate;
  private final long startNanos;
  private final boolean mayBeDuplex;
  private final int[] totals = new int[2];

  /** Bytes that sends have taken, by direction. */
  private final int[] taken = new int[2];

  /** Whether the sender has said, in good order, that nothing more comes. */
  private final boolean[] finished = new boolean[2];

  /** Bytes that arrived, in both directions. */
  private long compared;

  /** Whether the sender's endpoint may have been closed in the middle of a call. */
  private boolean stopped;

  private final Side client;
  private final Side server;

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
        new Side(
            CLIENT,
            pair.client(),
            clientApi,
            clientApi.stream(pair.client(), address, ledger),
            new SeededRandom(chance.nextLong()),
            clientDies,
            limit);
    server =
        new Side(
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
  private void onFailure(Side side, CallFailedException e) {
    if (!isDoubtful() && !stopped) {
      ledger.complain(this + ": " + side + ": " + e.getMessage());
    }
  }

  // ---- one end ------------------------------------------------------------------------------

  /** One end: an application that does one thing after the other, or two that do one each. */
  private final class Side {
    private final String name;
    private final Place place;
    private final Api api;
    private final StreamEnd listenerOrEnd;
    private final SeededRandom chance;
    private final boolean dies;
    private final int limit;
    private final boolean duplex;
    private StreamEnd end;
    private int running;
    private int pauses;
    private int moved;
    private boolean started;
    private boolean failed;

    Side(
        String name,
        Place place,
        Api api,
        StreamEnd end,
        SeededRandom chance,
        boolean dies,
        int limit) {
      this.name = name;
      this.place = place;
      this.api = api;
      listenerOrEnd = end;
      this.end = end;
      this.chance = chance;
      this.dies = dies;
      this.limit = fate == Fate.ABORT && dies ? limit : Integer.MAX_VALUE;
      boolean wanted = chance.below(3) == 0;
      duplex = wanted && mayBeDuplex && api != Api.TCPDIRECT;
    }

    private boolean isServer() {
      return name.equals(SERVER);
    }

    private int outbound() {
      return isServer() ? BACK : FORTH;
    }

    private int inbound() {
      return isServer() ? FORTH : BACK;
    }

    boolean isDone() {
      return started && running == 0;
    }

    void start(Simulation simulation) {
      started = true;
      running = 1;
      simulation.app(place.node().host(), name + number, () -> live(simulation));
      if (fate == Fate.STOP && dies) {
        simulation.app(place.node().host(), "stopper" + number, this::stopSomeTime);
      }
    }

    private void stopSomeTime() {
      place.node().pause(startNanos + chance.below(3_000_000_000L));
      stopped = true;
      stop();
    }

    void stop() {
      listenerOrEnd.stop();
      end.stop();
    }

    private void live(Simulation simulation) {
      boolean open = guarded(this::open);
      if (open && duplex) {
        running++;
        simulation.app(
            place.node().host(), name + number + "-sends", () -> leave(guarded(this::send)));
        leave(guarded(this::receive));
      } else if (open && isServer()) {
        leave(guarded(() -> receive() && send()));
      } else {
        leave(open && guarded(() -> send() && receive()));
      }
    }

    /** Runs a part; false if it failed, or decided to end the connection. */
    private boolean guarded(BooleanSupplier part) {
      try {
        return part.getAsBoolean();
      } catch (CallFailedException e) {
        onFailure(this, e);
        return false;
      }
    }

    /** A part has ended; the last one closes, a failed one aborts. */
    private void leave(boolean well) {
      failed |= !well;
      running--;
      if (failed) {
        listenerOrEnd.abort();
        end.abort();
      } else if (running == 0) {
        if (!isDoubtful() && isServer()) {
          ledger.addStream();
        }
        end.close();
      }
    }

    private boolean open() {
      if (isServer()) {
        listenerOrEnd.listen();
        end = listenerOrEnd.accept();
        listenerOrEnd.close();
      } else {
        place.node().pause(startNanos);
        end.connect();
      }
      return true;
    }

    /** Some bytes were moved: sometimes a rest, sometimes the end. */
    private boolean mayGoOn(int count) {
      moved += count;
      if (moved >= limit) {
        return false;
      }
      if (chance.below(50) == 0 && pauses < MAX_PAUSES) {
        pauses++;
        place.node().pause(chance.below(MAX_PAUSE_NANOS));
      }
      return true;
    }

    private int pieceBytes() {
      return chance.below(2) == 0 ? 1 + (int) chance.below(2_000) : MAX_PIECE_BYTES;
    }

    private boolean send() {
      int direction = outbound();
      int total = totals[direction];
      ByteBuf source = Pattern.make(number, direction, total);
      int largest = pieceBytes();
      for (int sent = 0; sent < total; ) {
        int length = Math.min(total - sent, 1 + (int) chance.below(largest));
        int count = end.send(source, sent, length, (int) chance.below(12));
        sent += count;
        taken[direction] = sent;
        if (!mayGoOn(count)) {
          return false;
        }
      }
      finished[direction] = true;
      end.halfClose();
      return true;
    }

    private boolean receive() {
      if (fate == Fate.DEAF && dies) {
        while (!stopped) {
          place.node().pause(NAP_NANOS);
        }
        return false;
      }
      int direction = inbound();
      ByteBuf target = C.malloc(TARGET_BYTES);
      int largest = pieceBytes();
      int got = 0;
      while (true) {
        int count = end.receive(target, 1 + (int) chance.below(largest), (int) chance.below(12));
        if (count == StreamEnd.END) {
          onEnd(direction, got);
          return true;
        }
        int wrong = Pattern.firstWrong(target, 0, count, number, direction, got);
        if (wrong >= 0 || got + count > totals[direction]) {
          ledger.complain(
              StreamProgram.this
                  + ": "
                  + this
                  + (wrong >= 0 ? " got a wrong byte at " + wrong : " got more than was sent"));
          return false;
        }
        ledger.addBytes(count);
        compared += count;
        got += count;
        if (!mayGoOn(count)) {
          return false;
        }
      }
    }

    /** An end is right only where the sender has put it. */
    private void onEnd(int direction, int got) {
      int sent = taken[direction];
      boolean right = stopped ? got >= sent : finished[direction] && got == sent;
      if (!right) {
        ledger.complain(
            StreamProgram.this
                + ": "
                + this
                + " sees the end at "
                + got
                + " of "
                + sent
                + " bytes sent, "
                + (finished[direction] ? "" : "which the sender did not say"));
      }
    }

    @Override
    public String toString() {
      return name + " by " + api + " on " + place.interfaceName();
    }
  }
}
