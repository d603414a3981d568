package dev.trident.apps.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A Linux network namespace of our own, in which the kernel's TCP plays the peer.
 *
 * <p>A TAP device is moved into it, so that both ends of a conversation run on one machine and
 * neither disturbs the machine's own network. Devices moved here are not persistent: they disappear
 * with the namespace or with the port that made them. Thread-safe.
 */
public final class NetNamespace implements AutoCloseable {
  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final long CHILD_GRACE_SECONDS = 2;

  private final NamespaceRecord record;
  private final List<Process> children = new ArrayList<>();
  private final Thread hook;
  private boolean closed;

  private NetNamespace(NamespaceRecord record) {
    this.record = record;
    hook = new Thread(this::remove, "remove " + record.name());
  }

  /**
   * Makes a namespace with a name of its own and its loopback up, after removing what killed runs
   * left behind.
   *
   * @throws NetworkSetupException in one line with the remedy: not root, no {@code ip}, or what
   *     {@code ip} said
   */
  public static NetNamespace create() throws IOException {
    IpCommand.check();
    sweep();
    NetNamespace namespace = new NetNamespace(NamespaceRecord.claim());
    Runtime.getRuntime().addShutdownHook(namespace.hook);
    boolean made = false;
    try {
      namespace.make();
      made = true;
      return namespace;
    } finally {
      if (!made) {
        namespace.close();
      }
    }
  }

  /** Holds the lock, so that a JVM told to end meanwhile removes what was made, not half of it. */
  private synchronized void make() throws IOException {
    if (closed) {
      throw new NetworkSetupException("namespace " + name() + " is closed");
    }
    IpCommand.run("netns", "add", name());
    IpCommand.run("-n", name(), "link", "set", "dev", "lo", "up");
  }

  /**
   * Removes namespaces, and ends processes in them, whose owner was killed before it could do so.
   *
   * @return how many were removed
   */
  public static int sweep() throws IOException {
    List<NamespaceRecord> abandoned = NamespaceRecord.abandoned();
    for (NamespaceRecord record : abandoned) {
      record.children().forEach(ProcessIdentity::kill);
      delete(record);
    }
    return abandoned.size();
  }

  private static void delete(NamespaceRecord record) throws IOException {
    if (Files.exists(NAMESPACES.resolve(record.name()))) {
      try {
        IpCommand.run("netns", "delete", record.name());
      } catch (NetworkSetupException e) {
        if (Files.exists(NAMESPACES.resolve(record.name()))) {
          throw e;
        }
        // Another run swept it in between.
      }
    }
    record.delete();
  }

  /** The name that {@code ip netns} shows. */
  public String name() {
    return record.name();
  }

  /**
   * Moves a device from this process's namespace into this one, gives it an address and sets it up.
   *
   * @param addressWithPrefix such as {@code 10.9.0.1/24}
   */
  public synchronized void adopt(String device, String addressWithPrefix) throws IOException {
    IpCommand.run("link", "set", "dev", device, "netns", name());
    setUp(name(), device, addressWithPrefix);
  }

  /**
   * Joins this namespace with another by a pair of virtual Ethernet devices, both of that name, and
   * sets them up. What the other sends arrives here in the order in which it was sent.
   *
   * @param addressHere with its prefix length, such as {@code 10.9.1.1/24}
   * @param addressThere the same for the other namespace
   */
  public synchronized void join(
      NetNamespace other, String device, String addressHere, String addressThere)
      throws IOException {
    IpCommand.run(
        "-n",
        name(),
        "link",
        "add",
        device,
        "type",
        "veth",
        "peer",
        "name",
        device,
        "netns",
        other.name());
    setUp(name(), device, addressHere);
    setUp(other.name(), device, addressThere);
    receiveInOrder(name(), device);
  }

  /**
   * Lets one processor receive all frames of a device. Otherwise each waits for the processor that
   * sent it. The kernel sends the segments of a connection on several, its writer's and those that
   * acknowledgments come to; if one of these does not run for a while, frames of the others
   * overtake. A kernel that cannot do that has but one processor.
   */
  private static void receiveInOrder(String namespace, String device) throws IOException {
    String file = "/sys/class/net/" + device + "/queues/rx-0/rps_cpus";
    IpCommand.run(
        "netns", "exec", namespace, "sh", "-c", "! [ -e \"$1\" ] || echo 1 >\"$1\"", "sh", file);
  }

