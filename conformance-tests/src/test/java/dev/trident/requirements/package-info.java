/** The catalogue, what claims its rows, and the pages made of both. */
@NullMarked
package dev.trident.requirements;

import org.jspecify.annotations.NullMarked;
