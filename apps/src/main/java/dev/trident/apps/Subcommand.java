package dev.trident.apps;

import java.util.concurrent.Callable;

/**
 * A subcommand of {@code trident} from a module that stands above this one, found by the service
 * loader in the order of its {@code META-INF/services} file. The class carries picocli's
 * {@code @Command}; {@code call} returns {@link Trident#OK} or {@link Trident#FAILED}, or throws
 * {@link Failure}.
 */
public interface Subcommand extends Callable<Integer> {}
