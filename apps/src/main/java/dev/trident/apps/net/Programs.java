package dev.trident.apps.net;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** Finds programs of this machine. */
public final class Programs {
  /** Where programs for root lie when the search path of an ordinary user does not name it. */
  private static final List<String> ADMIN_FOLDERS = List.of("/usr/sbin", "/sbin");

  private Programs() {}

  /**
   * The path of a program.
   *
   * @param debianPackage what to install
   * @throws NetworkSetupException if it is missing, with the remedy
   */
  public static String locate(String program, String debianPackage) throws NetworkSetupException {
    List<String> folders =
        new ArrayList<>(List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)));
    folders.addAll(ADMIN_FOLDERS);
    for (String folder : folders) {
      File candidate = new File(folder, program);
      if (!folder.isEmpty() && candidate.canExecute()) {
        return candidate.getPath();
      }
    }
    throw new NetworkSetupException(
        "the command %s is missing; install it: apt-get install %s"
            .formatted(program, debianPackage));
  }
}
