import AntreaModel
import Documents
import Reachability
import Testing
import YAMLCoding

/// What an inventory takes from Kubernetes objects.
@Suite struct ClusterInventoryTests {
  private func inventory(_ yaml: String) throws -> ClusterInventory {
    ClusterInventory(try YAMLReader.documents(Array(yaml.utf8)))
  }

  private let shop = """
    {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {env: prod}}}
    ---

    """

  private func pod(_ name: String, _ members: String, labels: String = "{}") -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name), namespace: shop, labels: \(labels)}
    \(members)
    ---

    """
  }

  @Test func aPodWithEverything() throws {
    let inventory = try inventory(
      pod(
        "web",
        """
        spec:
          serviceAccountName: web
          nodeName: worker
          containers:
          - ports: [{containerPort: 8080, name: http}, {containerPort: 9}]
          - ports: [{containerPort: 53, name: dns, protocol: UDP}]
          initContainers:
          - ports: [{containerPort: 1, name: init}]
        status: {phase: Running, podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}, {ip: 'fd00::1'}]}
        """, labels: "{app: web}") + shop)
    #expect(inventory.problems == [])
    let pod = try #require(inventory.workloads.first)
    #expect(inventory.workloads.count == 1)
    #expect(pod.namespaceLabels == ["env": "prod", "kubernetes.io/metadata.name": "shop"])
    #expect(pod.labels == ["app": "web"])
    #expect(pod.addresses.map(\.description) == ["10.0.0.1", "fd00::1"])
    #expect(pod.serviceAccount == "web" && pod.node == "worker" && !pod.isHostNetwork)
    #expect(pod.port(named: "http", .tcp) == 8080 && pod.port(named: "dns", .udp) == 53)
    #expect(pod.port(named: "dns", .tcp) == nil && pod.port(named: "init", .tcp) == nil)
  }

  @Test func podsThatHaveEndedOrHaveNoAddressAreNoEndpoints() throws {
    let inventory = try inventory(
      shop + pod("done", "status: {phase: Succeeded, podIP: 10.0.0.1}")
        + pod("dead", "status: {phase: Failed, podIPs: [{ip: 10.0.0.1}]}")
        + pod("new", "status: {phase: Pending}") + pod("bare", "")
        + pod("here", "status: {podIP: 10.0.0.1}"))
    #expect(inventory.workloads.map(\.name) == ["here"])
    #expect(inventory.workloads.first?.serviceAccount == "default")
    #expect(inventory.problems == [])
  }

  @Test func podsOfTheHostsNetworkSelectNothing() throws {
    let inventory = try inventory(
      shop + pod("agent", "spec: {hostNetwork: true}\nstatus: {podIP: 10.5.0.1}")
        + pod("other", "spec: {hostNetwork: true}\nstatus: {podIP: 10.5.0.1}"))
    #expect(inventory.workloads.map(\.isHostNetwork) == [true, true])
    #expect(inventory.problems == [])
  }

  @Test func servicesChoosePodsOfTheirNamespace() throws {
    func service(_ name: String, _ spec: String, in namespace: String = "shop") -> String {
      "{apiVersion: v1, kind: Service, metadata: {name: \(name), namespace: \(namespace)}, "
        + "spec: {\(spec)}}\n---\n"
    }
    let inventory = try inventory(
      shop
        + pod(
          "web",
          """
          spec: {subdomain: headless, containers: [{ports: [{containerPort: 8080, name: http}]}]}
          status: {podIP: 10.0.0.1}
          """, labels: "{app: web, tier: front}")
        + service(
          "web",
          "selector: {app: web, tier: front}, clusterIPs: [10.96.0.1, 'fd01::1'], "
            + "ports: [{port: 80, targetPort: http}, {port: 81, protocol: UDP, name: b}, "
            + "{port: 82, targetPort: 99}, {port: 83, targetPort: 0}]")
        + service("half", "selector: {app: web, tier: back}")
        + service("none", "clusterIP: 10.96.0.2, ports: [{port: 0}]")
        + service("alias", "type: ExternalName, externalName: x.test, selector: {app: web}")
        + service("headless", "selector: {app: web}, clusterIP: None")
        + service("web", "selector: {app: web}", in: "other"))
    let pod = try #require(inventory.workloads.first)
    #expect(pod.services == ["web", "headless"])
    let web = try #require(
      inventory.service(KubernetesService.Name(namespace: "shop", name: "web")))
    #expect(web.clusterIPs.map(\.description) == ["10.96.0.1", "fd01::1"])
    #expect(web.ports.map(\.port) == [80, 81, 82, 83])
    #expect(web.ports.map(\.transport) == [.tcp, .udp, .tcp, .tcp])
    #expect(web.ports.map { $0.target(at: pod) } == [8080, 81, 99, 83])
    #expect(inventory.services.count == 6)
    #expect(inventory.services.first { $0.id.name == "headless" }?.clusterIPs == [])
    #expect(inventory.problems.map(\.description) == ["Service/shop/none: a port cannot be read"])
    let endpoint = try #require(inventory.world().endpoints.first)
    #expect(
      endpoint.hostNames == [
        "headless.shop.svc.cluster.local", "web.headless.shop.svc.cluster.local",
      ])
  }

  @Test func nodesHaveTheAddressesThatAntreaKnows() throws {
    let inventory = try inventory(
      """
      apiVersion: v1
      kind: Node
      metadata:
        name: one
        labels: {role: worker}
        annotations: {node.antrea.io/transport-addresses: '192.168.0.1,fd02::1'}
      spec: {podCIDR: 10.0.1.0/24, podCIDRs: [10.0.1.0/24, 'fd00:1::/64']}
      status:
        addresses:
        - {type: Hostname, address: one}
        - {type: ExternalIP, address: 203.0.113.1}
        - {type: InternalIP, address: 10.5.0.1}
        - {type: InternalIP, address: 10.5.0.9}
        - {type: InternalIP, address: 'fd03::1'}
      ---
      apiVersion: v1
      kind: Node
      metadata: {name: two}
      status: {addresses: [{type: ExternalIP, address: 203.0.113.2}]}
      ---
      {apiVersion: v1, kind: Node, metadata: {name: zero}, spec: {podCIDR: 10.0.2.0}}
      """)
    #expect(
      inventory.nodes.first?.addresses.map(\.description) == [
        "10.5.0.1", "fd03::1", "10.0.1.1", "fd00:1::1", "192.168.0.1", "fd02::1",
      ])
    #expect(inventory.nodes.first?.labels == ["role": "worker"])
    #expect(inventory.nodes.dropFirst().first?.addresses.map(\.description) == ["203.0.113.2"])
    #expect(
      inventory.problems.map(\.description) == [
        "Node/zero: has no address", "Node/zero: 10.0.2.0 is no network of pods",
      ])
    let world = inventory.world()
    #expect(world.endpoints.map(\.node) == Array(repeating: "one", count: 6) + ["two"])
  }

  @Test func listsAreReadThrough() throws {
    let inventory = try inventory(
      """
      kind: PodList
      apiVersion: v1
      items:
      - {metadata: {name: a, namespace: shop}, status: {podIP: 10.0.0.1}}
      - {metadata: {name: b, namespace: shop}, status: {podIP: 10.0.0.2}}
      ---
      kind: List
      apiVersion: v1
      items:
      - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
      - {apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: x, namespace: shop}}
      """)
    #expect(inventory.workloads.map(\.name) == ["a", "b"])
    #expect(inventory.services == [] && inventory.problems == [])
  }

  @Test func whatCannotBeReadIsTold() throws {
    let inventory = try inventory(
      """
      {apiVersion: v1, kind: Pod, metadata: {name: a}, status: {podIP: 10.0.0.1}}
      ---
      {apiVersion: v1}
      ---

      """ + pod("b", "status: {podIPs: [{ip: 10.0.0.300}]}")
        + pod(
          "c",
          """
          spec: {containers: [{ports: [{name: x, containerPort: 0}]}]}
          status: {podIP: 10.0.0.1}
          """, labels: "{count: 1}") + pod("c", "status: {podIP: 10.0.0.3}")
        + pod("d", "status: {podIP: 10.0.0.1}"))
    #expect(inventory.workloads.map(\.name) == ["c", "d"])
    #expect(
      inventory.problems.map(\.description) == [
        "Pod/a: has no name or no namespace", "document: names no kind",
        "Pod/shop/b: 10.0.0.300 is no address", "Pod/shop/c: the label count is no string",
        "Pod/shop/c: the port x has no number or protocol",
        "Pod/shop/c: is there twice: the first counts",
        "Namespace/shop: is not there: its labels are not known",
        "Pod/shop/d: has the address 10.0.0.1 of Pod/shop/c",
      ])
  }

  @Test func namesMakeAddressesEndpoints() {
    let address = IPAddress(family: .v4, value: 1)
    let world = World(workloads: [], hostNames: [address: ["www.example.com"]])
    #expect(world.endpoints.map(\.hostNames) == [["www.example.com"]])
    #expect(world.endpoints.first?.description == "www.example.com (0.0.0.1)")
  }

  @Test func aNodeAlwaysReachesItsOwnPods() throws {
    let address = IPAddress(family: .v4, value: 9)
    func pod(_ value: UInt128, on node: String) -> Workload {
      Workload(
        name: "p\(value)", namespace: "shop", addresses: [IPAddress(family: .v4, value: value)],
        node: node)
    }
    let world = World(
      workloads: [pod(1, on: "one"), pod(2, on: "two")],
      nodes: [Node(name: "one", addresses: [address])])
    let pairs = world.pairs.filter { $0.source.address == address }
    #expect(pairs.map { $0.destination.workload?.name } == ["p2"])
  }
}
