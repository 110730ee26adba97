import AntreaModel
import Documents
import Planning

/// One tree of a cluster, as far as a comparison needs it.
public struct HistoricTree: Sendable {
  /// `provenance.json`; `nil` where there was no tree.
  public var provenance: JSONValue?
  /// The objects that need to be compared, by keys such as
  /// `ClusterNetworkPolicy/name`.
  public var objects: [String: KubernetesObject]

  /// Creates a tree.
  public init(provenance: JSONValue?, objects: [String: KubernetesObject] = [:]) {
    self.provenance = provenance
    self.objects = objects
  }

  fileprivate var entries: JSONObject { provenance?["objects"]?.object ?? JSONObject() }
}

/// Finds what changed in NSX between two trees of a cluster.
public enum NSXChanges {
  /// The changes by NSX path: policies first, then groups.
  ///
  /// - Parameter touched: The keys of the objects whose files differ; others are
  ///   compared by their provenance alone.
  public static func between(
    _ old: HistoricTree, _ new: HistoricTree, touched: Set<String>
  ) -> [NSXChange] {
    let before = byPath(old.entries)
    let after = byPath(new.entries)
    let names = PlanNames { reference in
      let key = "\(reference.kind)/\(reference.name)"
      guard let entry = new.entries[key] ?? old.entries[key] else { return nil }
      return PlanNames.Entry(
        displayName: entry["displayName"]?.string ?? reference.name,
        path: entry["path"]?.string ?? "")
    }
    var changes: [NSXChange] = []
    for path in Set(before.keys).union(after.keys).sorted(by: { utf8Order($0, $1) < 0 }) {
      let keys = Set((before[path] ?? []) + (after[path] ?? []))
      let isTouched = keys.contains { key in
        touched.contains(key) || old.entries[key] != new.entries[key]
      }
      guard isTouched else { continue }
      let comparison = NSXComparison(
        path: path, keys: keys.sorted { utf8Order($0, $1) < 0 }, old: old, new: new, names: names)
      if let change = comparison.change { changes.append(change) }
    }
    return changes.filter(\.isPolicy) + changes.filter { !$0.isPolicy }
  }

  /// The keys of the objects that each NSX path became. Tiers are ours, and of
  /// no path of their own.
  private static func byPath(_ entries: JSONObject) -> [String: [String]] {
    var result: [String: [String]] = [:]
    for member in entries where !member.key.hasPrefix("Tier/") {
      result[member.value["path"]?.string ?? member.key, default: []].append(member.key)
    }
    return result
  }
}

/// Compares what one NSX object became in two trees.
private struct NSXComparison {
  let path: String
  let keys: [String]
  let old: HistoricTree
  let new: HistoricTree
  let names: PlanNames

  var change: NSXChange? {
    let before = keys.compactMap { old.entries[$0] }
    let after = keys.compactMap { new.entries[$0] }
    guard let entry = after.first ?? before.first else { return nil }
    let kind: NSXChange.Kind = before.isEmpty ? .added : after.isEmpty ? .removed : .changed
    let name = entry["displayName"]?.string ?? path
    let oldName = before.first?["displayName"]?.string
    var words: [String] = []
    var ruleWords: [String: [String]] = [:]
    if kind == .changed {
      for key in keys { compare(key, &words, &ruleWords) }
    }
    return NSXChange(
      kind: kind, path: path, displayName: name, oldDisplayName: oldName == name ? nil : oldName,
      objects: keys,
      oldRevision: before.first?["revision"]?.integer,
      revision: after.first?["revision"]?.integer,
      edit: kind == .removed ? nil : edit(before.first, after.first),
      rules: rules(kind, ruleWords), words: words)
  }

  /// The edit of the new entry, where it is not that of the old one. An older
  /// one came back with its tree, and is nobody's doing now.
  private func edit(_ before: JSONValue?, _ after: JSONValue?) -> NSXChange.Edit? {
    let old = NSXChange.Edit(before)
    let new = NSXChange.Edit(after)
    if let was = old?.time, let now = new?.time, now < was { return nil }
    return old == new ? nil : new
  }

  private func compare(
    _ key: String, _ words: inout [String], _ ruleWords: inout [String: [String]]
  ) {
    let before = old.objects[key]
    let after = new.objects[key]
    guard let before, let after else {
      if before != nil || after != nil {
        words.append("\(after == nil ? "- no" : "+ also") \(key)")
      }
      return
    }
    let differences = FieldComparison.differences(
      from: CanonicalForm.document(of: before), to: CanonicalForm.document(of: after))
    let writer = PlanTextWriter(style: TextStyle(color: false), names: names)
    // Names and paths are told by themselves.
    for difference in differences where !difference.path.hasPrefix("metadata.") {
      let lines = writer.difference(difference, displayNames).split(separator: "\n").map { line in
        String(line.drop { $0 == " " })
      }
      if let rule = difference.rule {
        ruleWords[rule, default: []] += lines
      } else {
        words += lines
      }
    }
  }

  private var displayNames: [String: String] {
    var result: [String: String] = [:]
    for (_, entry) in ruleEntries(old) + ruleEntries(new) {
      for member in entry { result[member.key] = member.value["displayName"]?.string }
    }
    return result
  }

  private func ruleEntries(_ tree: HistoricTree) -> [(key: String, rules: JSONObject)] {
    keys.map { ($0, tree.entries[$0]?["rules"]?.object ?? JSONObject()) }
  }

  private func rules(
    _ kind: NSXChange.Kind, _ words: [String: [String]]
  ) -> [NSXChange.Rule] {
    var before: [String: JSONValue] = [:]
    var after: [String: JSONValue] = [:]
    for (_, rules) in ruleEntries(old) { for rule in rules { before[rule.key] = rule.value } }
    for (_, rules) in ruleEntries(new) { for rule in rules { after[rule.key] = rule.value } }
    var byPath: [String: [String]] = [:]
    for name in Set(before.keys).union(after.keys) {
      let path = (after[name] ?? before[name])?["path"]?.string ?? name
      byPath[path, default: []].append(name)
    }
    var result: [NSXChange.Rule] = []
    for (path, names) in byPath.sorted(by: { utf8Order($0.key, $1.key) < 0 }) {
      let names = names.sorted { utf8Order($0, $1) < 0 }
      let was = names.lazy.compactMap { before[$0] }.first
      let now = names.lazy.compactMap { after[$0] }.first
      let lines = names.flatMap { words[$0] ?? [] }
      guard was != now || !lines.isEmpty, let entry = now ?? was else { continue }
      result.append(
        NSXChange.Rule(
          kind: was == nil ? .added : now == nil ? .removed : .changed, path: path,
          displayName: entry["displayName"]?.string ?? path, ruleID: entry["ruleId"]?.integer,
          names: names, edit: now == nil ? nil : edit(was, now), words: lines))
    }
    return result
  }
}
