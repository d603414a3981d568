package dev.trident.simulation;

import dev.trident.buffer.PacketPool;
import dev.trident.c.C;
import dev.trident.c.SockAddrIn;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.NicOptions;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.link.LinkFaults;
import dev.trident.hw.link.Switch;
import dev.trident.hw.sim.Simulation;
import dev.trident.hw.time.SeededRandom;
import dev.trident.treck.Treck;
import dev.trident.xti.Xti;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Everything that follows from one seed: hosts on a switch with faulty links, streams between them
 * by random APIs, some of which are aborted, and the checks.
 */
final class Workload {
  private static final long SECOND = 1_000_000_000L;

  /** Receive rings may lack as many cells as are posted at a time. */
  private static final int REFILL_BATCH = 16;

  private final long seed;
  private final SeededRandom random;
  private final Simulation simulation;
  private final List<Host> hosts = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final List<Treck> trecks = new ArrayList<>();
  private final List<Xti> xtis = new ArrayList<>();
  private final List<Integer> freeCells = new ArrayList<>();
  private final List<StreamEnd> doubtful = new ArrayList<>();
  private final Loans loans = new Loans();
  private final List<String> complaints = new ArrayList<>();

  Workload(long seed) {
    this.seed = seed;
    random = new SeededRandom(seed);
    simulation = new Simulation(seed);
  }

  /** Runs it all; returns what was wrong. */
  List<String> run() {
    try (simulation) {
      simulation.limits(3_600 * SECOND, 20_000_000L);
      build();
      int streams = 1 + below(6);
      for (int i = 0; i < streams; i++) {
        addStream(i);
      }
      simulation.app(hosts.get(0), "faults", this::healLater);
      simulation.app(hosts.get(0), "reaper", this::stopWhatIsLeft);
      simulation.run();
      simulation.runFor(400 * SECOND);
      check();
    } catch (RuntimeException | Error failure) {
      complain(failure.toString());
      for (StackTraceElement place : failure.getStackTrace()) {
        complain("  " + place);
      }
    }
    return complaints;
  }

  private int below(int bound) {
    return (int) Long.remainderUnsigned(random.nextLong(), bound);
  }

  private void build() {
    int count = 2 + below(3);
    Switch middle = simulation.newSwitch("switch", count);
    int mtu = below(3) == 0 ? 576 : below(4) == 0 ? 68 + below(200) : 1_500;
    int tx = below(4) == 0 ? 8 : 512;
    for (int i = 0; i < count; i++) {
      String name = "h" + i;
      StackConfig config = StackConfig.standard(name, random.nextLong());
      Host host = simulation.host(config);
      String interfaceName = "s" + i;
      host.nic(
          interfaceName,
          "10.0.0." + (i + 1) + "/24",
          NicOptions.STANDARD.withMtu(mtu).withRings(512, tx));
      LinkConfig link =
          new LinkConfig(
              below(2) == 0 ? 1_000_000_000L : 20_000_000L,
              below(5_000_000),
              below(2) == 0 ? 10 : 1_000,
              faults());
      links.add(simulation.link(host.nic(interfaceName), middle.socket(i), link));
      hosts.add(host);
      Treck treck = new Treck(host);
      treck.tfStartTreck();
      trecks.add(treck);
      xtis.add(new Xti(host));
    }
    for (Host host : hosts) {
      freeCells.add(host.defaultStack().transport().pool().freeCells());
    }
  }

  /** No corruption: an error of two bits may have a valid checksum, and ARP has none. */
  private LinkFaults faults() {
    return new LinkFaults(
        below(80_000), below(50_000), below(100_000), below(20_000_000), 0, below(2_000_000));
  }

  /** A cut for a while, and then all is well. */
  private void healLater() {
    Pause.on(hosts.get(0), SECOND + below(1_000_000_000));
    Link cut = links.get(below(links.size()));
    cut.cut(true);
    Pause.on(hosts.get(0), below(2_000_000_000));
    cut.cut(false);
    Pause.on(hosts.get(0), 3 * SECOND);
    for (Link link : links) {
      link.faults(LinkFaults.NONE);
    }
  }

  /** Peers of what was aborted may never learn of it: a reset can be lost. */
  private void stopWhatIsLeft() {
    Pause.on(hosts.get(0), 120 * SECOND);
    doubtful.forEach(StreamEnd::stop);
  }

  // ---- streams ------------------------------------------------------------------------------

  private StreamEnd end(int host, SockAddrIn address) {
    return switch (below(3)) {
      case 0 -> new TreckEnd(trecks.get(host), hosts.get(host), address, loans);
      case 1 -> new XtiEnd(xtis.get(host), hosts.get(host), address);
      default -> new ZfEnd(hosts.get(host), "s" + host, address);
    };
  }

