package dev.trident.simulation;

import dev.trident.c.C;
import dev.trident.hw.sim.Simulation;
import dev.trident.hw.time.SeededRandom;
import dev.trident.simulation.StreamProgram.Fate;
import io.netty.buffer.ByteBuf;
import java.util.function.BooleanSupplier;

/**
 * One end of a stream: an application that does one thing after the other, or two that do one each.
 */
final class StreamSide {
  private static final long MAX_PAUSE_NANOS = 600_000_000L;
  private static final int MAX_PAUSES = 20;

  /** How often who reads nothing looks whether it was stopped. */
  private static final long NAP_NANOS = 1_000_000_000L;

  /** Largest piece that a receiver asks for; zero-copy reads of TCPDirect may give more. */
  private static final int MAX_PIECE_BYTES = 20_000;

  private static final int TARGET_BYTES = 4 * 65_536;

  private final StreamProgram program;
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

  StreamSide(
      StreamProgram program,
      String name,
      Place place,
      Api api,
      StreamEnd end,
      SeededRandom chance,
      boolean dies,
      int limit) {
    this.program = program;
    this.name = name;
    this.place = place;
    this.api = api;
    listenerOrEnd = end;
    this.end = end;
    this.chance = chance;
    this.dies = dies;
    this.limit = program.fate == Fate.ABORT && dies ? limit : Integer.MAX_VALUE;
    boolean wanted = chance.below(3) == 0;
    duplex = wanted && program.mayBeDuplex && api != Api.TCPDIRECT;
  }

  private boolean isServer() {
    return name.equals(StreamProgram.SERVER);
  }

  private int outbound() {
    return isServer() ? StreamProgram.BACK : StreamProgram.FORTH;
  }

  private int inbound() {
    return isServer() ? StreamProgram.FORTH : StreamProgram.BACK;
  }

  boolean isDone() {
    return started && running == 0;
  }

  void start(Simulation simulation) {
    started = true;
    running = 1;
    simulation.app(place.node().host(), name + program.number, () -> live(simulation));
    if (program.fate == Fate.STOP && dies) {
      simulation.app(place.node().host(), "stopper" + program.number, this::stopSomeTime);
    }
  }

  private void stopSomeTime() {
    place.node().pause(program.startNanos + chance.below(3_000_000_000L));
    program.stopped = true;
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
          place.node().host(), name + program.number + "-sends", () -> leave(guarded(this::send)));
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
      program.onFailure(this, e);
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
      if (!program.isDoubtful() && isServer()) {
        program.ledger.addStream();
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
      place.node().pause(program.startNanos);
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
    int total = program.totals[direction];
    ByteBuf source = Pattern.make(program.number, direction, total);
    int largest = pieceBytes();
    for (int sent = 0; sent < total; ) {
      int length = Math.min(total - sent, 1 + (int) chance.below(largest));
      int count = end.send(source, sent, length, (int) chance.below(12));
      sent += count;
      program.taken[direction] = sent;
      if (!mayGoOn(count)) {
        return false;
      }
    }
    program.finished[direction] = true;
    end.halfClose();
    return true;
  }

  private boolean receive() {
    if (program.fate == Fate.DEAF && dies) {
      while (!program.stopped) {
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
      int wrong = Pattern.firstWrong(target, 0, count, program.number, direction, got);
      if (wrong >= 0 || got + count > program.totals[direction]) {
        program.ledger.complain(
            program
                + ": "
                + this
                + (wrong >= 0 ? " got a wrong byte at " + wrong : " got more than was sent"));
        return false;
      }
      program.ledger.addBytes(count);
      program.compared += count;
      got += count;
      if (!mayGoOn(count)) {
        return false;
      }
    }
  }

  /** An end is right only where the sender has put it. */
  private void onEnd(int direction, int got) {
    int sent = program.taken[direction];
    boolean right = program.stopped ? got >= sent : program.finished[direction] && got == sent;
    if (!right) {
      program.ledger.complain(
          program
              + ": "
              + this
              + " sees the end at "
              + got
              + " of "
              + sent
              + " bytes sent, "
              + (program.finished[direction] ? "" : "which the sender did not say"));
    }
  }

  @Override
  public String toString() {
    return name + " by " + api + " on " + place.interfaceName();
  }
}
