import AntreaModel
import Documents
import Testing

@testable import Reachability

/// Words for sets of endpoints.
@Suite struct GroupWordsTests {
  private func address(_ text: String) -> IPAddress {
    IPAddress(text) ?? IPAddress(family: .v4, value: 0)
  }

  private let universe: Universe = {
    var pods: [Workload] = []
    func add(_ namespace: String, _ app: String, _ count: Int) {
      for _ in 0..<count {
        let number = pods.count + 1
        pods.append(
          Workload(
            name: "\(app)-\(number)", namespace: namespace,
            labels: ["app": app, "pod-template-hash": "\(number)", "tier": "t"],
            addresses: [IPAddress(family: .v4, value: 10 << 24 | UInt128(number))]))
      }
    }
    add("shop", "web", 3)
    add("shop", "db", 1)
    add("test", "web", 2)
    for index in 0..<8 { add("team-\(index)", "job", 2) }
    var vocabulary = Vocabulary()
    vocabulary.mentionEveryNamespace()
    vocabulary.mention(podLabel: "app")
    for text in ["192.0.2.0/24", "198.51.100.7"] {
      vocabulary.mention(AddressSet([AddressRange(text)].compactMap(\.self)))
    }
    return Universe(
      pods: pods, podNetworks: [CIDR("10.0.0.0/8")].compactMap(\.self), vocabulary: vocabulary)
  }()

  private func words(_ names: [GroupName] = [], where condition: (Workload) -> Bool) -> String {
    EndpointNaming(universe, names: names).group(universe.endpoints(wherePod: condition)).words
  }

  private func words(_ addresses: [String]) throws -> String {
    let set = try addresses.map { try #require(universe.endpoint(of: address($0))).index }
    return EndpointNaming(universe).group(EndpointSet(set)).words
  }

  @Test func podsAreToldByWhatTheyHaveInCommon() {
    for (text, condition) in [
      ("nobody", { _ in false }), ("all pods", { _ in true }),
      ("shop/db-4", { $0.labels["app"] == "db" }),
      ("shop: app=web, tier=t (3 pods)", { $0.namespace == "shop" && $0.labels["app"] == "web" }),
      ("namespace shop (4 pods)", { $0.namespace == "shop" }),
      ("namespaces shop, test (6 pods)", { ["shop", "test"].contains($0.namespace) }),
      ("shop, test: app=web, tier=t (5 pods)", { $0.labels["app"] == "web" }),
      ("all pods but namespace test (2 pods)", { $0.namespace != "test" }),
      (
        "namespaces team-0, team-1, team-2 and 1 more (8 pods)",
        { ["team-0", "team-1", "team-2", "team-3"].contains($0.namespace) }
      ),
    ] as [(String, (Workload) -> Bool)] {
      #expect(words(where: condition) == text)
    }
  }

  @Test func groupsHaveTheirNames() {
    let web = universe.endpoints(wherePod: { $0.labels["app"] == "web" })
    let names = [GroupName("Web servers", members: web), GroupName("Webs", members: web)]
    #expect(words(names) { $0.labels["app"] == "web" } == "group Web servers (5 pods)")
    #expect(words(names) { $0.labels["app"] == "db" } == "shop/db-4")
    // A group with addresses as well is no name for its pods alone.
    let mixed = [
      GroupName(
        "Mixed", members: web.union(universe.endpoints(wherePod: { $0.labels["app"] == "db" })))
    ]
    #expect(words(mixed) { $0.labels["app"] == "web" } == "shop, test: app=web, tier=t (5 pods)")
  }

  @Test func addressesAreNetworks() throws {
    for (text, addresses) in [
      ("192.0.2.0/24", ["192.0.2.1"]), ("198.51.100.7", ["198.51.100.7"]),
      ("192.0.2.0/24, 198.51.100.7", ["192.0.2.1", "198.51.100.7"]),
      ("all addresses outside", ["192.0.2.1", "198.51.100.7", "1.1.1.1"]),
      ("all addresses outside but 192.0.2.0/24", ["198.51.100.7", "1.1.1.1"]),
    ] {
      #expect(try words(addresses) == text)
    }
  }
}
