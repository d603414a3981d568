package dev.trident.script;

/** How a script ended. */
public enum Verdict {
  PASSED,
  /** Something was not as the script demands. */
  FAILED,
  /** The script asks for something that the interpreter or the engine's observers do not have. */
  SKIPPED,
  /** The API has no call for what the script wants. */
  NOT_EXPRESSIBLE,
  /** It failed, and its header says that the engine lacks a topic. */
  PENDING
}
