import Documents
import Sandbox
import Workflow

/// A cluster with two Nodes and pods of a shop, for traces.
enum TraceEstate {
  /// The pods by name: their app, Node and address.
  static let pods: [(name: String, app: String, node: Int, address: String)] = [
    ("web-1", "web", 1, "10.1.1.11"), ("web-2", "web", 2, "10.1.2.11"),
    ("db-1", "db", 2, "10.1.2.12"), ("job-1", "job", 1, "10.1.1.13"),
  ]

  static let objects: [JSONValue] =
    (1...2).flatMap(node) + [
      [
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": ["name": "shop", "labels": ["kubernetes.io/metadata.name": "shop"]],
        "status": ["phase": "Active"],
      ]
    ] + pods.map(pod) + [
      TestSite.object(
        "v1", "Service", "shop", "db",
        [
          "spec": [
            "selector": ["app": "db"], "type": "ClusterIP", "clusterIP": "10.2.0.1",
            "clusterIPs": ["10.2.0.1"],
            "ports": [["port": 15432, "targetPort": 5432, "protocol": "TCP"]],
          ]
        ])
    ]

  private static func node(_ number: Int) -> [JSONValue] {
    let heartbeat: JSONValue = "2026-01-05T08:10:00Z"
    return [
      TestSite.object(
        "v1", "Node", nil, "node-\(number)",
        [
          "spec": ["podCIDR": .string("10.1.\(number).0/24")],
          "status": [
            "addresses": [["type": "InternalIP", "address": .string("192.168.0.\(number)")]],
            "conditions": [["type": "Ready", "status": "True"]],
          ],
        ]),
      TestSite.object(
        "crd.antrea.io/v1beta1", "AntreaAgentInfo", nil, "node-\(number)",
        [
          "version": "v2.4.1",
          "agentConditions": [
            ["type": "AgentHealthy", "status": "True", "lastHeartbeatTime": heartbeat],
            ["type": "OVSDBConnectionUp", "status": "True", "lastHeartbeatTime": heartbeat],
          ],
        ]),
    ]
  }

  private static func pod(
    _ pod: (name: String, app: String, node: Int, address: String)
  ) -> JSONValue {
    [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": [
        "name": .string(pod.name), "namespace": "shop", "labels": ["app": .string(pod.app)],
        "uid": .string("uid-\(pod.name)"),
      ],
      "spec": ["nodeName": .string("node-\(pod.node)")],
      "status": [
        "phase": "Running", "podIP": .string(pod.address),
        "podIPs": [["ip": .string(pod.address)]],
      ],
    ]
  }
}

extension TestSite {
  /// The Traceflows that are there.
  func traceflows() async -> [String] {
    await cluster.objects("traceflows.crd.antrea.io").compactMap {
      $0[path: "metadata", "name"]?.string
    }
  }

  func trace(
    _ question: TraceQuestion, flags: [String: String] = [:]
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await run(flags) { try await $0.traceflow(question, source: DesiredSource()) }
  }
}

/// Runs a test at a site with the cluster of ``TraceEstate``, after a sync, with a
/// clock that waits for nothing.
func withTraceSite<Result>(
  options: KubernetesOptions = KubernetesOptions(), objects: [JSONValue] = TraceEstate.objects,
  denials: [KubernetesOptions.Denial] = [], _ body: (TestSite) async throws -> Result
) async throws -> Result {
  try await withSite(kubernetes: objects, denials: denials, options: options) { site in
    _ = await site.run { try await $0.sync(DesiredSource()) }
    site.clock = ManualClock(isHasty: true).clock
    return try await body(site)
  }
}
