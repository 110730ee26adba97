import AntreaModel
import Documents
import Failures

/// Which addresses of a cluster an NSX group has.
public struct AddressSource: Sendable, Hashable {
  /// Whose addresses.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Pods with addresses of their own.
    case pods
    /// Nodes, by their internal addresses.
    case nodes
    /// The networks that Nodes give their pods.
    case podCIDRs
    /// The addresses that Antrea's Egresses give traffic.
    case egressIPs
    /// The addresses of Services of type LoadBalancer and of Ingresses.
    case loadBalancers

    /// Whether the objects have namespaces.
    public var isNamespaced: Bool { self == .pods || self == .loadBalancers }
  }

  /// Whose addresses.
  public var kind: Kind
  /// The names of the namespaces; empty for all.
  public var namespaces: Set<String>
  private let namespaceDemands: LabelDemands
  private let demands: LabelDemands

  /// Creates a source.
  ///
  /// - Parameters:
  ///   - namespaceSelector: labels of the namespaces, as Kubernetes writes them.
  ///   - selector: labels of the pods, Nodes, Egresses, Services and Ingresses.
  ///   - place: what an error names.
  /// - Throws: ``Failures/Failure`` of kind usage for a selector that is none.
  public init(
    _ kind: Kind, namespaces: Set<String> = [], namespaceSelector: JSONValue? = nil,
    selector: JSONValue? = nil, at place: String
  ) throws {
    self.kind = kind
    self.namespaces = namespaces
    do throws(ImportProblem) {
      namespaceDemands = try LabelDemands(namespaceSelector, at: "namespaceSelector")
      demands = try LabelDemands(selector, at: "selector")
    } catch {
      throw Failure(
        .usage, subject: "\(place).\(error.place)", cause: error.message,
        remedy: "write it as a selector of Kubernetes: matchLabels, matchExpressions")
    }
  }

  /// The kinds of objects that are needed.
  public var objectKinds: Set<String> {
    var kinds: Set<String> =
      switch kind {
      case .pods: ["Pod"]
      case .nodes, .podCIDRs: ["Node"]
      case .egressIPs: ["Egress"]
      case .loadBalancers: ["Service", "Ingress"]
      }
    if kind.isNamespaced, !namespaceDemands.demands.isEmpty { kinds.insert("Namespace") }
    return kinds
  }

  /// What it found.
  public struct Result: Sendable, Hashable {
    /// The addresses.
    public var addresses = AddressSet([AddressRange]())
    /// The objects that have them.
    public var objects = 0
    /// Objects that were chosen and have no address yet, or one by name alone.
    public var without: [String] = []
    /// Texts that are no address, with their object.
    public var unreadable: [String] = []
  }

  /// The addresses.
  ///
  /// - Parameter objects: all objects of ``objectKinds``, and any others.
  public func addresses(of objects: [KubernetesObject]) -> Result {
    var labels: [String: [String: String]] = [:]
    for object in objects where object.kind == "Namespace" && object.reference.group.isEmpty {
      labels[object.name] = object.labels.merging([Criteria.nameLabel: object.name]) { $1 }
    }
    var result = Result()
    var ranges: [AddressRange] = []
    for object in objects where includes(object, labels) {
      let texts = self.texts(of: object)
      if texts.isEmpty { result.without.append("\(object.reference)") } else { result.objects += 1 }
      for text in texts {
        if let network = CIDR(text) {
          ranges.append(AddressRange(network))
        } else {
          result.unreadable.append("\(object.reference): \(text)")
        }
      }
    }
    result.addresses = AddressSet(ranges)
    result.without.sort()
    result.unreadable.sort()
    return result
  }

  private func includes(_ object: KubernetesObject, _ labels: [String: [String: String]]) -> Bool {
    guard isSource(object), demands.accepts(object.labels) else { return false }
    guard kind.isNamespaced else { return true }
    let namespace = object.namespace ?? "default"
    guard namespaces.isEmpty || namespaces.contains(namespace) else { return false }
    return namespaceDemands.accepts(labels[namespace] ?? [Criteria.nameLabel: namespace])
  }

  private func isSource(_ object: KubernetesObject) -> Bool {
    let document = object.document
    switch (kind, object.reference.group, object.kind) {
    case (.pods, "", "Pod"):
      // Those on their Node's network have the Node's address, and those that have
      // ended have none that is theirs.
      let phase = document[path: "status", "phase"]?.string
      return document[path: "spec", "hostNetwork"]?.bool != true
        && phase != "Succeeded" && phase != "Failed"
    case (.nodes, "", "Node"), (.podCIDRs, "", "Node"): return true
    case (.egressIPs, "crd.antrea.io", "Egress"): return true
    case (.loadBalancers, "", "Service"):
      return document[path: "spec", "type"]?.string == "LoadBalancer"
    case (.loadBalancers, "networking.k8s.io", "Ingress"): return true
    default: return false
    }
  }

  private func texts(of object: KubernetesObject) -> [String] {
    let (spec, status) = (object.document["spec"], object.document["status"])
    func list(_ value: JSONValue?, _ one: JSONValue?) -> [String] {
      let texts = (value?.array ?? []).compactMap { $0.string ?? $0["ip"]?.string }
      return texts.isEmpty ? [one?.string].compactMap(\.self).filter { !$0.isEmpty } : texts
    }
    switch kind {
    case .pods: return list(status?["podIPs"], status?["podIP"])
    case .nodes:
      return (status?["addresses"]?.array ?? []).filter { $0["type"] == "InternalIP" }
        .compactMap { $0["address"]?.string }
    case .podCIDRs: return list(spec?["podCIDRs"], spec?["podCIDR"])
    case .egressIPs:
      // What is in force, else what is asked for.
      let inForce = list(nil, status?["egressIP"])
      return inForce.isEmpty ? list(spec?["egressIPs"], spec?["egressIP"]) : inForce
    case .loadBalancers: return list(status?[path: "loadBalancer", "ingress"], nil)
    }
  }
}
