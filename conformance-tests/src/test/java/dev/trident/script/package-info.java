/** Whole scripts run by the interpreter. */
@NullMarked
package dev.trident.script;

import org.jspecify.annotations.NullMarked;
