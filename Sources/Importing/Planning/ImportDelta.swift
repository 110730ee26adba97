import Documents

/// What has to be done so that NSX holds what a cluster's policies became, and
/// nothing of those that are gone.
public struct ImportDelta: Sendable {
  /// The steps: by original, groups before the policies that use them.
  public private(set) var steps: [ImportStep] = []
  /// What forbids them.
  public private(set) var conflicts: [ImportConflict] = []
  /// The wanted policies as they will be in NSX, with their numbers.
  public private(set) var policies: [ImportedPolicy]
  /// The paths of imported policies whose original was given up on purpose.
  public private(set) var migrated: [String] = []
  /// The originals whose deletion was begun and that are there all the same.
  public private(set) var interrupted: [String] = []
  /// The paths of what differs in nothing but the mark of such a deletion.
  private var marked: Set<String> = []

  /// What of an import does not belong to any wanted policy.
  public struct Stale: Sendable, Hashable {
    /// The namespaces that were asked about; `nil` for all.
    public var namespaces: Set<String>?
    /// The uids of originals that are still there and keep their import although
    /// they were not chosen.
    public var kept: Set<String>

    /// Creates a choice.
    public init(namespaces: Set<String>?, kept: Set<String>) {
      self.namespaces = namespaces
      self.kept = kept
    }
  }

  private let scope: ImportScope
  private let state: NSXState

  /// Computes the steps.
  ///
  /// - Parameters:
  ///   - range: bounds for new sequence numbers; by default after the policies that
  ///     are there.
  ///   - checksCluster: whether what was imported before must be of the same cluster;
  ///     not where that was built anew under its name.
  /// - Throws: ``ImportError``.
  public init(
    _ policies: [ImportedPolicy], in state: NSXState, scope: ImportScope, stale: Stale,
    range: ClosedRange<Int64>? = nil, checksCluster: Bool = true
  ) throws(ImportError) {
    self.scope = scope
    self.state = state
    self.policies = policies
    try number(range)
    for policy in self.policies { add(policy) }
    addStale(stale)
    if checksCluster { checkCluster() }
  }

  /// The same, where the marks of deletions that were begun stay: those are tried
  /// again.
  public func keepingMarks() -> ImportDelta {
    var result = self
    for index in steps.indices where marked.contains(steps[index].object.path) {
      result.steps[index].action = .unchanged
      result.steps[index].changed = []
    }
    return result
  }

  /// Whether NSX is as it should be.
  public var isEmpty: Bool { writes.isEmpty }

  /// The steps that change something.
  public var writes: [ImportStep] { steps.filter { $0.action != .unchanged } }

  /// How often something is done with objects of a kind; rules and spans count to
  /// their policies.
  public func count(_ action: ImportStep.Action) -> Int {
    steps.count { $0.action == action && ($0.object.type == .group || $0.object.type == .policy) }
  }

  /// The number of groups and policies of the cluster's imports in NSX.
  public var importedCount: Int { state.imported(from: scope.cluster).count }

  // MARK: Numbers

  private mutating func number(_ range: ClosedRange<Int64>?) throws(ImportError) {
    let others = state.applicationNumbers
    let lowest = min((others.max() ?? 0) + 1, SequenceNumbers.highest)
    let numbers = SequenceNumbers(
      others: others.union(state.numbersOfOtherImports(than: scope.cluster)),
      range: range ?? lowest...SequenceNumbers.highest)
    var existing: [String: Int64] = [:]
    let ordered = policies.filter { $0.ordered != nil }.sorted {
      let (left, right) = ($0.place ?? .first, $1.place ?? .first)
      return left == right ? $0.source.reference < $1.source.reference : left < right
    }
    // They are written in their order.
    policies = ordered + policies.filter { $0.ordered == nil }
    func paths(isBaseline: Bool) -> [String] {
      ordered.filter { $0.place?.isBaseline == isBaseline }.compactMap(\.ordered?.policy.path)
    }
    var ours = SequenceNumbers.Lists(
      ordered: paths(isBaseline: false), allows: policies.compactMap(\.allow?.policy.path),
      drops: policies.compactMap(\.drop?.policy.path), baseline: paths(isBaseline: true))
    let wanted = Set(policies.flatMap(\.sections).map(\.policy.path))
    for (path, object) in state.imported(from: scope.cluster)
    where object["resource_type"]?.string == "SecurityPolicy" {
      existing[path] = object["sequence_number"]?.integer
      // What is not touched now counts for the order all the same.
      if wanted.contains(path) { continue }
      if path.hasSuffix("-drop") { ours.drops.append(path) }
      if path.hasSuffix("-allow") { ours.allows.append(path) }
    }
    guard let assigned = numbers.assign(ours, existing: existing) else {
      throw .noRoom(numbers.range)
    }
    for index in policies.indices {
      policies[index].ordered?.setNumber(assigned)
      policies[index].allow?.setNumber(assigned)
      policies[index].drop?.setNumber(assigned)
    }
  }

