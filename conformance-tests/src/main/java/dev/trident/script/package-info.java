/**
 * Packet scripts: the packetdrill language run against this engine and its APIs, in virtual time.
 *
 * <p>{@code lang} reads a script, {@code driver} is what a script drives, and this room sits
 * between the two: it translates script numbers to live ones and back, compares what leaves the
 * stack with what the script demands, holds calls against their expected results, and maps the
 * settings of foreign suites onto a profile. One interpreter runs one script once; it owns the
 * driver, the map of descriptors and the translation of sequence numbers, ports and timestamps.
 */
@NullMarked
package dev.trident.script;

import org.jspecify.annotations.NullMarked;
