import Documents
import Failures
import Foundation
import GitRepository
import Sandbox
import Synchronization
import Workflow

/// An NSX Manager and one cluster over HTTPS, with a configuration for them.
final class TestSite: Sendable {
  let folder: String
  let certificates: SandboxCertificates
  let manager: ManagerService
  let managerServer: SandboxServer
  let cluster: KubernetesService
  let clusterServer: SandboxServer
  let test: TestContext
  private let time = Mutex(RunClock.system)
  /// The files that were handed to the tool.
  private let given = Mutex<Set<String>>([])

  /// How time passes for the runs.
  var clock: RunClock {
    get { time.withLock { $0 } }
    set { time.withLock { $0 = newValue } }
  }

  static let cluster = "shop-prod"
  static let password = "Sandbox!2026"

  /// How its servers are, where that is not as it should be.
  struct Servers: Sendable {
    /// How NSX behaves.
    var manager = ManagerOptions()
    /// How long NSX's and the cluster's certificates hold; `nil` for a year.
    var managerValidity: Duration?
    var clusterValidity: Duration?
    /// How far the clocks are ahead of ours.
    var managerSkew = Duration.zero
    var clusterSkew = Duration.zero
    /// What Antrea says that it is.
    var antreaVersion = "v2.4.1"
  }

  /// - Parameters:
  ///   - servers: How its servers are.
  ///   - kubernetes: What the cluster holds.
  ///   - denials: What the tool may not do there.
  ///   - options: How its API behaves otherwise.
  init(
    folder: String, expiredCertificate: Bool = false, objects: [JSONValue] = TestSite.estate,
    kubernetes: [JSONValue] = TestSite.kubernetes, denials: [KubernetesOptions.Denial] = [],
    options: KubernetesOptions = KubernetesOptions(), servers: Servers = Servers()
  ) async throws {
    self.folder = folder
    certificates = try SandboxCertificates()
    manager = ManagerService(
      objects: objects,
      memberIPs: ["/infra/domains/default/groups/vms": ["10.7.0.1", "10.7.1.0/24"]],
      options: servers.manager)
    managerServer = try await SandboxServer.start(
      manager, certificates: certificates, expiredCertificate: expiredCertificate,
      validFor: servers.managerValidity, clockSkew: servers.managerSkew)
    var options = options
    options.tokens = ["test-token": "tester"]
    options.denials += denials
    cluster = KubernetesService(
      clusterName: Self.cluster, objects: kubernetes, antreaVersion: servers.antreaVersion,
      options: options)
    clusterServer = try await SandboxServer.start(
      cluster, certificates: certificates, validFor: servers.clusterValidity,
      clockSkew: servers.clusterSkew)
    try certificates.authorityPEM.write(
      toFile: "\(folder)/ca.crt", atomically: true, encoding: .utf8)
    test = TestContext(
      environment: [
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": folder,
        "NSX_ANTREA_NSX_PASSWORD": Self.password,
      ], answer: true)
    try writeKubeconfig("kubeconfig", url: clusterServer.url)
    try configure()
  }

  /// Writes a kubeconfig for a cluster.
  func writeKubeconfig(_ name: String, url: String) throws {
    let kubeconfig: JSONValue = [
      "apiVersion": "v1", "kind": "Config", "current-context": "test",
      "clusters": [
        [
          "name": "test",
          "cluster": ["server": .string(url), "certificate-authority": "ca.crt"],
        ]
      ],
      "users": [["name": "test", "user": ["token": "test-token"]]],
      "contexts": [["name": "test", "context": ["cluster": "test", "user": "test"]]],
    ]
    try write(name, String(decoding: YAMLWriter.document(kubeconfig), as: UTF8.self))
  }

  /// Writes the configuration; `extra` are more lines.
  func configure(_ extra: String = "") throws {
    try write(
      "nsx-antrea.yaml",
      """
      nsx:
        managers: ["\(managerServer.url)"]
        username: admin
        caFile: ca.crt
      clusters:
        - name: \(Self.cluster)
          kubeconfig: kubeconfig
      repository:
        path: policies.git
      apply:
        waitTimeout: 60s
      \(extra)
      """)
  }

  func write(_ name: String, _ text: String) throws {
    given.withLock { _ = $0.insert(name) }
    try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
  }

  /// Writes objects as `kubectl get -o json` prints them.
  func writeList(_ name: String, _ objects: [JSONValue]) throws {
    let list: JSONValue = ["kind": "List", "apiVersion": "v1", "items": .array(objects)]
    try write(name, list.description)
  }

  func stop() async {
    await managerServer.stop()
    await clusterServer.stop()
    var leaks = Secrets.leaks(in: test.transcript)
    do {
      leaks += try Secrets.leaks(below: folder, except: given.withLock { $0 })
    } catch { leaks.append("\(error)") }
    Secrets.check(leaks)
  }

