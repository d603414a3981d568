package dev.trident.apps.net;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The note that says whose a namespace is: a file under {@code /run/trident} named like it, written
 * before the namespace is made and deleted after it is gone.
 *
 * <pre>
 *   owner PID/START_TICKS
 *   child PID/START_TICKS        one line per process started in it
 * </pre>
 *
 * <p>{@code /run} is emptied when the machine starts, as namespaces are.
 */
final class NamespaceRecord {
  static final String PREFIX = "trident-";

  private static final Path FOLDER = Path.of("/run/trident");
  private static final Pattern NAME = Pattern.compile(PREFIX + "\\d+-\\d+");
  private static final String OWNER = "owner ";
  private static final String CHILD = "child ";

  private final Path file;

  private NamespaceRecord(Path file) {
    this.file = file;
  }

  /** Picks a name that is free, {@code trident-PID-N}, and notes this JVM as its owner. */
  static NamespaceRecord claim() throws IOException {
    ProcessIdentity self = ProcessIdentity.ofThisJvm();
    Files.createDirectories(FOLDER);
    int n = 1;
    while (true) {
      Path file = FOLDER.resolve(PREFIX + self.pid() + "-" + n);
      try {
        // One write of one short line: a reader sees all of it or an empty file.
        Files.writeString(file, OWNER + self + "\n", CREATE_NEW);
        return new NamespaceRecord(file);
      } catch (FileAlreadyExistsException taken) {
        n++;
      }
    }
  }

  /** The records whose owner is no longer there. */
  static List<NamespaceRecord> abandoned() throws IOException {
    List<NamespaceRecord> found = new ArrayList<>();
    if (!Files.isDirectory(FOLDER)) {
      return found;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(FOLDER, PREFIX + "*")) {
      for (Path file : files) {
        NamespaceRecord record = new NamespaceRecord(file);
        if (NAME.matcher(record.name()).matches() && !record.isOwned()) {
          found.add(record);
        }
      }
    }
    return found;
  }

  /** The namespace's name. */
  String name() {
    return file.getFileName().toString();
  }

  /** Notes a process started in the namespace. */
  void addChild(ProcessIdentity child) throws IOException {
    Files.writeString(file, CHILD + child + "\n", APPEND);
  }

  /** The processes started in the namespace, running or not. */
  List<ProcessIdentity> children() throws IOException {
    return identities(CHILD);
  }

  private boolean isOwned() throws IOException {
    List<ProcessIdentity> owners = identities(OWNER);
    if (owners.isEmpty()) {
      // Not written yet, or its writer died between making and writing: ask for the number alone.
      String pid = name().substring(PREFIX.length(), name().lastIndexOf('-'));
      return Files.isDirectory(Path.of("/proc", pid));
    }
    return owners.getFirst().isAlive();
  }

  /** The lines of one kind. A last line without its end was cut off by a kill, and is ignored. */
  private List<ProcessIdentity> identities(String kind) throws IOException {
    String text = Files.exists(file) ? Files.readString(file) : "";
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    return whole
        .lines()
        .filter(line -> line.startsWith(kind))
        .map(line -> ProcessIdentity.parse(line.substring(kind.length())))
        .toList();
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
