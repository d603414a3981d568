/** The interpreter from outside: scripts go in, verdicts come out. */
@NullMarked
package dev.trident.script;

import org.jspecify.annotations.NullMarked;
