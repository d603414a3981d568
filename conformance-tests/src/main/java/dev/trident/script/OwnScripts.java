package dev.trident.script;

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
import java.util.Map;
import java.util.stream.Stream;

/** The scripts that this build carries, in a folder of classes or in a jar. */
public final class OwnScripts {
  /** Where they lie among the resources. */
  public static final String FOLDER = "/scripts";

  private OwnScripts() {}

  /**
   * All of them in the order of their paths, which are their names, relative to the folder; none if
   * there is no folder.
   */
  public static List<ScriptFile> all() throws IOException {
    URL url = OwnScripts.class.getResource(FOLDER);
    if (url == null) {
      return List.of();
    }
    try {
      URI uri = url.toURI();
      if (!uri.getScheme().equals("jar")) {
        return below(Path.of(uri));
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return below(jar.getPath(FOLDER));
      }
    } catch (URISyntaxException e) {
      throw new IOException("cannot read " + url, e);
    }
  }

  /** The scripts in {@code folder} and its folders: files whose names end in {@code .pkt}. */
  static List<ScriptFile> below(Path folder) throws IOException {
    List<ScriptFile> scripts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".pkt")).sorted().toList()) {
        scripts.add(new ScriptFile(folder.relativize(file).toString(), Files.readString(file)));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return scripts;
  }
}
