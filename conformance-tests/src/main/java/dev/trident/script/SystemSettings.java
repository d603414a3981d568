package dev.trident.script;

import dev.trident.endpoint.FastOpenRules;
import dev.trident.endpoint.TcpProfile;
import dev.trident.endpoint.TcpProfile.Acknowledgement;
import dev.trident.endpoint.TcpProfile.Buffers;
import dev.trident.endpoint.TcpProfile.Closing;
import dev.trident.endpoint.TcpProfile.Ecn;
import dev.trident.endpoint.TcpProfile.InitialWindow;
import dev.trident.endpoint.TcpProfile.Options;
import dev.trident.endpoint.TcpProfile.Repair;
import dev.trident.endpoint.TcpProfile.Retransmission;
import dev.trident.endpoint.TcpProfile.SynCookies;
import dev.trident.endpoint.TcpProfile.Validation;
import dev.trident.script.lang.Position;
import dev.trident.script.lang.UnsupportedFeatureException;

/**
 * A profile that kernel settings of Linux and FreeBSD change, as foreign suites make them. A
 * setting that asks for what the engine does anyway changes nothing; one that asks for what it
 * cannot do is refused, so that no script passes for want of what it sets.
 */
final class SystemSettings {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int WIDEST_UNSCALED = 65_535;
  private static final int WIDEST_SHIFT = 14;

  private TcpProfile profile;

  SystemSettings(TcpProfile profile) {
    this.profile = profile;
  }

  /** What the script suite of Linux sets before each script, as far as its system does not. */
  void suiteOfLinux() {
    fastOpen(FastOpenSettings.suiteOfLinux(profile.fastOpen()));
  }

  /** The profile as the settings so far have left it. */
  TcpProfile profile() {
    return profile;
  }

  /**
   * Makes one setting.
   *
   * @param key {@code net.inet.tcp.X}, {@code net.ipv4.tcp_X}, or the path of the latter in /proc
   * @throws UnsupportedFeatureException if the key or the value means nothing here
   */
  void set(Position position, String key, String value) throws UnsupportedFeatureException {
    String dotted = key.replaceFirst("^/proc/sys/", "").replace('/', '.');
    boolean known;
    try {
      known =
          dotted.startsWith("net.ipv4.")
              ? linux(dotted.substring("net.ipv4.".length()), value.strip())
              : freebsd(dotted.replaceFirst("^net\\.inet\\.", ""), value.strip());
    } catch (NumberFormatException e) {
      known = false;
    }
    if (!known) {
      throw new UnsupportedFeatureException(position, "setting " + key + "=" + value);
    }
  }

