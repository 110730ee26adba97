import Documents

/// Compares two canonical documents field by field.
public enum FieldComparison {
  /// The differences from `old` to `new`, ordered by path.
  ///
  /// Rules are matched by their names, so that a rule put between two others
  /// is one difference and not one for each rule after it.
  public static func differences(from old: JSONValue, to new: JSONValue) -> [FieldDifference] {
    if old == new { return [] }
    var result: [FieldDifference] = []
    for key in ["labels", "annotations"] {
      compareTexts(
        old[path: "metadata", key], new[path: "metadata", key], at: "metadata.\(key)", &result)
    }
    compare(old["spec"] ?? [:], new["spec"] ?? [:], at: "spec", &result)
    return result
  }

  private static func compareTexts(
    _ old: JSONValue?, _ new: JSONValue?, at path: String, _ result: inout [FieldDifference]
  ) {
    for key in keys(old, new) {
      append(old?[key], new?[key], at: "\(path)[\(key)]", &result)
    }
  }

  private static func compare(
    _ old: JSONValue, _ new: JSONValue, at path: String, _ result: inout [FieldDifference]
  ) {
    guard case .object = old, case .object = new else {
      return append(old, new, at: path, &result)
    }
    for key in keys(old, new) {
      let inner = "\(path).\(key)"
      switch (old[key], new[key]) {
      case (let before, let after) where isRules(inner) && (isList(before) || isList(after)):
        RuleComparison(path: inner).append(before?.array ?? [], after?.array ?? [], &result)
      case (let before?, let after?): compare(before, after, at: inner, &result)
      case (let before, let after): append(before, after, at: inner, &result)
      }
    }
  }

  private static func isRules(_ path: String) -> Bool {
    path == "spec.ingress" || path == "spec.egress"
  }

  private static func isList(_ value: JSONValue?) -> Bool { value?.array != nil }

  static func keys(_ old: JSONValue?, _ new: JSONValue?) -> [String] {
    let keys = Set((old?.object?.keys ?? []) + (new?.object?.keys ?? []))
    return keys.sorted { utf8Order($0, $1) < 0 }
  }

  static func append(
    _ old: JSONValue?, _ new: JSONValue?, at path: String, rule: String? = nil,
    _ result: inout [FieldDifference]
  ) {
    guard old != new else { return }
    let change: FieldDifference.Change =
      old == nil ? .added : new == nil ? .removed : .changed
    result.append(FieldDifference(path: path, rule: rule, change: change, old: old, new: new))
  }
}

/// Compares the rules of one direction.
private struct RuleComparison {
  let path: String

  func append(_ old: [JSONValue], _ new: [JSONValue], _ result: inout [FieldDifference]) {
    let oldKeys = keys(old)
    let newKeys = keys(new)
    let oldIndex = index(oldKeys)
    let newIndex = index(newKeys)
    for (position, key) in oldKeys.enumerated() where newIndex[key] == nil {
      FieldComparison.append(
        old[position], nil, at: "\(path)[\(position)]", rule: name(old[position]), &result)
    }
    let common = newKeys.filter { oldIndex[$0] != nil }
    let stay = IncreasingSubsequence.longest(of: common.map { oldIndex[$0] ?? 0 })
    for (position, key) in newKeys.enumerated() {
      let here = "\(path)[\(position)]"
      let rule = name(new[position])
      guard let before = oldIndex[key] else {
        FieldComparison.append(nil, new[position], at: here, rule: rule, &result)
        continue
      }
      if !stay.contains(before) {
        result.append(
          FieldDifference(
            path: here, rule: rule, change: .moved, old: .integer(Int64(before)),
            new: .integer(Int64(position))))
      }
      for field in FieldComparison.keys(old[before], new[position]) {
        FieldComparison.append(
          old[before][field], new[position][field], at: "\(here).\(field)", rule: rule, &result)
      }
    }
  }

  private func name(_ rule: JSONValue) -> String? { rule["name"]?.string }

  /// Names where they are there and unique, else places.
  private func keys(_ rules: [JSONValue]) -> [String] {
    var counts: [String: Int] = [:]
    for rule in rules { counts[name(rule) ?? "", default: 0] += 1 }
    return rules.enumerated().map { position, rule in
      guard let name = name(rule), counts[name] == 1 else { return "\u{0}\(position)" }
      return name
    }
  }

  private func index(_ keys: [String]) -> [String: Int] {
    Dictionary(zip(keys, keys.indices), uniquingKeysWith: { first, _ in first })
  }
}
