package dev.trident.endpoint;

/**
 * The ports of a stack whose only program knows what it binds: all are free, and nothing is kept.
 * For measurements of a stack without a host, which must not count what a host remembers.
 */
public final class OpenPorts implements PortSpace {
  @Override
  public boolean reserve(int protocol, int address, int port) {
    return true;
  }

  @Override
  public boolean share(int protocol, int address, int port) {
    return true;
  }

  @Override
  public void release(int protocol, int address, int port) {
    // Nothing is kept.
  }

  @Override
  public boolean isReserved(int protocol, int address, int port) {
    return false;
  }
}
