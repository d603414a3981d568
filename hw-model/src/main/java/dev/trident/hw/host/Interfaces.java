package dev.trident.hw.host;

import com.google.common.primitives.Longs;
import dev.trident.endpoint.StackConfig;
import dev.trident.hw.link.Switch;
import dev.trident.hw.nic.Nic;
import dev.trident.hw.pcap.PcapngWriter;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.PortScheme;
import dev.trident.hw.port.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Interfaces by name, with the hosts that have them, as the environment asks for them.
 *
 * <pre>
 *   TRIDENT_INTERFACES="eth0=tap:trident0?ip=10.9.0.2/24&amp;gw=10.9.0.1;eth1=sim:w?ip=10.8.0.1/24"
 *   TRIDENT_MODE=driven      a thread drives each host: any thread may call (the default)
 *   TRIDENT_MODE=polled      nothing runs between calls, which all come from one thread: faster
 *   TRIDENT_POLL=sleep       threads that wait sleep at once; spin: never; 5000: after so many polls
 *   TRIDENT_SEED=1           where chance comes from; without it a run is like no other
 * </pre>
 *
 * <p>Parameters of every interface: {@code ip} (one or more, separated by commas), {@code gw} (the
 * default route), {@code mtu}, {@code mac}, {@code vlan} (the tag of all frames), {@code host} (who
 * has it; interfaces that name none share one host), {@code start} (how addresses come into use:
 * {@code immediate}, {@code announced}, {@code probed}), {@code rx} and {@code tx} (descriptors of
 * the default stack), {@code pcap} (a file for all frames that cross the adapter). The others are
 * those of the port, whose class says what they mean.
 *
 * <p>A program need not use this class: an API that is given a name, or made without a host, does.
 * A system property, {@code trident.interfaces} for example, takes the place of the variable.
 */
public final class Interfaces implements AutoCloseable {
  /** The interfaces, their ports and parameters. */
  public static final String INTERFACES = "TRIDENT_INTERFACES";

  /** How hosts run: {@code driven} or {@code polled}. */
  public static final String MODE = "TRIDENT_MODE";

  /** How long waiting threads poll: see {@link PollPolicy#parse}. */
  public static final String POLL = "TRIDENT_POLL";

  /** A number, for runs that are to be alike. */
  public static final String SEED = "TRIDENT_SEED";

  private static final Logger LOG = System.getLogger(Interfaces.class.getName());

  /** Guarded by this class. */
  private static @Nullable Interfaces shared;

  private final List<InterfaceSpec> specs;
  private final Fabric fabric;
  private final boolean driven;
  private final long seed;
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private final List<Port> ports = new ArrayList<>();
  private final Map<String, PcapngWriter> captures = new LinkedHashMap<>();
  private final Thread hook = new Thread(this::abandon, "abandon interfaces");
  private final AtomicBoolean closed = new AtomicBoolean();

  private Interfaces(List<InterfaceSpec> specs, boolean driven, PollPolicy polling, long seed) {
    this.specs = specs;
    this.driven = driven;
    this.seed = seed;
    fabric = driven ? Fabric.driven() : Fabric.polled();
    fabric.pollPolicy(polling);
  }

  // ---- opening ------------------------------------------------------------------------------

  /**
   * The interfaces of the environment of this process, which are opened by the first who asks and
   * stay until {@link #close} or the end of the process.
   *
   * @throws SetUpException if the environment asks for none, or for what cannot be
   */
  public static synchronized Interfaces ofEnvironment() {
    Interfaces open = shared;
    if (open == null || open.closed.get()) {
      open = open(Interfaces::variable);
      shared = open;
    }
    return open;
  }

  /**
   * Opens interfaces apart from those of the environment.
   *
   * @param variables the values of the variables above; those that are missing are not set
   * @throws SetUpException if they ask for none, or for what cannot be
   */
  public static Interfaces open(Map<String, String> variables) {
    return open(variables::get);
  }

  /** The host with an interface of that name, if the environment asks for interfaces. */
  static @Nullable Host find(String interfaceName) {
    if (variable(INTERFACES) == null) {
      return null;
    }
    return ofEnvironment().fabric.hosts().stream()
        .filter(host -> host.hasInterface(interfaceName))
        .findFirst()
        .orElse(null);
  }

  /** Where variables come from. */
  @FunctionalInterface
  private interface Variables {
    @Nullable String get(String name);
  }

  private static @Nullable String variable(String name) {
    String property = System.getProperty("trident." + name.substring(8).toLowerCase(Locale.ROOT));
    return property != null ? property : System.getenv(name);
  }

  private static Interfaces open(Variables variables) {
    String text = variables.get(INTERFACES);
    if (text == null) {
      throw new SetUpException(
          INTERFACES + " is not set; set it like eth0=tap:trident0?ip=10.9.0.2/24");
    }
    Interfaces made =
        new Interfaces(
            InterfaceParser.parse(INTERFACES, text),
            isDriven(variables.get(MODE)),
            pollPolicy(variables.get(POLL)),
            seed(variables.get(SEED)));
    boolean complete = false;
    try {
      made.checkWires();
      made.setUp();
      Runtime.getRuntime().addShutdownHook(made.hook);
      complete = true;
    } finally {
      if (!complete) {
        made.close();
      }
    }
    return made;
  }

  private static boolean isDriven(@Nullable String mode) {
    return switch (mode == null ? "driven" : mode) {
      case "driven" -> true;
      case "polled" -> false;
      default -> throw new SetUpException(MODE + "=" + mode + ": must be driven or polled");
    };
  }

  private static PollPolicy pollPolicy(@Nullable String text) {
    try {
      return text == null ? PollPolicy.USUAL : PollPolicy.parse(text);
    } catch (IllegalArgumentException e) {
      throw new SetUpException(POLL + "=" + e.getMessage());
    }
  }

