import Documents

/// What one component of a Node did with the packet.
public struct TraceflowObservation: Sendable, Hashable {
  /// `SpoofGuard`, `LB`, `Routing`, `NetworkPolicy`, `Forwarding` or `Egress`.
  public var component: String
  /// The table of Open vSwitch, for example `IngressMetric`; often empty.
  public var componentInfo: String
  /// `Delivered`, `Received`, `Forwarded`, `Dropped`, `Rejected`,
  /// `ForwardedOutOfNetwork`, `MarkedForSNAT` or `ForwardedToEgressNode`.
  public var action: String
  /// The policy that decided.
  public var policy: TraceflowPolicy?
  /// The name of its rule; `nil` before Antrea 1.15, and for Kubernetes' own.
  public var rule: String?
  /// `namespace/name` of the pod behind a Service.
  public var pod: String?
  /// The source after a translation.
  public var translatedSource: IPAddress?
  /// The destination after a translation: the pod behind a Service.
  public var translatedDestination: IPAddress?
  /// The Node at the other end of a tunnel.
  public var tunnelDestination: IPAddress?
  /// The name of the Egress that applies; empty for none.
  public var egress: String
  /// The address that the Egress gives.
  public var egressAddress: String
  /// The Node that has this address.
  public var egressNode: String
  /// The address of the source pod.
  public var sourcePodAddress: IPAddress?

  /// Reads an element of `observations`.
  public init(_ value: JSONValue) {
    func text(_ key: String) -> String? {
      value[key]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
    component = text("component") ?? ""
    componentInfo = text("componentInfo") ?? ""
    action = text("action") ?? ""
    policy = text("networkPolicy").map(TraceflowPolicy.init)
    rule = text("networkPolicyRule")
    pod = text("pod")
    translatedSource = text("translatedSrcIP").flatMap { IPAddress($0) }
    translatedDestination = text("translatedDstIP").flatMap { IPAddress($0) }
    tunnelDestination = text("tunnelDstIP").flatMap { IPAddress($0) }
    egress = text("egress") ?? ""
    egressAddress = text("egressIP") ?? ""
    egressNode = text("egressNode") ?? ""
    sourcePodAddress = text("srcPodIP").flatMap { IPAddress($0) }
  }
}

/// A policy as an observation names it: `AntreaClusterNetworkPolicy:name`,
/// `AntreaNetworkPolicy:namespace/name`, `K8sNetworkPolicy:namespace/name`.
public struct TraceflowPolicy: Sendable, Hashable {
  /// The text before the colon.
  public var type: String
  /// `name`, or `namespace/name`.
  public var name: String

  /// Reads the text of an observation.
  public init(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    type = parts.count == 2 ? parts[0] : ""
    name = parts.last ?? text
  }

  /// Whether it is a NetworkPolicy of Kubernetes, whose rules have no names.
  public var isKubernetes: Bool { type == "K8sNetworkPolicy" }

  /// `Kind/name` or `Kind/namespace/name` of the object.
  public var reference: String {
    switch type {
    case "AntreaClusterNetworkPolicy": "ClusterNetworkPolicy/\(name)"
    case "AntreaNetworkPolicy", "K8sNetworkPolicy": "NetworkPolicy/\(name)"
    case "": name
    default: "\(type)/\(name)"
    }
  }
}
