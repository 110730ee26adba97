import AntreaModel
import Documents

/// Compares a desired object with its live counterpart and decides how the
/// difference is written.
struct ObjectComparison {
  let differences: [FieldDifference]
  let write: PlanWrite
  /// The canonical form of the live object.
  let former: JSONValue
  let notes: [PlanStep.Note]
  /// Other managers whose fields the write would take, with the fields.
  let conflicts: [String]

  init(desired: KubernetesObject, live: KubernetesObject) {
    let wanted = CanonicalForm.document(of: desired)
    let owned = FieldOwnership(of: live, manager: Ownership.fieldManager)
    let present = Self.withoutForeignMetadata(
      CanonicalForm.document(of: live), desired: wanted, owned: owned)
    former = present
    differences =
      Self.membership(desired: desired, live: live)
      + FieldComparison.differences(from: present, to: wanted)
    // Lists of Antrea's schemas are atomic, so apply replaces them whole. What
    // remains after an apply is a removed field that another manager owns.
    let removed = Self.removedKeys(from: present["spec"], to: wanted["spec"], at: ["spec"])
    let remains = removed.contains { !owned.owns($0) || !owned.others(of: $0).isEmpty }
    let conflicts =
      differences.isEmpty
      ? [] : FieldConflicts(desired: desired, live: live, removed: removed).texts
    self.conflicts = conflicts
    write = remains ? .replace : .apply
    var notes: [PlanStep.Note] = []
    if Self.escapesController(desired, differences) { notes.append(.groupChangeNotPropagated) }
    if remains || !conflicts.isEmpty { notes.append(.takesOverFields) }
    self.notes = notes
  }

  /// Whether two objects are the same as they are written, so that no canonical
  /// form is needed to see it: the plain case of a plan without a change.
  static func isPlainlyEqual(desired: KubernetesObject, live: KubernetesObject) -> Bool {
    let member = ApplySet.memberLabel
    guard desired.label(member) == nil || desired.label(member) == live.label(member) else {
      return false
    }
    for kind in ["labels", "annotations"] {
      let (wanted, present) = (
        desired.document["metadata"]?[kind]?.object, live.document["metadata"]?[kind]?.object
      )
      let left = (wanted?.members ?? []).lazy.filter { CanonicalForm.isOurs($0.key) }
      let right = (present?.members ?? []).lazy.filter { CanonicalForm.isOurs($0.key) }
      guard left.elementsEqual(right) else { return false }
    }
    guard let wanted = desired.document["spec"], let present = live.document["spec"] else {
      return false
    }
    return wanted.isSame(as: present)
  }

  /// The label of an ApplySet's member, where it is wanted and not there.
  private static func membership(
    desired: KubernetesObject, live: KubernetesObject
  ) -> [FieldDifference] {
    let key = ApplySet.memberLabel
    guard let wanted = desired.labels[key], live.labels[key] != wanted else { return [] }
    let old = live.labels[key].map { JSONValue.string($0) }
    return [
      FieldDifference(
        path: "metadata.labels[\(key)]", change: old == nil ? .added : .changed, old: old,
        new: .string(wanted))
    ]
  }

  /// Drops labels and annotations that look like ours but that our manager
  /// does not own and the desired object does not have: apply would leave
  /// them, and the next plan would want them away again, for ever.
  private static func withoutForeignMetadata(
    _ live: JSONValue, desired: JSONValue, owned: FieldOwnership
  ) -> JSONValue {
    guard case .object(var document) = live,
      case .object(var metadata)? = document["metadata"]
    else { return live }
    for kind in ["labels", "annotations"] {
      guard case .object(let texts)? = metadata[kind] else { continue }
      let kept = texts.members.filter { member in
        desired[path: "metadata", kind, member.key] != nil
          || owned.owns(["metadata", kind, member.key])
      }
      metadata[kind] = kept.isEmpty ? nil : JSONObject(unsorted: kept).map { .object($0) }
    }
    document["metadata"] = .object(metadata)
    return .object(document)
  }

  private static func removedKeys(
    from old: JSONValue?, to new: JSONValue?, at path: [String]
  ) -> [[String]] {
    guard case .object(let before)? = old, case .object(let after)? = new else { return [] }
    return before.members.flatMap { member -> [[String]] in
      let inner = path + [member.key]
      guard let value = after[member.key] else { return [inner] }
      return removedKeys(from: member.value, to: value, at: inner)
    }
  }

  /// The live object with what is desired in it, for a PUT: foreign labels and
  /// annotations stay, foreign fields of the spec go.
  static func replacement(of live: KubernetesObject, by desired: KubernetesObject) -> JSONValue {
    guard case .object(var document) = live.document, case .object(let wanted) = desired.document
    else { return desired.document }
    document["apiVersion"] = wanted["apiVersion"]
    document["spec"] = wanted["spec"]
    document["status"] = nil
    document.update("metadata") { value in
      guard case .object(var metadata) = value else { return }
      metadata["managedFields"] = nil
      for kind in ["labels", "annotations"] {
        guard let texts = wanted["metadata"]?[kind]?.object, !texts.isEmpty else { continue }
        var merged = metadata[kind]?.object ?? JSONObject()
        for member in texts { merged[member.key] = member.value }
        metadata[kind] = .object(merged)
      }
      value = .object(metadata)
    }
    return .object(document)
  }

  /// Antrea Controller compares the CIDRs of a ClusterGroup but not their
  /// exceptions, and those of a Group the wrong way round.
  private static func escapesController(
    _ object: KubernetesObject, _ differences: [FieldDifference]
  ) -> Bool {
    guard AntreaKinds.role(of: object.reference) == .group else { return false }
    let spec = differences.filter { $0.path.hasPrefix("spec") }
    guard spec.count == 1, spec[0].path == "spec.ipBlocks", spec[0].change == .changed else {
      return false
    }
    func cidrs(_ value: JSONValue?) -> Set<String> {
      Set((value?.array ?? []).compactMap { $0["cidr"]?.string })
    }
    let same = cidrs(spec[0].old) == cidrs(spec[0].new)
    return object.kind == "ClusterGroup" ? same : !same
  }
}
