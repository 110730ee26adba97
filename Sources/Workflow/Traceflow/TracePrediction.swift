import AntreaModel
import Documents
import Reachability
import Reporting

/// What the policies of a cluster say about the flow of a trace.
struct TracePrediction {
  private let subject: ReachSubject

  init(_ subject: ReachSubject) { self.subject = subject }

  /// What is predicted, or why nothing is.
  enum Answer {
    /// The decision, and what it is made without.
    case decision(Decision, limits: [String])
    case none(String)
  }

  /// The decision about the packet of a finished trace.
  func decide(_ trace: PlannedTrace, _ status: TraceflowStatus) -> Answer {
    let seen = TraceflowVerdict(status)
    guard var ends = trace.ends ?? caught(status) else {
      return .none("which packet it was is not told")
    }
    if let port = caughtSourcePort(status),
      case .transport(let kind, _, let to) = ends.traffic.traffic
    {
      ends.traffic.traffic = .transport(kind, source: port, destination: to)
    }
    let flows: ReachFlows.Result
    do {
      flows = try ReachFlows(subject.inventory, from: ends.from, to: ends.to).flows(ends.traffic)
    } catch { return .none("no policy decides about it") }
    if let address = seen.translatedDestination,
      ends.from.pods.first?.addresses.contains(address) == true
    {
      return .none("the Service led back to the pod itself, which no policy decides about")
    }
    let rules = SubjectRules(subject, flows.world)
    let candidates = flows.list.filter { flow in
      (trace.family.map { $0 == flow.source.address.family } ?? true)
        && (seen.translatedDestination.map { $0 == flow.destination.address } ?? true)
    }
    let decisions = Set(candidates.map { rules.decide(withSourcePort($0, ends.traffic)) })
    guard let only = decisions.first else {
      return .none("the pod that the packet was sent on to is not known")
    }
    guard decisions.count == 1 else {
      return .none("the pods behind the Service are decided about differently")
    }
    return .decision(only, limits: subject.limits + rules.limits)
  }

  /// Flows to a Service get their ports from it.
  private func withSourcePort(_ flow: Flow, _ asked: AskedTraffic) -> Flow {
    var flow = flow
    if case .transport(_, let source, _) = asked.traffic,
      case .transport(let kind, _, let destination) = flow.traffic
    {
      flow.traffic = .transport(kind, source: source, destination: destination)
    }
    return flow
  }

  /// The ends of a packet of live traffic.
  private func caught(
    _ status: TraceflowStatus
  ) -> (from: NamedEndpoint, to: NamedEndpoint, traffic: AskedTraffic)? {
    guard let packet = status.capturedPacket,
      let source = packet["srcIP"]?.string, let destination = packet["dstIP"]?.string,
      let address = IPAddress(source)
    else { return nil }
    let finder = EndpointFinder(subject.inventory, workloads: subject.workloads)
    guard let from = try? finder.find(source, option: "", takesServices: false),
      let to = try? finder.find(destination, option: "", takesServices: true)
    else { return nil }
    let header = packet["transportHeader"]
    for (name, kind) in [("tcp", Traffic.Transport.tcp), ("udp", .udp)] {
      guard let ports = header?[name], let port = ports["dstPort"]?.integer else { continue }
      let own = ports["srcPort"]?.integer.map { Int($0) } ?? TrafficSpace.ephemeralPort
      let asked = AskedTraffic(
        traffic: .transport(kind, source: own, destination: Int(port)), family: nil,
        words: "\(port)/\(name)")
      return (from, to, asked)
    }
    let number = (packet["ipHeader"]?["protocol"] ?? packet["ipv6Header"]?["nextHeader"])?.integer
    guard number == (address.family == .v4 ? 1 : 58) else { return nil }
    let echo: Traffic = .icmp(type: address.family == .v4 ? 8 : 128, code: 0)
    return (from, to, AskedTraffic(traffic: echo, family: address.family, words: "icmp"))
  }

  private func caughtSourcePort(_ status: TraceflowStatus) -> Int? {
    let header = status.capturedPacket?["transportHeader"]
    return (header?["tcp"] ?? header?["udp"])?["srcPort"]?.integer.map { Int($0) }
  }
}
