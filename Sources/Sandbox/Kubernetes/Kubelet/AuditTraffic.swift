import AntreaModel
import Documents
import Reachability

/// Connections that the pods of a cluster open by themselves, as far as agents log
/// them: some each second, decided by the evaluator of Antrea's semantics.
struct AuditTraffic: Sendable {
  /// A rule that is logged.
  private struct Logged {
    var label: String
    /// Since when the policy stands, in seconds since 1970.
    var since: Int64
  }

  private static let aSecond = 4
  /// What nobody looked at for longer was not kept, in seconds.
  private static let longest: Int64 = 600
  private static let ports = [443, 5432, 6379, 3306, 8080, 9200, 53, 22]

  /// The second up to which there are lines.
  private var last: Int64

  /// - Parameter start: Seconds since 1970.
  init(since start: Int64) { last = start }

  /// The lines of the time since the last call, by node.
  mutating func lines(_ store: ObjectStore, until now: Int64) -> [String: String] {
    let from = max(last, now - Self.longest) + 1
    guard from <= now else { return [:] }
    last = now
    let evaluation = TraceflowEvaluation(store)
    let logged = Self.logged(evaluation.policies)
    let world = World(
      workloads: evaluation.inventory.workloads.filter { !$0.isHostNetwork }, addresses: [],
      nodes: evaluation.inventory.nodes, hostNames: evaluation.inventory.hostNames)
    let ends = world.endpoints.filter { $0.workload != nil && $0.address.family == .v4 }
    guard !logged.isEmpty, ends.count > 1 else { return [:] }
    let evaluator = AntreaEvaluator(live: evaluation.policies, world: world)
    var lines: [String: String] = [:]
    for second in from...now {
      for number in 0..<Self.aSecond {
        var draw = Draw(second, number)
        let flow = Flow(
          source: ends[draw.below(ends.count)], destination: ends[draw.below(ends.count)],
          traffic: .transport(
            .tcp, source: 32_768 + draw.below(28_000),
            destination: Self.ports[draw.below(Self.ports.count)]))
        guard flow.source != flow.destination else { continue }
        let decision = evaluator.decide(flow)
        var sides = [(decision.egress, flow.source, "Egress")]
        if ![.drop, .reject].contains(decision.egress.outcome) {
          sides.append((decision.ingress, flow.destination, "Ingress"))
        }
        for (side, end, direction) in sides {
          guard let rule = side.rule, let log = logged[rule], log.since <= second,
            let pod = end.workload, let node = pod.node,
            let line = Self.line(flow, side, direction, pod, log.label, second, &draw)
          else { continue }
          lines[node, default: ""] += line
        }
      }
    }
    return lines
  }

  /// The rules that agents log.
  private static func logged(_ policies: [KubernetesObject]) -> [RuleReference: Logged] {
    var result: [RuleReference: Logged] = [:]
    for policy in policies where policy.kind == "ClusterNetworkPolicy" {
      let since = Timestamps.seconds(policy.document.text("metadata", "creationTimestamp")) ?? 0
      let rules = policy.document.list("spec", "ingress") + policy.document.list("spec", "egress")
      for rule in rules where rule["enableLogging"] == true {
        result[RuleReference(policy: "\(policy.reference)", rule: rule.text("name"))] = Logged(
          label: rule.text("logLabel"), since: since)
      }
    }
    return result
  }

  /// A line in the form of Antrea 1.12 and later; `nil` for what has no place in it.
  private static func line(
    _ flow: Flow, _ side: SideDecision, _ direction: String, _ pod: Workload, _ label: String,
    _ second: Int64, _ draw: inout Draw
  ) -> String? {
    guard let rule = side.rule, let slash = rule.policy.firstIndex(of: "/"),
      case .transport(_, let source, let destination) = flow.traffic
    else { return nil }
    let name = rule.policy[rule.policy.index(after: slash)...]
    let isDenied = side.outcome == .drop || side.outcome == .reject
    let action = side.outcome == .drop ? "Drop" : side.outcome == .reject ? "Reject" : "Allow"
    let many = isDenied && draw.below(3) == 0 ? " [3 packets in 1.000921s]" : ""
    let fraction = String(1_000_000 + draw.below(1_000_000)).dropFirst()
    let time = Timestamps.text(second).dropLast().map { $0 == "-" ? "/" : $0 == "T" ? " " : $0 }
    return "\(String(time)).\(fraction) AntreaPolicy\(direction)Rule "
      + "AntreaClusterNetworkPolicy:\(name) \(rule.rule) \(direction) \(action) 14500 "
      + "\(pod.namespace)/\(pod.name) \(flow.source.address) \(source) "
      + "\(flow.destination.address) \(destination) TCP 60 "
      + (label.isEmpty ? "<nil>" : label) + many + "\n"
  }
}

/// Numbers that look like chance and are the same in every run.
private struct Draw {
  private var state: UInt64

  init(_ second: Int64, _ number: Int) {
    state = UInt64(bitPattern: second) &* 64 &+ UInt64(number)
  }

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(((state ^ state >> 29) >> 33) % UInt64(max(limit, 1)))
  }
}

extension KubernetesState {
  /// The largest log that is not put away.
  private static let largestLog = 4 << 20

  /// Lets agents write what happened since they were asked last.
  func writeAuditLogs() {
    guard options.hasTraffic else { return }
    let now = options.now()
    for (node, lines) in auditTraffic.lines(store, until: now) {
      let path = "antrea/networkpolicy/np.log"
      var bytes = nodeFiles[node, path] ?? []
      if bytes.count > Self.largestLog {
        let time = Timestamps.text(now).dropLast().map { $0 == ":" ? "-" : $0 }
        nodeFiles[node, "antrea/networkpolicy/np-\(String(time)).000.log"] = bytes
        bytes = []
      }
      nodeFiles[node, path] = bytes + Array(lines.utf8)
    }
  }
}