  private boolean freebsd(String key, String value) {
    switch (key) {
      case "tcp.rfc1323" -> {
        boolean on = isOn(value);
        options(on ? shift() : TcpProfile.NO_WINDOW_SCALE, on, profile.options().selectiveAck());
      }
      case "tcp.sack.enable" -> selectiveAck(isOn(value));
      case "tcp.recvspace" -> buffers(profile.buffers().sendBytes(), number(value));
      case "tcp.sendspace" -> buffers(number(value), profile.buffers().receiveBytes());
      case "kern.ipc.maxsockbuf" -> maxReceiveBuffer(number(value));
      case "tcp.insecure_rst" -> validation(!isOn(value), profile.validation().challengedSyn());
      case "tcp.insecure_syn" -> validation(profile.validation().exactReset(), !isOn(value));
      case "tcp.rexmit_initial" -> initialRto(number(value) * NANOS_PER_MILLI);
      case "tcp.delacktime" ->
          acknowledgement(profile.acknowledgement().delayed(), number(value) * NANOS_PER_MILLI);
      case "tcp.delayed_ack" ->
          acknowledgement(isOn(value), profile.acknowledgement().delayNanos());
      case "tcp.initcwnd_segments" ->
          profile = profile.withInitialWindow(new InitialWindow(number(value), 0));
      case "tcp.msl" ->
          profile =
              profile.withClosing(
                  new Closing(
                      2L * number(value) * NANOS_PER_MILLI,
                      profile.closing().finWait2Nanos(),
                      profile.closing().lingerPercent()));
      case "tcp.rexmit_slop" ->
          profile =
              profile.withRepair(
                  new Repair(
                      profile.repair().tickNanos(),
                      number(value) * NANOS_PER_MILLI,
                      profile.repair().goBackN()));
      case "tcp.hostcache.purge", "tcp.hostcache.purgenow" -> {
        // Each script has a new host.
      }
      case "tcp.syncookies" -> synCookies(isOn(value) ? SynCookies.WHEN_FULL : SynCookies.OFF);
      case "tcp.syncookies_only" -> {
        if (isOn(value)) {
          synCookies(SynCookies.ALWAYS);
        }
      }
      case "tcp.ecn.enable" -> {
        return ecn(number(value));
      }
      case "tcp.fastopen.client_enable" ->
          fastOpen(FastOpenSettings.client(profile.fastOpen(), isOn(value)));
      case "tcp.fastopen.server_enable" ->
          fastOpen(FastOpenSettings.server(profile.fastOpen(), isOn(value)));
      case "tcp.blackhole", "tcp.rexmit_drop_options", "tcp.udp_tunneling_port" -> {
        return value.equals("0");
      }
      case "tcp.drop_synfin", "tcp.icmp_may_rst", "tcp.path_mtu_discovery" -> {
        return value.equals("1");
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean linux(String key, String value) {
    switch (key) {
      case "tcp_timestamps" ->
          options(profile.options().windowScale(), isOn(value), profile.options().selectiveAck());
      case "tcp_sack" -> selectiveAck(isOn(value));
      case "tcp_window_scaling" ->
          options(
              isOn(value) ? shift() : TcpProfile.NO_WINDOW_SCALE,
              profile.options().timestamps(),
              profile.options().selectiveAck());
      case "tcp_rmem" -> {
        buffers(profile.buffers().sendBytes(), triple(value, 1));
        maxReceiveBuffer(triple(value, 2));
      }
      case "tcp_wmem" -> buffers(triple(value, 1), profile.buffers().receiveBytes());
      case "tcp_syn_retries" -> retries(number(value), profile.retransmission().synAckRetries());
      case "tcp_synack_retries" -> retries(profile.retransmission().synRetries(), number(value));
      case "tcp_fin_timeout" ->
          profile =
              profile.withClosing(
                  new Closing(
                      profile.closing().timeWaitNanos(),
                      number(value) * NANOS_PER_SECOND,
                      profile.closing().lingerPercent()));
      case "tcp_no_metrics_save", "tcp_min_tso_segs", "tcp_tso_win_divisor" -> {
        // Each script has a new host that sends segment by segment.
      }
      case "tcp_ecn" -> {
        return ecn(number(value));
      }
      case "tcp_fastopen" ->
          fastOpen(FastOpenSettings.linux(profile.fastOpen(), Integer.decode(value)));
      case "tcp_fastopen_key" -> fastOpen(FastOpenSettings.keys(profile.fastOpen(), value));
      case "tcp_fastopen_blackhole_timeout_sec", "tcp_fack", "tcp_mtu_probing" -> {
        return value.equals("0");
      }
      case "tcp_syncookies" -> {
        switch (number(value)) {
          case 0 -> synCookies(SynCookies.OFF);
          case 1 -> synCookies(SynCookies.WHEN_FULL);
          case 2 -> synCookies(SynCookies.ALWAYS);
          default -> {
            return false;
          }
        }
      }
      case "tcp_reordering" -> {
        return value.equals("3");
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean isOn(String value) {
    int number = number(value);
    if (number > 1) {
      throw new NumberFormatException("neither 0 nor 1: " + value);
    }
    return number == 1;
  }

  private static int number(String value) {
    int number = Integer.parseInt(value);
    if (number < 0) {
      throw new NumberFormatException("negative: " + value);
    }
    return number;
  }

  /** One of the numbers least, initial, most. */
  private static int triple(String value, int index) {
    String[] numbers = value.split("\\s+", -1);
    if (numbers.length != 3) {
      throw new NumberFormatException("not three numbers: " + value);
    }
    return number(numbers[index]);
  }

  /** The smallest shift that lets a window reach the whole receive buffer. */
  private int shift() {
    int shift = 0;
    while (shift < WIDEST_SHIFT && WIDEST_UNSCALED << shift < profile.buffers().maxReceiveBytes()) {
      shift++;
    }
    return shift;
  }

  private void maxReceiveBuffer(int bytes) {
    Buffers old = profile.buffers();
    profile = profile.withBuffers(new Buffers(old.sendBytes(), old.receiveBytes(), bytes));
    if (profile.options().windowScale() != TcpProfile.NO_WINDOW_SCALE) {
      options(shift(), profile.options().timestamps(), profile.options().selectiveAck());
    }
  }

  private void buffers(int sendBytes, int receiveBytes) {
    int most = Math.max(receiveBytes, profile.buffers().maxReceiveBytes());
    profile = profile.withBuffers(new Buffers(sendBytes, receiveBytes, most));
  }

  private void selectiveAck(boolean on) {
    options(profile.options().windowScale(), profile.options().timestamps(), on);
  }

  private void options(int windowScale, boolean timestamps, boolean selectiveAck) {
    profile =
        profile.withOptions(
            new Options(windowScale, timestamps, selectiveAck, profile.options().order()));
  }

  private void validation(boolean exactReset, boolean challengedSyn) {
    profile = profile.withValidation(new Validation(exactReset, challengedSyn));
  }

  /** Both systems number alike: never, ask and accept, accept only. */
  private boolean ecn(int number) {
    if (number > 2) {
      return false; // accurate ECN
    }
    Ecn when = number == 0 ? Ecn.OFF : number == 1 ? Ecn.REQUEST : Ecn.ACCEPT;
    profile = profile.withHandshake(profile.handshake().withEcn(when));
    return true;
  }

  private void fastOpen(FastOpenRules changed) {
    profile = profile.withFastOpen(changed);
  }

  private void synCookies(SynCookies when) {
    profile = profile.withHandshake(profile.handshake().withSynCookies(when));
  }

  private void acknowledgement(boolean delayed, long delayNanos) {
    profile =
        profile.withAcknowledgement(
            new Acknowledgement(delayed, delayNanos, profile.acknowledgement().quickAcks()));
  }

  private void initialRto(long nanos) {
    Retransmission old = profile.retransmission();
    profile =
        profile.withRetransmission(
            new Retransmission(
                nanos,
                old.minRtoNanos(),
                old.maxRtoNanos(),
                old.synRetries(),
                old.synAckRetries(),
                old.dataRetries()));
  }

  private void retries(int syn, int synAck) {
    Retransmission old = profile.retransmission();
    profile =
        profile.withRetransmission(
            new Retransmission(
                old.initialRtoNanos(),
                old.minRtoNanos(),
                old.maxRtoNanos(),
                syn,
                synAck,
                old.dataRetries()));
  }
}
