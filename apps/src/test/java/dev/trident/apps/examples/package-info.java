/** Tests of the example programs, mostly in virtual time. */
@NullMarked
package dev.trident.apps.examples;

import org.jspecify.annotations.NullMarked;