  /**
   * Joins this namespace with that of this process by a pair of virtual Ethernet devices, and sets
   * them up. Both disappear with this namespace.
   *
   * @param outside name of the device in this process's namespace, where it gets no address
   * @param inside name of the device in this one
   * @param addressInside with its prefix length, such as {@code 10.9.1.1/24}
   */
  public synchronized void cable(String outside, String inside, String addressInside)
      throws IOException {
    IpCommand.run(
        "-n",
        name(),
        "link",
        "add",
        inside,
        "type",
        "veth",
        "peer",
        "name",
        outside,
        "netns",
        Long.toString(ProcessHandle.current().pid()));
    setUp(name(), inside, addressInside);
    IpCommand.run("link", "set", "dev", outside, "addrgenmode", "none");
    IpCommand.run("link", "set", "dev", outside, "up");
  }

  private static void setUp(String namespace, String device, String addressWithPrefix)
      throws IOException {
    // No router solicitations and neighbour discovery of IPv6: captures show what was asked for.
    IpCommand.run("-n", namespace, "link", "set", "dev", device, "addrgenmode", "none");
    IpCommand.run("-n", namespace, "address", "add", addressWithPrefix, "dev", device);
    IpCommand.run("-n", namespace, "link", "set", "dev", device, "up");
  }

  /** Sends by way of {@code router} whatever is not for a connected network. */
  public synchronized void gateway(String router) throws IOException {
    IpCommand.run("-n", name(), "route", "add", "default", "via", router);
  }

  /**
   * Runs {@code ip} in this namespace.
   *
   * @param words its arguments, separated by single spaces
   * @return what it printed
   */
  public synchronized String ip(String words) throws IOException {
    List<String> command = new ArrayList<>(List.of("-n", name()));
    command.addAll(List.of(words.split(" ", -1)));
    return IpCommand.run(command.toArray(String[]::new));
  }

  /** How many frames may wait in a device here before the kernel drops further ones. */
  public synchronized void queueFrames(String device, int frames) throws IOException {
    IpCommand.run(
        "-n", name(), "link", "set", "dev", device, "txqueuelen", Integer.toString(frames));
  }

  /** How many frames the kernel has dropped that it wanted to send by a device here. */
  public synchronized long droppedFrames(String device) throws IOException {
    String count =
        IpCommand.run(
            "netns", "exec", name(), "cat", "/sys/class/net/" + device + "/statistics/tx_dropped");
    return Long.parseLong(count.strip());
  }

  /**
   * Changes a setting of the kernel for this namespace alone.
   *
   * @param key as {@code sysctl} has it, below {@code net.}
   */
  public synchronized void setting(String key, String value) throws IOException {
    String file = "/proc/sys/" + key.replace('.', '/');
    // The file shows the namespace of whoever opens it.
    IpCommand.run(
        "netns", "exec", name(), "sh", "-c", "printf '%s\\n' \"$2\" >\"$1\"", "sh", file, value);
  }

  /**
   * Starts a command in this namespace. It is ended, by its process number, when the namespace is
   * closed, at the latest. Its standard error is this process's; input and output are pipes.
   */
  public synchronized Process start(List<String> command) throws IOException {
    if (closed) {
      throw new NetworkSetupException("namespace " + name() + " is closed");
    }
    List<String> inside = new ArrayList<>(List.of(IpCommand.locate(), "netns", "exec", name()));
    inside.addAll(command);
    Process child =
        new ProcessBuilder(inside).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    children.add(child);
    // "ip netns exec" becomes the command by exec(2), so this number stays the command's. One that
    // has ended by now need not be ended by others.
    Optional<ProcessIdentity> running = ProcessIdentity.find(child.pid());
    if (running.isPresent()) {
      record.addChild(running.get());
    }
    return child;
  }

  /** Ends the processes started here and removes the namespace. A second call does nothing. */
  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook runs, or has run: removing is idempotent and serialised.
    }
    removeOnce();
  }

  private void remove() {
    try {
      removeOnce();
    } catch (IOException e) {
      System.err.println("trident: left behind " + name() + ": " + e.getMessage());
    }
  }

  private synchronized void removeOnce() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    children.forEach(Process::destroy);
    for (Process child : children) {
      end(child);
    }
    delete(record);
  }

  private static void end(Process child) {
    try {
      if (!child.waitFor(CHILD_GRACE_SECONDS, TimeUnit.SECONDS)) {
        child.destroyForcibly();
      }
    } catch (InterruptedException e) {
      child.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
