package dev.trident.simulation;

import dev.trident.c.C;
import dev.trident.c.SockAddrIn;
import dev.trident.hw.sim.Simulation;
import dev.trident.hw.time.SeededRandom;
import io.netty.buffer.ByteBuf;

/**
 * Many short connections, one after the other, to a listener that comes and goes. The client sees
 * refusals and resets, and tries until it has got all its answers; what it gets must be right.
 */
final class ChurnProgram implements Program {
  private static final int MAX_EXCHANGES = 20;
  private static final int MAX_BYTES = 500;
  private static final int TARGET_BYTES = 65_536;
  private static final int FORTH = 0;
  private static final int BACK = 1;
  private static final long MAX_PAUSE_NANOS = 300_000_000L;

  private final int number;
  private final Topology.Pair pair;
  private final Api clientApi;
  private final Api serverApi;
  private final Ledger ledger;
  private final SockAddrIn address;
  private final int exchanges;
  private final int bytes;
  private final long startNanos;
  private final SeededRandom clientChance;
  private final SeededRandom serverChance;
  private int served;
  private int answered;
  private boolean clientDone;
  private boolean serverDone;
  private StreamEnd listener;
  private StreamEnd current;
  private StreamEnd asking;

  ChurnProgram(
      int number,
      Topology.Pair pair,
      Api clientApi,
      Api serverApi,
      long startNanos,
      Ledger ledger,
      SeededRandom chance) {
    this.number = number;
    this.pair = pair;
    this.clientApi = clientApi;
    this.serverApi = serverApi;
    this.ledger = ledger;
    this.startNanos = startNanos;
    address = pair.server().at(FIRST_PORT + number);
    exchanges = 1 + (int) chance.below(MAX_EXCHANGES);
    bytes = 1 + (int) chance.below(MAX_BYTES);
    clientChance = new SeededRandom(chance.nextLong());
    serverChance = new SeededRandom(chance.nextLong());
    listener = serverApi.stream(pair.server(), address, ledger);
    current = listener;
    asking = clientApi.stream(pair.client(), address, ledger);
  }

  @Override
  public void start(Simulation simulation) {
    simulation.app(pair.server().node().host(), "listener" + number, this::serve);
    simulation.app(pair.client().node().host(), "caller" + number, this::call);
  }

  @Override
  public boolean isDone() {
    return clientDone && serverDone;
  }

  @Override
  public long progress() {
    return answered;
  }

  @Override
  public boolean isDoubtful() {
    return false;
  }

  @Override
  public void stop() {
    clientDone = true;
    listener.stop();
    current.stop();
    asking.stop();
  }

  @Override
  public String toString() {
    return "short connections "
        + number
        + " ("
        + clientApi
        + " on "
        + pair.client().interfaceName()
        + " to "
        + serverApi
        + " on "
        + pair.server().interfaceName()
        + ", "
        + answered
        + " of "
        + exchanges
        + " answered)";
  }

  // ---- server -------------------------------------------------------------------------------

  private void serve() {
    while (!clientDone) {
      listener = serverApi.stream(pair.server(), address, ledger);
      try {
        listener.listen();
        for (long left = 1 + serverChance.below(4); left > 0 && !clientDone; left--) {
          current = listener.accept();
          answer(current);
        }
        listener.close();
      } catch (CallFailedException e) {
        // Stopped by the client, which is done, or out of endpoints or memory for the moment.
        listener.abort();
      }
      pair.server().node().pause(serverChance.below(MAX_PAUSE_NANOS));
    }
    serverDone = true;
  }

  /** Answers one connection; its failure is the client's business, which tries again. */
  private void answer(StreamEnd end) {
    try {
      if (receive(end, FORTH, serverChance) == bytes) {
        send(end, BACK, serverChance);
        end.halfClose();
        served++;
      }
      end.close();
    } catch (CallFailedException e) {
      end.abort();
    }
  }

  // ---- client -------------------------------------------------------------------------------

  private void call() {
    pair.client().node().pause(startNanos);
    while (answered < exchanges && !clientDone) {
      asking = clientApi.stream(pair.client(), address, ledger);
      try {
        asking.connect();
        send(asking, FORTH, clientChance);
        asking.halfClose();
        int got = receive(asking, BACK, clientChance);
        if (got == bytes) {
          answered++;
          ledger.addStream();
        } else if (got != 0) {
          ledger.complain(this + ": an answer of " + got + " bytes instead of " + bytes);
        }
        asking.close();
      } catch (CallFailedException e) {
        asking.abort();
        pair.client().node().pause(StreamEnd.RETRY_NANOS);
      }
    }
    if (served < answered) {
      ledger.complain(this + ": more answers than were given: " + served);
    }
    clientDone = true;
    listener.stop();
    current.stop();
  }

  private void send(StreamEnd end, int direction, SeededRandom chance) {
    ByteBuf source = Pattern.make(number, direction, bytes);
    for (int sent = 0; sent < bytes; ) {
      sent += end.send(source, sent, bytes - sent, (int) chance.below(12));
    }
  }

  private int receive(StreamEnd end, int direction, SeededRandom chance) {
    ByteBuf target = C.malloc(TARGET_BYTES);
    int got = 0;
    while (true) {
      int count = end.receive(target, 1_000, (int) chance.below(12));
      if (count == StreamEnd.END) {
        return got;
      }
      int wrong = Pattern.firstWrong(target, 0, count, number, direction, got);
      if (wrong >= 0 || got + count > bytes) {
        ledger.complain(this + ": wrong byte at " + (wrong >= 0 ? wrong : bytes));
        return got;
      }
      ledger.addBytes(count);
      got += count;
    }
  }
}
