import AntreaModel
import Documents
import Testing

@testable import Reachability

/// What makes classes of endpoints, and what does not.
@Suite struct UniverseTests {
  private func address(_ text: String) -> IPAddress {
    IPAddress(text) ?? IPAddress(family: .v4, value: 0)
  }

  private func pod(
    _ name: String, in namespace: String = "shop", _ labels: [String: String] = [:],
    _ addresses: String..., isHostNetwork: Bool = false
  ) -> Workload {
    Workload(
      name: name, namespace: namespace, labels: labels, addresses: addresses.map { address($0) },
      isHostNetwork: isHostNetwork)
  }

  private func vocabulary(_ specs: String...) throws -> Vocabulary {
    Vocabulary(
      objects: try specs.map { spec in
        try #require(
          KubernetesObject(
            try JSONValue(
              json:
                #"{"apiVersion":"crd.antrea.io/v1beta1","kind":"ClusterGroup","metadata":{"name":"g"},"spec":\#(spec)}"#
            )))
      })
  }

  private func texts(_ universe: Universe) -> [String] {
    universe.world.endpoints.map { endpoint in
      endpoint.workload == nil
        ? universe.addresses(in: EndpointSet([endpoint.index])).networks.map(\.description)
          .joined(separator: " ")
        : universe.pods(in: EndpointSet([endpoint.index])).map(\.name)
          .sorted().joined(separator: " ")
    }
  }

  @Test func podsDifferByWhatIsMentioned() throws {
    let pods = [
      pod("a", ["app": "web", "hash": "1"], "10.0.0.1"),
      pod("b", ["app": "web", "hash": "2"], "10.0.0.2"),
      pod("c", ["app": "db"], "10.0.0.3"), pod("d", ["app": "mq"], "10.0.0.4"),
      pod("e", in: "test", ["app": "web"], "10.0.0.5"),
      pod("f", [:], "10.0.0.6"), pod("h", ["app": "web"], "10.0.0.7", isHostNetwork: true),
      pod("i", ["app": "db"], "10.0.0.8", isHostNetwork: true),
    ]
    for (specs, expected) in [
      ([], ["a b c d e f", "h i"]),
      ([#"{"podSelector":{"matchLabels":{"app":"web"}}}"#], ["a b e", "c d", "f", "h i"]),
      (
        [#"{"podSelector":{"matchExpressions":[{"key":"app","operator":"Exists"}]}}"#],
        ["a b c d e", "f", "h i"]
      ),
      (
        [#"{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"test"}}}"#],
        ["a b c d f", "e", "h i"]
      ),
      ([#"{"ipBlocks":[{"cidr":"10.0.0.2/31"}]}"#], ["a d e f", "b c", "h i"]),
    ] {
      var vocabulary = Vocabulary()
      for spec in specs { vocabulary.formUnion(try self.vocabulary(spec)) }
      for pods in [pods, pods.reversed()] {
        let universe = Universe(
          pods: pods, podNetworks: [CIDR("10.0.0.0/8")].compactMap(\.self), vocabulary: vocabulary)
        #expect(texts(universe).filter { !$0.contains("/") }.sorted() == expected.sorted())
      }
    }
  }

  @Test func addressesAreCutWhereSetsBegin() throws {
    let vocabulary = try self.vocabulary(
      #"{"ipBlocks":[{"cidr":"10.0.0.0/8"},{"cidr":"192.0.2.0/24"}]}"#,
      #"{"ipBlocks":[{"cidr":"10.1.0.0/16"}]}"#)
    let universe = Universe(
      pods: [pod("a", [:], "10.244.0.1")], podNetworks: [CIDR("10.244.0.0/16")].compactMap(\.self),
      vocabulary: vocabulary)
    let lists = universe.world.endpoints.filter { $0.workload == nil }.map {
      universe.addresses(in: EndpointSet([$0.index]))
    }
    #expect(lists.count == 3)
    #expect(lists.contains { $0.networks.map(\.description) == ["10.1.0.0/16"] })
    // Both blocks are one set, less the other set and the pods' network.
    #expect(
      lists.contains {
        $0.contains(address("10.0.0.1")) && $0.contains(address("192.0.2.9"))
          && !$0.contains(address("10.1.0.1")) && !$0.contains(address("10.244.0.9"))
      })
    for (text, same) in [
      ("10.1.2.3", "10.1.0.1"), ("10.200.0.1", "192.0.2.200"), ("11.0.0.1", "9.255.255.255"),
    ] {
      let one = try #require(universe.endpoint(of: address(text)))
      #expect(one == universe.endpoint(of: address(same)))
      #expect(universe.addresses(in: EndpointSet([one.index])).contains(address(text)))
    }
    #expect(universe.endpoint(of: address("10.244.0.2")) == nil)
    #expect(universe.endpoint(of: address("10.244.0.1"))?.workload?.name == "a")
    // No pod has IPv6.
    #expect(universe.endpoint(of: address("2001:db8::1")) == nil)
  }

  @Test func aSetThatPodsFillHasNoClass() throws {
    let vocabulary = try self.vocabulary(#"{"ipBlocks":[{"cidr":"10.0.0.2/31"}]}"#)
    for (addresses, count) in [(["10.0.0.2"], 2), (["10.0.0.2", "10.0.0.3"], 1)] {
      let pods = addresses.enumerated().map { pod("p\($0)", [:], $1) }
      let universe = Universe(pods: pods, vocabulary: vocabulary)
      #expect(universe.world.endpoints.filter { $0.workload == nil }.count == count)
    }
  }

  @Test func hostNamesAreEndpoints() throws {
    let policy = try #require(
      KubernetesObject(
        try JSONValue(
          json:
            #"{"apiVersion":"crd.antrea.io/v1beta1","kind":"ClusterNetworkPolicy","metadata":{"name":"p"},"spec":{"priority":1,"egress":[{"action":"Drop","to":[{"fqdn":"*.Example.com"}]},{"action":"Allow","to":[{"fqdn":"www.example.com"}]}]}}"#
        )))
    let universe = Universe(
      pods: [pod("a", [:], "10.0.0.1")], vocabulary: Vocabulary(objects: [policy]))
    #expect(
      Set(universe.world.endpoints.flatMap(\.hostNames)) == [
        "www.example.com", "any-0.example.com", "any-1.any-0.example.com",
      ])
  }

  @Test func tooManyNamesStandAtOneAddressEach() throws {
    var vocabulary = Vocabulary()
    for index in 0..<300 {
      vocabulary.mention(hostName: "host-\(index).example.com")
      vocabulary.mention(
        AddressSet([AddressRange("192.0.\(index / 250).\(index % 250)")].compactMap(\.self)))
    }
    let universe = Universe(pods: [pod("a", [:], "10.0.0.1")], vocabulary: vocabulary)
    #expect(!universe.hasNamesEverywhere)
    #expect(universe.world.endpoints.filter { !$0.hostNames.isEmpty }.count == 300)
    #expect(universe.world.endpoints.count == 1 + 301 + 300)
  }

  @Test func wildcardsOfOneLabelHaveNames() {
    var vocabulary = Vocabulary()
    vocabulary.mention(hostName: "^.Example.com")
    let universe = Universe(pods: [pod("a", [:], "10.0.0.1")], vocabulary: vocabulary)
    #expect(universe.hasNamesEverywhere)
    #expect(
      Set(universe.world.endpoints.flatMap(\.hostNames)) == [
        "any-0.example.com", "any-1.any-0.example.com",
      ])
  }

  @Test func theNumberOfClassesDoesNotGrowWithThePods() throws {
    let vocabulary = try self.vocabulary(
      #"{"podSelector":{"matchLabels":{"app":"a1"}}}"#, #"{"ipBlocks":[{"cidr":"10.0.0.0/24"}]}"#)
    func universe(_ count: Int) -> Universe {
      Universe(
        pods: (0..<count).map { index in
          pod(
            "pod-\(index)", in: "ns-\(index % 40)", ["app": "a\(index % 9)", "x": "\(index)"],
            "10.8.\(index / 200).\(index % 200)")
        }, vocabulary: vocabulary)
    }
    let (few, many) = (universe(40), universe(8000))
    #expect(few.world.endpoints.count == many.world.endpoints.count)
    #expect(many.world.endpoints.reduce(0) { $0 + ($1.workload == nil ? 0 : $1.count) } == 8000)
    #expect(many.world.endpoints.count < 10)
  }
}
