package dev.trident.tcp;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.TcpProfile;
import dev.trident.ip.Path;
import dev.trident.wire.TcpOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Between whom a connection is, by which path, and on what terms: the options that the two SYNs
 * agree on and the size of segments.
 */
abstract sealed class ConnectionTerms implements StreamEndpoint permits Connection {
  final TcpLayer layer;

  int localAddress;

  char localPort;

  private int remoteAddress;

  private char remotePort;

  /** How segments leave; null before the first open. */
  @Nullable Path path;

  /** Window scale that our SYN offers, or {@link TcpOptions#ABSENT}. */
  byte offeredWindowShift;

  /** Null unless both sides agreed on the option. */
  @Nullable Timestamps timestamps;

  /** Our SYN offers SACK; once the peer's has come, both do. */
  boolean offersSack;

  /** The largest segment that the peer and the first link take, our options not taken off. */
  private char sendMss;

  ConnectionTerms(TcpLayer layer) {
    this.layer = layer;
  }

  abstract Sender sender();

  abstract Receiver receiver();

  final TcpLayer layer() {
    return layer;
  }

  // ---- identity -----------------------------------------------------------------------------

  /** Another connection begins in this object: sets out with what the profile asks for. */
  final void begin(Path newPath, int ourPort, int peer, int peerPort) {
    path = newPath;
    localAddress = newPath.source();
    localPort = (char) ourPort;
    remoteAddress = peer;
    remotePort = (char) peerPort;
    sendMss = 0;
    TcpProfile.Options options = layer.profile().options();
    offeredWindowShift = (byte) options.windowScale();
    offersSack = options.selectiveAck();
    timestamps =
        options.timestamps()
            ? new Timestamps(layer.timestampOffset(localAddress, ourPort, peer, peerPort))
            : null;
  }

  boolean isTuple(int local, int localPortNumber, int remote, int remotePortNumber) {
    return remoteAddress == remote
        && localPort == localPortNumber
        && remotePort == remotePortNumber
        && localAddress == local;
  }

  final @Nullable Path path() {
    return path;
  }

  @Override
  public int localAddress() {
    return localAddress;
  }

  @Override
  public int localPort() {
    return localPort;
  }

  @Override
  public int remoteAddress() {
    return remoteAddress;
  }

  @Override
  public int remotePort() {
    return remotePort;
  }

  // ---- options ------------------------------------------------------------------------------

  /** Our MSS option: the largest segment we receive without fragments. */
  int receiveMss() {
    return layer.maxSegmentBytes(Objects.requireNonNull(path));
  }

  /** Whether the segment being processed echoes a timestamp from before {@code nanos}. */
  boolean isEchoBefore(long nanos) {
    return timestamps != null && timestamps.isEchoBefore(layer.sinceStartNanos(nanos));
  }

  /** Bytes of the options that every segment of this connection has. */
  int optionBytes() {
    return timestamps == null ? 0 : SegmentOptions.TIMESTAMPS_BYTES;
  }

  /** The largest segment at present, options taken off. */
  private int pathMss(long nowNanos) {
    int path = layer.pathMtu().maxSegmentBytes(Objects.requireNonNull(this.path), nowNanos);
    return Math.min(sendMss, path) - optionBytes();
  }

  /** Whether segments are smaller than the peer and the first link would take, for the path. */
  boolean isPathNarrow() {
    return sender().smss() + optionBytes() < sendMss;
  }

  /** Segments have the size that is right for the path at present. */
  void followPath(long nowNanos) {
    if (sendMss != 0) {
      sender().resize(pathMss(nowNanos));
    }
  }

  /**
   * Goes by another gateway if the present one has stopped answering and a route has one that has
   * not (RFC 1122 section 3.3.1.4).
   *
   * @return whether the path leads by a gateway that may work
   */
  boolean leaveDeadGateway(long nowNanos) {
    if (path == null) {
      return false;
    }
    if (path.isGatewayDead()) {
      Path other = layer.route(localAddress, remoteAddress);
      if (other == null || other.isGatewayDead()) {
        return false;
      }
      path = other;
      followPath(nowNanos);
    }
    return path.isByLiveGateway();
  }

  /** Fills in the options of a segment with {@code payloadBytes} octets. */
  void setOptions(SegmentOptions options, int payloadBytes) {
    Timestamps agreed = timestamps;
    if (agreed != null) {
      options.timestamps(
          agreed.valueAt(layer.sinceStartNanos(layer.nowNanos())), agreed.tsRecent());
    }
    if (receiver().hasSack()) {
      Path present = Objects.requireNonNull(path);
      int room = layer.pathMtu().maxSegmentBytes(present, layer.nowNanos());
      receiver().addSack(options, room - payloadBytes);
    }
  }

  /** The options of our SYN, or of the answer to the peer's. */
  SynOptions synOptions(boolean answer) {
    SynOptions options = layer.synOptions().begin(receiveMss()).windowShift(offeredWindowShift);
    if (offersSack) {
      options.sackPermitted();
    }
    if (timestamps != null) {
      options.timestamps(
          timestamps.valueAt(layer.sinceStartNanos(layer.nowNanos())),
          answer ? timestamps.tsRecent() : 0);
    }
    return options;
  }

  /** The round-trip time that the echo of the segment being processed tells, or -1. */
  long echoedRoundTripNanos(long nowNanos) {
    return timestamps == null ? -1 : timestamps.roundTripNanos(layer.sinceStartNanos(nowNanos));
  }

  /** The peer's SYN fixes the options of the connection. */
  void onPeerSyn(int irs, TcpOptions options) {
    receiver().onSyn(irs);
    if (timestamps != null && options.hasTimestamps()) {
      timestamps.tsRecent(options.tsVal(), layer.nowNanos());
    } else {
      timestamps = null;
    }
    sendMss = (char) layer.sendMss(options.mss(), receiveMss());
    sender().smss(pathMss(layer.nowNanos()));
    offersSack &= options.sackPermitted();
    if (offersSack) {
      sender().useSack();
      receiver().useSack();
    }
    if (offeredWindowShift == TcpOptions.ABSENT || options.windowScale() == TcpOptions.ABSENT) {
      offeredWindowShift = TcpOptions.ABSENT;
      receiver().doNotScale();
    } else {
      sender().peerScale(options.windowScale());
    }
  }
}
