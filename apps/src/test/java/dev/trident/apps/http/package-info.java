/** Tests of HTTP without a transport; the transports are tested against curl in interop. */
@NullMarked
package dev.trident.apps.http;

import org.jspecify.annotations.NullMarked;
