import AntreaModel
import Documents
import Testing
import YAMLCoding

@testable import Reachability

/// Rules of others that change what ours do.
@Suite struct InterferenceTests {
  private func pod(_ name: String, _ namespace: String, _ address: UInt128) -> Workload {
    Workload(
      name: name, namespace: namespace, labels: ["app": name],
      addresses: [IPAddress(family: .v4, value: 10 << 24 | address)])
  }

  private func objects(_ yaml: String) throws -> [KubernetesObject] {
    try YAMLReader.documents(Array(yaml.utf8)).map { try #require(KubernetesObject($0)) }
  }

  private func policy(_ name: String, _ tier: String, _ rules: String) -> String {
    """
    apiVersion: crd.antrea.io/v1beta1
    kind: ClusterNetworkPolicy
    metadata: {name: \(name)}
    spec: {tier: \(tier), priority: 5, appliedTo: [{podSelector: {matchLabels: {app: db}}}], \(rules)}
    ---

    """
  }

  private let ours = """
    ingress: [
      {name: web, action: Allow, from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]},
      {name: rest, action: Drop}]
    """

  private func interference(_ foreign: String) throws -> [String] {
    let own = try objects(policy("ours", "application", ours))
    let others = try objects(foreign)
    var vocabulary = Vocabulary(objects: own)
    vocabulary.formUnion(Vocabulary(objects: others))
    let universe = Universe(
      pods: [pod("web", "shop", 1), pod("db", "data", 2), pod("job", "batch", 3)],
      podNetworks: [CIDR("10.0.0.0/8")].compactMap(\.self), vocabulary: vocabulary)
    let alone = try AntreaEvaluator(own, world: universe.world)
    let all = try AntreaEvaluator(own + others, world: universe.world)
    return Interference(
      ours: alone.rules, all: all.rules, universe: universe,
      isForeign: { !$0.policy.hasSuffix("/ours") }
    ).entries.map { entry in
      "\(entry.rule.policy) \(entry.kind.rawValue) \(entry.overrulesOurs) \(entry.pairs) "
        + "\(entry.sources) -> \(entry.destinations) \(entry.traffic.text(limit: 2))"
    }
  }

  @Test func aTierAboveOverrulesOurs() throws {
    #expect(
      try interference(
        policy("block", "emergency", "ingress: [{name: r, action: Drop, ports: [{port: 5432}]}]"))
        == [
          "ClusterNetworkPolicy/block newly-blocked true 1 shop/web -> data/db 5432/TCP"
        ])
    #expect(
      try interference(
        policy(
          "open", "emergency",
          "ingress: [{name: r, action: Allow, from: [{podSelector: {matchLabels: {app: job}}}]}]"))
        == [
          "ClusterNetworkPolicy/open newly-allowed true 1 batch/job -> data/db all traffic"
        ])
  }

  @Test func whatPassesOnOursInterferesToo() throws {
    #expect(
      try interference(
        policy("pass", "emergency", "ingress: [{name: r, action: Pass, ports: [{port: 80}]}]"))
        == [
          "ClusterNetworkPolicy/pass newly-allowed true 3 namespaces batch, shop (2 pods) and all addresses outside -> data/db 80/TCP"
        ])
  }

  @Test func whatOursLeaveOpenOthersMayClose() throws {
    let foreign = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: quiet, namespace: batch}
      spec: {podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}
      """
    let found = try interference(foreign)
    #expect(found.count == 1)
    #expect(
      found.first?.contains("NetworkPolicy/batch/quiet newly-blocked false") == true, "\(found)")
    // A tier below decides nothing where ours decide everything.
    #expect(
      try interference(policy("late", "baseline", "ingress: [{name: r, action: Reject}]")) == [])
  }

  /// A rule of others among pods that no rule tells apart.
  @Test func anExampleIsBetweenTwoPods() throws {
    func entries(_ pods: [Workload]) throws -> [Interference.Entry] {
      let foreign = try objects(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: closed, namespace: shop}
        spec: {podSelector: {}, policyTypes: [Ingress]}
        """)
      let universe = Universe(
        pods: pods, podNetworks: [CIDR("0.0.0.0/0")].compactMap(\.self),
        vocabulary: Vocabulary(objects: foreign))
      return Interference(
        ours: try AntreaEvaluator([], world: universe.world).rules,
        all: try AntreaEvaluator(foreign, world: universe.world).rules, universe: universe,
        isForeign: { _ in true }
      ).entries
    }
    #expect(try entries([pod("web", "shop", 1)]).isEmpty, "a pod always reaches itself")
    let found = try #require(
      try entries([pod("web", "shop", 1), pod("web2", "shop", 2), pod("web3", "shop", 3)]).first)
    #expect(found.pairs == 6)
    #expect(found.example.source.workload?.name == "web")
    #expect(found.example.destination.workload?.name == "web2")
    #expect(found.example.destination.address.description == "10.0.0.2")
  }
}
