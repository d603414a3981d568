package dev.trident.igmp;

/**
 * Which sources of a group are wanted (RFC 3376 section 2): those listed, or all but those listed.
 * Nothing is wanted by including nobody.
 */
public final class SourceFilter {
  /** Most sources that one socket may list. */
  public static final int MAX_SOURCES = 64;

  /** Most sources in what sockets want together. */
  static final int MAX_MERGED_SOURCES = 256;

  private boolean excluding;
  private final SourceSet sources;

  private SourceFilter(boolean excluding, int maxSources) {
    this.excluding = excluding;
    sources = new SourceSet(maxSources);
  }

  /** A filter for a socket that wants every source. */
  public static SourceFilter everySource() {
    return new SourceFilter(true, MAX_SOURCES);
  }

  /** A filter for a socket that wants one source. */
  public static SourceFilter only(int source) {
    SourceFilter filter = new SourceFilter(false, MAX_SOURCES);
    filter.sources.add(source);
    return filter;
  }

  /** A filter that wants nothing yet, with room for what many sockets want. */
  static SourceFilter merged() {
    return new SourceFilter(false, MAX_MERGED_SOURCES);
  }

  /** Whether all but the sources listed are wanted. */
  public boolean isExcluding() {
    return excluding;
  }

  SourceSet sources() {
    return sources;
  }

  /** Whether nothing is wanted at all. */
  public boolean isNothing() {
    return !excluding && sources.isEmpty();
  }

  /** Whether datagrams from {@code source} are wanted. */
  public boolean admits(int source) {
    return sources.contains(source) == !excluding;
  }

  /** Whether {@code source} is in the list, of either kind. */
  public boolean lists(int source) {
    return sources.contains(source);
  }

  /** Lists one more source; false if there are too many. */
  public boolean add(int source) {
    return sources.add(source);
  }

  /** Lists one source less. */
  public void remove(int source) {
    sources.remove(source);
  }

  void copyFrom(SourceFilter other) {
    excluding = other.excluding;
    sources.clear();
    sources.addAll(other.sources);
  }

  boolean isSameAs(SourceFilter other) {
    return excluding == other.excluding && sources.hasSameAs(other.sources);
  }

  void clear() {
    excluding = false;
    sources.clear();
  }

  /**
   * Makes this filter admit what {@code other} admits, too (RFC 3376 section 3.2). Where an
   * inclusion grows beyond its bound, everything is admitted: too much can still be sorted out.
   */
  void merge(SourceFilter other) {
    if (excluding && other.excluding) {
      sources.retainAll(other.sources);
    } else if (excluding) {
      sources.removeAll(other.sources);
    } else if (other.excluding) {
      excludeAllBut(other.sources);
    } else if (!sources.addAll(other.sources)) {
      excluding = true;
      sources.clear();
    }
  }

  /** From including some to excluding those of {@code excluded} that are not among them. */
  private void excludeAllBut(SourceSet excluded) {
    SourceSet wanted = new SourceSet(MAX_MERGED_SOURCES);
    wanted.addAll(sources);
    excluding = true;
    sources.clear();
    sources.addAll(excluded);
    sources.removeAll(wanted);
  }
}
