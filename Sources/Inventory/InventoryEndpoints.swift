import AntreaModel
import Documents

/// What stands behind the Services, and which Services a Pod belongs to.
///
/// A Service's EndpointSlices say so (Endpoints where a cluster has no slices);
/// a Service that has neither is judged by its selector.
struct InventoryEndpoints {
  /// What stands behind one Service.
  struct Backing {
    /// `namespace/name` of its Pods.
    var pods: Set<String> = []
    /// Those of them that are ready.
    var readyPods: Set<String> = []
    /// Addresses that are no Pod's.
    var addresses: Set<String> = []
    /// Those of them that are ready.
    var readyAddresses: Set<String> = []
  }

  private var backings: [String: Backing] = [:]
  private var services: [String: [String]] = [:]
  private var podsOfServices: [String: [KubernetesObject]] = [:]

  init(_ index: InventoryIndex) {
    let slices = index.objects(.endpointSlice)
    for slice in slices {
      guard let service = slice.labels["kubernetes.io/service-name"] else { continue }
      let key = "\(slice.namespace ?? "")/\(service)"
      backings[key, default: Backing()].add(
        slice.document["endpoints"]?.array ?? [], in: slice.namespace)
    }
    for object in slices.isEmpty ? index.objects(.endpoints) : [] {
      for subset in object.document["subsets"]?.array ?? [] {
        for (member, ready) in [("addresses", true), ("notReadyAddresses", false)] {
          backings[Self.key(object), default: Backing()].add(
            subset[member]?.array ?? [], in: object.namespace, ready: ready)
        }
      }
    }
    relate(index)
  }

  /// Fills in what stands behind Services without endpoints, and the Services
  /// of each Pod.
  private mutating func relate(_ index: InventoryIndex) {
    var known: [String: [String]] = [:]
    var unknown: [KubernetesObject] = []
    var keys: [String: String] = [:]
    for service in index.objects(.service) {
      guard let uid = service.uid else { continue }
      let key = Self.key(service)
      keys[uid] = key
      guard let backing = backings[key] else {
        unknown.append(service)
        continue
      }
      for pod in backing.pods { known[pod, default: []].append(uid) }
    }
    let selectors = InventorySelectors(unknown)
    for pod in index.objects(.pod) {
      let key = Self.key(pod)
      let phase = pod.document[path: "status", "phase"]?.string
      let hasEnded = phase == "Succeeded" || phase == "Failed"
      let selecting = hasEnded ? [] : selectors.services(selecting: pod)
      for uid in selecting {
        guard let service = keys[uid] else { continue }
        backings[service, default: Backing()].pods.insert(key)
        if Self.isReady(pod) { backings[service]?.readyPods.insert(key) }
      }
      let all = (known[key] ?? []) + selecting
      services[key] = all.sorted { utf8Order($0, $1) < 0 }
      guard pod.annotations[InventoryExtract.portsAnnotation] != nil else { continue }
      for uid in all { podsOfServices[uid, default: []].append(pod) }
    }
  }

  /// What stands behind a Service; `nil` where nothing does.
  func backing(of service: KubernetesObject) -> Backing? { backings[Self.key(service)] }

  /// The uids of the Services that a Pod belongs to, sorted.
  func services(of pod: KubernetesObject) -> [String] { services[Self.key(pod)] ?? [] }

  /// The Pods of a Service that Antrea gave ports of their Nodes.
  func podsWithPorts(of service: KubernetesObject) -> [KubernetesObject] {
    podsOfServices[service.uid ?? ""] ?? []
  }

  private static func key(_ object: KubernetesObject) -> String {
    "\(object.namespace ?? "")/\(object.name)"
  }

  private static func isReady(_ pod: KubernetesObject) -> Bool {
    (pod.document[path: "status", "conditions"]?.array ?? []).contains {
      $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
    }
  }
}

extension InventoryEndpoints.Backing {
  /// Adds endpoints.
  ///
  /// - Parameter ready: For Endpoints; slices say it of each endpoint, and one
  ///   that says nothing counts as ready, as Kubernetes has it.
  fileprivate mutating func add(_ list: [JSONValue], in namespace: String?, ready: Bool? = nil) {
    for endpoint in list {
      let isReady = ready ?? (endpoint[path: "conditions", "ready"]?.bool != false)
      if endpoint[path: "targetRef", "kind"]?.string == "Pod",
        let name = endpoint[path: "targetRef", "name"]?.string
      {
        let key = "\(endpoint[path: "targetRef", "namespace"]?.string ?? namespace ?? "")/\(name)"
        pods.insert(key)
        if isReady { readyPods.insert(key) }
        continue
      }
      let texts = (endpoint["addresses"]?.array ?? [endpoint["ip"]].compactMap { $0 })
        .compactMap(\.string)
      addresses.formUnion(texts)
      if isReady { readyAddresses.formUnion(texts) }
    }
  }
}
