package dev.trident.script;

import dev.trident.endpoint.TcpProfile;
import org.jspecify.annotations.Nullable;

/**
 * How scripts are to be run.
 *
 * @param api name of a driver, see {@link Drivers}
 * @param profile null leaves the choice to the script
 * @param strict no tolerance in time, whatever the script says, and no packet left over at the end
 * @param seed of the stack's randomness
 */
public record RunOptions(String api, @Nullable TcpProfile profile, boolean strict, long seed) {
  /** The engine's own endpoints, as the script wants it. */
  public static final RunOptions STANDARD = new RunOptions(Drivers.ENGINE, null, false, 1);

  public RunOptions withApi(String changed) {
    return new RunOptions(changed, profile, strict, seed);
  }

  public RunOptions withProfile(@Nullable TcpProfile changed) {
    return new RunOptions(api, changed, strict, seed);
  }

  public RunOptions withStrict(boolean changed) {
    return new RunOptions(api, profile, changed, seed);
  }
}
