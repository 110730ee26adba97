import AntreaModel
import Documents
import Reachability
import Testing
import Translation

/// Faults in the rendered objects, each of which the comparison must find.
@Suite struct MutationTests {
  private let world = World(
    workloads: [
      pod("web", labels: ["app": "web"], "10.244.0.1"),
      pod("web-t", in: "test", labels: ["app": "web"], "10.244.0.2"),
      pod("db", labels: ["app": "db", "tier": "x"], "10.244.0.3"),
      pod("api", labels: ["app": "api"], "10.244.0.4", services: ["api"]),
      pod("api-t", in: "test", labels: ["app": "api"], "10.244.0.5", services: ["api"]),
      pod("db-t", in: "test", labels: ["app": "db"], "10.244.0.7"),
      pod("none", in: "test", "10.244.0.6"),
    ],
    addresses: [
      "10.20.0.1", "10.20.127.255", "10.20.128.1", "10.21.0.1", "10.30.0.9", "10.30.0.10",
      "10.30.0.11", "10.30.0.12", "192.0.2.1", "192.0.2.200", "192.0.3.1",
    ].map { address($0) })

  /// Every rule decides some flow that no other rule would decide that way.
  private func estate() throws -> Estate {
    var estate = Estate()
    try estate.group("web", RuleShapes.pods("web"))
    try estate.group("db", RuleShapes.pods("db"))
    try estate.group("shop", RuleShapes.namespace("shop"))
    try estate.group(
      "mixed",
      #"""
      [{"resource_type":"NestedExpression","expressions":[
         {"resource_type":"Condition","member_type":"Namespace","key":"Name","operator":"EQUALS","value":"shop"},
         {"resource_type":"ConjunctionOperator","conjunction_operator":"AND"},
         {"resource_type":"Condition","member_type":"Service","key":"Name","operator":"EQUALS","value":"api"}]},
       {"resource_type":"ConjunctionOperator","conjunction_operator":"OR"},
       {"resource_type":"IPAddressExpression","ip_addresses":["10.20.0.0/17"]}]
      """#)
    try estate.service(
      "s",
      #"""
      [{"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","destination_ports":["443","8000-8010"]},
       {"resource_type":"L4PortSetServiceEntry","l4_protocol":"UDP","destination_ports":["53"],"source_ports":["1024-65535"]},
       {"resource_type":"ICMPTypeServiceEntry","protocol":"ICMPv4","icmp_type":8,"icmp_code":0}]
      """#)
    func paths(_ names: String...) -> String {
      "[" + names.map { "\"\(Estate.group($0))\"" }.joined(separator: ",") + "]"
    }
    try estate.policy(
      "emergency", category: "Emergency", number: 1,
      rules:
        "[\(rule(1, action: "REJECT", #""direction":"IN","source_groups":["10.30.0.10-10.30.0.11"]"#))]"
    )
    try estate.policy(
      "app", number: 60_000_001,
      rules: "["
        + rule(
          1,
          #""direction":"IN","source_groups":\#(paths("mixed")),"destination_groups":\#(paths("db")),"services":["/infra/services/s"],"scope":\#(paths("shop"))"#
        ) + ","
        + rule(2, #""source_groups":\#(paths("web")),"destination_groups":\#(paths("db"))"#) + ","
        + rule(3, action: "DROP", #""direction":"IN","scope":\#(paths("db"))"#) + ","
        + rule(
          4, action: "DROP",
          #""direction":"OUT","scope":\#(paths("shop")),"destination_groups":["192.0.2.0/24","10.244.0.3"]"#
        )
        + "]")
    // What passes or is dropped above is not what happens without a match.
    try estate.policy(
      "late", number: 60_000_002, rules: "[\(rule(1, action: "REJECT", #""notes":"""#))]")
    return estate
  }

  @Test func everyFaultInAValueIsFound() throws {
    let trial = try Trial(try estate(), world, families: [.v4])
    #expect(trial.translation.findings.map(\.message) == [])
    #expect(try trial.check().differences.isEmpty)
    var count = 0
    for (index, object) in trial.objects.enumerated() where object.kind != "Tier" {
      for (name, spec) in Mutation.all(object.document["spec"] ?? .null) {
        count += 1
        var altered = trial.objects
        guard case .object(var members) = object.document else { continue }
        members["spec"] = spec
        altered[index] = try #require(KubernetesObject(.object(members)))
        // A fault that cannot even be read is found as well.
        guard let result = try? trial.check(altered, limit: 1) else { continue }
        if Mutation.changesNothing.contains("\(short(object.name)): \(name)") { continue }
        #expect(result.differences.count == 1, "\(object.reference): \(name)")
      }
    }
    #expect(count > 60, "\(count) faults")
  }

  @Test func everyLostObjectIsFound() throws {
    let trial = try Trial(try estate(), world, families: [.v4])
    for index in trial.objects.indices {
      var altered = trial.objects
      let lost = altered.remove(at: index)
      if lost.kind == "Tier" { continue }
      let isFound = try trial.check(altered, limit: 1).differences.count == 1
      #expect(isFound, "\(lost.reference)")
    }
  }

  @Test func theDifferenceNamesBothRules() throws {
    let trial = try Trial(try estate(), world, families: [.v4])
    let altered = try trial.objects.map { object -> KubernetesObject in
      guard object.name.hasPrefix("app-"), case .object(var document) = object.document else {
        return object
      }
      document.update("spec") { spec in
        guard case .object(var members) = spec else { return }
        members["egress"] = nil
        spec = .object(members)
      }
      return try #require(KubernetesObject(.object(document)))
    }
    let differences = try trial.check(altered).differences
    let lost = try #require(
      differences.first { $0.flow.destination.address == address("192.0.2.1") })
    #expect(lost.kind == .otherDenial)
    #expect(
      lost.description.contains("drop by /infra/domains/default/security-policies/app/rules/r4")
        && lost.description.contains("reject by ClusterNetworkPolicy/late-"), "\(lost.description)")
    #expect(differences.contains { $0.kind == .narrower })
  }
}

