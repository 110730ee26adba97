import AntreaModel
import Documents
import Failures

/// A Traceflow that somebody asked NSX for (AntreaTraceflowConfig), in the names of
/// the cluster that it is about.
struct NSXTraceRequest: Sendable {
  /// The object as NSX holds it.
  let object: JSONValue
  /// The names of pods and Services by `metadata.uid`, which are the ids of NSX's
  /// inventory.
  let identities: [String: String]

  var id: String { object["id"]?.string ?? "" }
  var displayName: String { object["display_name"]?.string ?? id }
  /// The id of the container cluster.
  var cluster: String { object["container_cluster_id"]?.string ?? "" }

  private var packet: JSONValue? { object["packet"] }

  /// The source in words: a pod of the cluster, or an id that no pod has.
  var from: String { words(of: object["source_external_id"]) ?? "nobody" }

  /// The destination in words: the address of the packet, or a pod or Service.
  var to: String {
    address ?? words(of: object["destination_external_id"]) ?? "nobody"
  }

  private var address: String? {
    let text =
      packet?[path: "ipv6Header", "dstIp"]?.string ?? packet?[path: "ipHeader", "dstIp"]?.string
    return text?.isEmpty == false ? text : nil
  }

  private func words(of id: JSONValue?) -> String? {
    id?.string.map { identities[$0] ?? "\($0) (not in the cluster)" }
  }

  /// What the packet carries, in words.
  var traffic: String {
    guard let question = try? question(timeout: TraceflowSpec.defaultTimeout) else { return "?" }
    return question.port ?? question.protocolName ?? "the first port"
  }

  /// The request as a question of ours.
  ///
  /// - Throws: ``Failure`` of kind invalidInput for what is gone from the cluster,
  ///   or what Antrea cannot trace.
  func question(timeout: Int) throws -> TraceQuestion {
    func refuse(_ cause: String, _ remedy: String) -> Failure {
      Failure(
        .invalidInput, subject: "traceflow request \(id) of NSX", cause: cause, remedy: remedy)
    }
    if packet?["resourceType"]?.string == "BINARY_PACKET_DATA" {
      throw refuse("its packet is given as bytes", "ask for it by fields, or with --from and --to")
    }
    let cast = packet?["transportType"]?.string ?? "UNICAST"
    guard ["UNICAST", "UNKNOWN"].contains(cast) else {
      throw refuse("is \(cast.lowercased())", "Antrea traces packets to one destination only")
    }
    guard let source = object["source_external_id"]?.string, let from = identities[source],
      from.hasPrefix("pod:")
    else {
      throw refuse(
        "its source \(object["source_external_id"]?.string ?? "") is no pod of the cluster",
        "the pod may be gone: make the request anew")
    }
    var question = TraceQuestion(from: from, isIPv6: packet?["ipv6Header"] != nil, timeout: timeout)
    if let address {
      question.to = address
    } else if let id = object["destination_external_id"]?.string, let to = identities[id] {
      question.to = to
    } else {
      throw refuse(
        "its destination \(object["destination_external_id"]?.string ?? "") is neither a pod nor a Service of the cluster",
        "it may be gone: make the request anew")
    }
    try readTransport(into: &question, refuse)
    return question
  }

  private func readTransport(
    into question: inout TraceQuestion, _ refuse: (String, String) -> Failure
  ) throws {
    func port(_ header: JSONValue, _ key: String) -> Int? {
      header[key]?.integer.flatMap { $0 > 0 ? Int($0) : nil }
    }
    let header = packet?["transportHeader"]
    for (name, kind) in [("tcpHeader", "tcp"), ("udpHeader", "udp")] {
      guard let ports = header?[name] else { continue }
      guard let number = port(ports, "dstPort") else {
        throw refuse("names no port of the destination", "make the request anew with dstPort")
      }
      question.port = "\(number)/\(kind)"
      question.sourcePort = port(ports, "srcPort")
      if kind == "tcp", let flags = port(ports, "tcpFlags") { question.tcpFlags = "\(flags)" }
      return
    }
    let number =
      (packet?[path: "ipv6Header", "nextHeader"] ?? packet?[path: "ipHeader", "protocol"])?.integer
    switch number {
    case 6, 17: throw refuse("names no ports", "make the request anew with a transport header")
    case nil, 1, 58:
      let isService = question.to?.hasPrefix("svc:") == true && header == nil && number == nil
      if !isService { question.protocolName = question.isIPv6 ? "icmpv6" : "icmp" }
    case let other?:
      throw refuse("asks for protocol \(other)", "Antrea traces tcp, udp and icmp only")
    }
  }
}
