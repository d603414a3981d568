/**
 * Socket constants and the options of getsockopt and setsockopt (section 3.8 of the fact sheet).
 * The values themselves are kept by the sockets and their endpoints.
 */
@NullMarked
package dev.trident.treck.option;

import org.jspecify.annotations.NullMarked;
