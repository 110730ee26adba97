import AntreaModel
import Documents
import NSXModel
import Reachability

/// A topology that an NSX collector wrote: virtual machines, groups with their
/// resolved members, segments and policies in one document. The machines
/// become pods, so that the same evaluator decides about them.
///
/// The format has group names where NSX has paths, no sequence numbers (the
/// order of the lists is the order of evaluation within a category), and ICMP
/// entries without protocol, which stand for ICMPv4.
struct CollectorTopology {
  /// Where the members of groups come from.
  enum Membership {
    /// From the members that NSX resolved: one label for each group.
    case resolved
    /// From the groups' expressions over tags, paths and addresses.
    case expressions
  }

  /// The policies, groups and services.
  private(set) var estate = Estate()
  /// The machines at their addresses, and the addresses at which rules begin
  /// and end.
  private(set) var world = World(workloads: [])

  private let document: JSONValue
  private let membership: Membership
  private let resources: JSONValue

  /// Reads a document.
  ///
  /// - Parameter catalogue: the built-in services.
  init(_ document: JSONValue, catalogue: JSONValue, membership: Membership) {
    self.document = document
    self.membership = membership
    resources = Self.list(document["domains"]).first?["resources"] ?? [:]
    estate.services = services(catalogue)
    for group in Self.list(resources["groups"]) { add(group) }
    for segment in Self.list(document["segments"]) { add(segment: segment) }
    for (index, policy) in Self.list(resources["security_policies"]).enumerated() {
      add(policy, number: index + 1)
    }
    world = makeWorld()
  }

  /// The endpoint of a machine by its name and family, or of an address.
  func endpoint(_ name: String, _ family: IPFamily = .v4) -> Endpoint? {
    if let address = IPAddress(name) { return world.endpoint(address) }
    return world.endpoints.first {
      $0.workload?.name == name && $0.address.family == family
    }
  }

  private static func list(_ value: JSONValue?) -> [JSONValue] { value?.array ?? [] }

  private static func text(_ value: JSONValue, _ key: String) -> String {
    value[key]?.string ?? ""
  }

  /// A name as an NSX id and as part of a label.
  private static func slug(_ name: String) -> String {
    String(name.map { $0.isLetter || $0.isNumber || $0 == "." ? $0 : "-" })
  }

  private func groupPath(_ name: String) -> String {
    let isSegment = Self.list(document["segments"]).contains { Self.text($0, "path") == name }
    return Estate.group((isSegment ? "segment-" : "") + Self.slug(name))
  }

  /// The label that members of a group have.
  private static func label(_ path: String) -> String {
    "member." + (path.split(separator: "/").last.map(String.init) ?? "")
  }

  // MARK: Groups

  private mutating func add(_ group: JSONValue) {
    let path = groupPath(Self.text(group, "path"))
    var expression: [JSONValue]
    let own = Self.list(group["expression"])
    if own.isEmpty || membership == .resolved {
      let members = !Self.list(group["vm_members"]).isEmpty
      // Addresses stay addresses: they need not be those of machines.
      expression = own.filter { $0["resource_type"] == "IPAddressExpression" }
      if expression.isEmpty, members { expression = [Self.condition(Self.label(path))] }
    } else {
      expression = own.map(operand)
    }
    append(group: path, expression)
  }

  private mutating func add(segment: JSONValue) {
    let path = groupPath(Self.text(segment, "path"))
    append(group: path, [Self.condition(Self.label(path))])
  }

  private mutating func append(group path: String, _ expression: [JSONValue]) {
    estate.groups.append([
      "resource_type": "Group", "path": .string(path), "id": .string(path),
      "group_type": ["ANTREA"], "expression": .array(expression),
    ])
  }

  private static func condition(_ label: String) -> JSONValue {
    [
      "resource_type": "Condition", "member_type": "Pod", "key": "Tag", "operator": "EQUALS",
      "value": .string("dis:k8s:\(label)|yes"),
    ]
  }

  /// An operand over pods instead of machines.
  private func operand(_ operand: JSONValue) -> JSONValue {
    guard case .object(var members) = operand else { return operand }
    switch operand["resource_type"] {
    case "Condition": members["member_type"] = "Pod"
    case "NestedExpression":
      members["expressions"] = .array(Self.list(operand["expressions"]).map(self.operand))
    case "PathExpression":
      members["paths"] = .array(
        Self.list(operand["paths"]).map { .string(groupPath($0.string ?? "")) })
    default: break
    }
    return .object(members)
  }

  // MARK: Policies

