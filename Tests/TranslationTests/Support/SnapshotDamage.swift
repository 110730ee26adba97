import Documents
import Foundation

/// Changes to a snapshot document, chosen by a seed.
struct SnapshotDamage {
  private var random: SeededGenerator
  private let document: JSONValue
  private let places: [JSONPlace]

  init(_ document: JSONValue, seed: UInt64) {
    random = SeededGenerator(state: seed)
    self.document = document
    places = document.places
  }

  private mutating func one<T>(_ list: [T]) -> T? { list.randomElement(using: &random) }

  /// Anything: the result may be valid and mean something else.
  mutating func anything() -> (text: [UInt8], note: String) {
    guard let place = one(places.filter { !$0.steps.isEmpty }), var value = document[place] else {
      return (JSONWriter.compact(document), "nothing")
    }
    var changed = document
    switch Int.random(in: 0..<8, using: &random) {
    case 0: changed[place] = nil
    case 1: changed[place] = .null
    case 2, 3:
      value = one(Self.hostile) ?? .null
      changed[place] = value
    case 4:
      if let other = one(places), let value = document[other] { changed[place] = value }
    case 5:
      if case .array(var list) = document[place] ?? .null, let element = one(list) {
        list.append(element)
        changed[place] = .array(list.shuffled(using: &random))
      }
    case 6: return truncated()
    default: return flipped()
    }
    return (JSONWriter.compact(changed), "\(place.steps) \(changed[place].map { "\($0)" } ?? "-")")
  }

  private mutating func truncated() -> (text: [UInt8], note: String) {
    let text = JSONWriter.compact(document)
    let end = Int.random(in: 0..<text.count, using: &random)
    return (Array(text[..<end]), "cut at \(end)")
  }

  private mutating func flipped() -> (text: [UInt8], note: String) {
    var text = JSONWriter.compact(document)
    let place = Int.random(in: 0..<text.count, using: &random)
    text[place] = UInt8.random(in: 0...255, using: &random)
    return (text, "byte \(place) is \(text[place])")
  }

  /// Something that can be told from what NSX would give: it must be told, and
  /// never lets more through.
  mutating func tellable() -> (text: [UInt8], note: String)? {
    switch Int.random(in: 0..<7, using: &random) {
    case 0: return truncated()
    case 1:
      return changed(note: "another type", Self.typed) { value, random in
        value.otherTypes.randomElement(using: &random)
      }
    case 2:
      return changed(note: "an unknown word", Self.words) { _, random in
        [.string("FROB"), .string(""), .string("..|..")].randomElement(using: &random)
      }
    case 3: return missing()
    case 4: return renamed()
    case 5: return extended()
    default: return repeated()
    }
  }

  private mutating func changed(
    note: String, _ keys: Set<String>,
    _ change: (JSONValue, inout SeededGenerator) -> JSONValue?
  ) -> (text: [UInt8], note: String)? {
    let found = places.filter { keys.contains($0.key) && isInObject($0) }
    guard let place = one(found), let value = document[place] else { return nil }
    var changed = document
    changed[place] = change(value, &random)
    if changed == document { return nil }
    return (JSONWriter.compact(changed), "\(note): \(place.steps)")
  }

  private mutating func missing() -> (text: [UInt8], note: String)? {
    let found = places.filter { place in
      guard case .key(let key) = place.steps.last, isInObject(place) else { return false }
      // A rule may do without entries.
      let owner = document[JSONPlace(steps: place.steps.dropLast())]
      if key == "service_entries" { return owner?["resource_type"] == "Service" }
      return Self.required.contains(key)
    }
    guard let place = one(found) else { return nil }
    var changed = document
    changed[place] = nil
    return (JSONWriter.compact(changed), "missing: \(place.steps)")
  }

  /// A member with another key.
  private mutating func renamed() -> (text: [UInt8], note: String)? {
    let found = places.filter {
      guard case .key = $0.steps.last, isInObject($0) else { return false }
      return Self.named.contains($0.key)
    }
    guard let place = one(found), let value = document[place] else { return nil }
    var changed = document
    changed[place] = nil
    changed[JSONPlace(steps: place.steps.dropLast() + [.key(place.key + "_x")])] = value
    return (JSONWriter.compact(changed), "renamed: \(place.steps)")
  }

