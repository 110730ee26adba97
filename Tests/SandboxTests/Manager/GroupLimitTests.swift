import Documents
import Sandbox
import Testing

@Suite("Manager: limits of groups and services")
struct GroupLimitTests {
  private func condition(
    _ type: String, _ key: String, _ value: String, _ name: String = "EQUALS"
  ) -> JSONValue {
    [
      "resource_type": "Condition", "member_type": .string(type), "key": .string(key),
      "operator": .string(name), "value": .string(value),
    ]
  }

  private func joined(_ list: [JSONValue], by name: JSONValue) -> JSONValue {
    var parts: [JSONValue] = []
    for element in list {
      if !parts.isEmpty {
        parts.append(["resource_type": "ConjunctionOperator", "conjunction_operator": name])
      }
      parts.append(element)
    }
    return .array(parts)
  }

  private func nested(_ conditions: [JSONValue]) -> JSONValue {
    ["resource_type": "NestedExpression", "expressions": joined(conditions, by: "AND")]
  }

  private func any(_ operands: [JSONValue]) -> JSONValue {
    ["group_type": ["ANTREA"], "expression": joined(operands, by: "OR")]
  }

  private func status(_ group: JSONValue) async -> Int {
    await ManagerClient().send("PUT", ManagerClient.groups + "/limits", group).status
  }

  @Test func takesWhatAntreaGroupsCanHold() async {
    let pods = (0..<14).map { condition("Pod", "Tag", "dis:k8s:k\($0)|v", "NOTEQUALS") }
    #expect(await status(any([nested([condition("Namespace", "Name", "shop")] + pods)])) == 200)
    let service = [condition("Namespace", "Name", "shop"), condition("Service", "Name", "cart")]
    #expect(await status(any([nested(service)])) == 200)
  }

  @Test func refusesOtherConditionsInAntreaGroups() async {
    #expect(await status(any([condition("Pod", "Name", "web")])) == 400)
    #expect(await status(any([condition("Pod", "Tag", "dis:k8s:app|a,b", "IN")])) == 400)
    let absent = condition("Pod", "Tag", "dis:k8s:app|").with("scope_operator", "NOTEQUALS")
    #expect(await status(any([absent])) == 400)
    #expect(await status(any([condition("Service", "Name", "cart")])) == 400)
  }

  @Test func countsConditionsAndCriteria() async {
    let pods = (0..<16).map { condition("Pod", "Tag", "dis:k8s:k\($0)|v") }
    #expect(await status(any([nested(Array(pods.prefix(5)))])) == 200)
    #expect(await status(any([nested(Array(pods.prefix(6)))])) == 400)
    let mixed = [condition("Namespace", "Name", "shop")] + pods.prefix(15)
    #expect(await status(any([nested(mixed)])) == 400)
    #expect(await status(any(Array(pods.prefix(5)))) == 200)
    #expect(await status(any(Array(pods.prefix(6)))) == 400)
  }

  @Test func keepsFamiliesApartAndBoundsAddresses() async {
    func group(_ addresses: [String]) -> JSONValue {
      any([
        [
          "resource_type": "IPAddressExpression",
          "ip_addresses": .array(addresses.map { .string($0) }),
        ]
      ])
    }
    #expect(await status(group(["10.0.0.1", "10.0.1.0-10.0.1.9"])) == 200)
    #expect(await status(group(["10.0.0.1", "fd00::1"])) == 400)
    #expect(await status(group([])) == 400)
    #expect(await status(group((0..<4001).map { "10.0.\($0 / 256).\($0 % 256)" })) == 400)
  }

  @Test func boundsPortsAndNumbers() async {
    let client = ManagerClient()
    func rule(_ entry: JSONValue) async -> Int {
      await client.send(
        "PATCH", ManagerClient.policies + "/shop-cart/rules/limits",
        [
          "action": "DROP",
          "service_entries": [entry.with("resource_type", "L4PortSetServiceEntry")],
        ]
      ).status
    }
    let ports = JSONValue.array((1...15).map { .string("\($0)") })
    #expect(await rule(["l4_protocol": "TCP", "destination_ports": ports]) == 200)
    #expect(await rule(["l4_protocol": "SCTP", "destination_ports": ["1"]]) == 400)
    let range = JSONValue.array(
      (1...7).map { .string("\($0)") } + ["9-10", "11-12", "1-2", "3-4", "5-6"])
    #expect(await rule(["l4_protocol": "TCP", "destination_ports": range]) == 400)
    let policy: JSONValue = ["category": "Application", "sequence_number": 1_000_000]
    #expect(await client.send("PATCH", ManagerClient.policies + "/limits", policy).status == 400)
  }
}
