import AntreaModel
import Documents
import Importing
import Testing

/// Addresses of a cluster, and what is done with the NSX group that has them.
@Suite struct AddressGroupTests {
  private func object(
    _ kind: String, _ name: String, version: String = "v1", in namespace: String? = nil,
    labels: [String: String] = [:], _ rest: JSONValue
  ) throws -> KubernetesObject {
    var object = rest.object ?? JSONObject()
    object["apiVersion"] = .string(version)
    object["kind"] = .string(kind)
    var metadata: JSONObject = JSONObject()
    metadata["name"] = .string(name)
    metadata["namespace"] = namespace.map { .string($0) }
    var own = JSONObject()
    for (key, value) in labels { own[key] = .string(value) }
    metadata["labels"] = .object(own)
    object["metadata"] = .object(metadata)
    return try #require(KubernetesObject(.object(object)))
  }

  private func cluster() throws -> [KubernetesObject] {
    [
      try object("Namespace", "shop", labels: ["env": "prod"], [:]),
      try object("Namespace", "test", [:]),
      try object(
        "Pod", "web", in: "shop", labels: ["app": "web"],
        ["status": ["phase": "Running", "podIPs": [["ip": "10.0.0.1"], ["ip": "fd00::1"]]]]),
      try object(
        "Pod", "next", in: "shop", labels: ["app": "web"],
        ["status": ["phase": "Running", "podIP": "10.0.0.2"]]),
      try object(
        "Pod", "done", in: "shop", labels: ["app": "web"],
        ["status": ["phase": "Succeeded", "podIP": "10.0.0.3"]]),
      try object(
        "Pod", "host", in: "shop", labels: ["app": "web"],
        ["spec": ["hostNetwork": true], "status": ["podIP": "192.168.0.1"]]),
      try object(
        "Pod", "new", in: "shop", labels: ["app": "web"], ["status": ["phase": "Pending"]]),
      try object("Pod", "other", in: "test", ["status": ["podIP": "10.0.1.1"]]),
      try object(
        "Node", "one", labels: ["role": "worker"],
        [
          "spec": ["podCIDRs": ["10.0.0.0/24", "fd00::/64"]],
          "status": [
            "addresses": [
              ["type": "InternalIP", "address": "192.168.0.1"],
              ["type": "Hostname", "address": "one"],
            ]
          ],
        ]),
      try object(
        "Service", "lb", in: "shop",
        [
          "spec": ["type": "LoadBalancer"],
          "status": ["loadBalancer": ["ingress": [["ip": "172.16.0.9"], ["hostname": "x"]]]],
        ]),
      try object("Service", "plain", in: "shop", ["spec": ["type": "ClusterIP"]]),
      try object(
        "Ingress", "web", version: "networking.k8s.io/v1", in: "test",
        ["status": ["loadBalancer": ["ingress": [["ip": "172.16.0.10"]]]]]),
      try object(
        "Egress", "out", version: "crd.antrea.io/v1beta1",
        ["spec": ["egressIP": "172.17.0.1"], "status": ["egressIP": "172.17.0.1"]]),
    ]
  }

  private func texts(_ source: AddressSource) throws -> [String] {
    source.addresses(of: try cluster()).addresses.networks.map(\.description)
  }