  /// A member more in a policy, a rule, a group or a part of them.
  private mutating func extended() -> (text: [UInt8], note: String)? {
    let found = places.filter { place in
      guard let object = document[place]?.object, isInObject(place) else { return false }
      return Self.extensible.contains(object["resource_type"]?.string ?? "")
    }
    guard let place = one(found) else { return nil }
    var changed = document
    changed[place.appending(.key("negated"))] = [true, 1, "x", [1], [:]].randomElement(
      using: &random)
    return (JSONWriter.compact(changed), "more: \(place.steps)")
  }

  /// A member that comes twice, first with another value.
  private mutating func repeated() -> (text: [UInt8], note: String)? {
    let found = places.filter {
      guard case .key = $0.steps.last, isInObject($0) else { return false }
      return Self.named.contains($0.key)
    }
    guard let place = one(found), let value = document[place] else { return nil }
    let mark = "comes twice \(place.steps.count)"
    var changed = document
    changed[place] = .string(mark)
    let text = String(decoding: JSONWriter.compact(changed), as: UTF8.self)
    let own = String(decoding: JSONWriter.compact(value), as: UTF8.self)
    let twice = text.replacingOccurrences(of: "\"\(mark)\"", with: "null,\"\(place.key)\":\(own)")
    return (Array(twice.utf8), "twice: \(place.steps)")
  }

  private func isInObject(_ place: JSONPlace) -> Bool { place.steps.first == .key("objects") }

  private static let hostile: [JSONValue] = [
    .null, true, false, 0, -1, 1, 65536, .integer(.max), .number(1e300), .number(0.5), "", "ANY",
    "any", "\u{0}", "../..", "/", "/infra/domains/default/groups/g0", "10.0.0.0/8", "0.0.0.0/0",
    "::/0", "1-65535", "DROP", "ALLOW", "NOTEQUALS", .string(String(repeating: "y", count: 70)), [],
    [:], [[]], ["ANY"], [["resource_type": "Frob"]], ["a": ["b": []]],
  ]

  /// Members of which a value of another type is no value.
  private static let typed: Set<String> = [
    "rules", "action", "direction", "ip_protocol", "source_groups", "destination_groups", "scope",
    "services", "sources_excluded", "destinations_excluded", "disabled", "service_entries",
    "sequence_number", "internal_sequence_number", "rule_id", "category", "expression",
    "expressions", "paths", "ip_addresses", "value", "key", "operator", "member_type",
    "conjunction_operator", "destination_ports", "source_ports", "l4_protocol", "icmp_type",
    "protocol", "protocol_number", "nested_service_path", "alg", "group_type", "path", "id",
    "connectivity_preference", "container_cluster_path", "stateful", "scope_operator",
  ]

  /// Members of which a word that NSX does not have is refused.
  private static let words: Set<String> = [
    "action", "expression", "conjunction_operator", "member_type", "operator",
    "l4_protocol", "protocol", "alg", "nested_service_path", "source_groups", "destination_groups",
    "services", "ip_addresses", "paths", "destination_ports", "source_ports",
  ]

  /// Members without which an object means nothing.
  private static let required: Set<String> = [
    "rules", "action", "conjunction_operator", "member_type", "key", "value", "l4_protocol",
    "protocol", "alg", "nested_service_path", "protocol_number", "expressions", "paths",
    "ip_addresses", "service_entries", "container_cluster_path", "resource_type",
  ]

  private static let named = typed.union(["resource_type", "path"]).subtracting([
    // Of spans and control planes: others of their kind remain.
    "id"
  ])

  private static let extensible: Set<String> = [
    "SecurityPolicy", "Rule", "Group", "Service", "Condition", "NestedExpression",
    "ConjunctionOperator", "PathExpression", "IPAddressExpression", "L4PortSetServiceEntry",
    "ICMPTypeServiceEntry", "IPProtocolServiceEntry", "ALGTypeServiceEntry",
    "NestedServiceServiceEntry",
  ]
}

extension JSONValue {
  /// Values of other types, none of them `null`.
  fileprivate var otherTypes: [JSONValue] {
    [true, 7, "text", [1], ["a": 1], [["a": 1]]].filter { other in
      switch (self, other) {
      case (.bool, .bool), (.integer, .integer), (.string, .string): false
      default: true
      }
    }
  }
}
