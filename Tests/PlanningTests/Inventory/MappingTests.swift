import AntreaModel
import Documents
import Foundation
import Testing

@testable import Inventory

/// What each kind of object becomes.
@Suite struct MappingTests {
  private func kube(
    _ version: String, _ kind: String, _ name: String, _ namespace: String? = nil,
    labels: [String: String] = [:], annotations: [String: String] = [:], _ rest: JSONValue = [:]
  ) throws -> KubernetesObject {
    func texts(_ values: [String: String]) -> JSONValue {
      var object = JSONObject()
      for (key, value) in values { object[key] = .string(value) }
      return .object(object)
    }
    var document = rest.object ?? JSONObject()
    document["apiVersion"] = .string(version)
    document["kind"] = .string(kind)
    document["metadata"] = [
      "name": .string(name), "uid": .string("uid-\(name)"), "labels": texts(labels),
      "annotations": texts(annotations), "namespace": .string(namespace ?? ""),
    ]
    return try #require(KubernetesObject(.object(document)))
  }

  private func kube(
    _ version: String, _ kind: String, _ name: String, labels: [String: String] = [:],
    _ rest: JSONValue
  ) throws -> KubernetesObject {
    try kube(version, kind, name, nil, labels: labels, rest)
  }

  private func map(
    _ objects: [KubernetesObject], version: InventoryCluster.Version? = .init(9, 1),
    _ incomplete: Set<InventoryKind> = [], agents: [String: Bool] = [:]
  ) -> InventoryMapping {
    InventoryMapper(
      cluster: InventoryCluster(name: "shop", version: version), incompleteKinds: incomplete,
      observations: InventoryObservations(agents: agents)
    ).map(objects.map(InventoryExtract.reduced))
  }

  private func find(_ mapping: InventoryMapping, _ id: String) throws -> JSONValue {
    try #require(mapping.objects.first { $0["external_id"]?.string == id })
  }

  private func property(_ object: JSONValue, _ key: String) -> String? {
    object["origin_properties"]?.array?.first { $0["key"]?.string == key }?["value"]?.string
  }

  @Test func theClusterTellsWhatItIs() throws {
    let mapping = map([
      try kube(
        "v1", "Node", "n1", labels: ["node.openshift.io/os_id": "rhcos"],
        ["spec": ["providerID": "aws:///eu-1a/i-1"]]),
      try kube("v1", "Node", "n2", ["spec": ["providerID": "aws:///eu-1b/i-2"]]),
      try kube(
        "v1", "Pod", "kube-apiserver-n1", "kube-system", labels: ["component": "kube-apiserver"],
        [
          "spec": [
            "containers": [
              [
                "command": [
                  "kube-apiserver", "--service-cluster-ip-range=10.96.0.0/12,fd00::/108",
                  "--service-node-port-range=31000-32000",
                ]
              ]
            ]
          ]
        ]),
      try kube(
        "crd.antrea.io/v1beta1", "AntreaAgentInfo", "n1",
        ["nodePortLocalPortRange": "61000-62000"]),
      try kube("crd.antrea.io/v1beta1", "AntreaControllerInfo", "c", ["version": "v2.4.1"]),
    ])
    let cluster = try find(mapping, InventoryCluster.derivedID(of: "shop"))
    #expect(cluster["cluster_type"] == "Openshift" && cluster["cni_type"] == "Antrea")
    #expect(cluster["infrastructure"] == ["infra_type": "AWS"])
    #expect(cluster["cluster_ip_ranges"] == ["10.96.0.0/12", "fd00::/108"])
    #expect(cluster["node_port_range"] == "31000-32000")
    #expect(cluster["node_port_local_range"] == "61000-62000")
    #expect(property(cluster, "antrea_version") == "v2.4.1")
    #expect(cluster["network_status"] == nil)
    let old = map([], version: .init(3, 2))
    let keys = Set(try find(old, InventoryCluster.derivedID(of: "shop")).object?.keys ?? [])
    #expect(keys.isDisjoint(with: ["cluster_ip_ranges", "node_port_range"]))
  }

