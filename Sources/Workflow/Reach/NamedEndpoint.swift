import AntreaModel
import Reachability

/// What `--from` or `--to` means.
enum NamedEndpoint: Sendable {
  /// Pods: one, or all of a workload.
  case pods([Workload], label: String)
  /// An address that no pod has.
  case address(IPAddress)
  /// A Service: its pods, at the ports that it leads to.
  case service(KubernetesService, pods: [Workload])

  /// The pods, of a Service those behind it.
  var pods: [Workload] {
    switch self {
    case .pods(let list, _), .service(_, let list): list
    case .address: []
    }
  }

  /// As it is told: `shop/web-1`, `shop/web (3 pods)`, `10.1.0.9`, `Service
  /// shop/db`.
  var label: String {
    switch self {
    case .pods(let list, let label): list.count == 1 ? label : "\(label) (\(list.count) pods)"
    case .address(let address): "\(address)"
    case .service(let service, let pods):
      "Service \(service.id) (\(pods.count) pod\(pods.count == 1 ? "" : "s"))"
    }
  }
}