  // MARK: What is wanted

  private mutating func add(_ policy: ImportedPolicy) {
    for group in policy.groups { add(group, of: policy.source) }
    for section in policy.sections {
      add(section.policy, of: policy.source)
      for rule in section.rules { add(rule, of: policy.source) }
      let wanted = Set(section.rules.map(\.path))
      for path in state.rules(of: section.policy.path) where !wanted.contains(path) {
        remove(path, .rule, policy.source.reference)
      }
      addSpan(of: section, policy.source.reference)
    }
  }

  /// The policy is for this cluster alone. A span cannot be turned to another
  /// control plane, so a new one takes its place.
  private mutating func addSpan(of section: ImportSection, _ source: String) {
    var span = section.span
    var isThere = false
    for path in state.spans(of: section.policy.path) {
      if state[path]?["container_cluster_path"]?.string == scope.controlPlane {
        span.path = path
        isThere = true
      } else {
        remove(path, .span, source)
      }
    }
    if !isThere, state[span.path] != nil {
      let id = "\(span.id)-\(scope.controlPlane.split(separator: "/").last ?? "2")"
      var document = span.document.object ?? JSONObject()
      document["id"] = .string(id)
      span.document = .object(document)
      span.path = "\(section.policy.path)/container-cluster-span/\(id)"
    }
    append(isThere ? .unchanged : .create, span, source)
  }

  private mutating func add(_ object: ImportObject, of source: ImportSource) {
    guard let current = state[object.path] else {
      return append(.create, object, source.reference)
    }
    if object.type == .group || object.type == .policy {
      guard ImportTags.isImported(current, from: scope.cluster) else {
        conflicts.append(ImportConflict(path: object.path, reason: .foreign))
        return
      }
      let uid = ImportTags.value(ImportTags.uid, of: current)
      guard uid == source.uid else {
        conflicts.append(ImportConflict(path: object.path, reason: .otherSource(uid ?? "?")))
        return
      }
    }
    let changed = Covering.differences(object.document, current)
    if ImportTags.isMigrated(current) {
      if !interrupted.contains(source.reference) { interrupted.append(source.reference) }
      if Covering.differences(object.document, ImportTags.unmigrated(current)).isEmpty {
        marked.insert(object.path)
      }
    }
    var sent = object
    if !changed.isEmpty { sent.document = Covering.merged(object.document, onto: current) }
    append(
      changed.isEmpty ? .unchanged : .update, sent, source.reference,
      revision: current["_revision"]?.integer, changed: changed)
  }

  /// An import from another cluster of this name is not this one's to change: its
  /// originals would all count as gone.
  private mutating func checkCluster() {
    for (path, object) in state.imported(from: scope.cluster)
    where isOwn(path, object) && !ImportTags.isMigrated(object) {
      guard let uid = ImportTags.value(ImportTags.clusterUID, of: object),
        uid != scope.clusterUID
      else { continue }
      conflicts.append(
        ImportConflict(path: path, reason: .otherCluster(was: uid, is: scope.clusterUID)))
      break
    }
    guard let uid = scope.clusterUID else { return }
    if let (path, name) = state.imported(of: uid, besides: scope.cluster) {
      conflicts.append(ImportConflict(path: path, reason: .otherName(name)))
    }
  }

  // MARK: What is gone

