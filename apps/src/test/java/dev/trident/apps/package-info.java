/** Tests of the command line: what is printed where, and the exit codes. */
@NullMarked
package dev.trident.apps;

import org.jspecify.annotations.NullMarked;
