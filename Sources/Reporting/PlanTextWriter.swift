import AntreaModel
import Documents
import Planning

/// Writes the paragraph of one step.
struct PlanTextWriter {
  let style: TextStyle
  let names: PlanNames
  /// What the parts of groups are, by the name of the part.
  let parts: [String: String]

  init(style: TextStyle, names: PlanNames, steps: [PlanStep] = []) {
    self.style = style
    self.names = names
    parts = Self.parts(of: steps, RuleText(names: names))
  }

  /// Groups that are parts of others bear the name of the whole; what is in one
  /// tells it from the others, and its object's name where that is not known.
  private static func parts(of steps: [PlanStep], _ text: RuleText) -> [String: String] {
    var parts: [String: String] = [:]
    for step in steps where step.reference.kind == "ClusterGroup" {
      for child in step.manifest?[path: "spec", "childGroups"]?.array ?? [] {
        if let name = child.string { parts[name] = name }
      }
    }
    for step in steps where parts[step.reference.name] != nil {
      guard let spec = step.manifest?["spec"]?.object, !spec.isEmpty else { continue }
      let words = spec.members.map { member in
        let (key, value) = (member.key, member.value)
        if let list = value.array { return RuleText.list(list.map(text.element)) }
        return text.element(key.hasSuffix("Selector") ? .object(single(key, value)) : value)
      }
      parts[step.reference.name] = words.joined(separator: " ")
    }
    return parts
  }

  func step(_ step: PlanStep) -> String {
    var text = heading(step)
    if step.isPassing { return text }
    if let reason = step.reason {
      text += "    \(style(.warning, reason.message))\n"
      if let remedy = reason.remedy { text += "    hint: \(remedy)\n" }
    }
    let ruleNames = names.entry(of: step.reference)?.rules ?? [:]
    switch step.intended ?? step.action {
    case .create: text += body(step.manifest, ruleNames)
    case .update, .adopt:
      for difference in step.differences { text += self.difference(difference, ruleNames) }
    case .delete, .unchanged, .blocked: break
    }
    for note in step.notes { text += "    note: \(note.message)\n" }
    return text
  }

  private func heading(_ step: PlanStep) -> String {
    let (mark, role): (String, TextStyle.Role) =
      switch step.action {
      case .create: ("+ create", .added)
      case .update: ("~ update", .changed)
      case .adopt: ("^ adopt", .changed)
      case .delete: ("- delete", .removed)
      case .unchanged: ("= unchanged", .faint)
      case .blocked: ("! blocked", .warning)
      }
    let entry = names.entry(of: step.reference)
    let display = entry?.displayName ?? step.displayName
    let path = entry?.path ?? step.path
    let verb = step.intended.map { " \($0.rawValue)" } ?? ""
    var text = style(role, mark + verb) + " "
    if let display {
      let part = step.reference.kind == "ClusterGroup" && parts[step.reference.name] != nil
      text += style(
        .heading,
        "\(part ? "part of " : "")\(noun(step.reference)) \"\(TextStyle.printable(display))\"")
      text += style(.faint, " (\(step.reference))")
    } else {
      text += style(.heading, step.reference.description)
    }
    if let path { text += style(.faint, " \(TextStyle.printable(path))") }
    if let remark = step.purpose.remark { text += style(.faint, ", \(remark)") }
    return text + "\n"
  }

  private func noun(_ reference: KubernetesObject.Reference) -> String {
    switch reference.kind {
    case "Tier": "tier"
    case "ClusterGroup", "Group": "group"
    case "ClusterNetworkPolicy", "NetworkPolicy": "policy"
    default: reference.kind
    }
  }

  /// What a new object says.
  private func body(_ manifest: JSONValue?, _ ruleNames: [String: String]) -> String {
    var text = ""
    for member in manifest?["spec"]?.object?.members ?? [] {
      if ["ingress", "egress"].contains(member.key), let rules = member.value.array {
        for rule in rules {
          text += line(.added, "+", ruleLine(rule, direction: member.key, ruleNames))
        }
      } else {
        text += value(member.key, member.value, .added)
      }
    }
    return text
  }

