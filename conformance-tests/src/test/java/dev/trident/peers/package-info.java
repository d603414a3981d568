/** Tests of the experiments themselves: whether what is wrong with a run would be seen. */
@NullMarked
package dev.trident.peers;

import org.jspecify.annotations.NullMarked;
