package dev.trident.tcpdirect.stack;

import static dev.trident.tcpdirect.ZfErrno.EBUSY;
import static dev.trident.tcpdirect.ZfErrno.EIO;
import static dev.trident.tcpdirect.ZfErrno.ENOKEY;
import static dev.trident.tcpdirect.ZfErrno.ENOSPC;
import static dev.trident.tcpdirect.ZfErrno.EOPNOTSUPP;

import dev.trident.hw.nic.CutThrough;
import dev.trident.hw.nic.InterfaceOptions;
import dev.trident.hw.nic.InterfaceOptions.Pio;
import dev.trident.hw.nic.NicExhaustedException;
import dev.trident.hw.nic.NicFeatures;
import dev.trident.tcpdirect.attr.Attribute;
import dev.trident.tcpdirect.attr.AttributeSet;
import java.util.Objects;

/** What the attributes of a stack want of an adapter, and whether it can give that. */
final class AdapterPlan {
  /** Values of the attributes {@code pio} and {@code ctpio}. */
  private static final int OFF = 0;

  private static final int WARN = 2;
  private static final int REQUIRED = 3;

  private static final String CUT_THROUGH = "ct";
  private static final int DEFAULT_THRESHOLD = 64;
  private static final int MAX_CUT_THROUGH_FRAME = 1_518;
  private static final int MAX_STORED_FRAME = 500;

  private AdapterPlan() {}

  /**
   * What is wrong with an adapter.
   *
   * @param result 0 for nothing, else a negative error number
   * @param why in words
   */
  record Verdict(int result, String why) {}

  private static final Verdict GOOD = new Verdict(0, "");

  /** Whether an adapter serves stacks with these attributes at all. */
  static Verdict check(AttributeSet set, NicFeatures adapter) {
    if (!adapter.isSupported()) {
      return new Verdict(-EIO, "the adapter is none that TCPDirect runs on");
    }
    if (!adapter.firmware().suitsTcpDirect()) {
      return new Verdict(-EOPNOTSUPP, "unsuitable " + adapter.firmware());
    }
    if (!adapter.isLicensed()) {
      return new Verdict(-ENOKEY, "a licence is missing: there is " + adapter.licences());
    }
    if (sends(set) && set.integer(Attribute.PIO) == REQUIRED && !adapter.hasPio()) {
      return new Verdict(-EOPNOTSUPP, "the adapter has no PIO");
    }
    if (sends(set) && set.integer(Attribute.CTPIO) == REQUIRED && !adapter.hasCutThrough()) {
      return new Verdict(-EOPNOTSUPP, "the adapter has no CTPIO");
    }
    int alternatives = set.integer(Attribute.ALT_COUNT);
    if (alternatives > (adapter.hasAlternatives() ? adapter.alternatives() : 0)) {
      return new Verdict(-EBUSY, "the adapter has no " + alternatives + " TX alternatives");
    }
    return GOOD;
  }

  private static boolean sends(AttributeSet set) {
    return StackPlan.txRing(set) != 0;
  }

  /** What the virtual interface of a stack is to have. */
  static InterfaceOptions options(AttributeSet set, NicFeatures adapter) {
    InterfaceOptions options =
        InterfaceOptions.of(StackPlan.rings(set))
            .withAlternatives(set.integer(Attribute.ALT_COUNT), set.integer(Attribute.ALT_BUF_SIZE))
            .withStamps(
                set.integer(Attribute.RX_TIMESTAMPING) != 0,
                set.integer(Attribute.TX_TIMESTAMPING) != 0);
    if (!sends(set)) {
      return options;
    }
    boolean cuts = set.integer(Attribute.CTPIO) != OFF && adapter.hasCutThrough();
    return options.withSending(pio(set), cuts ? cutThrough(set) : CutThrough.NONE);
  }

  private static Pio pio(AttributeSet set) {
    return switch (set.integer(Attribute.PIO)) {
      case OFF -> Pio.OFF;
      case REQUIRED -> Pio.REQUIRED;
      default -> Pio.IF_POSSIBLE;
    };
  }

  /** {@code ct} and a threshold, or store and forward: sf, sf-np. */
  private static CutThrough cutThrough(AttributeSet set) {
    String mode = Objects.requireNonNull(set.text(Attribute.CTPIO_MODE));
    boolean cuts = mode.startsWith(CUT_THROUGH);
    String threshold = cuts ? mode.substring(CUT_THROUGH.length()) : "";
    int limit = set.integer(Attribute.CTPIO_MAX_FRAME_LEN);
    int longest = cuts ? MAX_CUT_THROUGH_FRAME : MAX_STORED_FRAME;
    int start = threshold.isEmpty() ? DEFAULT_THRESHOLD : Integer.parseInt(threshold);
    return new CutThrough(limit < 0 ? longest : limit, cuts ? start : CutThrough.WHOLE_FRAME);
  }

  /** Whether the user wants to be told that there is no PIO, or no CTPIO. */
  static boolean warns(AttributeSet set, Attribute attribute) {
    return sends(set) && set.integer(attribute) == WARN;
  }

  /** The negative error number for what an adapter is out of. */
  static int result(NicExhaustedException e) {
    return switch (e.resource()) {
      case VIRTUAL_INTERFACES, ALTERNATIVES -> -EBUSY;
      case PIO_BUFFERS -> -ENOSPC;
    };
  }
}
