import AntreaModel
import Documents

/// Faults in groups and services.
extension Fault {
  /// Changes one group or service that a rule names.
  func onPart(_ estate: Estate, _ dice: inout Dice) -> Estate? {
    var result = estate
    // Entries stand in rules as well as in services.
    for part in [\Estate.groups, \Estate.services, \Estate.policies] {
      for index in dice.shuffled(Array(estate[keyPath: part].indices)) {
        let object = estate[keyPath: part][index]
        let path = object["path"]?.string ?? ""
        guard part == \Estate.policies ? estate.isSpanned(object) : estate.isUsed(path) else {
          continue
        }
        if let changed = object.changed(&dice, { change($0) }) {
          result[keyPath: part][index] = changed
          return result
        }
      }
    }
    return nil
  }

  /// What a value becomes, or `nil` to leave it.
  private func change(_ value: JSONValue) -> JSONValue? {
    switch value["resource_type"] {
    case "Condition": return condition(value)
    case "L4PortSetServiceEntry": return ports(value)
    case "ICMPTypeServiceEntry": return icmp(value)
    case "IPAddressExpression": return addresses(value)
    case "PathExpression":
      let paths = value["paths"]?.array ?? []
      return self == .nestedGroupLost && paths.count > 1
        ? value.with("paths", .array(Array(paths.dropLast()))) : nil
    case "Service":
      let entries = value["service_entries"]?.array ?? []
      if self == .serviceEntryLost, entries.count > 1 {
        return value.with("service_entries", .array(Array(entries.dropFirst())))
      }
      if self == .nestedServiceLost, entries.count > 1,
        let nested = entries.firstIndex(where: { $0["nested_service_path"] != nil })
      {
        var rest = entries
        rest.remove(at: nested)
        return value.with("service_entries", .array(rest))
      }
      return nil
    default: return expression(value)
    }
  }

  /// Changes lists of operands.
  private func expression(_ value: JSONValue) -> JSONValue? {
    let conjunction = value["conjunction_operator"]
    switch self {
    case .andTakenForOr:
      return conjunction == "AND" ? value.with("conjunction_operator", "OR") : nil
    case .orTakenForAnd:
      return conjunction == "OR" ? value.with("conjunction_operator", "AND") : nil
    case .conditionLost:
      guard let list = value.array, list.count > 2,
        list.contains(where: { $0["conjunction_operator"] == "AND" })
      else { return nil }
      return .array(Array(list.dropLast(2)))
    default: return nil
    }
  }

  private func condition(_ value: JSONValue) -> JSONValue? {
    let text = value["value"]?.string ?? ""
    switch self {
    case .selectorEmptied:
      // No pod has this label, so that every pod is a member.
      return value["member_type"] == "Pod"
        ? value.with("value", "dis:k8s:nobody|x").with("operator", "NOTEQUALS")
          .with("scope_operator", nil) : nil
    case .comparisonTurned:
      let turned: [JSONValue: JSONValue] = [
        "EQUALS": "NOTEQUALS", "NOTEQUALS": "EQUALS", "IN": "NOTIN", "NOTIN": "IN",
      ]
      guard !text.hasSuffix("|"), let other = turned[value["operator"] ?? ""] else { return nil }
      return value["member_type"] == "Service" ? nil : value.with("operator", other)
    case .valueLost:
      guard let comma = text.lastIndex(of: ",") else { return nil }
      return value.with("value", .string(String(text[..<comma])))
    case .existenceIgnored:
      guard text.hasSuffix("|") else { return nil }
      return value["scope_operator"] == "NOTEQUALS"
        ? value.with("scope_operator", nil).with("operator", "EQUALS")
        : value.with("scope_operator", "NOTEQUALS").with("operator", nil)
    default: return nil
    }
  }

  private func ports(_ value: JSONValue) -> JSONValue? {
    let destinations = (value["destination_ports"]?.array ?? []).compactMap(\.string)
    func ranges(_ change: (String, String) -> String) -> JSONValue? {
      guard let index = destinations.firstIndex(where: { $0.contains("-") && !$0.contains(",") })
      else { return nil }
      let bounds = destinations[index].split(separator: "-").map(String.init)
      if bounds.count != 2 || bounds[0] == "0" { return nil }
      var list = destinations
      list[index] = change(bounds[0], bounds[1])
      return value.with("destination_ports", .array(list.map { .string($0) }))
    }
    switch self {
    case .portLost:
      return destinations.count > 1
        ? value.with("destination_ports", .array(destinations.dropLast().map { .string($0) })) : nil
    case .rangeEndLost: return ranges { first, _ in first }
    case .rangeEndMoved: return ranges { "\($0)-\((Int($1) ?? 0) - 1)" }
    case .sourcePortLost:
      return value["source_ports"]?.array?.isEmpty == false ? value.with("source_ports", []) : nil
    case .transportSwapped:
      return value.with("l4_protocol", value["l4_protocol"] == "TCP" ? "UDP" : "TCP")
    default: return nil
    }
  }

  private func icmp(_ value: JSONValue) -> JSONValue? {
    switch self {
    case .icmpTypeLost:
      return value["icmp_type"] == nil
        ? nil : value.with("icmp_type", nil).with("icmp_code", nil)
    case .icmpCodeLost: return value["icmp_code"] == nil ? nil : value.with("icmp_code", nil)
    case .icmpFamilySwapped:
      return value.with("protocol", value["protocol"] == "ICMPv4" ? "ICMPv6" : "ICMPv4")
    default: return nil
    }
  }

  private func addresses(_ value: JSONValue) -> JSONValue? {
    let texts = (value["ip_addresses"]?.array ?? []).compactMap(\.string)
    func replace(_ change: (AddressRange) -> String?) -> JSONValue? {
      for (index, text) in texts.enumerated() {
        guard let range = AddressRange(text), let other = change(range) else { continue }
        var list = texts
        list[index] = other
        return value.with("ip_addresses", .array(list.map { .string($0) }))
      }
      return nil
    }
    switch self {
    case .addressRangeShortened:
      return replace { range in
        if range.lower == range.upper { return nil }
        let (first, last) = (
          IPAddress(family: range.family, value: range.lower),
          IPAddress(family: range.family, value: range.upper - 1)
        )
        return "\(first)-\(last)"
      }
    case .prefixWidened:
      return replace { range in
        if range.upper == range.family.highest { return nil }
        return "\(IPAddress(family: range.family, value: range.lower))-"
          + "\(IPAddress(family: range.family, value: range.upper + 1))"
      }
    default: return nil
    }
  }
}
