package dev.trident.security;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What reassembly is meant to be, on arrays and without limits: pieces of one datagram as they
 * come, and no overlap but an exact repetition.
 */
final class PlainReassembly {
  private static final int UNKNOWN = -1;
  private static final int MAX_DATA_BYTES = 65_535 - 20;

  private record Piece(int from, int to) {}

  private final List<Piece> pieces = new ArrayList<>();
  private final byte[] data = new byte[MAX_DATA_BYTES];
  private int end = UNKNOWN;

  /** It was given up, and nothing will come of it. */
  private boolean refused;

  /** Takes a fragment; the whole data if that was the last one missing. */
  byte @Nullable [] add(int offset, boolean more, byte[] bytes) {
    if (refused) {
      return null;
    }
    int to = offset + bytes.length;
    if (bytes.length == 0 || (more && bytes.length % 8 != 0) || to > MAX_DATA_BYTES) {
      refused = true;
      return null;
    }
    int furthest = pieces.stream().mapToInt(Piece::to).max().orElse(0);
    boolean known = end != UNKNOWN;
    if ((known && (more ? to >= end : to != end)) || (!more && to < furthest)) {
      refused = true;
      return null;
    }
    if (pieces.contains(new Piece(offset, to))) {
      return null;
    }
    if (pieces.stream().anyMatch(piece -> piece.from < to && offset < piece.to)) {
      refused = true;
      return null;
    }
    pieces.add(new Piece(offset, to));
    System.arraycopy(bytes, 0, data, offset, bytes.length);
    end = more ? end : to;
    int present = pieces.stream().mapToInt(piece -> piece.to - piece.from).sum();
    return present == end ? Arrays.copyOf(data, end) : null;
  }
}
