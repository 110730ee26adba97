import Documents

/// Random groups: every kind of expression.
extension EstateGenerator {
  static let conjunctionOr: JSONValue = [
    "resource_type": "ConjunctionOperator", "conjunction_operator": "OR",
  ]
  static let conjunctionAnd: JSONValue = [
    "resource_type": "ConjunctionOperator", "conjunction_operator": "AND",
  ]

  static func condition(
    _ type: String, _ key: String, _ comparison: String?, _ value: String,
    scope: String? = nil
  ) -> JSONValue {
    var members: JSONValue = [
      "resource_type": "Condition", "member_type": .string(type), "key": .string(key),
      "value": .string(value),
    ]
    if case .object(var object) = members {
      object["operator"] = comparison.map { .string($0) }
      object["scope_operator"] = scope.map { .string($0) }
      members = .object(object)
    }
    return members
  }

  static func nested(_ conditions: [JSONValue]) -> JSONValue {
    ["resource_type": "NestedExpression", "expressions": .array(joined(conditions, by: and))]
  }

  private static var and: JSONValue { conjunctionAnd }

  /// Operands with conjunctions between them.
  static func joined(_ operands: [JSONValue], by conjunction: JSONValue) -> [JSONValue] {
    operands.enumerated().flatMap { $0 == 0 ? [$1] : [conjunction, $1] }
  }

  /// A tag condition on one label.
  mutating func tag(_ type: String, _ labels: [String: [String]]) -> JSONValue {
    let key = dice.one(labels.keys.sorted())
    let values = labels[key] ?? []
    let prefix = "dis:k8s:\(key)|"
    switch dice.below(10) {
    case 0: return Self.condition(type, "Tag", "EQUALS", prefix)
    case 1: return Self.condition(type, "Tag", nil, prefix, scope: "NOTEQUALS")
    case 2, 3: return Self.condition(type, "Tag", "NOTEQUALS", prefix + dice.one(values))
    case 4:
      let list = dice.some(values, 1...3).joined(separator: ",")
      return Self.condition(type, "Tag", "IN", prefix + list)
    case 5:
      let list = dice.some(values, 1...3).joined(separator: ",")
      return Self.condition(type, "Tag", "NOTIN", prefix + list)
    default:
      return Self.condition(
        type, "Tag", "EQUALS", prefix + dice.one(values), scope: dice.one([nil, "EQUALS"]))
    }
  }

  mutating func podCondition() -> JSONValue { tag("Pod", EstateWords.podLabels) }

  mutating func namespaceCondition() -> JSONValue {
    let names = EstateWords.namespaces
    switch dice.below(9) {
    case 0: return Self.condition("Namespace", "Name", "NOTEQUALS", dice.one(names))
    case 1:
      return Self.condition(
        "Namespace", "Name", "IN", dice.some(names, 1...3).joined(separator: ","))
    case 2:
      return Self.condition(
        "Namespace", "Name", "NOTIN", dice.some(names, 1...2).joined(separator: ","))
    case 3...5: return tag("Namespace", EstateWords.namespaceTags)
    // NSX compares names without regard to case.
    case 6: return Self.condition("Namespace", "Name", "EQUALS", dice.one(names).uppercased())
    default: return Self.condition("Namespace", "Name", "EQUALS", dice.one(names))
    }
  }

  func addressExpression(_ texts: [String]) -> JSONValue {
    [
      "resource_type": "IPAddressExpression", "ip_addresses": .array(texts.map { .string($0) }),
    ]
  }

  func pathExpression(_ paths: [String]) -> JSONValue {
    ["resource_type": "PathExpression", "paths": .array(paths.map { .string($0) })]
  }

  /// Operands of one AND-run that select pods.
  mutating func podRun() -> [JSONValue] {
    switch dice.below(8) {
    case 0: [namespaceCondition()]
    case 1: [podCondition(), podCondition()]
    case 2: [Self.nested([namespaceCondition(), podCondition()])]
    case 3: [Self.nested([podCondition(), podCondition(), namespaceCondition()])]
    case 4: [namespaceCondition(), namespaceCondition()]
    default: [podCondition()]
    }
  }