  @Test func moreThanTwoServiceRangesAreCutAndTold() throws {
    let mapping = map([
      try kube("networking.k8s.io/v1", "ServiceCIDR", "more", ["spec": ["cidrs": ["10.3.0.0/16"]]]),
      try kube(
        "networking.k8s.io/v1", "ServiceCIDR", "kubernetes",
        ["spec": ["cidrs": ["10.1.0.0/16", "fd00::/108"]]]),
    ])
    let cluster = try find(mapping, InventoryCluster.derivedID(of: "shop"))
    #expect(cluster["cluster_ip_ranges"] == ["10.1.0.0/16", "fd00::/108"])
    #expect(mapping.notes.map(\.code) == [.listCut])
  }

  @Test func nodesHaveAddressesAndAgents() throws {
    let node = try kube(
      "v1", "Node", "n1",
      [
        "spec": ["providerID": "vsphere://42-1", "podCIDRs": ["10.0.0.0/24", "fd01::/64"]],
        "status": [
          "addresses": [
            ["type": "InternalIP", "address": "192.168.0.1"],
            ["type": "ExternalIP", "address": "203.0.113.1"],
            ["type": "Hostname", "address": "n1"],
          ],
          "conditions": [
            ["type": "Ready", "status": "False", "message": "no CNI"],
            ["type": "DiskPressure", "status": "True"],
          ],
          "nodeInfo": ["kubeletVersion": "v1.32.4", "osImage": "Photon"],
        ],
      ])
    let object = try find(map([node], agents: ["n1": false]), "uid-n1")
    #expect(object["ip_addresses"] == ["192.168.0.1", "203.0.113.1"])
    #expect(object["external_ip_addresses"] == ["203.0.113.1"])
    #expect(object["pod_cidrs"] == ["10.0.0.0/24", "fd01::/64"])
    #expect(object["provider_id"] == "42-1" && object["cni_agent_status"] == "UNHEALTHY")
    #expect(object["network_errors"] == [["error_message": "no CNI"]])
    #expect(property(object, "kubelet_version") == "v1.32.4")
    #expect(property(object, "conditions") == "DiskPressure=True,Ready=False")
    #expect(try find(map([node]), "uid-n1")["cni_agent_status"] == nil)
    let old = Set(try find(map([node], version: nil), "uid-n1").object?.keys ?? [])
    #expect(old.isDisjoint(with: ["pod_cidrs", "provider_id", "external_ip_addresses"]))
  }

