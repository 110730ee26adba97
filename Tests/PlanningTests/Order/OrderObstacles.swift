import AntreaModel
import Documents
import Planning

/// What keeps some of the objects of a change from being written or deleted.
struct OrderObstacles {
  typealias Reference = KubernetesObject.Reference

  enum Kind: CaseIterable {
    /// Another field manager owns what is to change.
    case foreignField
    /// Another source owns the object.
    case otherOwner
    /// The object is kept by its annotation.
    case protected
    /// The object is being deleted.
    case terminating
    /// A policy goes to a new tier, the priority of which is taken.
    case tierTaken
    /// A tier is to get another priority.
    case tierMoved
  }

  /// Everything in the cluster.
  private(set) var live: [KubernetesObject]
  private(set) var desired: [KubernetesObject]
  /// The same without what is in the way.
  private(set) var cleared: [KubernetesObject]
  private(set) var kinds: Set<Kind> = []

  /// What holds once everything is applied.
  var final: [KubernetesObject] {
    let ours = Set(live.map(\.reference)).subtracting(others)
    return desired + cleared.filter { !ours.contains($0.reference) }
  }

  private let others: Set<Reference>

  /// Puts obstacles of one to three kinds in the way.
  init(
    live: [KubernetesObject], desired: [KubernetesObject], others: [KubernetesObject],
    _ random: inout SeededGenerator
  ) throws {
    self.live = live + others
    self.desired = desired
    self.others = Set(others.map(\.reference))
    cleared = live + others
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      try add(Kind.allCases.randomElement(using: &random) ?? .foreignField, &random)
    }
  }

  private mutating func add(_ kind: Kind, _ random: inout SeededGenerator) throws {
    let wanted = Set(desired.map(\.reference))
    switch kind {
    case .foreignField:
      try mark(kind, &random, where: wanted.contains) { metadata, object in
        var fields = JSONObject()
        for member in object.document["spec"]?.object?.members ?? [] {
          fields["f:" + member.key] = [:]
        }
        let own = metadata["managedFields"]?.array ?? []
        metadata["managedFields"] = .array(
          own + [
            [
              "manager": "kubectl-edit", "operation": "Update",
              "fieldsV1": ["f:spec": .object(fields)],
            ]
          ])
      }
    case .otherOwner:
      try mark(kind, &random, where: wanted.contains) { metadata, _ in
        metadata["labels"] = [
          "app.kubernetes.io/managed-by": "nsx-antrea", "nsx-antrea.io/owner": "ff",
        ]
      }
    case .protected:
      try mark(kind, &random, where: { !wanted.contains($0) }) { metadata, _ in
        metadata["annotations"] = ["nsx-antrea.io/protect": "true"]
      }
    case .terminating:
      try mark(kind, &random, where: { _ in true }) { metadata, _ in
        metadata["deletionTimestamp"] = "2024-01-01T00:00:00Z"
      }
    case .tierTaken: try takeTier(&random)
    case .tierMoved:
      guard let index = desired.firstIndex(where: { $0.name == "nsx-infrastructure" }) else {
        return
      }
      desired[index] = try object("Tier", "nsx-infrastructure", spec: ["priority": 15])
      kinds.insert(kind)
    }
  }

  /// Marks one or two of our live groups and policies.
  private mutating func mark(
    _ kind: Kind, _ random: inout SeededGenerator, where isWanted: (Reference) -> Bool,
    _ change: (inout JSONObject, KubernetesObject) -> Void
  ) throws {
    let places = live.indices.filter { index in
      let reference = live[index].reference
      return reference.kind != "Tier" && !others.contains(reference) && isWanted(reference)
    }.sorted { "\(live[$0].reference)" < "\(live[$1].reference)" }
    for index in places.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random)) {
      guard case .object(var document) = live[index].document else { continue }
      document.update("metadata") { value in
        guard case .object(var metadata) = value else { return }
        change(&metadata, live[index])
        value = .object(metadata)
      }
      if let object = KubernetesObject(.object(document)) {
        live[index] = object
        kinds.insert(kind)
      }
    }
  }

  /// A wanted policy stands in a tier of its own, before all others, and somebody
  /// else has a tier there.
  private mutating func takeTier(_ random: inout SeededGenerator) throws {
    let places = desired.indices.filter { desired[$0].kind == "ClusterNetworkPolicy" }
      .sorted { desired[$0].name < desired[$1].name }
    guard !kinds.contains(.tierTaken), let index = places.randomElement(using: &random),
      case .object(var spec)? = desired[index].document["spec"]
    else { return }
    spec["tier"] = "nsx-emergency"
    desired[index] = try object("ClusterNetworkPolicy", desired[index].name, spec: .object(spec))
    desired.append(try object("Tier", "nsx-emergency", spec: ["priority": 11]))
    live.append(try object("Tier", "team-a", spec: ["priority": 11], labels: [:]))
    kinds.insert(.tierTaken)
  }

  /// The objects of a state without what was in the way.
  func clear(_ state: OrderRun.State) -> [KubernetesObject] {
    let marked = Dictionary(live.map { ($0.reference, $0) }, uniquingKeysWith: { a, _ in a })
    let plain = Dictionary(cleared.map { ($0.reference, $0) }, uniquingKeysWith: { a, _ in a })
    return state.values.compactMap { object in
      marked[object.reference]?.document == object.document ? plain[object.reference] : object
    }
  }
}
