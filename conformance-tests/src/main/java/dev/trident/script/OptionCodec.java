package dev.trident.script;

import dev.trident.script.lang.Segment.TcpOption;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** TCP options as bytes and as a script writes them. Numbers are taken as they are. */
final class OptionCodec {
  private static final int EOL = 0;
  private static final int NOP = 1;
  private static final int MSS = 2;
  private static final int WINDOW_SCALE = 3;
  private static final int SACK_PERMITTED = 4;
  private static final int SACK = 5;
  private static final int TIMESTAMPS = 8;
  private static final int FAST_OPEN = 34;
  private static final int EXPERIMENTAL = 254;
  private static final int FAST_OPEN_MAGIC = 0xf989;
  private static final int MAX_BYTES = 40;

  private OptionCodec() {}

  /**
   * The bytes of options in the order given; a digest of MD5 is zeros.
   *
   * @throws MismatchException if they are no multiple of 4, or more than a header holds
   */
  static byte[] encode(List<TcpOption> options) throws MismatchException {
    ByteBuffer bytes = ByteBuffer.allocate(1_024);
    for (TcpOption option : options) {
      put(bytes, option);
    }
    if (bytes.position() % 4 != 0 || bytes.position() > MAX_BYTES) {
      throw new MismatchException(
          "the script's TCP options have "
              + bytes.position()
              + " bytes: must be a multiple of 4, at most "
              + MAX_BYTES);
    }
    return taken(bytes);
  }

  /** The bytes of one option. */
  static byte[] encode(TcpOption option) {
    ByteBuffer bytes = ByteBuffer.allocate(1_024);
    put(bytes, option);
    return taken(bytes);
  }

  private static byte[] taken(ByteBuffer bytes) {
    byte[] result = new byte[bytes.position()];
    bytes.get(0, result);
    return result;
  }

  private static void put(ByteBuffer bytes, TcpOption option) {
    switch (option) {
      case TcpOption.Nop _ -> bytes.put((byte) NOP);
      case TcpOption.Eol _ -> bytes.put((byte) EOL);
      case TcpOption.Mss mss -> header(bytes, MSS, 4).putShort((short) mss.bytes());
      case TcpOption.WindowScale scale -> header(bytes, WINDOW_SCALE, 3).put((byte) scale.shift());
      case TcpOption.SackPermitted _ -> header(bytes, SACK_PERMITTED, 2);
      case TcpOption.Sack sack -> {
        header(bytes, SACK, 2 + 8 * sack.blocks().size());
        for (TcpOption.Block block : sack.blocks()) {
          bytes.putInt((int) block.left()).putInt((int) block.right());
        }
      }
      case TcpOption.Timestamps ts -> {
        Long value = ts.value();
        header(bytes, TIMESTAMPS, 10)
            .putInt(value == null ? 0 : value.intValue())
            .putInt((int) ts.echo());
      }
      case TcpOption.FastOpen fast -> {
        byte[] cookie = HexFormat.of().parseHex(fast.cookie());
        if (fast.experimental()) {
          header(bytes, EXPERIMENTAL, 4 + cookie.length).putShort((short) FAST_OPEN_MAGIC);
        } else {
          header(bytes, FAST_OPEN, 2 + cookie.length);
        }
        bytes.put(cookie);
      }
      case TcpOption.Md5 _ -> header(bytes, 19, 18).put(new byte[16]);
      case TcpOption.Raw raw -> raw.bytes().forEach(each -> bytes.put(each.byteValue()));
    }
  }

  private static ByteBuffer header(ByteBuffer bytes, int kind, int length) {
    return bytes.put((byte) kind).put((byte) length);
  }

  /**
   * Reads what is there, paddings included. What does not fit its kind, or has no kind here, is
   * {@link TcpOption.Raw}; so is everything behind an impossible length.
   */
  static List<TcpOption> decode(byte[] bytes) {
    List<TcpOption> options = new ArrayList<>();
    ByteBuffer view = ByteBuffer.wrap(bytes);
    int at = 0;
    while (at < bytes.length) {
      int kind = bytes[at] & 0xff;
      if (kind == EOL || kind == NOP) {
        options.add(kind == EOL ? new TcpOption.Eol() : new TcpOption.Nop());
        at++;
        continue;
      }
      int length = at + 1 < bytes.length ? bytes[at + 1] & 0xff : 0;
      if (length < 2 || length > bytes.length - at) {
        options.add(raw(bytes, at, bytes.length - at));
        break;
      }
      options.add(one(view, bytes, kind, at, length));
      at += length;
    }
    return options;
  }

  private static TcpOption one(ByteBuffer view, byte[] bytes, int kind, int at, int length) {
    if (kind == MSS && length == 4) {
      return new TcpOption.Mss(view.getShort(at + 2) & 0xffff);
    }
    if (kind == WINDOW_SCALE && length == 3) {
      return new TcpOption.WindowScale(bytes[at + 2] & 0xff);
    }
    if (kind == SACK_PERMITTED && length == 2) {
      return new TcpOption.SackPermitted();
    }
    if (kind == SACK && length > 2 && (length - 2) % 8 == 0) {
      List<TcpOption.Block> blocks = new ArrayList<>();
      for (int block = at + 2; block < at + length; block += 8) {
        blocks.add(new TcpOption.Block(u32(view, block), u32(view, block + 4)));
      }
      return new TcpOption.Sack(blocks);
    }
    if (kind == TIMESTAMPS && length == 10) {
      return new TcpOption.Timestamps(u32(view, at + 2), u32(view, at + 6), false);
    }
    if (kind == FAST_OPEN) {
      return new TcpOption.FastOpen(false, hex(bytes, at + 2, length - 2));
    }
    if (kind == EXPERIMENTAL
        && length >= 4
        && (view.getShort(at + 2) & 0xffff) == FAST_OPEN_MAGIC) {
      return new TcpOption.FastOpen(true, hex(bytes, at + 4, length - 4));
    }
    return raw(bytes, at, length);
  }

  private static long u32(ByteBuffer view, int at) {
    return view.getInt(at) & 0xffff_ffffL;
  }

  private static String hex(byte[] bytes, int at, int length) {
    return HexFormat.of().formatHex(bytes, at, at + length);
  }

  private static TcpOption raw(byte[] bytes, int at, int length) {
    List<Integer> values = new ArrayList<>();
    for (int i = at; i < at + length; i++) {
      values.add(bytes[i] & 0xff);
    }
    return new TcpOption.Raw(values);
  }
}
