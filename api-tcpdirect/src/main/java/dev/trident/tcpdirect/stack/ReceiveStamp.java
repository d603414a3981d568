package dev.trident.tcpdirect.stack;

import static dev.trident.tcpdirect.ZfErrno.EL2NSYNC;
import static dev.trident.tcpdirect.ZfErrno.ENODATA;
import static dev.trident.tcpdirect.ZfErrno.ENOMSG;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Packet;
import dev.trident.c.IntRef;
import dev.trident.c.Timespec;
import dev.trident.hw.nic.ClockState;
import org.jspecify.annotations.Nullable;

/** The time at which the adapter received a packet, as programs ask for it. */
public final class ReceiveStamp {
  /** The adapter's clock has been set. */
  public static final int CLOCK_SET = 1;

  /** The adapter's clock follows a reference. */
  public static final int IN_SYNC = 2;

  private ReceiveStamp() {}

  /**
   * Stores the time of a packet shown to the user.
   *
   * @param shown null for the end of a stream, which is no packet
   * @return 0; -ENOMSG if nothing is known of the clock yet, -EL2NSYNC if no more, -ENODATA if the
   *     packet has no stamp
   */
  public static int read(DirectStack stack, @Nullable CellBuf shown, Timespec time, IntRef flags) {
    ClockState clock = stack.device().nic().clockState();
    if (clock == ClockState.UNKNOWN) {
      return -ENOMSG;
    }
    if (shown == null
        || !(shown.storage() instanceof Packet packet)
        || packet.wireNanos == Packet.NOT_STAMPED) {
      return -ENODATA;
    }
    if (clock == ClockState.LOST) {
      return -EL2NSYNC;
    }
    time.set(packet.wireNanos);
    flags.value = flags(clock);
    return 0;
  }

  static int flags(ClockState clock) {
    return switch (clock) {
      case UNKNOWN, LOST -> 0;
      case SET -> CLOCK_SET;
      case IN_SYNC -> CLOCK_SET | IN_SYNC;
    };
  }
}
