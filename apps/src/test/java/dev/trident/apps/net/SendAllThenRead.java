package dev.trident.apps.net;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/** A client that reads nothing before it has sent everything. Arguments: port, bytes. */
final class SendAllThenRead {
  private SendAllThenRead() {}

  public static void main(String[] args) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]))) {
      socket.getOutputStream().write(new byte[Integer.parseInt(args[1])]);
      socket.shutdownOutput();
      long back = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      System.out.println(back + " came back");
    }
  }
}
