import Documents

/// The writes of an import as bodies of NSX's hierarchical API: one request is
/// one transaction, and revisions are checked in it.
///
/// What lets traffic through comes before what stops it: at every end of a
/// request the cluster's verdicts are the old ones, the new ones, or wider, and
/// never narrower than both. What is gone goes last, policies before the groups
/// that they use.
public struct ImportBatches: Sendable {
  /// One request.
  public struct Batch: Sendable {
    /// `PATCH /policy/api/v1/infra?enforce_revision_check=true`.
    public var body: JSONValue
    /// The steps in it.
    public var steps: [ImportStep]
  }

  /// Objects in one request: NSX takes 5000 and answers within its time limit
  /// for far less.
  public static let standardSize = 500

  /// The requests in order.
  public private(set) var batches: [Batch] = []

  /// Makes the requests.
  ///
  /// - Parameter domain: the path of the domain.
  public init(_ steps: [ImportStep], domain: String, size: Int = standardSize) {
    let id = domain.split(separator: "/").last.map(String.init) ?? "default"
    let writes = steps.filter { $0.action != .unchanged }
    var special: [String: Phase] = [:]
    for step in writes { special[step.source] = special[step.source] ?? Phase.ofSource(step) }
    func phase(_ step: ImportStep) -> Phase { Phase(step, ofSource: special[step.source]) }
    let kept = writes.filter { !phase($0).isRemoval }
    var phases = Phase.allCases.map { wanted in writes.filter { phase($0) == wanted } }
    // What fits one transaction needs no order.
    if kept.count <= size { phases = [kept] + phases.dropFirst(Phase.keeping) }
    for phase in phases {
      var batch: [ImportStep] = []
      for unit in Self.units(phase) {
        if !batch.isEmpty, batch.count + unit.count > size {
          append(batch, id)
          batch = []
        }
        batch += unit
      }
      if !batch.isEmpty { append(batch, id) }
    }
  }

  /// What belongs together: all of one original, so that its rules never meet
  /// another state of its groups.
  private static func units(_ steps: [ImportStep]) -> [[ImportStep]] {
    var units: [[ImportStep]] = []
    var positions: [String: Int] = [:]
    for step in steps {
      if let position = positions[step.source] {
        units[position].append(step)
      } else {
        positions[step.source] = units.count
        units.append([step])
      }
    }
    return units
  }

  /// What is written when. Policies of Antrea come first and in their order: a
  /// part of them before the originals of the rest decides as all of them do.
  private enum Phase: CaseIterable {
    case ordered, changes, newDrops, baseline, removedDrops, removedAllows, unused

    /// The number of phases that remove nothing.
    static let keeping = 4

    /// Where everything of a policy of Antrea goes; `nil` for Kubernetes' own.
    static func ofSource(_ step: ImportStep) -> Phase? {
      let path = owner(step)
      if path.hasSuffix("-\(ImportedPolicy.rulesPart)") { return .ordered }
      return path.hasSuffix("-\(ImportedPolicy.baselinePart)") ? .baseline : nil
    }

    private static func owner(_ step: ImportStep) -> String {
      switch step.object.type {
      case .rule, .span: ImportDelta.owner(of: step.object.path)
      case .policy: step.object.path
      case .group: ""
      }
    }

    init(_ step: ImportStep, ofSource: Phase?) {
      let isDrop = Self.owner(step).hasSuffix("-drop")
      switch (step.action, step.object.type) {
      case (.delete, .group): self = .unused
      case (.delete, .policy), (.delete, .span):
        self = isDrop ? .removedDrops : .removedAllows
      case _ where ofSource != nil: self = ofSource ?? .changes
      // Also a drop that changes: it may stop more than before.
      case _ where isDrop: self = .newDrops
      default: self = .changes
      }
    }

    var isRemoval: Bool {
      switch self {
      case .ordered, .changes, .newDrops, .baseline: false
      case .removedDrops, .removedAllows, .unused: true
      }
    }
  }

  private mutating func append(_ steps: [ImportStep], _ domain: String) {
    batches.append(
      Batch(
        body: [
          "resource_type": "Infra",
          "children": [
            [
              "resource_type": "ChildResourceReference", "id": .string(domain),
              "target_type": "Domain", "children": .array(Self.children(steps)),
            ]
          ],
        ], steps: steps))
  }

  private static func children(_ steps: [ImportStep]) -> [JSONValue] {
    var children: [JSONValue] = []
    var nested: [(policy: String, steps: [ImportStep])] = []
    for step in steps {
      switch step.object.type {
      case .group: children.append(child(step))
      case .policy, .rule, .span:
        let path =
          step.object.type == .policy ? step.object.path : ImportDelta.owner(of: step.object.path)
        if let index = nested.firstIndex(where: { $0.policy == path }) {
          nested[index].steps.append(step)
        } else {
          nested.append((path, [step]))
        }
      }
    }
    return children + nested.flatMap { policyChildren($0.policy, $0.steps) }
  }

  /// A policy with what changes below it. Spans go before a policy that goes:
  /// NSX does not reliably take them down with it.
  private static func policyChildren(_ path: String, _ steps: [ImportStep]) -> [JSONValue] {
    let inner = steps.filter { $0.object.type != .policy }
    let own = steps.first { $0.object.type == .policy }
    let id = path.split(separator: "/").last.map(String.init) ?? ""
    let way: JSONValue = [
      "resource_type": "ChildResourceReference", "id": .string(id),
      "target_type": "SecurityPolicy", "children": .array(inner.map { child($0) }),
    ]
    guard let own else { return [way] }
    if own.action == .delete { return inner.isEmpty ? [child(own)] : [way, child(own)] }
    return [child(own, children: inner.map { child($0) })]
  }

  private static func child(_ step: ImportStep, children: [JSONValue] = []) -> JSONValue {
    let type = step.object.type.rawValue
    var object =
      step.action == .delete
      ? identity(step.object) : step.object.document.object ?? JSONObject()
    if let revision = step.revision { object["_revision"] = .integer(revision) }
    if !children.isEmpty { object["children"] = .array(children) }
    var wrapper = JSONObject()
    wrapper["resource_type"] = .string("Child\(type)")
    wrapper["marked_for_delete"] = .bool(step.action == .delete)
    wrapper[type] = .object(object)
    return .object(wrapper)
  }

  /// What names an object that goes. A span needs its cluster besides.
  private static func identity(_ object: ImportObject) -> JSONObject {
    var result = JSONObject()
    for key in ["id", "resource_type", "container_cluster_path"] {
      result[key] = object.document[key]
    }
    return result
  }
}
