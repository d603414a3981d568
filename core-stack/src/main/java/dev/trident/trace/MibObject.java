package dev.trident.trace;

/**
 * The counters and gauges of the standard MIBs that a stack keeps; {@link #objectName} is the name
 * they have there.
 */
public enum MibObject {
  /** Frames received, those for groups included. */
  IF_IN_UCAST_PKTS(MibGroup.INTERFACES, "ifInUcastPkts"),
  /** Good frames that are not for this stack. */
  IF_IN_DISCARDS(MibGroup.INTERFACES, "ifInDiscards"),
  /** Frames that no sender may make. */
  IF_IN_ERRORS(MibGroup.INTERFACES, "ifInErrors"),
  IF_IN_UNKNOWN_PROTOS(MibGroup.INTERFACES, "ifInUnknownProtos"),
  /** Frames given to devices, those for groups included. */
  IF_OUT_UCAST_PKTS(MibGroup.INTERFACES, "ifOutUcastPkts"),
  /** Frames that a full device ring did not take, and that are not sent again. */
  IF_OUT_DISCARDS(MibGroup.INTERFACES, "ifOutDiscards"),

  IP_IN_RECEIVES(MibGroup.IP, "ipInReceives"),
  IP_IN_HDR_ERRORS(MibGroup.IP, "ipInHdrErrors"),
  IP_IN_ADDR_ERRORS(MibGroup.IP, "ipInAddrErrors"),
  IP_IN_UNKNOWN_PROTOS(MibGroup.IP, "ipInUnknownProtos"),
  IP_IN_DISCARDS(MibGroup.IP, "ipInDiscards"),
  IP_IN_DELIVERS(MibGroup.IP, "ipInDelivers"),
  IP_OUT_REQUESTS(MibGroup.IP, "ipOutRequests"),
  /** Datagrams of ours that waited for a neighbour in vain, or for whom there was no room. */
  IP_OUT_DISCARDS(MibGroup.IP, "ipOutDiscards"),
  IP_OUT_NO_ROUTES(MibGroup.IP, "ipOutNoRoutes"),
  IP_REASM_REQDS(MibGroup.IP, "ipReasmReqds"),
  IP_REASM_OKS(MibGroup.IP, "ipReasmOKs"),
  IP_REASM_FAILS(MibGroup.IP, "ipReasmFails"),
  IP_FRAG_OKS(MibGroup.IP, "ipFragOKs"),
  IP_FRAG_FAILS(MibGroup.IP, "ipFragFails"),
  IP_FRAG_CREATES(MibGroup.IP, "ipFragCreates"),

  ICMP_IN_MSGS(MibGroup.ICMP, "icmpInMsgs"),
  ICMP_IN_ERRORS(MibGroup.ICMP, "icmpInErrors"),
  ICMP_IN_DEST_UNREACHS(MibGroup.ICMP, "icmpInDestUnreachs"),
  ICMP_IN_TIME_EXCDS(MibGroup.ICMP, "icmpInTimeExcds"),
  ICMP_IN_PARM_PROBS(MibGroup.ICMP, "icmpInParmProbs"),
  ICMP_IN_SRC_QUENCHS(MibGroup.ICMP, "icmpInSrcQuenchs"),
  ICMP_IN_REDIRECTS(MibGroup.ICMP, "icmpInRedirects"),
  ICMP_IN_ECHOS(MibGroup.ICMP, "icmpInEchos"),
  ICMP_IN_ECHO_REPS(MibGroup.ICMP, "icmpInEchoReps"),
  ICMP_OUT_MSGS(MibGroup.ICMP, "icmpOutMsgs"),
  /** Messages not sent, by rule, by rate limit, or for lack of memory or a route. */
  ICMP_OUT_ERRORS(MibGroup.ICMP, "icmpOutErrors"),
  ICMP_OUT_DEST_UNREACHS(MibGroup.ICMP, "icmpOutDestUnreachs"),
  ICMP_OUT_TIME_EXCDS(MibGroup.ICMP, "icmpOutTimeExcds"),
  ICMP_OUT_PARM_PROBS(MibGroup.ICMP, "icmpOutParmProbs"),
  ICMP_OUT_ECHOS(MibGroup.ICMP, "icmpOutEchos"),
  ICMP_OUT_ECHO_REPS(MibGroup.ICMP, "icmpOutEchoReps"),

  UDP_IN_DATAGRAMS(MibGroup.UDP, "udpInDatagrams"),
  UDP_NO_PORTS(MibGroup.UDP, "udpNoPorts"),
  UDP_IN_ERRORS(MibGroup.UDP, "udpInErrors"),
  UDP_OUT_DATAGRAMS(MibGroup.UDP, "udpOutDatagrams"),

  TCP_ACTIVE_OPENS(MibGroup.TCP, "tcpActiveOpens"),
  TCP_PASSIVE_OPENS(MibGroup.TCP, "tcpPassiveOpens"),
  TCP_ATTEMPT_FAILS(MibGroup.TCP, "tcpAttemptFails"),
  TCP_ESTAB_RESETS(MibGroup.TCP, "tcpEstabResets"),
  /** The one gauge: connections in ESTABLISHED or CLOSE-WAIT at present. */
  TCP_CURR_ESTAB(MibGroup.TCP, "tcpCurrEstab"),
  TCP_IN_SEGS(MibGroup.TCP, "tcpInSegs"),
  TCP_OUT_SEGS(MibGroup.TCP, "tcpOutSegs"),
  TCP_RETRANS_SEGS(MibGroup.TCP, "tcpRetransSegs"),
  TCP_IN_ERRS(MibGroup.TCP, "tcpInErrs"),
  TCP_OUT_RSTS(MibGroup.TCP, "tcpOutRsts");

  private final MibGroup group;
  private final String objectName;

  MibObject(MibGroup group, String objectName) {
    this.group = group;
    this.objectName = objectName;
  }

  public MibGroup group() {
    return group;
  }

  /** The name in the RFC. */
  public String objectName() {
    return objectName;
  }
}
