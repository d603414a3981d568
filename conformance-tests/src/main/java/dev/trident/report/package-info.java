/**
 * What the commands leave behind for other programs to read: JUnit's XML, escaping.
 *
 * <p>Used by the commands that run scripts, the requirement matrix and simulations; knows nothing
 * of any of them.
 */
@NullMarked
package dev.trident.report;

import org.jspecify.annotations.NullMarked;
