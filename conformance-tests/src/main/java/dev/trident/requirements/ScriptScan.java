package dev.trident.requirements;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the {@code // requirement:} lines of our own scripts, which lie among the resources below
 * {@code scripts/}. It reads the comments before the first event and parses nothing else: a script
 * with a syntax error still claims its rows, and fails when it runs.
 */
public final class ScriptScan {
  private static final Pattern HEADER = Pattern.compile("//\\s*requirement\\s*:(.*)");

  private ScriptScan() {}

  /** The scripts that this build carries, in the order of their paths. */
  public static List<Check> ofThisJvm() throws IOException {
    URL url = ScriptScan.class.getResource("/scripts");
    if (url == null) {
      return List.of();
    }
    try {
      URI uri = url.toURI();
      if (!uri.getScheme().equals("jar")) {
        return of(Path.of(uri));
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, java.util.Map.of())) {
        return of(jar.getPath("/scripts"));
      }
    } catch (URISyntaxException e) {
      throw new IOException("cannot read " + url, e);
    }
  }

  static List<Check> of(Path folder) throws IOException {
    List<Check> checks = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".pkt")).sorted().toList()) {
        Path relative = folder.relativize(file);
        Path parent = relative.getParent();
        checks.add(
            new Check(
                Check.Kind.SCRIPT,
                parent == null ? "" : parent.toString(),
                String.valueOf(relative.getFileName()),
                ids(Files.readAllLines(file))));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return checks;
  }

  private static List<String> ids(List<String> lines) {
    List<String> ids = new ArrayList<>();
    for (String line : lines) {
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("//") && !text.startsWith("--")) {
        break;
      }
      Matcher header = HEADER.matcher(text);
      if (header.matches()) {
        for (String id : header.group(1).split(",", -1)) {
          if (!id.isBlank()) {
            ids.add(id.strip());
          }
        }
      }
    }
    return List.copyOf(ids);
  }
}
