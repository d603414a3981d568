package dev.trident.hw.port.xdp;

import dev.trident.hw.port.ffm.LinuxInterface;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A queue of an interface that is ours: a bound socket, and the program that feeds it. */
final class XdpQueue implements AutoCloseable {
  /** Places of each ring. */
  static final int RING_SIZE = 2_048;

  private final XdpSocket socket;
  private final XdpProgram program;

  private XdpQueue(XdpSocket socket, XdpProgram program) {
    this.socket = socket;
    this.program = program;
  }

  /**
   * Takes a queue.
   *
   * @param umem memory for frames, which must stay until this is closed
   * @param mode not {@link XdpMode#ANY}
   * @throws IOException in one line with the remedy
   */
  static XdpQueue open(LinuxInterface device, int queue, XdpMode mode, MemorySegment umem)
      throws IOException {
    XdpSocket socket = new XdpSocket(device, umem, RING_SIZE);
    XdpQueue opened = null;
    try {
      socket.bind(queue, mode);
      opened =
          new XdpQueue(
              socket, XdpProgram.attach(device, queue, socket.descriptor(), mode.isInDriver()));
      return opened;
    } finally {
      if (opened == null) {
        socket.close();
      }
    }
  }

  XdpSocket socket() {
    return socket;
  }

  /** Gives the queue back to the kernel, which touches the umem no more. */
  @Override
  public void close() {
    program.close();
    socket.close();
  }
}
