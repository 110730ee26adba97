import AntreaModel
import Documents

/// What the objects of a cluster tell about the cluster itself.
struct InventoryTraits {
  /// `cluster_type`, as NSX spells it.
  let type: String
  /// `infra_type`.
  let infrastructure: String
  /// Version of the Antrea Controller.
  let antreaVersion: String?
  /// Networks of cluster addresses: of ServiceCIDRs, else of the arguments of a
  /// kube-apiserver that runs as a Pod.
  let serviceRanges: [String]
  /// Range of node ports, where a kube-apiserver runs as a Pod: its argument,
  /// or the default that holds without it.
  let nodePortRange: String?
  /// Range of Antrea's NodePortLocal, from an Agent.
  let nodePortLocalRange: String?

  init(_ index: InventoryIndex) {
    let nodes = index.objects(.node)
    type = Self.type(of: nodes)
    infrastructure = Self.infrastructure(of: nodes)
    antreaVersion =
      index.objects(.controllerInfo).compactMap {
        $0.document["version"]?.string
      }.first
    nodePortLocalRange = index.objects(.agentInfo)
      .sorted { utf8Order($0.name, $1.name) < 0 }
      .compactMap { $0.document["nodePortLocalPortRange"]?.string }.first { !$0.isEmpty }
    let arguments = Self.arguments(index)
    nodePortRange = arguments.map { $0["service-node-port-range"] ?? "30000-32767" }
    // The one that the API server makes itself comes first.
    let objects = index.objects(.serviceCIDR).sorted {
      ($0.name == "kubernetes" ? 0 : 1, $0.name) < ($1.name == "kubernetes" ? 0 : 1, $1.name)
    }
    let ranges = objects.flatMap { $0.document[path: "spec", "cidrs"]?.array ?? [] }
      .compactMap(\.string)
    let flag = arguments?["service-cluster-ip-range"] ?? ""
    serviceRanges = ranges.isEmpty ? flag.split(separator: ",").map(String.init) : ranges
  }

  /// The arguments of a kube-apiserver; `nil` where none runs as a Pod, as in
  /// clusters whose control plane somebody else runs.
  private static func arguments(_ index: InventoryIndex) -> [String: String]? {
    let servers = index.objects(.pod).filter(InventoryExtract.isAPIServer)
    guard let server = servers.min(by: { utf8Order($0.name, $1.name) < 0 }) else { return nil }
    var result: [String: String] = [:]
    for container in server.document[path: "spec", "containers"]?.array ?? [] {
      let words = (container["command"]?.array ?? []) + (container["args"]?.array ?? [])
      for word in words.compactMap(\.string) where word.hasPrefix("--") {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1)
        if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
      }
    }
    return result
  }

  /// Labels of Nodes by which distributions are known, the more special first.
  private static let labels: [(prefix: String, type: String)] = [
    ("node.openshift.io/", "Openshift"), ("eks.amazonaws.com/", "EKS"),
    ("kubernetes.azure.com/", "AKS"), ("cloud.google.com/gke-", "GKE"),
    ("worker.gardener.cloud/", "Gardener"), ("run.tanzu.vmware.com/tkr", "TKGm"),
    ("run.tanzu.vmware.com/", "WCP_Guest"), ("pks-system/", "TKGi"), ("rke.cattle.io/", "Rancher"),
  ]

  private static func type(of nodes: [KubernetesObject]) -> String {
    let keys = Set(nodes.flatMap { $0.labels.keys })
    for (prefix, type) in labels where keys.contains(where: { $0.hasPrefix(prefix) }) {
      return type
    }
    let isRancher = nodes.contains { node in
      let version = node.document[path: "status", "nodeInfo", "kubeletVersion"]?.string ?? ""
      return version.contains("+rke2")
    }
    return isRancher ? "Rancher" : "Kubernetes"
  }

  private static let infrastructures: [String: String] = [
    "vsphere": "vSphere", "aws": "AWS", "azure": "Azure", "gce": "Google", "openstack": "KVM",
    "kubevirt": "KVM", "metal3": "Baremetal", "baremetalhost": "Baremetal",
    "equinixmetal": "Baremetal",
  ]

  /// What most Nodes' provider ids say. Where none says anything, vSphere: it is
  /// what NSX's clusters run on, and clusters without cloud provider have no
  /// ids.
  private static func infrastructure(of nodes: [KubernetesObject]) -> String {
    var counts: [String: Int] = [:]
    for node in nodes {
      let id = node.document[path: "spec", "providerID"]?.string ?? ""
      let scheme = String(id.prefix { $0 != ":" })
      if let type = infrastructures[scheme] { counts[type, default: 0] += 1 }
    }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "vSphere"
  }
}