  /// Runs one command and gives its status and what it printed.
  func run(
    _ flags: [String: String] = [:], environment: [String: String] = [:],
    _ body: @escaping @Sendable (Run) async throws -> ToolStatus
  ) async -> (status: ToolStatus, output: String, talk: String) {
    test.clear()
    var context = test.context
    context.environment.merge(environment) { $1 }
    context.clock = clock
    let status = await Run.perform(
      configuration: "\(folder)/nsx-antrea.yaml", flags: flags, context: context, body: body)
    return (status, test.output, test.talk)
  }

  /// The tip of the repository.
  var commit: String? {
    (try? GitRepository.open(at: "\(folder)/policies.git").tip())??.hex
  }

  /// Requests to the cluster that write, without those that only tell how a run
  /// ended.
  var clusterWrites: [String] {
    allClusterWrites.filter { !$0.hasSuffix("/configmaps/nsx-antrea-last-run") }
  }

  /// All requests to the cluster that write.
  var allClusterWrites: [String] {
    clusterServer.log.all.filter { $0.method != "GET" && !$0.path.contains("selfsubject") }
      .map { "\($0.method) \($0.path)" }
  }

  /// The names of our live policies.
  func livePolicies() async -> [JSONValue] {
    await cluster.objects("clusternetworkpolicies.crd.antrea.io")
  }
}

/// Runs a test at a site that is taken down at the end.
func withSite<Result>(
  expiredCertificate: Bool = false, objects: [JSONValue] = TestSite.estate,
  kubernetes: [JSONValue] = TestSite.kubernetes, denials: [KubernetesOptions.Denial] = [],
  options: KubernetesOptions = KubernetesOptions(), servers: TestSite.Servers = .init(),
  _ body: (TestSite) async throws -> Result
) async throws -> Result {
  try await withTemporaryFolder { folder in
    let site = try await TestSite(
      folder: folder, expiredCertificate: expiredCertificate, objects: objects,
      kubernetes: kubernetes, denials: denials, options: options, servers: servers)
    do {
      let result = try await body(site)
      await site.stop()
      return result
    } catch {
      await site.stop()
      throw error
    }
  }
}

extension TestSite {
  static let plane =
    "/infra/sites/default/enforcement-points/default/cluster-control-planes/shop-prod"
  private static let domain = "/infra/domains/default"

  static func group(_ id: String, _ expression: [JSONValue]) -> JSONValue {
    [
      "resource_type": "Group", "id": .string(id), "display_name": .string("Group \(id)"),
      "path": .string("\(domain)/groups/\(id)"), "group_type": ["ANTREA"],
      "expression": .array(expression),
    ]
  }

  static func pods(_ namespace: String, _ app: String) -> JSONValue {
    [
      "resource_type": "NestedExpression",
      "expressions": [
        [
          "resource_type": "Condition", "member_type": "Namespace", "key": "Name",
          "operator": "EQUALS", "value": .string(namespace),
        ],
        ["resource_type": "ConjunctionOperator", "conjunction_operator": "AND"],
        [
          "resource_type": "Condition", "member_type": "Pod", "key": "Tag", "operator": "EQUALS",
          "value": .string("dis:k8s:app|\(app)"),
        ],
      ],
    ]
  }

  static func policy(_ id: String, sequence: Int64, rules: [JSONValue]) -> [JSONValue] {
    let path = "\(domain)/security-policies/\(id)"
    return [
      [
        "resource_type": "SecurityPolicy", "id": .string(id),
        "display_name": .string("Policy \(id)"),
        "path": .string(path), "category": "Application", "sequence_number": .integer(sequence),
        "internal_sequence_number": .integer(60_000_000 + sequence), "scope": ["ANY"],
        "rules": .array(
          rules.map { rule in
            var object = rule.object ?? JSONObject()
            object["path"] = .string("\(path)/rules/\(rule["id"]?.string ?? "")")
            return .object(object)
          }),
      ],
      [
        "resource_type": "SecurityPolicyContainerCluster", "id": "c",
        "container_cluster_type": "ANTREA",
        "container_cluster_path": .string(plane),
        "path": .string("\(path)/container-cluster-span/c"),
        "parent_path": .string(path),
      ],
    ]
  }

  static func rule(
    _ id: String, _ number: Int64, from: String, at scope: String, _ action: String = "ALLOW"
  ) -> JSONValue {
    [
      "resource_type": "Rule", "id": .string(id), "display_name": .string("Rule \(id)"),
      "rule_id": .integer(number),
      "sequence_number": .integer(number), "action": .string(action), "direction": "IN",
      "source_groups": [.string(from == "ANY" ? "ANY" : "\(domain)/groups/\(from)")],
      "destination_groups": ["ANY"], "services": ["/infra/services/PostgreSQL"],
      "scope": [.string("\(domain)/groups/\(scope)")], "ip_protocol": "IPV4_IPV6",
    ]
  }

