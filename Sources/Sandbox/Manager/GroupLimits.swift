import Documents

/// What NSX refuses in a group's expression: the limits of criteria, and what
/// ANTREA groups cannot hold.
struct GroupLimits {
  private let path: String
  private let isAntrea: Bool
  private var conditions = 0

  /// Checks the expression of a group whose operands and conjunctions alternate.
  static func check(_ group: JSONValue, _ path: String) throws(ManagerFault) {
    let types = group["group_type"]?.array ?? []
    var limits = GroupLimits(path: path, isAntrea: types.contains("ANTREA"))
    let operands = (group["expression"]?.array ?? []).enumerated().filter { $0.offset % 2 == 0 }
      .map(\.element)
    for operand in operands { try limits.check(operand) }
    let criteria = operands.count {
      ["Condition", "NestedExpression"].contains($0["resource_type"]?.string)
    }
    guard criteria <= 5 else { throw limits.fault("more than 5 criteria") }
    guard limits.conditions <= 35 else { throw limits.fault("more than 35 conditions") }
  }

  private init(path: String, isAntrea: Bool) {
    self.path = path
    self.isAntrea = isAntrea
  }

  private func fault(_ reason: String) -> ManagerFault {
    .invalid("path=[\(path)]: \(reason)", code: 255)
  }

  private mutating func check(_ operand: JSONValue) throws(ManagerFault) {
    switch operand["resource_type"]?.string {
    case "Condition": try criterion([operand])
    case "NestedExpression":
      try criterion(
        (operand["expressions"]?.array ?? []).filter { $0["resource_type"] == "Condition" })
    case "IPAddressExpression": try addresses(operand)
    default: break
    }
  }

  private mutating func criterion(_ list: [JSONValue]) throws(ManagerFault) {
    conditions += list.count
    for condition in list {
      for key in ["member_type", "key", "value"] where (condition[key]?.string ?? "").isEmpty {
        throw fault("a condition needs \(key)")
      }
      if isAntrea { try antrea(condition) }
    }
    let types = Set(list.compactMap { $0["member_type"]?.string })
    let limit = types.count > 1 ? 15 : 5
    guard list.count <= limit else { throw fault("more than \(limit) conditions in a criterion") }
    guard isAntrea, types.contains("Service") else { return }
    guard !types.contains("Pod"), list.contains(where: Self.isNamespaceName) else {
      throw fault("a Service condition needs a Namespace Name condition and no Pod condition")
    }
  }

  private static func isNamespaceName(_ condition: JSONValue) -> Bool {
    condition["member_type"] == "Namespace" && condition["key"] == "Name"
  }

  /// The conditions that the documentation lists for ANTREA groups.
  private func antrea(_ condition: JSONValue) throws(ManagerFault) {
    let type = condition["member_type"]?.string ?? ""
    let key = condition["key"]?.string ?? ""
    let allowed: [String]
    switch (type, key) {
    case ("Namespace", "Name"), ("Service", "Name"): allowed = ["EQUALS"]
    case ("Namespace", "Tag"), ("Pod", "Tag"): allowed = ["EQUALS", "NOTEQUALS"]
    default: throw fault("\(type) \(key) is not supported in an ANTREA group")
    }
    guard allowed.contains(condition["operator"]?.string ?? ""),
      condition["scope_operator"]?.string ?? "EQUALS" == "EQUALS"
    else {
      throw fault("the operator of \(type) \(key) is not supported in an ANTREA group")
    }
  }

  private func addresses(_ expression: JSONValue) throws(ManagerFault) {
    let texts = (expression["ip_addresses"]?.array ?? []).compactMap(\.string)
    guard !texts.isEmpty else { throw fault("ip_addresses is required") }
    guard texts.count <= 4000 else { throw fault("more than 4000 IP addresses") }
    let newer = texts.count { $0.contains(":") }
    guard newer == 0 || newer == texts.count else {
      throw fault("IPv4 and IPv6 addresses cannot be in one expression")
    }
  }
}

/// What NSX refuses in service entries.
enum ServiceEntryLimits {
  static func check(_ entries: [JSONValue], _ path: String) throws(ManagerFault) {
    for entry in entries where entry["resource_type"] == "L4PortSetServiceEntry" {
      guard ["TCP", "UDP"].contains(entry["l4_protocol"]?.string) else {
        throw .invalid("path=[\(path)]: invalid value for l4_protocol", code: 255)
      }
      for key in ["source_ports", "destination_ports"] {
        let size = (entry[key]?.array ?? []).reduce(0) { sum, port in
          sum + (port.string?.contains("-") == true ? 2 : 1)
        }
        guard size <= 15 else {
          throw .invalid("path=[\(path)]: more than 15 ports in \(key)", code: 255)
        }
      }
    }
  }
}
