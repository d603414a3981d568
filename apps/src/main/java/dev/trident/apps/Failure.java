package dev.trident.apps;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * A command cannot do what it was asked for. The message is one line for the person at the
 * terminal: the cause and the remedy.
 */
public final class Failure extends Exception {
  private static final long serialVersionUID = 1;

  public Failure(String message) {
    super(message);
  }

  /** What went wrong, in words: the messages of some exceptions about files are the name alone. */
  public static String reason(IOException e) {
    if (!(e instanceof FileSystemException file) || file.getReason() != null) {
      return String.valueOf(e.getMessage());
    }
    String words =
        switch (file) {
          case NoSuchFileException _ -> "no such file or directory";
          case AccessDeniedException _ -> "permission denied";
          case FileAlreadyExistsException _ -> "exists and is no directory";
          default -> file.getClass().getSimpleName();
        };
    return file.getFile() + ": " + words;
  }
}
