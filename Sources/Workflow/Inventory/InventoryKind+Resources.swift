import Inventory
import KubernetesClient

extension InventoryKind {
  /// Where the kind is served, the newest version first.
  var resources: [APIResource] {
    switch self {
    case .node: core("nodes", namespaced: false)
    case .namespace: core("namespaces", namespaced: false)
    case .pod: core("pods")
    case .service: core("services")
    case .endpoints: core("endpoints")
    case .endpointSlice: served("discovery.k8s.io", ["v1"], "endpointslices")
    case .networkPolicy: served("networking.k8s.io", ["v1"], "networkpolicies")
    case .ingress: served("networking.k8s.io", ["v1"], "ingresses")
    case .serviceCIDR:
      served("networking.k8s.io", ["v1", "v1beta1"], "servicecidrs", namespaced: false)
    case .gateway: served("gateway.networking.k8s.io", ["v1", "v1beta1"], "gateways")
    case .clusterNetworkPolicy: antrea("clusternetworkpolicies", before: "v1alpha1")
    case .antreaNetworkPolicy:
      antrea("networkpolicies", before: "v1alpha1", namespaced: true)
    case .egress: antrea("egresses", before: "v1alpha2")
    case .ipPool: antrea("ippools", before: "v1alpha2")
    case .externalIPPool: antrea("externalippools", before: "v1alpha2")
    case .agentInfo: antrea("antreaagentinfos")
    case .controllerInfo: antrea("antreacontrollerinfos")
    }
  }

  private func core(_ plural: String, namespaced: Bool = true) -> [APIResource] {
    served("", ["v1"], plural, namespaced: namespaced)
  }

  /// Antrea's kinds: `v1beta1` since Antrea 1.13, for pools since 2.0.
  private func antrea(
    _ plural: String, before: String? = nil, namespaced: Bool = false
  ) -> [APIResource] {
    served(
      "crd.antrea.io", ["v1beta1"] + [before].compactMap { $0 }, plural, namespaced: namespaced)
  }

  private func served(
    _ group: String, _ versions: [String], _ plural: String, namespaced: Bool = true
  ) -> [APIResource] {
    versions.map {
      APIResource(
        group: group, version: $0, kind: name, plural: plural, isNamespaced: namespaced)
    }
  }
}
