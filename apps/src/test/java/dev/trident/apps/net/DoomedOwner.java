package dev.trident.apps.net;

import java.util.List;

/** Makes a namespace with a child in it, says so, and waits to be killed. */
final class DoomedOwner {
  private DoomedOwner() {}

  public static void main(String[] args) throws Exception {
    NetNamespace namespace = NetNamespace.create();
    Process child = namespace.start(List.of("sleep", "600"));
    System.out.println(namespace.name() + " " + child.pid());
    System.in.read();
  }
}
