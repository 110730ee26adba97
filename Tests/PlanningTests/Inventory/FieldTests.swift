import AntreaModel
import Documents
import Testing

@testable import Inventory

/// The members that are written against those that NSX's models have, as the
/// official Python SDK 9.1.1 declares them.
@Suite struct FieldTests {
  private static let health = ["network_errors", "network_status"]

  /// By type; those that all types have stand in ``common``.
  private static let models: [InventoryType: [String]] = [
    .cluster: health + [
      "cluster_ip_ranges", "cluster_type", "cni_type", "infrastructure", "node_port_local_range",
      "node_port_range", "supervisor_project_id",
    ],
    .node: health + [
      "cni_agent_status", "container_cluster_id", "external_ip_addresses", "ip_addresses",
      "pod_cidrs", "provider_id",
    ],
    .project: health + ["container_cluster_id"],
    .application: health + [
      "cluster_ips", "container_cluster_id", "container_project_id", "load_balancer_ingress",
      "node_port_local_endpoints", "service_ports", "status", "type",
    ],
    .instance: health + [
      "cluster_node_id", "container_application_ids", "container_cluster_id",
      "container_project_id", "status",
    ],
    .networkPolicy: health + [
      "container_cluster_id", "container_project_id", "policy_type", "spec",
    ],
    .ingressPolicy: health + [
      "container_application_ids", "container_cluster_id", "container_project_id",
      "load_balance_ingress", "spec",
    ],
    .gateway: [
      "addresses", "container_cluster_id", "container_project_id", "listeners", "spec",
    ],
    .egress: ["container_cluster_id", "egress_ip", "spec"],
    .ipPool: ["container_cluster_id", "ip_ranges", "ip_version", "spec"],
  ]
  private static let common = [
    "_last_sync_time", "description", "display_name", "external_id", "origin_properties",
    "resource_type", "scope", "tags",
  ]
  private static let nested: [String: Set<String>] = [
    "addresses": ["address", "type"], "infrastructure": ["infra_type"],
    "ip_ranges": ["cidr", "end", "gateway", "prefix_length", "start", "vlan"],
    "listeners": ["hostname", "name", "port", "protocol"],
    "load_balance_ingress": ["hostname", "ip", "ports"],
    "load_balancer_ingress": ["hostname", "ip", "ports"],
    "network_errors": ["error_code", "error_message", "spec"],
    "node_port_local_endpoints": ["node_ip", "node_port", "protocol"],
    "origin_properties": ["key", "value"], "ports": ["port", "protocol"],
    "scope": ["scope_id", "scope_type"],
    "service_ports": ["name", "node_port", "port", "protocol", "target_port"],
    "tags": ["scope", "tag"],
  ]
  /// NSX's own, Tanzu's, and what Kubernetes has nothing for.
  private static let unwritten: Set<String> = [
    "_last_sync_time", "description", "supervisor_project_id",
  ]