  private void addStream(int number) {
    int server = below(hosts.size());
    int client = (server + 1 + below(hosts.size() - 1)) % hosts.size();
    SockAddrIn address = SockAddrIn.of("10.0.0." + (server + 1), 5_000 + number);
    StreamEnd serverEnd = end(server, address);
    StreamEnd clientEnd = end(client, address);
    int forth = size();
    int back = size();
    int abortAt = below(4) == 0 ? below(forth + back + 1) : Integer.MAX_VALUE;
    boolean clientAborts = below(2) == 0;
    Flow flow = new Flow(number, forth, back, abortAt != Integer.MAX_VALUE);
    if (flow.aborts) {
      doubtful.add(serverEnd);
      doubtful.add(clientEnd);
    }
    long clientSeed = random.nextLong();
    long serverSeed = random.nextLong();
    simulation.app(
        hosts.get(server),
        "server" + number,
        () -> {
          int limit = clientAborts ? Integer.MAX_VALUE : abortAt;
          new End(flow, serverEnd, hosts.get(server), serverSeed, limit).serve();
        });
    simulation.app(
        hosts.get(client),
        "client" + number,
        () -> {
          int limit = clientAborts ? abortAt : Integer.MAX_VALUE;
          new End(flow, clientEnd, hosts.get(client), clientSeed, limit).ask();
        });
  }

  private int size() {
    return switch (below(4)) {
      case 0 -> below(10);
      case 1 -> below(3_000);
      default -> below(150_000);
    };
  }

  private record Flow(int number, int forth, int back, boolean aborts) {
    static byte at(int stream, int direction, int position) {
      int mixed = position * 0x9E3779B1 + stream * 0x85EBCA6B + direction * 0x27D4EB2F;
      return (byte) (mixed ^ mixed >>> 15);
    }
  }

  /** The program of one end. */
  private final class End {
    private final Flow flow;
    private final StreamEnd end;
    private final Host host;
    private final SeededRandom chance;
    private final int abortAt;
    private int moved;

    End(Flow flow, StreamEnd end, Host host, long seed, int abortAt) {
      this.flow = flow;
      this.end = end;
      this.host = host;
      chance = new SeededRandom(seed);
      this.abortAt = abortAt;
    }

    private int draw(int bound) {
      return (int) Long.remainderUnsigned(chance.nextLong(), bound);
    }

    void serve() {
      guarded(
          () -> {
            end.accept();
            return receive(flow.forth, 0) && send(flow.back, 1);
          });
    }

    void ask() {
      guarded(
          () -> {
            Pause.on(host, draw(2_000_000_000));
            end.connect();
            return send(flow.forth, 0) && receive(flow.back, 1);
          });
    }

    private void guarded(BooleanSupplier body) {
      try {
        if (body.getAsBoolean()) {
          end.close();
        } else {
          end.abort();
        }
      } catch (StreamEnd.Broken broken) {
        if (!flow.aborts) {
          complain("stream " + flow + " " + end.getClass().getSimpleName() + ": " + broken);
        }
        end.abort();
      }
    }

    private boolean isOver(int count) {
      moved += count;
      if (draw(50) == 0) {
        Pause.on(host, draw(600_000_000));
      }
      return moved >= abortAt;
    }

    private boolean send(int total, int direction) {
      ByteBuf source = C.malloc(Math.max(total, 1));
      for (int i = 0; i < total; i++) {
        source.setByte(i, Flow.at(flow.number, direction, i));
      }
      source.writerIndex(total);
      int largest = draw(2) == 0 ? 100 + draw(1_000) : 20_000;
      for (int sent = 0; sent < total; ) {
        int length = Math.min(total - sent, 1 + draw(largest));
        int taken = end.send(source, sent, length, draw(12));
        sent += taken;
        if (isOver(taken)) {
          return false;
        }
      }
      end.halfClose();
      return true;
    }

    private boolean receive(int total, int direction) {
      ByteBuf target = C.malloc(total + 70_000);
      target.writerIndex(total + 70_000);
      int largest = draw(2) == 0 ? 1 + draw(2_000) : 20_000;
      int got = 0;
      while (true) {
        int count = end.receive(target, got, 1 + draw(largest), draw(12));
        if (count == StreamEnd.END) {
          break;
        }
        for (int i = got; i < got + count; i++) {
          if (i >= total || target.getByte(i) != Flow.at(flow.number, direction, i)) {
            complain("stream " + flow + ": wrong byte at " + i);
            return false;
          }
        }
        got += count;
        if (isOver(count)) {
          return false;
        }
      }
      if (got != total && !flow.aborts) {
        complain("stream " + flow + ": ended at " + got + " of " + total);
      }
      return true;
    }
  }

  // ---- checks -------------------------------------------------------------------------------

  private void complain(String what) {
    complaints.add("seed " + seed + " at " + simulation.nowNanos() / 1_000_000 + " ms: " + what);
  }

  private void check() {
    for (int i = 0; i < hosts.size(); i++) {
      Host host = hosts.get(i);
      var transport = host.defaultStack().transport();
      PacketPool pool = transport.pool();
      StackConfig config = transport.config();
      int returned = pool.freeCells() - freeCells.get(i);
      if (returned < 0 || returned > 2 * REFILL_BATCH) {
        complain(host.name() + ": free cells changed by " + returned);
      }
      expect(host, "free run cells", config.runCells(), pool.freeRunCells());
      expect(host, "free loans", config.loans(), pool.freeLoans());
      expect(host, "handles", 0, pool.handles().live());
      expect(host, "connections", 0, transport.openConnections(true));
      expect(host, "failed completions", 0, (int) transport.completions().failures());
      expect(host, "direct stacks", 0, host.directStacks().size());
    }
    if (loans.wrong() != 0) {
      complain(loans.wrong() + " loans not returned exactly once");
    }
  }

  private void expect(Host host, String what, int wanted, int found) {
    if (wanted != found) {
      complain(host.name() + ": " + what + " " + found + " instead of " + wanted);
    }
  }
}