  /// One field that differs, a line for each value.
  func difference(
    _ difference: FieldDifference, _ ruleNames: [String: String]
  ) -> String {
    let direction = difference.path.hasPrefix("spec.ingress") ? "ingress" : "egress"
    let isRule = difference.path.hasSuffix("]") && difference.path.hasPrefix("spec.")
    switch difference.change {
    case .added where isRule:
      return line(.added, "+", ruleLine(difference.new ?? .null, direction: direction, ruleNames))
    case .removed where isRule:
      return line(.removed, "-", ruleLine(difference.old ?? .null, direction: direction, ruleNames))
    case .moved:
      let name = ruleName(difference.rule, ruleNames)
      let places = "from place \(place(difference.old)) to \(place(difference.new))"
      return line(.changed, "~", "\(direction) rule \(name) moves \(places)")
    case .added, .removed, .changed:
      var label = difference.path
      if label.hasPrefix("spec.") { label.removeFirst(5) }
      if let rule = difference.rule {
        let field = difference.path.split(separator: ".").last.map(String.init) ?? ""
        label = "\(direction) rule \(ruleName(rule, ruleNames)) \(field)"
      }
      return change(label, difference.old, difference.new)
    }
  }

  /// Old and new value; of two lists only the elements that differ.
  private func change(_ label: String, _ old: JSONValue?, _ new: JSONValue?) -> String {
    let oldList = old?.array
    let newList = new?.array
    guard (oldList ?? newList) != nil else {
      return (old.map { value(label, $0, .removed) } ?? "")
        + (new.map { value(label, $0, .added) } ?? "")
    }
    let before = Set(oldList ?? [])
    let after = Set(newList ?? [])
    return value(label, .array((oldList ?? []).filter { !after.contains($0) }), .removed)
      + value(label, .array((newList ?? []).filter { !before.contains($0) }), .added)
  }

  private func value(_ label: String, _ value: JSONValue, _ role: TextStyle.Role) -> String {
    let rules = RuleText(names: names, parts: parts)
    let mark = role == .added ? "+" : "-"
    switch value {
    case .array(let list):
      // Names of children read as the groups that they are.
      let lines = list.map { element in
        let text =
          label.hasSuffix("childGroups")
          ? rules.group(element.string ?? "") : rules.element(element)
        return line(role, mark, "\(label): \(text)")
      }
      guard lines.count > Self.shown + 1 else { return lines.joined() }
      let rest = "\(label): … and \(lines.count - Self.shown) more"
      return lines.prefix(Self.shown).joined() + line(role, mark, rest)
    case .object:
      return line(role, mark, "\(label): \(rules.element(.object(Self.wrapped(label, value))))")
    default: return line(role, mark, "\(label): \(rules.scalar(value))")
    }
  }

  private static func single(_ key: String, _ value: JSONValue) -> JSONObject {
    var object = JSONObject()
    object[key] = value
    return object
  }

  /// Lines of a long list that are shown; JSON has all.
  private static let shown = 8

  private static func wrapped(_ label: String, _ value: JSONValue) -> JSONObject {
    guard !label.hasSuffix("Selector") else {
      var object = JSONObject()
      object["Selector"] = value
      return object
    }
    return value.object ?? JSONObject()
  }

  private func ruleLine(
    _ rule: JSONValue, direction: String, _ ruleNames: [String: String]
  ) -> String {
    let text = RuleText(names: names, parts: parts).rule(rule, ingress: direction == "ingress")
    return "\(direction) rule \(ruleName(rule["name"]?.string, ruleNames)): \(text)"
  }

  private func ruleName(_ name: String?, _ ruleNames: [String: String]) -> String {
    guard let name else { return "(unnamed)" }
    return ruleNames[name].map { "\"\(TextStyle.printable($0))\" (\(name))" }
      ?? TextStyle.printable(name)
  }

  private func place(_ value: JSONValue?) -> String {
    value?.integer.map { String($0 + 1) } ?? "?"
  }

  private func line(_ role: TextStyle.Role, _ mark: String, _ text: String) -> String {
    "    \(style(role, "\(mark) \(text)"))\n"
  }
}
