/**
 * The command {@code trident}: one class per subcommand, registered at {@link
 * dev.trident.apps.Trident}. Subcommands own what they make (hosts, namespaces, files) and have
 * removed it when they return.
 */
@NullMarked
package dev.trident.apps;

import org.jspecify.annotations.NullMarked;
