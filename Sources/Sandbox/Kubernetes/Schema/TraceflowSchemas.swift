import Documents

/// The schema of `Traceflow`, written after Antrea's documentation.
enum TraceflowSchemas {
  private typealias Build = SchemaBuilder

  private static let byte = Build.integer(0, 255)
  private static let word = Build.integer(0, 65535)
  private static let port = Build.integer(1, 65535)

  private static let address = Build.with(
    Build.string, "oneOf", [["format": "ipv4"], ["format": "ipv6"]])

  private static let transport = Build.object([
    "icmp": Build.object(["id": word, "sequence": word]),
    "udp": Build.object(["srcPort": port, "dstPort": port]),
    "tcp": Build.object(["srcPort": port, "dstPort": port, "flags": byte]),
  ])

  private static let headers: [String: JSONValue] = [
    "ipHeader": Build.object(["protocol": byte, "ttl": byte, "flags": Build.integer(0, 7)]),
    "ipv6Header": Build.object(["nextHeader": word, "hopLimit": word]),
    "transportHeader": transport,
  ]

  private static let observation: JSONValue = {
    let texts = [
      "component", "componentInfo", "action", "pod", "dstMAC", "networkPolicy",
      "networkPolicyRule", "translatedSrcIP", "translatedDstIP", "tunnelDstIP", "egressIP",
      "egress", "egressNode", "srcPodIP",
    ]
    return Build.object(
      texts.reduce(into: ["ttl": byte]) { $0[$1] = Build.string })
  }()

  private static let spec = Build.object([
    "source": Build.object(["pod": Build.string, "namespace": Build.string, "ip": address]),
    "destination": Build.object([
      "pod": Build.string, "service": Build.string, "namespace": Build.string, "ip": address,
    ]),
    "packet": Build.object(headers),
    "liveTraffic": Build.bool, "droppedOnly": Build.bool, "timeout": Build.integer(1, 300),
  ])

  private static let status = Build.object([
    "reason": Build.string, "dataplaneTag": Build.integer, "phase": Build.string,
    "startTime": Build.string,
    "results": Build.list(
      Build.object([
        "node": Build.string, "role": Build.string, "timestamp": Build.integer,
        "observations": Build.list(observation),
      ])),
    "capturedPacket": Build.object(
      headers.merging(["srcIP": Build.string, "dstIP": Build.string, "length": word]) { $1 }),
  ])

  /// The whole object.
  static let traceflow = Build.object(
    [
      "apiVersion": Build.string, "kind": Build.string, "metadata": ["type": "object"],
      "spec": spec, "status": status,
    ], required: ["spec"])
}
