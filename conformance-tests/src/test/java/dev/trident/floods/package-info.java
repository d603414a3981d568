/** Tests of the floods. */
@NullMarked
package dev.trident.floods;

import org.jspecify.annotations.NullMarked;