/// Faults of one value each.
enum Mutation {
  /// Faults that cannot show: what the value says is said elsewhere too, or it
  /// has nothing to do with verdicts.
  static let changesNothing: Set<String> = [
    // Two rules that allow: their order decides nothing.
    "app: .ingress[1] goes first", "app: .ingress[2] goes first",
  ]

  /// Every fault of a document, with its place.
  static func all(_ value: JSONValue, _ path: String = "") -> [(String, JSONValue)] {
    var result: [(String, JSONValue)] = []
    switch value {
    case .object(let object):
      for member in object {
        let place = "\(path).\(member.key)"
        if ["name", "enableLogging", "logLabel", "tier"].contains(member.key),
          path != ".serviceReference"
        {
          continue
        }
        for (name, inner) in all(member.value, place) {
          var copy = object
          copy[member.key] = inner
          result.append((name, .object(copy)))
        }
        if !["action", "priority", "protocol"].contains(member.key) {
          var copy = object
          copy[member.key] = nil
          result.append(("\(place) is lost", .object(copy)))
        }
        if member.key.hasSuffix("elector"), member.value != [:] {
          var copy = object
          copy[member.key] = [:]
          result.append(("\(place) is empty", .object(copy)))
        }
      }
    case .array(let list):
      for index in list.indices {
        for (name, inner) in all(list[index], "\(path)[\(index)]") {
          var copy = list
          copy[index] = inner
          result.append((name, .array(copy)))
        }
        var copy = list
        copy.remove(at: index)
        result.append(("\(path)[\(index)] is lost", .array(copy)))
        if index > 0, path.hasSuffix("gress") {
          copy = list
          copy.swapAt(index, index - 1)
          result.append(("\(path)[\(index)] goes first", .array(copy)))
        }
      }
    case .string(let text): result += strings(text, path)
    case .integer(let number):
      result += [-1, 1].map { ("\(path) \(number + $0)", .integer(number + $0)) }
    default: break
    }
    return result
  }

  private static func strings(_ text: String, _ path: String) -> [(String, JSONValue)] {
    if path.hasSuffix(".action") {
      // Without Kubernetes' own policies nothing after Pass stops anything.
      return ["Allow", "Drop", "Reject", "Pass"]
        .filter { $0 != text && (text, $0) != ("Allow", "Pass") }
        .map { ("\(path) \($0)", .string($0)) }
    }
    if path.hasSuffix(".protocol") {
      return ["TCP", "UDP", "SCTP"].filter { $0 != text }.map { ("\(path) \($0)", .string($0)) }
    }
    if path.hasSuffix(".cidr"), let cidr = CIDR(text) {
      return [-1, 1].filter { (0...32).contains(cidr.prefix + $0) }.map {
        let other = CIDR(cidr.address, prefix: cidr.prefix + $0).description
        return ("\(path) \(other)", .string(other))
      }
    }
    return [("\(path) \(text)x", .string(text + "x"))]
  }
}
