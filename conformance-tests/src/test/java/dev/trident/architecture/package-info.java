/** The borders between modules and rooms, and what may not be called where, as tests. */
@NullMarked
package dev.trident.architecture;

import org.jspecify.annotations.NullMarked;
