package dev.trident.tcpdirect.attr;

import static dev.trident.tcpdirect.ZfErrno.EINVAL;

import com.google.common.base.Splitter;
import java.util.EnumSet;

/**
 * Where values come from besides the program: the host's sysctls first, then the variable ZF_ATTR,
 * {@code name=value} parts separated by semicolons. A system property ZF_ATTR, settable by an
 * embedding program, takes the place of the environment variable.
 */
public final class AttributeSources {
  private static final String VARIABLE = "ZF_ATTR";
  private static final Splitter PARTS = Splitter.on(';').omitEmptyStrings();

  private AttributeSources() {}

  /** The text of ZF_ATTR; empty if there is none. */
  public static String variable() {
    String property = System.getProperty(VARIABLE);
    String text = property != null ? property : System.getenv(VARIABLE);
    return text == null ? "" : text;
  }

  /** Applies what the host's sysctls say. */
  public static void applySysctls(AttributeSet set) {
    apply(set, Attribute.MAX_TCP_SYN_BACKLOG, "tcp_max_syn_backlog", 1);
    apply(set, Attribute.TCP_TIMEWAIT_MS, "tcp_fin_timeout", 1_000);
    apply(set, Attribute.TCP_FINWAIT_MS, "tcp_fin_timeout", 1_000);
    apply(set, Attribute.TCP_SYN_RETRIES, "tcp_syn_retries", 1);
    apply(set, Attribute.TCP_SYNACK_RETRIES, "tcp_synack_retries", 1);
    apply(set, Attribute.TCP_RETRIES, "tcp_retries2", 1);
  }

  private static void apply(AttributeSet set, Attribute attribute, String sysctl, int factor) {
    long value = Sysctl.read(sysctl);
    if (value != Sysctl.UNREADABLE && attribute.admits(value * factor)) {
      set.setInt(attribute, value * factor);
    }
  }

  /**
   * Applies the parts of {@code text}. Of two parts with one name the last wins.
   *
   * @return 0, or -EINVAL for a part without {@code =}, an unknown name or a bad value
   */
  public static int apply(AttributeSet set, String text) {
    EnumSet<Attribute> seen = EnumSet.noneOf(Attribute.class);
    for (String part : PARTS.split(text)) {
      int equals = part.indexOf('=');
      Attribute attribute = equals < 0 ? null : Attribute.named(part.substring(0, equals));
      if (attribute == null) {
        LogSettings.error("ZF_ATTR: no attribute in \"" + part + "\"");
        return -EINVAL;
      }
      if (!seen.add(attribute)) {
        LogSettings.warning(VARIABLE + ": " + attribute.attributeName() + " is given twice");
      }
      if (set.setFromText(attribute.attributeName(), part.substring(equals + 1)) != 0) {
        LogSettings.error("ZF_ATTR: bad value in \"" + part + "\"");
        return -EINVAL;
      }
    }
    return 0;
  }
}
