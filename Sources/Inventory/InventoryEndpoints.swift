import AntreaModel
import Documents

/// What stands behind the Services, from EndpointSlices or Endpoints, else from
/// their selectors.
struct InventoryEndpoints {
  enum Backing: Hashable { case pods, addresses, none }

  private var known: [String: Backing] = [:]
  private let hasEndpoints: Bool
  private var selected: Set<String> = []

  init(_ index: InventoryIndex) {
    let slices = index.objects("EndpointSlice")
    let endpoints = index.objects("Endpoints")
    hasEndpoints = !slices.isEmpty || !endpoints.isEmpty
    for slice in slices {
      guard let service = slice.labels["kubernetes.io/service-name"] else { continue }
      add(slice.document["endpoints"]?.array ?? [], slice.namespace, service)
    }
    for object in endpoints {
      for subset in object.document["subsets"]?.array ?? [] {
        add(subset["addresses"]?.array ?? [], object.namespace, object.name)
      }
    }
    for pod in index.objects("Pod") where Self.isReady(pod) {
      selected.formUnion(index.services(selecting: pod))
    }
  }

  private mutating func add(_ list: [JSONValue], _ namespace: String?, _ service: String) {
    let key = "\(namespace ?? "")/\(service)"
    for endpoint in list where endpoint[path: "conditions", "ready"]?.bool != false {
      if endpoint[path: "targetRef", "kind"]?.string == "Pod" {
        known[key] = .pods
      } else if known[key] == nil {
        known[key] = .addresses
      }
    }
  }

  func backing(of service: KubernetesObject) -> Backing {
    if hasEndpoints { return known["\(service.namespace ?? "")/\(service.name)"] ?? .none }
    return service.uid.map { selected.contains($0) } ?? false ? .pods : .none
  }

  private static func isReady(_ pod: KubernetesObject) -> Bool {
    (pod.document[path: "status", "conditions"]?.array ?? []).contains {
      $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
    }
  }
}