  private static long seed(@Nullable String text) {
    if (text == null) {
      return new SecureRandom().nextLong();
    }
    Long seed = Longs.tryParse(text);
    if (seed == null) {
      throw new SetUpException(SEED + "=" + text + ": must be a whole number of 64 bits");
    }
    return seed;
  }

  // ---- set-up -------------------------------------------------------------------------------

  private void checkWires() {
    wires()
        .forEach(
            (wire, ends) -> {
              if (driven && ends.size() > 2) {
                throw new SetUpException(
                    "sim:%s joins %d interfaces, but threads can only drive two; set %s=polled"
                        .formatted(wire, ends.size(), MODE));
              }
              List<String> owners = ends.stream().map(InterfaceSpec::hostName).toList();
              if (owners.stream().distinct().count() < owners.size()) {
                throw new SetUpException(
                    "sim:%s joins %s, two of which are on one host; add host=NAME to their parameters"
                        .formatted(wire, ends.stream().map(InterfaceSpec::name).toList()));
              }
            });
  }

  /** The simulated wires, and who is to be joined by each. */
  private Map<String, List<InterfaceSpec>> wires() {
    Map<String, List<InterfaceSpec>> wires = new LinkedHashMap<>();
    for (InterfaceSpec spec : specs) {
      if (spec.port().scheme() == PortScheme.SIM) {
        wires.computeIfAbsent(spec.port().target(), wire -> new ArrayList<>()).add(spec);
      }
    }
    return wires;
  }

  private void setUp() {
    for (InterfaceSpec spec : specs) {
      try {
        add(spec);
      } catch (IOException e) {
        throw new SetUpException(spec.name(), e);
      } catch (UncheckedIOException e) {
        throw new SetUpException(spec.name(), Objects.requireNonNull(e.getCause()));
      } catch (IllegalArgumentException | IllegalStateException e) {
        throw new SetUpException(spec.name() + ": " + e.getMessage());
      }
    }
    wires().forEach(this::join);
  }

  private void add(InterfaceSpec spec) throws IOException {
    Host host =
        hosts.computeIfAbsent(
            spec.hostName(), name -> fabric.host(StackConfig.standard(name, seed)));
    String name = spec.name();
    if (spec.port().scheme() == PortScheme.SIM) {
      host.interfaces().add(name, spec.addresses(), spec.options(), spec.mac());
    } else {
      Port port = Ports.open(spec.port());
      ports.add(port);
      host.interfaces().add(name, spec.addresses(), spec.options(), port, spec.mac());
    }
    String capture = spec.capture();
    if (capture != null) {
      capture(capture).watch(host.nic(name));
    }
    String gateway = spec.gateway();
    if (gateway != null) {
      host.gateway(gateway);
    }
  }

  /** Interfaces that name the same file share it. */
  private PcapngWriter capture(String file) throws IOException {
    PcapngWriter open = captures.get(file);
    if (open == null) {
      try {
        open = PcapngWriter.inRealTime(Path.of(file));
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException("pcap=" + file + " is no path of a file", e);
      } catch (UncheckedIOException e) {
        throw new IOException(e.getMessage() + "; name a file in a folder that you may write", e);
      }
      captures.put(file, open);
    }
    return open;
  }

  private void join(String wire, List<InterfaceSpec> ends) {
    List<Nic> nics = ends.stream().map(end -> host(end.name()).nic(end.name())).toList();
    if (nics.size() == 2) {
      fabric.wire(nics.getFirst(), nics.getLast());
    } else if (nics.size() > 2) {
      Switch hub = fabric.newSwitch(wire, nics.size());
      for (int i = 0; i < nics.size(); i++) {
        fabric.wire(nics.get(i), hub.socket(i));
      }
    }
  }

  // ---- questions ----------------------------------------------------------------------------

  /** The host of the interface that was named first: the only one, unless hosts were named. */
  public Host host() {
    return host(specs.getFirst().name());
  }

  /**
   * The host that has an interface.
   *
   * @throws SetUpException if there is no such interface here; it lists those that are
   */
  public Host host(String interfaceName) {
    for (InterfaceSpec spec : specs) {
      Host host = hosts.get(spec.hostName());
      if (host != null && spec.name().equals(interfaceName)) {
        return host;
      }
    }
    throw new SetUpException("no interface " + interfaceName + "; there are " + names());
  }

  /** The names of the interfaces, in the order in which they were written. */
  public List<String> names() {
    return specs.stream().map(InterfaceSpec::name).toList();
  }

  /** The hosts; a polled one may be polled here between calls. */
  public Fabric fabric() {
    return fabric;
  }

  // ---- end ----------------------------------------------------------------------------------

  /**
   * Closes hosts, ports and captures. Connections are aborted; the names may be opened anew. A
   * second call does nothing.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook runs, too: it only does what does not hurt twice.
    }
    Closing closing = new Closing().also(fabric::close);
    ports.forEach(port -> closing.also(port::close)); // of an interface that could not be made
    closing.also(this::closeCaptures).end();
  }

  /** The process ends, while threads that never close anything may still be in calls. */
  private void abandon() {
    Closing closing = new Closing();
    ports.forEach(port -> closing.also(port::abandon));
    closing.also(this::closeCaptures).end();
  }

  private void closeCaptures() {
    captures.forEach(
        (file, writer) -> {
          try {
            writer.close();
          } catch (IOException e) {
            LOG.log(Level.ERROR, "capture {0} is not complete: {1}", file, e.getMessage());
          }
        });
  }

  @Override
  public String toString() {
    return "interfaces " + names();
  }
}
