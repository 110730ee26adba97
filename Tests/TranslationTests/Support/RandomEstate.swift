import Documents

extension Estate {
  /// An estate of vendor shapes and beyond, different for every seed.
  static func random(seed: UInt64) throws -> Estate {
    var random = SeededGenerator(state: seed)
    var estate = Estate()
    let or = #"{"resource_type":"ConjunctionOperator","conjunction_operator":"OR"}"#
    let and = #"{"resource_type":"ConjunctionOperator","conjunction_operator":"AND"}"#
    func path(_ index: Int) -> String { Estate.group("g\(index)") }
    func pod(_ random: inout SeededGenerator) -> String {
      let comparison = Bool.random(using: &random) ? "EQUALS" : "NOTEQUALS"
      return
        #"{"resource_type":"Condition","member_type":"Pod","key":"Tag","operator":"\#(comparison)","value":"dis:k8s:app|a\#(Int.random(in: 0..<4, using: &random))"}"#
    }
    func namespace(_ random: inout SeededGenerator) -> String {
      #"{"resource_type":"Condition","member_type":"Namespace","key":"Name","operator":"EQUALS","value":"ns\#(Int.random(in: 0..<3, using: &random))"}"#
    }
    func operand(_ random: inout SeededGenerator) -> String {
      switch Int.random(in: 0..<5, using: &random) {
      case 0: return pod(&random)
      case 1: return namespace(&random)
      case 2:
        return
          #"{"resource_type":"NestedExpression","expressions":[\#(namespace(&random)),\#(and),\#(pod(&random))]}"#
      case 3:
        return
          #"{"resource_type":"IPAddressExpression","ip_addresses":["10.\#(Int.random(in: 0..<9, using: &random)).0.3-10.9.7.1","192.0.2.1"]}"#
      default:
        return
          #"{"resource_type":"PathExpression","paths":["\#(path(Int.random(in: 0..<3, using: &random)))"]}"#
      }
    }
    for index in 0..<10 {
      var parts: [String] = []
      for _ in 0..<Int.random(in: 0..<4, using: &random) {
        // Only later groups nest earlier ones, so that most have no circle.
        var part = operand(&random)
        while index < 3, part.contains("PathExpression") { part = operand(&random) }
        parts.append(part)
      }
      try estate.group("g\(index)", "[" + parts.joined(separator: ",\(or),") + "]")
    }
    try estate.service(
      "s0",
      #"[{"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","destination_ports":["443","80"]},{"resource_type":"ICMPTypeServiceEntry","protocol":"ICMPv4","icmp_type":8}]"#
    )
    func side(_ random: inout SeededGenerator) -> String {
      if Int.random(in: 0..<3, using: &random) == 0 { return #"["ANY"]"# }
      let list = (0..<Int.random(in: 1..<3, using: &random)).map { _ in
        "\"" + path(Int.random(in: 0..<10, using: &random)) + "\""
      }
      return "[" + list.joined(separator: ",") + "]"
    }
    for index in 0..<8 {
      var rules: [String] = []
      for number in 0..<Int.random(in: 0..<6, using: &random) {
        let direction = ["IN", "OUT", "IN_OUT"].randomElement(using: &random) ?? "IN"
        let service = Bool.random(using: &random) ? #"["/infra/services/s0"]"# : #"["ANY"]"#
        let action = ["ALLOW", "DROP", "REJECT", "JUMP_TO_APPLICATION"].randomElement(
          using: &random)
        rules.append(
          rule(
            number, action: action ?? "DROP",
            #""direction":"\#(direction)","source_groups":\#(side(&random)),"destination_groups":\#(side(&random)),"scope":\#(side(&random)),"services":\#(service)"#
          ))
      }
      let category = ["Emergency", "Infrastructure", "Environment", "Application"]
        .randomElement(using: &random)
      try estate.policy(
        "p\(index)", category: category ?? "Application",
        number: Int.random(in: 1..<9, using: &random),
        rules: "[" + rules.joined(separator: ",") + "]")
    }
    return estate
  }

  /// The objects in another order, with criteria, rules and lists in another
  /// order as well.
  func shuffled(seed: UInt64) -> [JSONValue] {
    var random = SeededGenerator(state: seed)
    func shuffle(_ value: JSONValue, _ key: String) -> JSONValue {
      switch value {
      case .object(var object):
        for member in object.members { object[member.key] = shuffle(member.value, member.key) }
        return .object(object)
      case .array(let list) where key == "expression":
        let operands = list.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
          .shuffled(using: &random)
        var result = list
        for (index, operand) in operands.enumerated() { result[index * 2] = operand }
        return .array(result)
      case .array(let list):
        return .array(
          list.map { shuffle($0, "") }.shuffled(using: &random))
      default: return value
      }
    }
    return objects.map { object in
      if object["resource_type"] == "Group", case .object(var members) = object {
        members["expression"] = shuffle(members["expression"] ?? .null, "expression")
        return .object(members)
      }
      return shuffle(object, "")
    }.shuffled(using: &random)
  }
}
