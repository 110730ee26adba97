import AntreaModel
import Documents
import Reachability
import Testing
import YAMLCoding

/// A cluster of a few pods, and questions about it.
///
/// | pod | address | labels | service account | `http` |
/// |---|---|---|---|---|
/// | shop/web | 10.0.0.1 | app=web | front | 8080/TCP |
/// | shop/cart | 10.0.0.2 | app=cart | back | 9090/TCP |
/// | data/db | 10.0.1.1 | app=db | front | |
/// | data/cache | 10.0.1.2 | app=cache | back | 53/UDP |
/// | test/web | 10.0.2.1 | app=web | front | |
/// | system/agent (the Node's network) | 10.5.0.1 | app=web | front | |
///
/// The namespaces shop and data have env=prod, test has env=test, and shop and
/// test have team=a. shop/web is behind the Service web, and runs on the Node
/// one (10.5.0.1, 10.9.1.1, role=worker); there is also the Node two (10.5.0.2).
enum SmallCluster {
  static let world = World(
    workloads: [
      pod("shop", "web", "10.0.0.1", account: "front", http: 8080, services: ["web"]),
      pod("shop", "cart", "10.0.0.2", account: "back", http: 9090),
      pod("data", "db", "10.0.1.1", account: "front"),
      pod("data", "cache", "10.0.1.2", account: "back", http: 53, .udp),
      pod("test", "web", "10.0.2.1", account: "front"),
      Workload(
        name: "agent", namespace: "system", labels: ["app": "web"],
        addresses: [address("10.5.0.1")], isHostNetwork: true, serviceAccount: "front"),
    ],
    addresses: [address("192.0.2.1"), address("2001:db8::1")],
    nodes: [
      Node(
        name: "one", labels: ["role": "worker"],
        addresses: [address("10.5.0.1"), address("10.9.1.1")]),
      Node(name: "two", labels: ["role": "control"], addresses: [address("10.5.0.2")]),
    ],
    hostNames: [
      address("198.51.100.1"): ["www.example.com"], address("198.51.100.2"): ["example.com"],
      address("198.51.100.3"): ["A.B.Example.com."],
    ])

  private static let namespaces = [
    "shop": ["env": "prod", "team": "a"], "data": ["env": "prod"],
    "test": ["env": "test", "team": "a"],
  ]

  private static func pod(
    _ namespace: String, _ name: String, _ text: String, account: String, http: Int? = nil,
    _ transport: Traffic.Transport = .tcp, services: Set<String> = []
  ) -> Workload {
    Workload(
      name: name, namespace: namespace, namespaceLabels: namespaces[namespace] ?? [:],
      labels: ["app": name], addresses: [address(text)], services: services,
      serviceAccount: account,
      namedPorts: http.map { [ContainerPort(name: "http", transport: transport, port: $0)] } ?? [],
      node: name == "web" && namespace == "shop" ? "one" : nil)
  }

  static func address(_ text: String) -> IPAddress {
    IPAddress(text) ?? IPAddress(family: .v4, value: 0)
  }

  /// An endpoint by `namespace/pod` or by address.
  static func endpoint(_ name: String) throws -> Endpoint {
    try #require(
      world.endpoints.first { endpoint in
        endpoint.workload.map { "\($0.namespace)/\($0.name)" == name } ?? false
      } ?? world.endpoint(address(name)), "\(name)")
  }

  static func objects(_ yaml: String) throws -> [KubernetesObject] {
    try YAMLReader.documents(Array(yaml.utf8)).map { try #require(KubernetesObject($0)) }
  }

  /// What live objects mean.
  static func live(_ yaml: String) throws -> AntreaEvaluator {
    AntreaEvaluator(live: try objects(yaml), world: world)
  }

  /// What objects mean that must be beyond doubt.
  static func strict(_ yaml: String) throws -> AntreaEvaluator {
    try AntreaEvaluator(try objects(yaml), world: world)
  }
}

/// TCP to a port.
func tcp(_ port: Int) -> Traffic { .transport(.tcp, source: 40000, destination: port) }

extension AntreaEvaluator {
  /// What both ends do, as `egress rule / ingress rule`; an end without a rule
  /// is `-`.
  func verdict(
    _ source: String, _ destination: String, _ traffic: Traffic = tcp(80),
    through service: KubernetesService.Name? = nil
  ) throws -> String {
    func text(_ side: SideDecision) -> String {
      side.rule.map { "\(side.outcome.rawValue) \($0.rule)" }
        ?? (side.outcome == .allow ? "-" : side.outcome.rawValue)
    }
    let decision = decide(
      Flow(
        source: try SmallCluster.endpoint(source),
        destination: try SmallCluster.endpoint(destination), traffic: traffic, service: service))
    return "\(text(decision.egress)) / \(text(decision.ingress))"
  }

  /// The pods and addresses whose flows into a pod a rule decides.
  func sources(
    into destination: String, of rule: String, _ traffic: Traffic = tcp(80)
  ) throws -> [String] {
    try ends(rule) { other in
      decide(
        Flow(
          source: other, destination: try SmallCluster.endpoint(destination), traffic: traffic)
      ).ingress
    }
  }

  /// The pods and addresses whose flows from a pod a rule decides.
  func destinations(
    from source: String, of rule: String, _ traffic: Traffic = tcp(80)
  ) throws -> [String] {
    try ends(rule) { other in
      decide(
        Flow(source: try SmallCluster.endpoint(source), destination: other, traffic: traffic)
      ).egress
    }
  }

  private func ends(_ rule: String, _ side: (Endpoint) throws -> SideDecision) rethrows -> [String]
  {
    try world.endpoints.filter { try side($0).rule?.rule == rule }.map { endpoint in
      endpoint.workload.map { "\($0.namespace)/\($0.name)" } ?? "\(endpoint.address)"
    }
  }
}

/// A ClusterNetworkPolicy.
func clusterPolicy(
  _ rules: String, named name: String = "p", tier: String = "application",
  priority: String = "5"
) -> String {
  """
  apiVersion: crd.antrea.io/v1beta1
  kind: ClusterNetworkPolicy
  metadata: {name: \(name)}
  spec: {tier: \(tier), priority: \(priority), \(rules)}
  ---

  """
}

/// A namespaced policy of Antrea.
func namespacedPolicy(
  _ rules: String, named name: String = "own", in namespace: String = "shop",
  tier: String = "application", priority: String = "5"
) -> String {
  """
  apiVersion: crd.antrea.io/v1beta1
  kind: NetworkPolicy
  metadata: {name: \(name), namespace: \(namespace)}
  spec: {tier: \(tier), priority: \(priority), \(rules)}
  ---

  """
}

/// A NetworkPolicy of Kubernetes.
func kubernetesPolicy(
  _ spec: String, named name: String = "k", in namespace: String = "shop"
) -> String {
  """
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: \(name), namespace: \(namespace)}
  spec: {\(spec)}
  ---

  """
}

/// A ClusterGroup, or a Group in a namespace.
func group(_ name: String, _ spec: String, in namespace: String? = nil) -> String {
  """
  apiVersion: crd.antrea.io/v1beta1
  kind: \(namespace == nil ? "ClusterGroup" : "Group")
  metadata: {name: \(name)\(namespace.map { ", namespace: \($0)" } ?? "")}
  spec: {\(spec)}
  ---

  """
}
