import Documents

/// When a member that NSX returns says the same as the one that was sent.
enum InventoryEquality {
  /// Lists of these members are sets to NSX, in whatever order it returns them.
  private static let sets: Set<String> = [
    "tags", "container_application_ids", "origin_properties", "ip_addresses", "pod_cidrs",
    "cluster_ips", "scope", "network_errors", "service_ports", "load_balancer_ingress",
    "load_balance_ingress", "node_port_local_endpoints", "external_ip_addresses",
    "cluster_ip_ranges", "listeners", "addresses", "ip_ranges",
  ]

  /// Properties that say when others were read: without another change they are not
  /// worth a write.
  private static let timeKeys: Set<String> = ["stats.time"]

  static func equal(_ old: JSONValue?, _ new: JSONValue, member: String) -> Bool {
    guard member == "origin_properties" else { return same(old, new, member: member) }
    return same(old.map(withoutTimes), withoutTimes(new), member: member)
  }

  private static func withoutTimes(_ properties: JSONValue) -> JSONValue {
    guard let list = properties.array else { return properties }
    return .array(list.filter { !timeKeys.contains($0["key"]?.string ?? "") })
  }

  private static func same(_ old: JSONValue?, _ new: JSONValue, member: String) -> Bool {
    guard let old, !old.isNull else { return isEmpty(new) }
    if old == new { return true }
    if member == "network_errors" { return sameErrors(old, new) }
    if member == "spec", let old = old.string, let new = new.string {
      return trimmed(old) == trimmed(new)
    }
    guard let list = new.array, let others = old.array else { return contains(old, new) }
    guard list.count == others.count else { return false }
    guard sets.contains(member) else { return zip(others, list).allSatisfy(contains) }
    var rest = others
    for element in list {
      guard let index = rest.firstIndex(where: { contains($0, element) }) else { return false }
      rest.remove(at: index)
    }
    return true
  }

  /// Whether nested values say the same. What is missing is as good as empty,
  /// in either; members whose names begin with `_` are NSX's own.
  private static func contains(_ old: JSONValue, _ new: JSONValue) -> Bool {
    guard case .object(let members) = new, case .object(let others) = old else {
      return old == new || (new.double != nil && old.double == new.double)
    }
    for member in others.members
    where !member.key.hasPrefix("_") && members[member.key] == nil && !isEmpty(member.value) {
      return false
    }
    return members.members.allSatisfy { member in
      guard let value = others[member.key] else { return isEmpty(member.value) }
      return contains(value, member.value)
    }
  }

  private static func isEmpty(_ value: JSONValue) -> Bool {
    switch value {
    case .null: true
    case .array(let list): list.isEmpty
    case .object(let object): object.isEmpty
    case .string(let text): text.isEmpty
    case .bool, .integer, .number: false
    }
  }

  /// NSX's own schema calls all but the message of an error read-only: where it gives
  /// no codes back, messages alone are compared.
  private static func sameErrors(_ old: JSONValue, _ new: JSONValue) -> Bool {
    func texts(_ value: JSONValue, _ member: String) -> [String] {
      (value.array ?? []).compactMap { $0[member]?.string }
    }
    let hasCodes = !texts(old, "error_code").isEmpty
    func errors(_ value: JSONValue) -> Set<[String]> {
      Set(
        (value.array ?? []).map { error in
          let message = error["error_message"]?.string ?? ""
          return hasCodes ? [message, error["error_code"]?.string ?? ""] : [message]
        })
    }
    return errors(old) == errors(new)
  }

  private static func trimmed(_ text: String) -> Substring {
    var text = text[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
