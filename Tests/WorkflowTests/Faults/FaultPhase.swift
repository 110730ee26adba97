/// A request of a sync at which something goes wrong.
enum FaultPhase: String, CaseIterable, Sendable {
  case login = "NSX login"
  case list = "NSX list"
  case page = "NSX policy"
  case schema = "schemas"
  case objects = "list of groups"
  case pods = "list of pods"
  case lease = "Lease"
  case again = "second look"
  case create = "create"
  case update = "update"
  case delete = "delete"
  case wait = "wait"

  /// The first request that is affected: its method, what its path starts with
  /// and its number among those.
  var request: (method: String, path: String, number: Int) {
    let antrea = "/apis/crd.antrea.io/v1beta1"
    let domain = "/policy/api/v1/infra/domains/default"
    return switch self {
    case .login: ("POST", "/api/session/create", 1)
    case .list: ("GET", "\(domain)/groups", 1)
    case .page: ("GET", "\(domain)/security-policies/shop", 1)
    case .schema: ("GET", "/openapi", 1)
    case .objects: ("GET", "\(antrea)/clustergroups", 1)
    case .pods: ("GET", "/api/v1/pods", 1)
    case .lease: ("PUT", "/apis/coordination.k8s.io", 1)
    case .again: ("GET", "\(antrea)/clustergroups", 2)
    case .create: ("PATCH", "\(antrea)/clustergroups", 1)
    case .update: ("PATCH", "\(antrea)/clusternetworkpolicies/shop-", 1)
    case .delete: ("DELETE", antrea, 1)
    case .wait: ("GET", "\(antrea)/clusternetworkpolicies", 3)
    }
  }

  /// Whether the cluster may be written to at the same time.
  var isBesideWrites: Bool { [.create, .update, .delete, .wait].contains(self) }

  /// Whether it is a request to NSX.
  var isOfNSX: Bool { [.login, .list, .page].contains(self) }

}
