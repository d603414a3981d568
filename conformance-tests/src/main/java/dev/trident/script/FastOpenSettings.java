package dev.trident.script;

import com.google.common.base.Splitter;
import dev.trident.endpoint.FastOpenRules;
import java.util.List;
import java.util.Map;

/** What the kernel settings about TCP fast open mean. */
final class FastOpenSettings {
  private static final int CLIENT = 1;
  private static final int SERVER = 2;
  private static final int CLIENT_WITHOUT_COOKIE = 4;
  private static final int SERVER_WITHOUT_COOKIE = 0x200;
  private static final int ALL_LISTENERS = 0x400;

  /** Three bits that the script suite of Linux sets, and that have no meaning any more. */
  private static final int PAST = 0x7_0000;

  private static final int KNOWN =
      CLIENT | SERVER | CLIENT_WITHOUT_COOKIE | SERVER_WITHOUT_COOKIE | ALL_LISTENERS | PAST;

  private static final int KEY_WORDS = 4;

  /**
   * Names that the script suite of Linux has its runner define: the cookies that follow from its
   * addresses and its key, and from a key of zeros.
   */
  static final Map<String, String> NAMES =
      Map.of("TFO_COOKIE", "3021b9d889017eeb", "TFO_COOKIE_ZERO", "b7c12350a90dc8f5");

  private FastOpenSettings() {}

  static FastOpenRules client(FastOpenRules rules, boolean on) {
    return rules.withClient(on ? FastOpenRules.Client.WITH_COOKIE : FastOpenRules.Client.OFF);
  }

  static FastOpenRules server(FastOpenRules rules, boolean on) {
    return rules.withServer(on ? FastOpenRules.Server.ASKED : FastOpenRules.Server.OFF);
  }

  /**
   * The value of {@code net.ipv4.tcp_fastopen}.
   *
   * @throws NumberFormatException if a bit is not known
   */
  static FastOpenRules linux(FastOpenRules rules, int bits) {
    if ((bits & ~KNOWN) != 0) {
      throw new NumberFormatException("unknown bits of fast open: " + (bits & ~KNOWN));
    }
    FastOpenRules changed = client(server(rules, (bits & SERVER) != 0), (bits & CLIENT) != 0);
    if ((bits & CLIENT) != 0 && (bits & CLIENT_WITHOUT_COOKIE) != 0) {
      changed = changed.withClient(FastOpenRules.Client.ALWAYS);
    }
    if ((bits & SERVER) != 0 && (bits & ALL_LISTENERS) != 0) {
      changed = changed.withServer(FastOpenRules.Server.ANY);
    }
    return changed.withTrusting((bits & SERVER_WITHOUT_COOKIE) != 0);
  }

  /** What the script suite of Linux sets before each script. */
  static FastOpenRules suiteOfLinux(FastOpenRules rules) {
    return keys(
        linux(rules, CLIENT | SERVER | ALL_LISTENERS), "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4");
  }

  /**
   * The value of {@code net.ipv4.tcp_fastopen_key}: the key, or that and the previous one.
   *
   * @throws NumberFormatException if it is neither
   */
  static FastOpenRules keys(FastOpenRules rules, String value) {
    List<String> keys = Splitter.on(',').splitToList(value);
    if (keys.size() > 2) {
      throw new NumberFormatException("more than two keys: " + value);
    }
    return rules.withKeys(key(keys.getFirst()), keys.size() < 2 ? null : key(keys.get(1)));
  }

  /** Four words of eight hexadecimal digits. */
  private static FastOpenRules.Key key(String text) {
    List<String> words = Splitter.on('-').splitToList(text.strip());
    if (words.size() != KEY_WORDS) {
      throw new NumberFormatException("not four words: " + text);
    }
    long[] bits = new long[KEY_WORDS];
    for (int i = 0; i < KEY_WORDS; i++) {
      bits[i] = Integer.toUnsignedLong(Integer.parseUnsignedInt(words.get(i), 16));
    }
    return new FastOpenRules.Key(bits[1] << 32 | bits[0], bits[3] << 32 | bits[2]);
  }
}
