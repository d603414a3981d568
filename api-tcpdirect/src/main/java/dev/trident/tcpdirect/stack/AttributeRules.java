package dev.trident.tcpdirect.stack;

import static dev.trident.tcpdirect.ZfErrno.EBUSY;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.ENODEV;
import static dev.trident.tcpdirect.ZfErrno.EOPNOTSUPP;

import dev.trident.tcpdirect.attr.Attribute;
import dev.trident.tcpdirect.attr.AttributeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code zf_stack_alloc} demands of attributes, in the order in which it looks. */
final class AttributeRules {
  private static final int MAX_ENDPOINTS = 64;
  private static final int MAX_INTERFACE_NAME = 15;
  private static final int REQUIRED = 3;
  private static final Pattern CTPIO_MODE = Pattern.compile("sf|sf-np|ct[0-9]*");
  private static final Attribute[] ENDPOINT_LIMITS = {
    Attribute.MAX_UDP_RX_ENDPOINTS,
    Attribute.MAX_UDP_TX_ENDPOINTS,
    Attribute.MAX_TCP_ENDPOINTS,
    Attribute.MAX_TCP_LISTEN_ENDPOINTS
  };

  private AttributeRules() {}

  /** 0, or the negative error number of the first rule that is broken. */
  static int check(AttributeSet set) {
    String interfaceName = set.text(Attribute.INTERFACE);
    if (interfaceName == null) {
      return -ENODEV;
    }
    int rings = checkRings(set);
    if (rings != 0) {
      return rings;
    }
    for (Attribute limit : ENDPOINT_LIMITS) {
      if (isOutside(set, limit, 1, MAX_ENDPOINTS)) {
        return -EINVAL;
      }
    }
    int batch = set.integer(Attribute.RX_RING_REFILL_BATCH_SIZE);
    if (batch < 8
        || batch % 8 != 0
        || set.integer(Attribute.RX_RING_REFILL_INTERVAL) < 1
        || set.integer(Attribute.REACTOR_SPIN_COUNT) < 1
        || set.integer(Attribute.MAX_TCP_SYN_BACKLOG) < 1) {
      return -EINVAL;
    }
    int alternatives = set.integer(Attribute.ALT_COUNT);
    if (alternatives < 0 || (alternatives > 0 && set.integer(Attribute.ALT_BUF_SIZE) <= 0)) {
      return -EINVAL;
    }
    if (interfaceName.length() > MAX_INTERFACE_NAME) {
      return -EINVAL;
    }
    int numbers = checkNumbers(set);
    if (numbers != 0) {
      return numbers;
    }
    return checkAdapter(set);
  }

  private static int checkRings(AttributeSet set) {
    int rx = set.integer(Attribute.RX_RING_MAX);
    int tx = set.integer(Attribute.TX_RING_MAX);
    boolean noRx = rx == 0;
    boolean noTx = tx == 0;
    if ((noRx && noTx)
        || (noTx && set.integer(Attribute.ALT_COUNT) > 0)
        || (noRx && set.integer(Attribute.RX_TIMESTAMPING) != 0)
        || (noTx && set.integer(Attribute.TX_TIMESTAMPING) != 0)) {
      return -EINVAL;
    }
    boolean rxFits = rx == -1 || noRx || rx == 512 || rx == 1_024 || rx == 2_048 || rx == 4_096;
    return rxFits && tx >= 0 && tx <= 2_048 ? 0 : -EINVAL;
  }

  /** Ranges that the C library does not check but its table gives. */
  private static int checkNumbers(AttributeSet set) {
    return isOutside(set, Attribute.TCP_DELAYED_ACK, 0, 1)
            || isOutside(set, Attribute.TCP_WAIT_FOR_TIME_WAIT, 0, 1)
            || isOutside(set, Attribute.TCP_TIMEWAIT_MS, 0, Integer.MAX_VALUE)
            || isOutside(set, Attribute.TCP_FINWAIT_MS, 0, Integer.MAX_VALUE)
            || isOutside(set, Attribute.TCP_SYN_RETRIES, 0, Integer.MAX_VALUE)
            || isOutside(set, Attribute.TCP_SYNACK_RETRIES, 0, Integer.MAX_VALUE)
            || isOutside(set, Attribute.TCP_RETRIES, 0, Integer.MAX_VALUE)
            || isOutside(set, Attribute.TCP_INITIAL_CWND, 0, Integer.MAX_VALUE)
            || isOutside(set, Attribute.ARP_REPLY_TIMEOUT, 0, Integer.MAX_VALUE)
            || isOutside(set, Attribute.N_BUFS, 0, Integer.MAX_VALUE)
        ? -EINVAL
        : 0;
  }

  /** What concerns real adapters only is checked as they do, and has no other effect. */
  private static int checkAdapter(AttributeSet set) {
    String mode = set.text(Attribute.CTPIO_MODE);
    if (isOutside(set, Attribute.PIO, 0, REQUIRED)
        || isOutside(set, Attribute.CTPIO, 0, REQUIRED)
        || mode == null
        || !CTPIO_MODE.matcher(mode).matches()
        || isNoneOf(set.text(Attribute.RX_DATAPATH), "express", "enterprise")
        || isOutside(set, Attribute.PHYS_ADDRESS_MODE, 0, 1)
        || isOutside(set, Attribute.SHRUB_CONTROLLER, -1, 9_999)
        || isNoneOf(set.text(Attribute.TPH_MODE), "off", "nost", "st")) {
      return -EINVAL;
    }
    if (set.integer(Attribute.CTPIO) == REQUIRED) {
      return -EOPNOTSUPP; // the adapter model has PIO but no cut-through
    }
    return set.integer(Attribute.ALT_COUNT) > DirectStack.ALTERNATIVES ? -EBUSY : 0;
  }

  private static boolean isOutside(AttributeSet set, Attribute attribute, int min, int max) {
    int value = set.integer(attribute);
    return value < min || value > max;
  }

  private static boolean isNoneOf(@Nullable String value, String... allowed) {
    for (String one : allowed) {
      if (one.equals(value)) {
        return false;
      }
    }
    return true;
  }
}
