import Documents

/// Merges an applied configuration into a live object.
struct ServerSideApply: Sendable {
  /// The applying manager.
  let manager: ManagedFields.Manager
  /// Whether fields of others are taken over.
  let force: Bool
  /// The time for new entries.
  let time: String

  /// Gives the object after the apply, with its managed fields.
  ///
  /// - Throws: ``KubernetesFault`` (409) with one cause per field that another
  ///   manager owns with another value.
  func merge(_ configuration: JSONValue, into live: JSONValue?) throws -> JSONValue {
    let old = live ?? .object(JSONObject())
    var managed = ManagedFields(of: old)
    let owned = FieldSet.leaves(of: configuration)
    let last = managed.fields(of: manager)
    var merged = Self.overlay(configuration, on: old)
    prune(&merged, last: last, now: owned, managed: managed)

    let difference = FieldComparison(from: old, to: merged)
    var conflicts: [(entry: ManagedFields.Entry, paths: [[String]])] = []
    for entry in managed.entries where entry.manager != manager {
      let paths = entry.fields.paths.intersection(difference.written)
      if !paths.isEmpty {
        conflicts.append(
          (entry, paths.sorted { $0.joined(separator: ".") < $1.joined(separator: ".") }))
      }
    }
    if !force, !conflicts.isEmpty { throw Self.conflict(conflicts) }
    managed.release(
      difference.written.union(difference.removed.paths), except: manager)
    managed.set(manager, owned, time: time)
    managed.write(to: &merged)
    return merged
  }

  /// Removes what this manager applied before and no longer does, unless
  /// somebody else owns it too.
  private func prune(
    _ object: inout JSONValue, last: FieldSet, now: FieldSet, managed: ManagedFields
  ) {
    var kept = now.paths
    for entry in managed.entries where entry.manager != manager {
      kept.formUnion(entry.fields.paths)
    }
    for path in last.paths.subtracting(kept).sorted(by: { $0.count > $1.count }) {
      // A field that is now the parent of applied fields stays.
      if kept.contains(where: { $0.starts(with: path) }) { continue }
      object.setMember(at: path, to: nil)
      var parent = Array(path.dropLast())
      while !parent.isEmpty, object.member(at: parent)?.object?.isEmpty == true,
        !kept.contains(parent)
      {
        object.setMember(at: parent, to: nil)
        parent.removeLast()
      }
    }
  }

  private static func overlay(_ change: JSONValue, on base: JSONValue) -> JSONValue {
    guard let changes = change.object, var result = base.object else { return change }
    for member in changes {
      result[member.key] = result[member.key].map { overlay(member.value, on: $0) } ?? member.value
    }
    return .object(result)
  }

  private static func conflict(
    _ conflicts: [(entry: ManagedFields.Entry, paths: [[String]])]
  ) -> KubernetesFault {
    func text(_ path: [String]) -> String { path.map { ".\($0)" }.joined() }
    let count = conflicts.reduce(0) { $0 + $1.paths.count }
    var causes: [KubernetesFault.Cause] = []
    var messages: [String] = []
    for (entry, paths) in conflicts {
      let who = entry.manager.description(time: entry.time)
      for path in paths {
        causes.append(
          .init(
            reason: "FieldManagerConflict", message: "conflict with \(who)", field: text(path)))
      }
      messages.append(
        count == 1
          ? "conflict with \(who): \(text(paths[0]))"
          : "conflicts with \(who):\n" + paths.map { "- \(text($0))" }.joined(separator: "\n"))
    }
    return KubernetesFault(
      code: 409, reason: "Conflict",
      message: "Apply failed with \(count) conflict\(count == 1 ? "" : "s"): "
        + messages.joined(separator: "\n"),
      causes: causes)
  }
}
