package dev.trident.xti.option;

import static dev.trident.xti.XtiConstants.*;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.xti.Netbuf;
import dev.trident.xti.error.Failure;

/**
 * The options of a TCP endpoint that can be given with t_connect and t_accept: T_TCP_NODELAY,
 * XTI_SNDBUF, XTI_RCVBUF and XTI_LINGER. Zero means that the engine's value stands.
 *
 * <p>Names and levels that are not known are ignored, as the standard says for options in these
 * calls; so are, in this version, the remaining ones of {@code <xti_inet.h>}. T_TCP_MAXSEG is
 * read-only: TACCES.
 */
public final class StreamOptions {
  private boolean noDelayGiven;
  private boolean noDelay;
  private int sendBufferBytes;
  private int receiveBufferBytes;
  private boolean linger;
  private int lingerSeconds;

  /**
   * Takes the options of a call over; they hold from then on.
   *
   * @return 0; TBADOPT if the buffer is malformed or a value illegal, TACCES if one is read-only:
   *     options before that one have been taken over
   */
  public int take(Netbuf options) {
    if (options.len == 0) {
      return 0;
    }
    if (!OptionWalk.isWellFormed(options)) {
      return Failure.of(TBADOPT);
    }
    OptionWalk walk = new OptionWalk(options);
    while (walk.next()) {
      int failure = takeOne(walk);
      if (failure != 0) {
        return failure;
      }
    }
    return 0;
  }

  private int takeOne(OptionWalk option) {
    if (option.level() == T_INET_TCP) {
      return switch (option.name()) {
        case T_TCP_NODELAY -> takeNoDelay(option);
        case T_TCP_MAXSEG -> Failure.of(TACCES);
        default -> 0;
      };
    }
    if (option.level() == XTI_GENERIC) {
      return switch (option.name()) {
        case XTI_SNDBUF, XTI_RCVBUF -> takeBufferSize(option);
        case XTI_LINGER -> takeLinger(option);
        default -> 0;
      };
    }
    return 0;
  }

  private int takeNoDelay(OptionWalk option) {
    if (option.valueBytes() != Integer.BYTES || !isYesOrNo(option.value(0))) {
      return Failure.of(TBADOPT);
    }
    noDelayGiven = true;
    noDelay = option.value(0) == T_YES;
    return 0;
  }

  private int takeBufferSize(OptionWalk option) {
    if (option.valueBytes() != Integer.BYTES || option.value(0) <= 0) {
      return Failure.of(TBADOPT);
    }
    if (option.name() == XTI_SNDBUF) {
      sendBufferBytes = option.value(0);
    } else {
      receiveBufferBytes = option.value(0);
    }
    return 0;
  }

  private int takeLinger(OptionWalk option) {
    if (option.valueBytes() != 2 * Integer.BYTES || !isYesOrNo(option.value(0))) {
      return Failure.of(TBADOPT);
    }
    int seconds = option.value(1);
    if (seconds < 0 && seconds != T_INFINITE && seconds != T_UNSPEC) {
      return Failure.of(TBADOPT);
    }
    linger = option.value(0) == T_YES;
    lingerSeconds = seconds;
    return 0;
  }

  /** Gives what has been set to the engine. */
  public void apply(StreamEndpoint stream) {
    if (noDelayGiven) {
      stream.noDelay(noDelay);
    }
    if (sendBufferBytes > 0) {
      stream.sendBufferBytes(sendBufferBytes);
    }
    if (receiveBufferBytes > 0) {
      stream.receiveBufferBytes(receiveBufferBytes);
    }
  }

  /**
   * Whether t_close aborts the connection: linger time 0. Other times end it in the background, as
   * without the option.
   */
  public boolean abortsOnClose() {
    return linger && lingerSeconds == 0;
  }

  private static boolean isYesOrNo(int value) {
    return value == T_YES || value == T_NO;
  }
}