  /// One run of a group that may hold anything.
  ///
  /// - Parameter index: only groups below it are nested, so that none contain
  ///   each other.
  mutating func run(_ index: Int) -> [JSONValue] {
    switch dice.below(12) {
    case 0:
      let name = Self.condition("Namespace", "Name", "EQUALS", dice.one(EstateWords.namespaces))
      let service = Self.condition("Service", "Name", "EQUALS", dice.one(EstateWords.services))
      return [Self.nested(dice.shuffled([name, service]))]
    case 1: return [addressExpression(dice.some(EstateWords.external4, 1...3))]
    case 2: return [addressExpression(dice.some(EstateWords.external6, 1...2))]
    case 3: return [addressExpression([dice.one(EstateWords.aroundPods)])]
    case 4, 5:
      let inner = (0..<index).map { "g\($0)" } + (0..<Self.podGroups).map { "w\($0)" }
      return [pathExpression(dice.some(inner, 1...2).map { Estate.group($0) })]
    default: return podRun()
    }
  }

  mutating func expression(_ runs: [[JSONValue]]) -> JSONValue {
    .array(
      Self.joined(runs.map { .array(Self.joined($0, by: Self.conjunctionAnd)) }, by: .null)
        .flatMap { $0.isNull ? [Self.conjunctionOr] : $0.array ?? [] })
  }

  /// `g0`… of anything, `w0`… of pods, `a0`… of addresses, `m0`… of machines.
  mutating func makeGroups() {
    for index in 0..<Self.mixedGroups {
      var runs = (0..<dice.one([0, 1, 1, 1, 2, 2, 3])).map { _ in run(index) }
      // Machines beside pods: NSX resolves the addresses of the whole group.
      if dice.chance(8) {
        runs.append([Self.condition("VirtualMachine", "Name", "STARTSWITH", "vm")])
        estate.memberIPs[Estate.group("g\(index)")] = dice.some(EstateWords.members, 0...2)
      }
      add(group: "g\(index)", expression(runs))
    }
    for index in 0..<Self.podGroups {
      let runs = (0..<dice.one([1, 1, 1, 2])).map { _ in podRun() }
      add(group: "w\(index)", expression(runs))
    }
    add(group: "a0", .array([addressExpression(dice.some(EstateWords.external4, 1...4))]))
    add(group: "a1", .array([addressExpression(dice.some(EstateWords.external6, 1...3))]))
    let both = [dice.one(EstateWords.external4), dice.one(EstateWords.external6)]
    add(
      group: "a2",
      .array(Self.joined(both.map { addressExpression([$0]) }, by: Self.conjunctionOr)))
    let machines: [[JSONValue]] = [
      [Self.condition("VirtualMachine", "Tag", "EQUALS", "x|y")],
      [pathExpression(["/infra/segments/s\(dice.below(3))"])],
      [["resource_type": "ExternalIDExpression", "member_type": "VirtualMachine"]],
      [["resource_type": "MACAddressExpression", "mac_addresses": ["00:00:5e:00:53:01"]]],
      [],
    ]
    for index in 0..<Self.machineGroups {
      add(group: "m\(index)", .array(dice.one(machines)), types: [])
      estate.memberIPs[Estate.group("m\(index)")] = dice.some(EstateWords.members, 1...3)
    }
  }

  mutating func add(group id: String, _ expression: JSONValue, types: [JSONValue] = ["ANTREA"]) {
    let name = dice.chance(5) ? dice.one(EstateWords.ids) : id
    estate.groups.append([
      "resource_type": "Group", "id": .string(name), "display_name": .string(name),
      "path": .string(Estate.group(id)), "_revision": 1, "group_type": .array(types),
      "expression": expression,
    ])
  }
}