  /// Two policies, four groups (one of virtual machines) and a service.
  static let estate: [JSONValue] =
    [
      [
        "resource_type": "ClusterControlPlane", "id": "shop-prod", "display_name": "shop-prod",
        "node_type": "ANTREA_NODE", "path": .string(plane),
      ],
      [
        "resource_type": "Service", "id": "PostgreSQL", "display_name": "PostgreSQL",
        "path": "/infra/services/PostgreSQL",
        "service_entries": [
          [
            "resource_type": "L4PortSetServiceEntry", "id": "e", "l4_protocol": "TCP",
            "destination_ports": ["5432"],
          ]
        ],
      ],
      group("web", [pods("shop", "web")]), group("db", [pods("shop", "db")]),
      group(
        "ops",
        [
          [
            "resource_type": "IPAddressExpression",
            "ip_addresses": ["10.9.0.0/24", "10.9.1.5-10.9.1.9"],
          ]
        ]),
      [
        "resource_type": "Group", "id": "vms", "display_name": "Virtual machines",
        "path": .string("\(domain)/groups/vms"),
        "expression": [
          [
            "resource_type": "Condition", "member_type": "VirtualMachine", "key": "Tag",
            "operator": "EQUALS", "value": "tier|db",
          ]
        ],
      ],
    ]
    + policy(
      "shop", sequence: 10,
      rules: [
        rule("web-to-db", 1001, from: "web", at: "db"),
        rule("vms-to-db", 1002, from: "vms", at: "db"),
        rule("deny", 1003, from: "ANY", at: "db", "DROP"),
      ])
    + policy("operators", sequence: 20, rules: [rule("ops-to-web", 1010, from: "ops", at: "web")])

  /// One node, one namespace, two pods and a service.
  static let kubernetes: [JSONValue] = [
    object(
      "v1", "Node", nil, "node-1",
      [
        "status": [
          "addresses": [["type": "InternalIP", "address": "192.168.0.1"]],
          "conditions": [["type": "Ready", "status": "True"]],
        ]
      ]),
    object("v1", "Namespace", nil, "shop", ["status": ["phase": "Active"]]),
    pod("web-1", "web", "10.1.0.1"), pod("db-1", "db", "10.1.0.2"),
    object(
      "v1", "Service", "shop", "db",
      [
        "spec": [
          "selector": ["app": "db"], "type": "ClusterIP", "clusterIP": "10.2.0.1",
          "ports": [["port": 5432, "protocol": "TCP"]],
        ]
      ]),
  ]

  /// The same: API servers label every namespace with its name.
  static let labelledKubernetes = kubernetes

  /// The pod of antrea-controller.
  static let controllerPod: JSONValue = [
    "apiVersion": "v1", "kind": "Pod",
    "metadata": [
      "name": "antrea-controller-0", "namespace": "kube-system",
      "labels": ["app": "antrea", "component": "antrea-controller"],
    ],
    "spec": ["nodeName": "node-1", "containers": [["name": "antrea-controller"]]],
    "status": ["phase": "Running"],
  ]

  /// The pod of an agent.
  static func agentPod(_ node: String) -> JSONValue {
    [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": [
        "name": .string("antrea-agent-\(node)"), "namespace": "kube-system",
        "labels": ["app": "antrea", "component": "antrea-agent"],
      ],
      "spec": ["nodeName": .string(node), "containers": [["name": "antrea-agent"]]],
      "status": ["phase": "Running"],
    ]
  }

  static func pod(_ name: String, _ app: String, _ address: String) -> JSONValue {
    var pod =
      object(
        "v1", "Pod", "shop", name,
        [
          "spec": ["nodeName": "node-1"],
          "status": [
            "phase": "Running", "podIP": .string(address), "podIPs": [["ip": .string(address)]],
          ],
        ]
      ).object ?? JSONObject()
    pod.update("metadata") { metadata in
      var object = metadata.object ?? JSONObject()
      object["labels"] = ["app": .string(app)]
      metadata = .object(object)
    }
    return .object(pod)
  }

  static func object(
    _ version: String, _ kind: String, _ namespace: String?, _ name: String, _ rest: JSONValue
  ) -> JSONValue {
    var object = rest.object ?? JSONObject()
    object["apiVersion"] = .string(version)
    object["kind"] = .string(kind)
    var metadata = JSONObject()
    metadata["name"] = .string(name)
    metadata["namespace"] = namespace.map { .string($0) }
    object["metadata"] = .object(metadata)
    return .object(object)
  }
}
