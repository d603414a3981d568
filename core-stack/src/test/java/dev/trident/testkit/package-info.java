/** The test kit that the tests of every module share. */
@NullMarked
package dev.trident.testkit;

import org.jspecify.annotations.NullMarked;