  private mutating func add(_ policy: JSONValue, number: Int) {
    let id = Self.slug(Self.text(policy, "display_name"))
    var rules: [JSONValue] = []
    for (index, rule) in Self.list(policy["rules"]).enumerated() {
      rules.append(self.rule(rule, number: index + 1))
    }
    estate.policies.append([
      "resource_type": "SecurityPolicy", "id": .string(id), "display_name": .string(id),
      "path": .string("/infra/domains/default/security-policies/\(id)"),
      "category": policy["category"] ?? "", "internal_sequence_number": .integer(Int64(number)),
      "scope": .array(members(policy, "scope")), "rules": .array(rules),
    ])
  }

  private func rule(_ rule: JSONValue, number: Int) -> JSONValue {
    guard case .object(var members) = rule else { return rule }
    members["resource_type"] = "Rule"
    members["id"] = .string("\(rule["rule_id"]?.integer ?? 0)")
    members["sequence_number"] = .integer(Int64(number))
    for key in ["source_groups", "destination_groups", "scope"] {
      members[key] = .array(self.members(rule, key))
    }
    members["service_entries"] = .array(
      Self.list(rule["service_entries"]).map { entry in
        guard case .object(var members) = entry, entry["resource_type"] == "ICMPTypeServiceEntry"
        else { return entry }
        members["protocol"] = members["protocol"] ?? "ICMPv4"
        return .object(members)
      })
    return .object(members)
  }

  /// Names of groups as paths; addresses and `ANY` as they are.
  private func members(_ value: JSONValue, _ key: String) -> [JSONValue] {
    Self.list(value[key]).map { member in
      let text = member.string ?? ""
      return text == "ANY" || AddressRange(text) != nil ? member : .string(groupPath(text))
    }
  }

  /// The services of the catalogue that rules name.
  private func services(_ catalogue: JSONValue) -> [JSONValue] {
    var used: Set<JSONValue> = []
    for policy in Self.list(resources["security_policies"]) {
      for rule in Self.list(policy["rules"]) { used.formUnion(Self.list(rule["services"])) }
    }
    return Self.list(catalogue["services"]).filter { used.contains($0["path"] ?? "") }
  }

  // MARK: Endpoints

  private func makeWorld() -> World {
    let interfaces = Self.list(document["virtual_network_interface"])
    var workloads: [Workload] = []
    for (index, machine) in Self.list(document["virtual_machines"]).enumerated() {
      let id = Self.text(machine, "external_id")
      let own = interfaces.filter { $0["owner_vm_id"]?.string == id }
      var addresses = own.flatMap { Self.list($0["ip_address_info"]) }
        .flatMap { Self.list($0["ip_addresses"]) }.compactMap { IPAddress($0.string ?? "") }
      if addresses.isEmpty { addresses = [address("10.99.0.\(index + 1)")] }
      addresses.append(address("fd00:99::\(index + 1)"))
      workloads.append(
        Workload(
          name: Self.slug(Self.text(machine, "display_name")), namespace: "machines",
          labels: labels(machine, id: id, interfaces: own), addresses: addresses))
    }
    return World(workloads: workloads, addresses: externalAddresses())
  }

  private func labels(
    _ machine: JSONValue, id: String, interfaces: [JSONValue]
  ) -> [String: String] {
    var labels: [String: String] = [:]
    for (index, tag) in Self.list(machine["tags"]).enumerated() {
      labels[tag["scope"]?.string ?? "tag\(index)"] = Self.text(tag, "tag")
    }
    for group in Self.list(resources["groups"])
    where Self.list(group["vm_members"]).contains(where: { Self.text($0, "id") == id }) {
      labels[Self.label(groupPath(Self.text(group, "path")))] = "yes"
    }
    let ports = Set(interfaces.map { Self.text($0, "lport_attachment_id") })
    for segment in Self.list(document["segments"])
    where Self.list(segment["segment_ports"]).contains(where: {
      ports.contains($0[path: "attachment", "id"]?.string ?? "")
    }) {
      labels[Self.label(groupPath(Self.text(segment, "path")))] = "yes"
    }
    return labels
  }

  /// The first and the last address of every range in rules and groups, their
  /// neighbours, and one address of each family that nothing names.
  private func externalAddresses() -> [IPAddress] {
    var texts: [String] = []
    for policy in Self.list(resources["security_policies"]) {
      for rule in Self.list(policy["rules"]) {
        for key in ["source_groups", "destination_groups"] {
          texts += Self.list(rule[key]).compactMap(\.string)
        }
      }
    }
    for group in Self.list(resources["groups"]) {
      for operand in Self.list(group["expression"]) {
        texts += Self.list(operand["ip_addresses"]).compactMap(\.string)
      }
    }
    var result = [address("203.0.113.1"), address("2001:db8::1")]
    for range in texts.compactMap({ AddressRange($0) }) {
      for value in [range.lower &- 1, range.lower, range.upper, range.upper &+ 1]
      where value <= range.family.highest {
        result.append(IPAddress(family: range.family, value: value))
      }
    }
    return result
  }
}
