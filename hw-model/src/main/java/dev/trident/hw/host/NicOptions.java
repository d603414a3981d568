package dev.trident.hw.host;

import dev.trident.hw.nic.NicFeatures;
import dev.trident.hw.nic.NicTiming;
import dev.trident.link.NetInterface;

/**
 * How an adapter is made.
 *
 * @param mtuBytes largest IPv4 datagram, 68..1500
 * @param vlan tag of all frames, 1..4094, or {@code NetInterface.NO_VLAN}
 * @param rxRing receive descriptors of the default stack, a power of two
 * @param txRing transmit descriptors of the default stack, a power of two
 * @param features what the adapter can do
 * @param timing how long it takes, which needs a polled or simulated fabric
 * @param addressStart how its addresses come into use
 */
public record NicOptions(
    int mtuBytes,
    int vlan,
    int rxRing,
    int txRing,
    NicFeatures features,
    NicTiming timing,
    AddressStart addressStart) {
  /** A plain Ethernet adapter with all features. */
  public static final NicOptions STANDARD =
      new NicOptions(
          1_500,
          NetInterface.NO_VLAN,
          512,
          512,
          NicFeatures.SERIES_8000,
          NicTiming.NONE,
          AddressStart.IMMEDIATE);

  /** The same with another MTU. */
  public NicOptions withMtu(int bytes) {
    return new NicOptions(bytes, vlan, rxRing, txRing, features, timing, addressStart);
  }

  /** The same with a VLAN tag. */
  public NicOptions withVlan(int tag) {
    return new NicOptions(mtuBytes, tag, rxRing, txRing, features, timing, addressStart);
  }

  /** The same with other rings for the default stack. */
  public NicOptions withRings(int rx, int tx) {
    return new NicOptions(mtuBytes, vlan, rx, tx, features, timing, addressStart);
  }

  /** The same with other features. */
  public NicOptions withFeatures(NicFeatures newFeatures) {
    return new NicOptions(mtuBytes, vlan, rxRing, txRing, newFeatures, timing, addressStart);
  }

  /** The same with an adapter that takes time. */
  public NicOptions withTiming(NicTiming newTiming) {
    return new NicOptions(mtuBytes, vlan, rxRing, txRing, features, newTiming, addressStart);
  }

  /** The same, whose addresses come into use in another way. */
  public NicOptions withAddressStart(AddressStart start) {
    return new NicOptions(mtuBytes, vlan, rxRing, txRing, features, timing, start);
  }
}
