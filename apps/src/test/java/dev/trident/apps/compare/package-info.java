/** Tests of the main job: that each row and each column says what happened. */
@NullMarked
package dev.trident.apps.compare;

import org.jspecify.annotations.NullMarked;