  @Test func findsTheAddressesOfEverySource() throws {
    func source(_ kind: AddressSource.Kind) throws -> AddressSource {
      try AddressSource(kind, at: "groups[0]")
    }
    #expect(
      try texts(source(.pods)) == [
        "10.0.0.1/32", "10.0.0.2/32", "10.0.1.1/32", "fd00::1/128",
      ])
    #expect(try texts(source(.nodes)) == ["192.168.0.1/32"])
    #expect(try texts(source(.podCIDRs)) == ["10.0.0.0/24", "fd00::/64"])
    #expect(try texts(source(.egressIPs)) == ["172.17.0.1/32"])
    #expect(try texts(source(.loadBalancers)) == ["172.16.0.9/32", "172.16.0.10/32"])
  }

  @Test func choosesByNamespaceAndLabels() throws {
    let prod = try AddressSource(
      .pods, namespaceSelector: ["matchLabels": ["env": "prod"]],
      selector: ["matchExpressions": [["key": "app", "operator": "In", "values": ["web"]]]],
      at: "groups[0]")
    #expect(try texts(prod) == ["10.0.0.1/32", "10.0.0.2/32", "fd00::1/128"])
    #expect(prod.objectKinds == ["Pod", "Namespace"])
    let found = prod.addresses(of: try cluster())
    #expect(found.objects == 2 && found.without == ["Pod/shop/new"])
    let named = try AddressSource(.pods, namespaces: ["test"], at: "groups[0]")
    #expect(try texts(named) == ["10.0.1.1/32"])
    #expect(throws: (any Error).self) {
      try AddressSource(.pods, selector: ["matchLabels": ["!": "x"]], at: "groups[0]")
    }
  }

  private func group(_ texts: [String], mayBeEmpty: Bool = false) -> AddressGroup {
    AddressGroup(
      path: "/infra/domains/default/groups/web", displayName: nil, cluster: "prod",
      mayBeEmpty: mayBeEmpty, addresses: AddressSet(texts.compactMap { AddressRange($0) }))
  }

  /// What NSX makes of a group that is written.
  private func written(_ group: AddressGroup) throws -> JSONValue {
    try #require(try writtenGroups(group).last)
  }

  /// The same of its parts as well, those first.
  private func writtenGroups(_ group: AddressGroup) throws -> [JSONValue] {
    guard case .write(let writes, _, _, _) = group.decision(nil) else {
      throw TestFailure()
    }
    return try writes.map { write in
      var object = try #require(write.document.object)
      object["_revision"] = 4
      object["path"] = .string(write.path)
      return .object(object)
    }
  }

  private struct TestFailure: Error {}

  @Test func writesOnlyTheDifference() throws {
    let current = try written(group(["10.0.0.1", "10.0.0.2", "fd00::1"]))
    #expect(current["expression"]?.array?.count == 3)
    #expect(
      current["expression"]?.array?.first?["ip_addresses"] == ["10.0.0.1-10.0.0.2"])
    #expect(group(["fd00::1", "10.0.0.2", "10.0.0.1"]).decision(current) == .unchanged)
    guard
      case .write(let next, _, let added, let removed) = group(["10.0.0.2", "10.0.0.9"])
        .decision(current)
    else {
      Issue.record("not written")
      return
    }
    #expect(next.map(\.document["_revision"]) == [4])
    #expect(added.networks.map(\.description) == ["10.0.0.9/32"])
    #expect(removed.networks.map(\.description) == ["10.0.0.1/32", "fd00::1/128"])
  }

  @Test func refusesWhatIsNotItsOwnOrWouldHarm() throws {
    let current = try written(group(["10.0.0.1"]))
    #expect(group([]).decision(current) == .refuse(.emptied(before: 1)))
    #expect(group([]).decision(try written(group([]))) == .unchanged)
    guard case .write = group([], mayBeEmpty: true).decision(current) else {
      Issue.record("not written")
      return
    }
    var foreign = try #require(current.object)
    foreign["tags"] = nil
    #expect(group(["10.0.0.1"]).decision(.object(foreign)) == .refuse(.foreign(mark: nil)))
    foreign["tags"] = [["scope": .string(AddressGroup.tag), "tag": "edge"]]
    #expect(group(["10.0.0.1"]).decision(.object(foreign)) == .refuse(.foreign(mark: "edge")))
    var mixed = try #require(current.object)
    mixed["expression"] = [["resource_type": "Condition", "member_type": "Segment"]]
    #expect(group(["10.0.0.1"]).decision(.object(mixed)) == .refuse(.otherMembers))
  }

  /// Single addresses that do not become ranges.
  private func many(_ count: Int) -> [String] {
    (0..<count).map { "10.\($0 / 128).\($0 % 128 * 2).1" }
  }

  @Test func nestsWhatIsMoreThanOneGroupTakes() throws {
    #expect(try writtenGroups(group(many(4000))).count == 1)
    let groups = try writtenGroups(group(many(8001) + ["fd00::1"]))
    let path = "/infra/domains/default/groups/web"
    #expect(groups.map { $0["id"] } == ["web-part-1", "web-part-2", "web-part-3", "web"])
    #expect(
      groups.map { group in
        (group["expression"]?.array ?? []).map { $0["ip_addresses"]?.array?.count }
      } == [[4000], [4000], [1, nil, 1], [nil]])
    #expect(
      groups[3]["expression"]?.array?.first?["paths"]?.array?.first?.string == "\(path)-part-1")
    #expect(groups.allSatisfy { $0["tags"] == groups[3]["tags"] })
    let parts = Array(groups.dropLast())
    #expect(group(many(8001) + ["fd00::1"]).decision(groups[3], parts: parts) == .unchanged)

    // One more: what follows moves on, in one transaction.
    guard
      case .write(let writes, let surplus, let added, let removed) = group(
        many(8001) + ["9.9.9.9", "fd00::1"]
      ).decision(groups[3], parts: parts)
    else { throw TestFailure() }
    #expect(writes.map(\.path) == parts.compactMap { $0["path"]?.string })
    #expect(added.ranges.count == 1 && removed.isEmpty && surplus.isEmpty)

    // Fewer: the parts go when nothing nests them any more.
    guard
      case .write(let flat, let rest, _, let gone) = group(["10.0.0.1"])
        .decision(groups[3], parts: parts)
    else { throw TestFailure() }
    #expect(flat.map(\.path) == [path] && rest == parts && gone.ranges.count == 8001)
    // Stopped before they went.
    let small = try written(group(["10.0.0.1"]))
    guard
      case .write(let none, let left, _, _) = group(["10.0.0.1"]).decision(
        small, parts: parts)
    else { throw TestFailure() }
    #expect(none.isEmpty && left == parts)

    #expect(group([]).decision(groups[3], parts: parts) == .refuse(.emptied(before: 8002)))
    var foreign = try #require(parts[0].object)
    foreign["tags"] = nil
    #expect(
      group(many(5000)).decision(nil, parts: [.object(foreign)])
        == .refuse(.foreignPart("\(path)-part-1")))
    var other = try #require(groups[3].object)
    other["expression"] = [
      ["resource_type": "PathExpression", "paths": ["/infra/domains/default/groups/else"]]
    ]
    #expect(
      group(many(5000)).decision(.object(other), parts: parts) == .refuse(.otherMembers))
  }
}
