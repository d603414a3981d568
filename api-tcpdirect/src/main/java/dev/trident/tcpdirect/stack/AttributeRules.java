package dev.trident.tcpdirect.stack;

import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.ENODEV;

import dev.trident.tcpdirect.attr.Attribute;
import dev.trident.tcpdirect.attr.AttributeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code zf_stack_alloc} demands of attributes, in the order in which it looks. */
final class AttributeRules {
  private static final int MAX_ENDPOINTS = 64;
  private static final int MAX_INTERFACE_NAME = 15;
  private static final int REQUIRED = 3;
  private static final Pattern CTPIO_MODE = Pattern.compile("sf|sf-np|ct[0-9]{0,9}");
  private static final Attribute[] ENDPOINT_LIMITS = {
    Attribute.MAX_UDP_RX_ENDPOINTS,
    Attribute.MAX_UDP_TX_ENDPOINTS,
    Attribute.MAX_TCP_ENDPOINTS,
    Attribute.MAX_TCP_LISTEN_ENDPOINTS
  };

  private AttributeRules() {}

  /**
   * What the first broken rule gives.
   *
   * @param result 0 if none is broken, else a negative error number
   * @param culprit the attribute, for the log
   */
  record Verdict(int result, Attribute culprit) {}

  private static final Verdict GOOD = new Verdict(0, Attribute.INTERFACE);

  static Verdict check(AttributeSet set) {
    String interfaceName = set.text(Attribute.INTERFACE);
    if (interfaceName == null) {
      return new Verdict(-ENODEV, Attribute.INTERFACE);
    }
    Attribute bad = firstBad(set);
    if (bad == null && interfaceName.length() > MAX_INTERFACE_NAME) {
      bad = Attribute.INTERFACE;
    }
    if (bad == null) {
      bad = firstBadOfTable(set);
    }
    if (bad == null) {
      bad = firstBadOfAdapter(set);
    }
    return bad == null ? GOOD : new Verdict(-EINVAL, bad);
  }

  /** The rules of the C library, in its order. */
  private static @Nullable Attribute firstBad(AttributeSet set) {
    Attribute bad = firstBadRing(set);
    if (bad != null) {
      return bad;
    }
    for (Attribute limit : ENDPOINT_LIMITS) {
      if (isOutside(set, limit, 1, MAX_ENDPOINTS)) {
        return limit;
      }
    }
    int batch = set.integer(Attribute.RX_RING_REFILL_BATCH_SIZE);
    if (batch < 8 || batch % 8 != 0) {
      return Attribute.RX_RING_REFILL_BATCH_SIZE;
    }
    bad =
        firstOutside(
            set,
            1,
            Integer.MAX_VALUE,
            Attribute.RX_RING_REFILL_INTERVAL,
            Attribute.REACTOR_SPIN_COUNT,
            Attribute.MAX_TCP_SYN_BACKLOG);
    if (bad != null) {
      return bad;
    }
    int alternatives = set.integer(Attribute.ALT_COUNT);
    if (alternatives < 0) {
      return Attribute.ALT_COUNT;
    }
    return alternatives > 0 && set.integer(Attribute.ALT_BUF_SIZE) <= 0
        ? Attribute.ALT_BUF_SIZE
        : null;
  }

  private static @Nullable Attribute firstBadRing(AttributeSet set) {
    int rx = set.integer(Attribute.RX_RING_MAX);
    int tx = set.integer(Attribute.TX_RING_MAX);
    if (rx == 0 && tx == 0) {
      return Attribute.RX_RING_MAX;
    }
    if (tx == 0 && set.integer(Attribute.ALT_COUNT) > 0) {
      return Attribute.ALT_COUNT;
    }
    if (rx == 0 && set.integer(Attribute.RX_TIMESTAMPING) != 0) {
      return Attribute.RX_TIMESTAMPING;
    }
    if (tx == 0 && set.integer(Attribute.TX_TIMESTAMPING) != 0) {
      return Attribute.TX_TIMESTAMPING;
    }
    boolean rxFits = rx == -1 || rx == 0 || rx == 512 || rx == 1_024 || rx == 2_048 || rx == 4_096;
    if (!rxFits) {
      return Attribute.RX_RING_MAX;
    }
    return tx < 0 || tx > 2_048 ? Attribute.TX_RING_MAX : null;
  }

  /** Ranges that the table gives and the C library does not look at. */
  private static @Nullable Attribute firstBadOfTable(AttributeSet set) {
    Attribute bad =
        firstOutside(set, 0, 1, Attribute.TCP_DELAYED_ACK, Attribute.TCP_WAIT_FOR_TIME_WAIT);
    return bad != null
        ? bad
        : firstOutside(
            set,
            0,
            Integer.MAX_VALUE,
            Attribute.TCP_TIMEWAIT_MS,
            Attribute.TCP_FINWAIT_MS,
            Attribute.TCP_SYN_RETRIES,
            Attribute.TCP_SYNACK_RETRIES,
            Attribute.TCP_RETRIES,
            Attribute.TCP_INITIAL_CWND,
            Attribute.ARP_REPLY_TIMEOUT,
            Attribute.N_BUFS);
  }

  /** How frames come to the adapter, and what concerns other adapters than the model only. */
  private static @Nullable Attribute firstBadOfAdapter(AttributeSet set) {
    Attribute bad = firstOutside(set, 0, REQUIRED, Attribute.PIO, Attribute.CTPIO);
    if (bad != null) {
      return bad;
    }
    String mode = set.text(Attribute.CTPIO_MODE);
    if (mode == null || !CTPIO_MODE.matcher(mode).matches()) {
      return Attribute.CTPIO_MODE;
    }
    if (isOutside(set, Attribute.CTPIO_MAX_FRAME_LEN, -1, Integer.MAX_VALUE)) {
      return Attribute.CTPIO_MAX_FRAME_LEN;
    }
    if (isNoneOf(set.text(Attribute.RX_DATAPATH), "express", "enterprise")) {
      return Attribute.RX_DATAPATH;
    }
    if (isOutside(set, Attribute.PHYS_ADDRESS_MODE, 0, 1)) {
      return Attribute.PHYS_ADDRESS_MODE;
    }
    if (isOutside(set, Attribute.SHRUB_CONTROLLER, -1, 9_999)) {
      return Attribute.SHRUB_CONTROLLER;
    }
    return isNoneOf(set.text(Attribute.TPH_MODE), "off", "nost", "st") ? Attribute.TPH_MODE : null;
  }

  private static @Nullable Attribute firstOutside(
      AttributeSet set, int min, int max, Attribute... attributes) {
    for (Attribute attribute : attributes) {
      if (isOutside(set, attribute, min, max)) {
        return attribute;
      }
    }
    return null;
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
