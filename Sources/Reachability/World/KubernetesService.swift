import AntreaModel

/// A Service of the cluster: addresses that stand for pods.
///
/// Policies are decided after a Service's address was replaced by a pod's, so a
/// flow to a Service is a flow to one of its pods at the target port. Only
/// `toServices` asks by which Service the flow came there.
public struct KubernetesService: Sendable, Hashable {
  /// What a port of a Service leads to.
  public enum Target: Sendable, Hashable {
    /// A port of the pod.
    case number(Int)
    /// A port that the pod's containers name.
    case name(String)
  }

  /// A port of a Service.
  public struct Port: Sendable, Hashable {
    /// Its name; empty where the only port has none.
    public var name: String
    /// The protocol.
    public var transport: Traffic.Transport
    /// The port at the Service's address.
    public var port: Int
    /// The port at the pods.
    public var target: Target

    /// Creates a port.
    public init(
      name: String = "", transport: Traffic.Transport = .tcp, port: Int, target: Target? = nil
    ) {
      self.name = name
      self.transport = transport
      self.port = port
      self.target = target ?? .number(port)
    }

    /// The port at a pod; `nil` where the pod does not have the named port, and
    /// so does not answer for the Service.
    public func target(at pod: Workload) -> Int? {
      switch target {
      case .number(let port): port
      case .name(let name): pod.port(named: name, transport)
      }
    }
  }

  /// The identity of a Service.
  public struct Name: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The namespace.
    public var namespace: String
    /// The name.
    public var name: String

    /// Creates a name.
    public init(namespace: String, name: String) {
      self.namespace = namespace
      self.name = name
    }

    /// By namespace, then by name.
    public static func < (left: Name, right: Name) -> Bool {
      (left.namespace, left.name) < (right.namespace, right.name)
    }

    /// `namespace/name`.
    public var description: String { "\(namespace)/\(name)" }
  }

  /// The namespace and the name.
  public var id: Name
  /// The labels that its pods have; empty where the pods behind it are not
  /// chosen by labels, and so are not known.
  public var selector: [String: String]
  /// The addresses that stand for its pods; none for a headless Service.
  public var clusterIPs: [IPAddress]
  /// The ports.
  public var ports: [Port]

  /// Creates a Service.
  public init(
    id: Name, selector: [String: String], clusterIPs: [IPAddress] = [], ports: [Port] = []
  ) {
    self.id = id
    self.selector = selector
    self.clusterIPs = clusterIPs
    self.ports = ports
  }

  /// Whether a pod is behind the Service.
  public func selects(_ pod: Workload) -> Bool {
    !selector.isEmpty && pod.namespace == id.namespace
      && selector.allSatisfy { pod.labels[$0.key] == $0.value }
  }
}
