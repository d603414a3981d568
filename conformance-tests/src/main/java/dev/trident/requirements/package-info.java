/**
 * The requirement matrix: which rows of the catalogue are shown by which tests and scripts.
 *
 * <p>The catalogue is data ({@code requirements/*.csv} among the resources); its ids are what
 * {@code @Requirement} and the {@code requirement:} lines of scripts name.
 */
@NullMarked
package dev.trident.requirements;

import org.jspecify.annotations.NullMarked;
