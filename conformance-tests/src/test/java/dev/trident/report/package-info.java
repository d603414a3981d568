/** Reports read back by an independent parser. */
@NullMarked
package dev.trident.report;

import org.jspecify.annotations.NullMarked;
