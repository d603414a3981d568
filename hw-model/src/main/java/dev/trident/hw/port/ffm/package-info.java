/**
 * The Linux system calls that ports make, through the foreign function interface: no native code is
 * shipped.
 *
 * <p>{@link dev.trident.hw.port.ffm.Sys} is the only class here that calls restricted methods. It
 * owns the scratch memory of one calling thread (the captured errno); descriptors and argument
 * memory belong to the port that passes them. Errors come back as the kernel's negative errno on
 * calls of the data path, and as {@link dev.trident.hw.port.ffm.LinuxException} where a port is set
 * up.
 */
@NullMarked
package dev.trident.hw.port.ffm;

import org.jspecify.annotations.NullMarked;
