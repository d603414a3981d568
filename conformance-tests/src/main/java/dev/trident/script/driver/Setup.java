package dev.trident.script.driver;

import dev.trident.endpoint.TcpProfile;

/**
 * What a driver builds its host from.
 *
 * @param stackAddress of the host under test, IPv4
 * @param prefixBits of the host's network
 * @param peerAddress of the script's peer, reached through a gateway if it is on another network
 * @param mtu of the link
 * @param seed of all randomness
 */
public record Setup(
    int stackAddress, int prefixBits, int peerAddress, int mtu, TcpProfile profile, long seed) {}
