package dev.trident.requirements;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Where the compiled tests of all modules lie: the test-jars and the folders {@code test-classes}
 * of this JVM's class path, and of the class paths in the manifests of its jars.
 */
final class TestRoots {
  /** Told each class file. */
  @FunctionalInterface
  interface Visitor {
    void visit(byte[] classFile) throws IOException;
  }

  private TestRoots() {}

  static List<Path> ofThisJvm() throws IOException {
    Set<Path> entries = new LinkedHashSet<>();
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      add(Path.of(entry).toAbsolutePath().normalize(), entries);
    }
    return entries.stream().filter(TestRoots::isTests).toList();
  }

  /** Shows every class file below a folder or in a jar. */
  static void visit(Path root, Visitor visitor) throws IOException {
    if (Files.isDirectory(root)) {
      walk(root, visitor);
      return;
    }
    try (FileSystem jar = FileSystems.newFileSystem(root)) {
      for (Path top : jar.getRootDirectories()) {
        walk(top, visitor);
      }
    }
  }

  private static boolean isTests(Path entry) {
    Path name = entry.getFileName();
    return name != null
        && (name.toString().equals("test-classes") || name.toString().endsWith("-tests.jar"));
  }

  private static void add(Path entry, Set<Path> entries) throws IOException {
    if (!Files.exists(entry) || !entries.add(entry) || Files.isDirectory(entry)) {
      return;
    }
    try (JarFile jar = new JarFile(entry.toFile())) {
      @Nullable Manifest manifest = jar.getManifest();
      String more = manifest == null ? null : manifest.getMainAttributes().getValue("Class-Path");
      if (more != null) {
        for (String relative : more.strip().split(" +", -1)) {
          add(Path.of(entry.toUri().resolve(relative)).normalize(), entries);
        }
      }
    }
  }

  private static void walk(Path root, Visitor visitor) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (file.toString().endsWith(".class")) {
              visitor.visit(Files.readAllBytes(file));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
