/**
 * What a packet script drives: a stack with one API in front of it, whose only link ends in the
 * script.
 *
 * <p>{@link dev.trident.script.driver.ApiDriver} is the border. Above it (the interpreter) there
 * are script numbers, expectations and tolerances; below it a host in virtual time. A driver owns
 * its host, its clock and its descriptors, decides nothing about what a script expects, and is
 * dropped whole at the end of a script. Descriptors are the driver's; the interpreter keeps the
 * aliases.
 *
 * <p>A driver answers ARP for the peer itself: scripts see IP only.
 */
@NullMarked
package dev.trident.script.driver;

import org.jspecify.annotations.NullMarked;