  @Test func endpointSlicesSayWhatAServiceHas() throws {
    func slice(_ name: String, _ endpoints: JSONValue) throws -> KubernetesObject {
      try kube(
        "discovery.k8s.io/v1", "EndpointSlice", name, "shop",
        labels: ["kubernetes.io/service-name": "web"], ["endpoints": endpoints])
    }
    func endpoint(_ pod: String, ready: Bool?) -> JSONValue {
      [
        "addresses": ["10.0.0.1"], "conditions": ["ready": ready.map { .bool($0) } ?? .null],
        "targetRef": ["kind": "Pod", "name": .string(pod), "namespace": "shop"],
      ]
    }
    let objects = [
      try kube("v1", "Namespace", "shop"),
      try kube("v1", "Service", "web", "shop", ["spec": ["selector": ["app": "nothing"]]]),
      // Without slices its selector counts.
      try kube("v1", "Service", "other", "shop", ["spec": ["selector": ["app": "web"]]]),
      try kube("v1", "Pod", "web-1", "shop", labels: ["app": "web"]),
      try kube("v1", "Pod", "web-2", "shop"),
    ]
    let mapping = map(
      objects + [
        try slice("v4", [endpoint("web-1", ready: nil), endpoint("web-2", ready: false)]),
        try slice("v6", [endpoint("web-1", ready: true)]),
      ])
    let web = try find(mapping, "uid-web")
    #expect(web["status"] == "UP" && property(web, "endpoints") == "1/2")
    #expect(
      try find(mapping, "uid-web-1")["container_application_ids"] == ["uid-other", "uid-web"])
    #expect(try find(mapping, "uid-web-2")["container_application_ids"] == ["uid-web"])
    let down = map(objects + [try slice("v4", [endpoint("web-2", ready: false)])])
    #expect(try find(down, "uid-web")["status"] == "DOWN")
    let addresses = map(
      objects + [try slice("v4", [["addresses": ["192.0.2.1"], "conditions": ["ready": true]]])])
    #expect(try find(addresses, "uid-web")["status"] == "UNKNOWN")
    // What stands behind Services is not known: NSX keeps what it has.
    let unread = map(objects, [.endpointSlice, .endpoints, .pod])
    #expect(try find(unread, "uid-web")["status"] == nil)
  }

  @Test func nodePortLocalGivesEndpoints() throws {
    let ports =
      #"[{"podPort":8080,"nodeIP":"192.168.0.1","nodePort":61001,"protocol":"tcp"},{"podPort":9,"nodeIP":"192.168.0.1","nodePort":61002,"protocol":"tcp"}]"#
    let pod = try kube(
      "v1", "Pod", "web-1", "shop", labels: ["app": "web"],
      annotations: ["nodeportlocal.antrea.io": ports],
      ["spec": ["containers": [["ports": [["name": "http", "containerPort": 8080]]]]]])
    func service(_ enabled: [String: String], _ target: JSONValue) throws -> KubernetesObject {
      try kube(
        "v1", "Service", "web", "shop", annotations: enabled,
        [
          "spec": [
            "selector": ["app": "web"], "ports": [["port": 80, "targetPort": target]],
          ]
        ])
    }
    let expected: JSONValue = [
      ["node_ip": "192.168.0.1", "node_port": 61001, "protocol": "TCP"]
    ]
    let on = ["nodeportlocal.antrea.io/enabled": "true"]
    for target: JSONValue in [8080, "http"] {
      let mapping = map([pod, try service(on, target)])
      #expect(try find(mapping, "uid-web")["node_port_local_endpoints"] == expected)
    }
    let off = map([pod, try service([:], 8080)])
    #expect(try find(off, "uid-web")["node_port_local_endpoints"] == [])
  }

  @Test func podsGiveReasonsAndKeepNoAddressAfterTheirEnd() throws {
    func pod(_ status: JSONValue) throws -> JSONValue {
      try find(map([try kube("v1", "Pod", "p", "shop", ["status": status])]), "uid-p")
    }
    let addresses: JSONValue = [["ip": "10.0.0.1"], ["ip": "fd00::1"]]
    let crashing = try pod([
      "phase": "Running", "podIPs": addresses,
      "containerStatuses": [
        ["name": "web", "state": ["waiting": ["reason": "CrashLoopBackOff"]]]
      ],
    ])
    #expect(crashing["status"] == "UP" && crashing["network_status"] == "HEALTHY")
    #expect(property(crashing, "ip") == "10.0.0.1,fd00::1")
    #expect(property(crashing, "reason") == "container web: CrashLoopBackOff")
    let evicted = try pod(["phase": "Failed", "reason": "Evicted", "podIPs": addresses])
    #expect(evicted["status"] == "DOWN" && property(evicted, "ip") == nil)
    #expect(evicted["network_errors"] == [["error_message": "Evicted"]])
    #expect(try pod([:])["status"] == "UNKNOWN")
  }

  @Test func gatewaysListAndAreBound() throws {
    let mapping = map([
      try kube("v1", "Namespace", "edge"),
      try kube(
        "gateway.networking.k8s.io/v1", "Gateway", "gw", "edge",
        [
          "spec": [
            "gatewayClassName": "contour",
            "listeners": [
              ["name": "web", "hostname": "a.example", "protocol": "HTTPS", "port": 443],
              ["name": "own", "protocol": "example.com/QUIC", "port": 444],
            ],
          ],
          "status": [
            "addresses": [
              ["type": "IPAddress", "value": "203.0.113.9"],
              ["type": "Hostname", "value": "lb.example"],
            ],
            "conditions": [["type": "Programmed", "status": "True"]],
          ],
        ]),
    ])
    let gateway = try find(mapping, "uid-gw")
    #expect(gateway["resource_type"] == "ContainerGateway")
    #expect(gateway["container_project_id"] == "uid-edge")
    #expect(
      gateway["listeners"] == [
        ["name": "web", "hostname": "a.example", "protocol": "HTTPS", "port": 443],
        ["name": "own", "port": 444],
      ])
    #expect(
      gateway["addresses"] == [
        ["type": "IP_ADDRESS", "address": "203.0.113.9"],
        ["type": "HOST_NAME", "address": "lb.example"],
      ])
    #expect(gateway["network_status"] == nil && property(gateway, "programmed") == "True")
    #expect(mapping.notes.map(\.code) == [.valueUnknown])
  }

  @Test func egressesAndPoolsOfBothForms() throws {
    let objects = [
      try kube(
        "crd.antrea.io/v1beta1", "Egress", "out",
        [
          "spec": ["egressIP": "", "externalIPPool": "pool"],
          "status": ["egressIP": "10.5.0.9", "egressNode": "n1"],
        ]),
      try kube(
        "crd.antrea.io/v1beta1", "ExternalIPPool", "pool",
        [
          "spec": [
            "ipRanges": [["start": "10.5.0.9", "end": "10.5.0.19"]],
            "subnetInfo": ["gateway": "10.5.0.1", "prefixLength": 24, "vlan": 7],
          ]
        ]),
      try kube(
        "crd.antrea.io/v1alpha2", "IPPool", "old",
        [
          "spec": [
            "ipVersion": 6,
            "ipRanges": [["cidr": "fd00::/120", "gateway": "fd00::1", "prefixLength": 120]],
          ]
        ]),
    ]
    let mapping = map(objects)
    let egress = try find(mapping, "uid-out")
    #expect(egress["resource_type"] == "ContainerEgress" && egress["egress_ip"] == "10.5.0.9")
    #expect(property(egress, "externalIPPool") == "pool")
    let pool = try find(mapping, "uid-pool")
    #expect(pool["ip_version"] == "4" && property(pool, "kind") == "ExternalIPPool")
    #expect(
      pool["ip_ranges"] == [
        [
          "start": "10.5.0.9", "end": "10.5.0.19", "gateway": "10.5.0.1", "prefix_length": 24,
          "vlan": 7,
        ]
      ])
    let old = try find(mapping, "uid-old")
    #expect(old["ip_version"] == "6" && old["ip_ranges"]?.array?.first?["gateway"] == "fd00::1")
    // NSX before 4.1 has no such types.
    #expect(map(objects, version: .init(4, 0)).objects.count == 1)
  }

  @Test func whatDoesNotFitIsToldForEachObject() throws {
    var labels = Dictionary(uniqueKeysWithValues: (10..<40).map { ("l\($0)", "v") })
    labels[String(repeating: "k", count: 121)] = String(repeating: "v", count: 300)
    let mapping = map([
      try kube("v1", "Namespace", "shop", labels: labels),
      try kube("v1", "Pod", "p", "shop", labels: labels),
      try kube("v1", "Pod", "q", "shop", labels: ["a": "b"]),
    ])
    #expect(try find(mapping, "uid-shop")["tags"]?.array?.count == 27)
    #expect(try find(mapping, "uid-p")["tags"]?.array?.count == 25)
    let codes = mapping.notes.map { "\($0.object) \($0.code.rawValue)" }
    #expect(
      codes == [
        "Namespace/shop labels-left-out", "Namespace/shop label-cut", "Namespace/shop label-cut",
        "Pod/shop/p labels-left-out", "Pod/shop/p label-cut", "Pod/shop/p label-cut",
      ])
    #expect(mapping.notes[0].text.contains("`l39`"))
  }

  @Test(arguments: InventoryNote.Code.allCases)
  func theDocumentsHaveEveryCode(_ code: InventoryNote.Code) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
      contentsOf: root.appendingPathComponent("docs/inventory.md"), encoding: .utf8)
    #expect(text.contains("| `\(code.rawValue)` | \(code.explanation) |\n"))
  }
}
