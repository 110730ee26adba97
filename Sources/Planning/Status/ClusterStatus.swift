import AntreaModel
import Documents

/// Where the policies of one cluster have got to.
public struct ClusterStatus: Sendable, Hashable {
  /// What a status is made from.
  public struct Sources: Sendable {
    /// The objects of the rendered tree.
    public var tree: [KubernetesObject]
    /// What NSX translates to now; `nil` where NSX was not asked.
    public var nsx: [KubernetesObject]?
    /// Policies that cannot be translated, by NSX path with their names.
    public var refused: [String: String]
    /// The plan from what is wanted to the cluster.
    public var plan: Plan
    /// What is in the cluster.
    public var live: [KubernetesObject]

    /// Puts the sources together.
    public init(
      tree: [KubernetesObject], nsx: [KubernetesObject]? = nil, refused: [String: String] = [:],
      plan: Plan, live: [KubernetesObject]
    ) {
      self.tree = tree
      self.nsx = nsx
      self.refused = refused
      self.plan = plan
      self.live = live
    }
  }

  /// One entry for each NSX policy, in the order in which Antrea evaluates them.
  public var policies: [PolicyStatus]
  /// How far the groups are realized.
  public var groups: RealizationReport

  /// Compares the sources.
  public init(_ sources: Sources) {
    let owner = sources.plan.owner
    let own = sources.live.filter { $0.labels[Ownership.ownerLabel] == owner }
    let live = Dictionary(own.map { ($0.reference, $0) }) { first, _ in first }
    var steps: [KubernetesObject.Reference: [PlanStep]] = [:]
    for step in sources.plan.steps { steps[step.reference, default: []].append(step) }
    let tree = Self.policies(sources.tree)
    let nsx = sources.nsx.map(Self.policies)
    let there = Self.policies(own)
    let wanted = sources.tree.isEmpty ? sources.nsx ?? [] : sources.tree
    let groups = Groups(wanted: wanted, live: own)
    self.groups = groups.report
    var paths = Set(tree.keys).union(there.keys).union(sources.refused.keys)
    if let nsx { paths.formUnion(nsx.keys) }
    let found = paths.map { path -> PolicyStatus in
      let objects = tree[path] ?? nsx?[path] ?? there[path] ?? []
      let used = groups.used(by: objects)
      let references = Set(objects.map(\.reference))
      let state = Self.state(of: references, used: used, steps: steps, live: live)
      let isRefused = tree[path] == nil && sources.refused[path] != nil
      return PolicyStatus(
        path: path,
        displayName: objects.first?.annotations[Ownership.displayNameAnnotation]
          ?? sources.refused[path] ?? path,
        tier: objects.first?.document[path: "spec", "tier"]?.string ?? "",
        isInNSX: nsx.map { $0[path]?.isEmpty == false || sources.refused[path] != nil },
        git: isRefused ? .refused : Self.git(tree[path], nsx.map { $0[path] ?? [] }),
        cluster: state,
        objects: (there[path] ?? []).map { ObjectRealization($0) },
        pendingGroups: groups.pending(among: used))
    }
    let order = EvaluationOrder(sources.live + wanted)
    policies = found.sorted { order.precedes($0, $1) }
  }

  /// Whether all policies are in git, in the cluster and realized.
  public var isGood: Bool { policies.allSatisfy(\.isGood) }

  private static func policies(_ objects: [KubernetesObject]) -> [String: [KubernetesObject]] {
    var result: [String: [KubernetesObject]] = [:]
    for object in objects where AntreaKinds.role(of: object.reference) == .policy {
      result[object.annotations[Ownership.pathAnnotation] ?? object.name, default: []]
        .append(object)
    }
    return result.mapValues { list in
      list.sorted { KubernetesObject.Reference.precedes($0.reference, $1.reference) }
    }
  }

  private static func git(
    _ tree: [KubernetesObject]?, _ nsx: [KubernetesObject]?
  ) -> PolicyStatus.GitState {
    guard let tree else { return .missing }
    guard let nsx else { return .current }
    if nsx.isEmpty { return .stale }
    return nsx == tree ? .current : .outdated
  }

  private static func state(
    of policies: Set<KubernetesObject.Reference>, used: Set<KubernetesObject.Reference>,
    steps: [KubernetesObject.Reference: [PlanStep]],
    live: [KubernetesObject.Reference: KubernetesObject]
  ) -> PolicyStatus.ClusterState {
    if policies.isEmpty { return .absent }
    let own = policies.flatMap { steps[$0] ?? [] }
    let isThere = policies.contains { live[$0] != nil }
    if own.isEmpty { return isThere ? .stale : .absent }
    let all = own + used.flatMap { steps[$0] ?? [] }
    if own.contains(where: { ($0.intended ?? $0.action) == .delete }) { return .stale }
    if all.contains(where: { $0.action == .blocked && $0.reason?.isBenign != true }) {
      return .blocked
    }
    if !isThere { return .missing }
    return all.contains(where: \.action.writes) ? .different : .current
  }
}

/// The order of evaluation: the lowest priority of the tier first, then that of
/// the policy.
private struct EvaluationOrder {
  private var tiers: [String: Double] = [:]
  private var policies: [String: Double] = [:]

  /// - Parameter objects: Tiers and policies; later ones win.
  init(_ objects: [KubernetesObject]) {
    for object in objects {
      guard let priority = object.document[path: "spec", "priority"]?.double else { continue }
      switch AntreaKinds.role(of: object.reference) {
      case .tier: tiers[object.name] = priority
      case .policy: policies[object.annotations[Ownership.pathAnnotation] ?? object.name] = priority
      case .group, .other: break
      }
    }
  }

  func precedes(_ left: PolicyStatus, _ right: PolicyStatus) -> Bool {
    let (a, b) = (tiers[left.tier] ?? .infinity, tiers[right.tier] ?? .infinity)
    if a != b { return a < b }
    let (c, d) = (policies[left.path] ?? .infinity, policies[right.path] ?? .infinity)
    return c != d ? c < d : utf8Order(left.path, right.path) < 0
  }
}

/// The groups that policies use, with their children.
private struct Groups {
  let report: RealizationReport
  private let children: [KubernetesObject.Reference: Set<KubernetesObject.Reference>]
  private let waiting: Set<KubernetesObject.Reference>

  init(wanted: [KubernetesObject], live: [KubernetesObject]) {
    let groups = wanted.filter { AntreaKinds.role(of: $0.reference) == .group }
    var report = RealizationReport(awaiting: groups)
    report.update(Set(groups.map(\.reference)), with: live)
    self.report = report
    waiting = Set(report.pending.map(\.reference))
    children = Dictionary(groups.map { ($0.reference, AntreaKinds.references(of: $0)) }) {
      first, _ in first
    }
  }

  func used(by policies: [KubernetesObject]) -> Set<KubernetesObject.Reference> {
    var result: Set<KubernetesObject.Reference> = []
    var next = policies.flatMap { AntreaKinds.references(of: $0) }
    while let reference = next.popLast() {
      guard AntreaKinds.role(of: reference) == .group, result.insert(reference).inserted else {
        continue
      }
      next += children[reference] ?? []
    }
    return result
  }

  func pending(among used: Set<KubernetesObject.Reference>) -> [KubernetesObject.Reference] {
    used.intersection(waiting).sorted(by: KubernetesObject.Reference.precedes)
  }
}

extension ClusterStatus {
  /// The status in JSON, without the cluster's name.
  public var document: JSONValue {
    [
      "isGood": .bool(isGood), "policies": .array(policies.map(\.document)),
      "groups": groups.document["groups"] ?? .null,
    ]
  }
}