  private mutating func addStale(_ stale: Stale) {
    let wanted = Set(
      policies.flatMap { $0.groups.map(\.path) + $0.sections.map(\.policy.path) })
    let imported = state.imported(from: scope.cluster)
    let givenUp = Set(
      imported.filter { ImportTags.isMigrated($0.object) }
        .compactMap { ImportTags.value(ImportTags.uid, of: $0.object) })
    let live = Set(policies.map(\.source.reference))
    for (path, object) in imported where !wanted.contains(path) && isOwn(path, object) {
      let namespace = ImportTags.value(ImportTags.namespace, of: object) ?? ""
      guard stale.namespaces?.contains(namespace) ?? true else { continue }
      let uid = ImportTags.value(ImportTags.uid, of: object) ?? ""
      if stale.kept.contains(uid) { continue }
      let source = Self.reference(of: object)
      if givenUp.contains(uid) {
        // It came back under the same name: two sources would be one too many.
        if live.contains(source) {
          conflicts.append(ImportConflict(path: path, reason: .otherSource(uid)))
        }
        migrated.append(path)
        continue
      }
      if object["resource_type"]?.string == "Group" {
        remove(path, .group, source)
      } else {
        for span in state.spans(of: path) { remove(span, .span, source) }
        remove(path, .policy, source)
      }
    }
  }

  /// Whether a path is one that an import makes of what the tags name: a copy of
  /// an imported object has its tags, and is somebody else's.
  private func isOwn(_ path: String, _ object: JSONValue) -> Bool {
    func tag(_ name: String) -> String { ImportTags.value(name, of: object) ?? "" }
    let id = path.split(separator: "/").last.map(String.init) ?? ""
    let stem = scope.stem(namespace: tag(ImportTags.namespace), uid: tag(ImportTags.uid))
    if object["resource_type"]?.string == "Group" { return id == stem || id.hasPrefix(stem + "-") }
    let policy = scope.policyStem(
      namespace: tag(ImportTags.namespace), name: tag(ImportTags.name), uid: tag(ImportTags.uid))
    return ["-allow", "-drop", "-rules", "-baseline"].contains { id == policy + $0 }
  }

  /// The original of an imported object as ``ImportSource/reference`` names it.
  private static func reference(of object: JSONValue) -> String {
    let isAntrea = ["-rules", "-baseline"].contains {
      object["id"]?.string?.hasSuffix($0) == true
    }
    let kind = ImportTags.value(ImportTags.kind, of: object) ?? "?"
    let namespace = ImportTags.value(ImportTags.namespace, of: object)
    let parts = [
      (isAntrea && namespace != nil ? "Antrea" : "") + kind, namespace,
      ImportTags.value(ImportTags.name, of: object),
    ]
    return parts.compactMap(\.self).joined(separator: "/")
  }

  private mutating func remove(_ path: String, _ type: ImportObject.Kind, _ source: String) {
    guard let current = state[path] else { return }
    append(
      .delete, ImportObject(path: path, type: type, document: current), source,
      revision: current["_revision"]?.integer)
  }

  private mutating func append(
    _ action: ImportStep.Action, _ object: ImportObject, _ source: String,
    revision: Int64? = nil, changed: [String] = []
  ) {
    if action != .unchanged { refuseLocked(object) }
    steps.append(
      ImportStep(
        action: action, object: object, revision: revision, changed: changed, source: source))
  }

  /// NSX refuses what is below a policy that another user locked.
  private mutating func refuseLocked(_ object: ImportObject) {
    let path = object.type == .policy ? object.path : Self.owner(of: object.path)
    guard object.type != .group, let policy = state[path], policy["locked"]?.bool == true else {
      return
    }
    let conflict = ImportConflict(
      path: path, reason: .locked(by: policy["lock_modified_by"]?.string ?? "another user"))
    if !conflicts.contains(conflict) { conflicts.append(conflict) }
  }

  /// The path of the policy that a rule or span hangs below.
  static func owner(of path: String) -> String {
    "/" + path.split(separator: "/").dropLast(2).joined(separator: "/")
  }
}

extension ImportSection {
  fileprivate mutating func setNumber(_ numbers: [String: Int64]) {
    guard let number = numbers[policy.path], var document = policy.document.object else { return }
    document["sequence_number"] = .integer(number)
    policy.document = .object(document)
  }
}
