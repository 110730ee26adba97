import AntreaModel
import Documents
import Planning
import Reachability

/// What a set of objects decides about every flow of a small cluster.
struct FlowVerdicts {
  /// Whether a flow may leave its source, and enter its destination.
  var egress: [Bool] = []
  var ingress: [Bool] = []

  static let world: World = {
    var pods: [Workload] = []
    for (index, app) in ["a0", "a1", "a2", nil, "a0", "a1"].enumerated() {
      guard let address = IPAddress("10.0.\(index % 2).\(index + 1)") else { continue }
      pods.append(
        Workload(
          name: "pod\(index)", namespace: "ns\(index / 3)",
          namespaceLabels: ["env": "e\(index / 3)"], labels: app.map { ["app": $0] } ?? [:],
          addresses: [address]))
    }
    return World(
      workloads: pods, addresses: ["192.0.2.1", "10.0.0.200"].compactMap { IPAddress($0) })
  }()

  static let flows: [Flow] = {
    let kinds: [Traffic] = [
      .transport(.tcp, source: 50_000, destination: 80),
      .transport(.tcp, source: 50_000, destination: 443),
      .transport(.udp, source: 50_000, destination: 53),
    ]
    return world.endpoints.flatMap { source in
      world.endpoints.filter { $0.index != source.index }.flatMap { destination in
        kinds.map { Flow(source: source, destination: destination, traffic: $0) }
      }
    }
  }()

  init(_ objects: some Sequence<KubernetesObject>) {
    let evaluator = AntreaEvaluator(live: Array(objects), world: Self.world)
    for flow in Self.flows {
      let decision = evaluator.decide(flow)
      egress.append(decision.egress.outcome == .allow)
      ingress.append(decision.ingress.outcome == .allow)
    }
  }

  /// A flow that this decides otherwise than two others that agree; `nil` for
  /// none.
  ///
  /// - Parameter isWhole: Whether both ends count together, as they do for who
  ///   sends; else each direction must agree by itself.
  func gap(between old: FlowVerdicts, and new: FlowVerdicts, isWhole: Bool) -> String? {
    for index in Self.flows.indices {
      if isWhole {
        let (a, b) = (old.passes(index), new.passes(index))
        if a == b, passes(index) != a {
          return "\(Self.flows[index]) \(a ? "is cut" : "passes")"
        }
      } else {
        for (list, name) in [(\FlowVerdicts.egress, "egress"), (\.ingress, "ingress")] {
          let (a, b) = (old[keyPath: list][index], new[keyPath: list][index])
          if a == b, self[keyPath: list][index] != a {
            return "\(Self.flows[index]) \(a ? "is cut" : "passes") in \(name)"
          }
        }
      }
    }
    return nil
  }

  private func passes(_ index: Int) -> Bool { egress[index] && ingress[index] }
}

/// Carries a plan out on a set of objects, one step at a time in an order that
/// the execution may choose.
struct OrderRun {
  typealias State = [KubernetesObject.Reference: KubernetesObject]

  /// What was found: the first gap with the step after which it was there.
  struct Result {
    var state: State
    var gap: String?
    /// The states that were passed, without the last.
    var between: [State] = []
  }

  static func carryOut(
    _ plan: Plan, on live: [KubernetesObject], new: FlowVerdicts, isWhole: Bool,
    _ random: inout SeededGenerator
  ) throws -> Result {
    var state = State(uniqueKeysWithValues: live.map { ($0.reference, $0) })
    let old = FlowVerdicts(live)
    var result = Result(state: state)
    var execution = PlanExecution(plan)
    var running: [PlanStep] = []
    while true {
      running += execution.start()
      guard let index = running.indices.randomElement(using: &random) else { break }
      let step = running.remove(at: index)
      result.between.append(state)
      if step.action == .delete {
        state[step.reference] = nil
      } else if let object = step.manifest.flatMap({ KubernetesObject($0) }) {
        state[step.reference] = try asLive(object, version: 2, isOwned: true)
      }
      execution.finish(step.id, .succeeded)
      if result.gap == nil {
        let gap = FlowVerdicts(state.values).gap(between: old, and: new, isWhole: isWhole)
        result.gap = gap.map { "after \(step.purpose) \(step.action) \(step.reference): \($0)" }
      }
    }
    result.state = state
    return result
  }
}