  /// One object of each kind, with all that an inventory may take from it.
  private static let objects: [JSONValue] = {
    func object(
      _ version: String, _ kind: String, _ namespace: String?, _ rest: JSONValue,
      annotations: JSONValue = [:]
    ) -> JSONValue {
      var object = rest.object ?? JSONObject()
      object["apiVersion"] = .string(version)
      object["kind"] = .string(kind)
      object["metadata"] = [
        "name": .string(kind.lowercased()), "namespace": namespace.map { .string($0) } ?? .null,
        "uid": .string("uid-\(version)-\(kind)"), "labels": ["app": "a"],
        "annotations": annotations, "generation": 2,
      ]
      return .object(object)
    }
    let balancer: JSONValue = [
      "loadBalancer": [
        "ingress": [
          ["ip": "192.0.2.1", "hostname": "a.example", "ports": [["port": 80, "protocol": "TCP"]]]
        ]
      ]
    ]
    let range: JSONValue = [
      "cidr": "10.8.0.0/28", "start": "10.8.0.1", "end": "10.8.0.9", "gateway": "10.8.0.1",
      "prefixLength": 24, "vlan": 7,
    ]
    let failed: JSONValue = [
      "phase": "Failed", "observedGeneration": 2, "currentNodesRealized": 1,
      "desiredNodesRealized": 2,
      "conditions": [["type": "RealizationFailure", "status": "True", "message": "no"]],
    ]
    let rules: JSONValue = ["priority": 1, "ingress": [["name": "a", "action": "Drop"]]]
    return [
      object(
        "v1", "Node", nil,
        [
          "spec": ["providerID": "vsphere://42", "podCIDRs": ["10.0.0.0/24"]],
          "status": [
            "addresses": [["type": "ExternalIP", "address": "192.0.2.2"]],
            "conditions": [["type": "Ready", "status": "False", "message": "no CNI"]],
          ],
        ]),
      object("v1", "Namespace", nil, ["status": ["phase": "Active"]]),
      object(
        "v1", "Service", "namespace",
        [
          "spec": [
            "type": "NodePort", "clusterIP": "10.96.0.1", "selector": ["app": "a"],
            "ports": [
              [
                "name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP",
                "nodePort": 30080,
              ]
            ],
          ],
          "status": balancer,
        ], annotations: ["nodeportlocal.antrea.io/enabled": "true"]),
      object(
        "v1", "Pod", "namespace",
        [
          "spec": ["nodeName": "node"],
          "status": ["phase": "Pending", "message": "waits", "podIPs": [["ip": "10.0.0.5"]]],
        ],
        annotations: [
          "nodeportlocal.antrea.io":
            #"[{"podPort":8080,"nodeIP":"192.0.2.2","nodePort":61001,"protocol":"tcp"}]"#
        ]),
      object("networking.k8s.io/v1", "NetworkPolicy", "namespace", ["spec": [:]]),
      object(
        "networking.k8s.io/v1", "ServiceCIDR", nil, ["spec": ["cidrs": ["10.96.0.0/16"]]]),
      object(
        "networking.k8s.io/v1", "Ingress", "namespace",
        ["spec": ["defaultBackend": ["service": ["name": "service"]]], "status": balancer]),
      object(
        "gateway.networking.k8s.io/v1", "Gateway", "namespace",
        [
          "spec": [
            "listeners": [
              ["name": "web", "hostname": "a.example", "protocol": "HTTP", "port": 80]
            ]
          ],
          "status": ["addresses": [["type": "IPAddress", "value": "192.0.2.3"]]],
        ]),
      object(
        "crd.antrea.io/v1beta1", "ClusterNetworkPolicy", nil, ["spec": rules, "status": failed]),
      object(
        "crd.antrea.io/v1beta1", "NetworkPolicy", "namespace", ["spec": rules, "status": failed]),
      object("crd.antrea.io/v1beta1", "Egress", nil, ["spec": ["egressIP": "10.8.0.1"]]),
      object("crd.antrea.io/v1beta1", "ExternalIPPool", nil, ["spec": ["ipRanges": [range]]]),
      object("crd.antrea.io/v1beta1", "IPPool", nil, ["spec": ["ipRanges": [range]]]),
      object("crd.antrea.io/v1beta1", "AntreaControllerInfo", nil, ["version": "v2.4.1"]),
      object(
        "crd.antrea.io/v1beta1", "AntreaAgentInfo", nil,
        ["nodePortLocalPortRange": "61000-62000"]),
    ]
  }()

  /// The inventory of ``objects`` as it is created.
  private func inventory() throws -> [JSONValue] {
    var server = JSONObject()
    server["apiVersion"] = "v1"
    server["kind"] = "Pod"
    server["metadata"] = [
      "name": "kube-apiserver", "namespace": "kube-system", "uid": "uid-server",
      "labels": ["component": "kube-apiserver"],
    ]
    server["spec"] = ["containers": [["command": ["--service-node-port-range=30000-32000"]]]]
    let objects = try (Self.objects + [.object(server)]).map {
      InventoryExtract.reduced(try #require(KubernetesObject($0)))
    }
    var cluster = InventoryCluster(name: "shop", version: .init(9, 1))
    cluster.uid = "u1"
    let mapper = InventoryMapper(
      cluster: cluster,
      observations: InventoryObservations(
        cluster: InventoryObservation(
          isHealthy: false,
          problems: [.init(code: "CLUSTER_FAILED", message: "no", details: "{}")]),
        agents: ["node": true]))
    return InventoryDelta.compute(current: [], desired: mapper.objects(from: objects)).updates
      .map(\.object)
  }

  @Test(arguments: InventoryType.allCases)
  func everyMemberIsOneOfTheModelAndNoneIsForgotten(_ type: InventoryType) throws {
    let objects = try inventory().filter { $0["resource_type"]?.string == type.rawValue }
    #expect(!objects.isEmpty)
    let written = Set(objects.flatMap { $0.object?.keys ?? [] })
    var expected = Set((Self.models[type] ?? []) + Self.common).subtracting(Self.unwritten)
    // The scope of all others is their cluster's, by default.
    if type != .cluster { expected.remove("scope") } else { expected.remove("tags") }
    #expect(written == expected)
  }

  @Test func nestedMembersAreThoseOfTheModels() throws {
    var seen: [String: Set<String>] = [:]
    func look(_ value: JSONValue, in member: String) {
      for element in value.array ?? [] { look(element, in: member) }
      for part in value.object?.members ?? [] {
        seen[member, default: []].insert(part.key)
        look(part.value, in: part.key)
      }
    }
    for object in try inventory() {
      for member in object.object?.members ?? [] { look(member.value, in: member.key) }
    }
    #expect(seen == Self.nested)
  }
}
