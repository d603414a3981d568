package dev.trident.script;

import dev.trident.script.driver.ApiDriver;
import dev.trident.script.driver.Setup;
import dev.trident.script.driver.api.TreckDriver;
import dev.trident.script.driver.api.XtiDriver;
import dev.trident.script.driver.api.ZfDriver;
import dev.trident.script.driver.engine.EngineDriver;
import java.util.List;

/** The drivers by the names that the command knows. */
public final class Drivers {
  /** The engine's endpoints themselves. */
  public static final String ENGINE = "engine";

  /** Treck's sockets. */
  public static final String TRECK = "treck";

  /** X/Open XTI. */
  public static final String XTI = "xti";

  /** TCPDirect. */
  public static final String TCPDIRECT = "tcpdirect";

  private Drivers() {}

  /** All names, the default first. */
  public static List<String> names() {
    return List.of(ENGINE, TRECK, XTI, TCPDIRECT);
  }

  /**
   * A new host with the API in front of it.
   *
   * @throws IllegalArgumentException if there is no API of that name
   */
  public static ApiDriver create(String api, Setup setup) {
    return switch (api) {
      case ENGINE -> new EngineDriver(setup);
      case TRECK -> new TreckDriver(setup);
      case XTI -> new XtiDriver(setup);
      case TCPDIRECT -> new ZfDriver(setup);
      default ->
          throw new IllegalArgumentException(
              "no API " + api + "; there are " + String.join(", ", names()));
    };
  }
}
