package dev.trident.script;

import dev.trident.endpoint.TcpProfile;
import dev.trident.script.lang.Event;
import dev.trident.script.lang.Script;
import dev.trident.script.lang.UnsupportedFeatureException;
import java.util.List;
import java.util.Optional;

/** The profiles by name, and which one a script wants. */
public final class Profiles {
  private static final List<TcpProfile> ALL =
      List.of(TcpProfile.STANDARD, TcpProfile.TCPDIRECT, TcpProfile.LINUX, TcpProfile.FREEBSD);

  private Profiles() {}

  /** All names, the default first. */
  public static List<String> names() {
    return ALL.stream().map(TcpProfile::name).toList();
  }

  /** The profile of that name. */
  public static Optional<TcpProfile> named(String name) {
    return ALL.stream().filter(profile -> profile.name().equals(name)).findFirst();
  }

  /**
   * What the script's {@code profile:} line says; else what its shell commands tell of the system
   * it was written for; else standard.
   *
   * @throws UnsupportedFeatureException if the line names an unknown profile
   */
  static TcpProfile of(Script script) throws UnsupportedFeatureException {
    for (Script.Header header : script.header()) {
      if (header.key().equals("profile")) {
        Optional<TcpProfile> named = named(header.value());
        if (named.isEmpty()) {
          throw new UnsupportedFeatureException(header.position(), "profile " + header.value());
        }
        return named.get();
      }
    }
    return ofCommands(script);
  }

  private static TcpProfile ofCommands(Script script) {
    StringBuilder commands = new StringBuilder();
    if (script.init() != null) {
      commands.append(script.init().text()).append('\n');
    }
    for (Event event : script.events()) {
      if (event.action() instanceof Event.ShellCommand command) {
        commands.append(command.text()).append('\n');
      }
    }
    if (commands.indexOf("net.inet.tcp.") >= 0) {
      return TcpProfile.FREEBSD;
    }
    boolean linux = commands.indexOf("defaults.sh") >= 0 || commands.indexOf("tcp_") >= 0;
    return linux ? TcpProfile.LINUX : TcpProfile.STANDARD;
  }
}
