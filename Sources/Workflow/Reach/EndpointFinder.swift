import AntreaModel
import Failures
import Reachability

/// Finds what `--from` and `--to` name: a pod, a workload, a Service, a Node or
/// an address.
struct EndpointFinder {
  private let inventory: ClusterInventory
  /// `namespace/workload` by `namespace/pod`.
  private let workloads: [String: String]

  init(_ inventory: ClusterInventory, workloads: [String: String]) {
    self.inventory = inventory
    self.workloads = workloads
  }

  /// Reads a name. `pod:`, `svc:` and `workload:` before it say what it is; else
  /// an address, a pod, a Service, a workload and a Node are tried in this order.
  ///
  /// - Throws: ``Failure`` of kind usage for a name with several meanings, of kind
  ///   invalidInput for one that is not known, with names that come near.
  func find(_ text: String, option: String, takesServices: Bool) throws -> NamedEndpoint {
    if let address = IPAddress(text) { return at(address, takesServices: takesServices) }
    let (prefix, rest) = Self.split(text)
    let found: [NamedEndpoint]
    switch prefix {
    case "pod": found = pods(rest)
    case "svc", "service": found = services(rest)
    case "workload", "deploy", "deployment": found = workload(rest)
    case "node": found = node(rest)
    default:
      // What is more exact hides what is less: a workload and its Service often
      // have one name.
      found =
        [pods(rest), takesServices ? services(rest) : [], workload(rest), node(rest)]
        .first { !$0.isEmpty } ?? []
    }
    guard let only = found.first else { throw unknown(text, rest, option, takesServices) }
    guard found.count == 1 else {
      throw Failure(
        .usage, subject: "\(option) \(text)", cause: "is more than one",
        remedy: "write the namespace too: \(Self.list(found.map(\.label).sorted()))")
    }
    if case .service(let service, let pods) = only {
      guard takesServices else {
        throw Failure(
          .usage, subject: "\(option) \(text)",
          cause: "is a Service, and Services open no connection",
          remedy: pods.isEmpty
            ? "give a pod" : "give a pod, for example \(pods[0].namespace)/\(pods[0].name)")
      }
      guard !pods.isEmpty else {
        throw Failure(
          .invalidInput, subject: "\(option) \(text)",
          cause: service.selector.isEmpty
            ? "the Service has no selector, so the pods behind it are not known"
            : "there is no pod behind the Service",
          remedy: "give the pod or the address that it leads to")
      }
    }
    return only
  }

  private func at(_ address: IPAddress, takesServices: Bool) -> NamedEndpoint {
    let pods = inventory.workloads.filter { $0.addresses.contains(address) && !$0.isHostNetwork }
    if let pod = pods.first { return .pods([pod], label: "\(pod.namespace)/\(pod.name)") }
    if takesServices,
      let service = inventory.services.first(where: { $0.clusterIPs.contains(address) })
    {
      return named(service)
    }
    return .address(address)
  }

  private func pods(_ name: String) -> [NamedEndpoint] {
    inventory.workloads.filter { Self.matches(name, $0.namespace, $0.name) }
      .map { .pods([$0], label: "\($0.namespace)/\($0.name)") }
  }

  private func services(_ name: String) -> [NamedEndpoint] {
    // `db.shop.svc.cluster.local`, as pods call it.
    let labels = name.split(separator: ".").map(String.init)
    let wanted = labels.count >= 3 && labels[2] == "svc" ? "\(labels[1])/\(labels[0])" : name
    return inventory.services.filter { Self.matches(wanted, $0.id.namespace, $0.id.name) }
      .map(named)
  }

  private func named(_ service: KubernetesService) -> NamedEndpoint {
    .service(service, pods: inventory.workloads.filter { service.selects($0) })
  }

  private func workload(_ name: String) -> [NamedEndpoint] {
    var found: [String: [Workload]] = [:]
    for pod in inventory.workloads {
      guard let label = workloads["\(pod.namespace)/\(pod.name)"] else { continue }
      let parts = label.split(separator: "/", maxSplits: 1).map(String.init)
      if parts.count == 2, Self.matches(name, parts[0], parts[1]) {
        found[label, default: []].append(pod)
      }
    }
    return found.sorted { $0.key < $1.key }.map { .pods($0.value, label: $0.key) }
  }

  private func node(_ name: String) -> [NamedEndpoint] {
    inventory.nodes.filter { $0.name == name }.compactMap(\.addresses.first).map { .address($0) }
  }

  private func unknown(
    _ text: String, _ name: String, _ option: String, _ takesServices: Bool
  ) -> Failure {
    if let failure = Self.badAddress(text, option) { return failure }
    let bare = (name.split(separator: "/").last.map(String.init) ?? name).lowercased()
    var known = Set(inventory.workloads.map { "\($0.namespace)/\($0.name)" })
    known.formUnion(workloads.values)
    if takesServices { known.formUnion(inventory.services.map { "svc:\($0.id)" }) }
    let stem = bare.prefix(max(bare.count / 2, 2))
    let near = known.filter { $0.lowercased().contains(bare) }.sorted()
    let far = known.filter { $0.lowercased().contains(stem) }.sorted()
    let names = near.isEmpty ? far : near
    return Failure(
      .invalidInput, subject: "\(option) \(text)",
      cause: "there is no pod, workload\(takesServices ? ", Service" : "") or Node of this name",
      remedy: names.isEmpty
        ? "write namespace/pod, namespace/workload\(takesServices ? ", svc:namespace/name" : "") or an address"
        : "did you mean \(Self.list(names))?")
  }

  /// Why a text that is neither an address nor a name cannot be asked about,
  /// where it looks like an address.
  private static func badAddress(_ text: String, _ option: String) -> Failure? {
    if let network = CIDR(text) {
      let host: UInt128 = network.prefix < network.family.width ? 1 : 0
      let example = IPAddress(family: network.family, value: network.address.value + host)
      return Failure(
        .usage, subject: "\(option) \(text)",
        cause: "is a network, and a question is about one address",
        remedy:
          "give one of its addresses, for example \(example); leave \(option) away for everybody"
      )
    }
    let looks =
      text.contains(where: \.isNumber) && text.contains { ".:".contains($0) }
      && text.allSatisfy { $0.isHexDigit || ".:/-[]%".contains($0) }
    guard looks else { return nil }
    return Failure(
      .usage, subject: "\(option) \(text)", cause: "is not an address",
      remedy:
        "write one address without port, range or brackets, for example 10.20.0.7 or fd00::7, and the port as --port 443/tcp"
    )
  }

  private static func split(_ text: String) -> (prefix: String, rest: String) {
    let known = ["pod", "svc", "service", "workload", "deploy", "deployment", "node"]
    for separator in [":", "/"] as [Character] {
      guard let index = text.firstIndex(of: separator) else { continue }
      let prefix = String(text[..<index])
      let rest = String(text[text.index(after: index)...])
      // `svc/shop/db`, as kubectl writes it, but `svc/db` may be a namespace's pod.
      if known.contains(prefix), separator == ":" || rest.contains("/") { return (prefix, rest) }
    }
    return ("", text)
  }

  /// `namespace/name`, or a name in any namespace.
  private static func matches(_ wanted: String, _ namespace: String, _ name: String) -> Bool {
    wanted.contains("/") ? wanted == "\(namespace)/\(name)" : wanted == name
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(5).joined(separator: ", ")
    return names.count > 5 ? "\(shown), …" : shown
  }
}
