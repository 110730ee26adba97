import AntreaModel

/// A pod, with everything that decides which policies it falls under.
public struct Workload: Sendable, Hashable {
  /// The label that Kubernetes gives every namespace with its name.
  public static let namespaceNameLabel = "kubernetes.io/metadata.name"

  /// The pod's name.
  public var name: String
  /// The name of its namespace.
  public var namespace: String
  /// The labels of its namespace, with ``namespaceNameLabel``.
  public var namespaceLabels: [String: String]
  /// Its own labels.
  public var labels: [String: String]
  /// Its addresses: one, or one of each family.
  public var addresses: [IPAddress]
  /// Whether it shares its Node's network. Such a pod is in no group by labels,
  /// and no policy is enforced at it: it is an address like any other.
  public var isHostNetwork: Bool
  /// The names of the Services of its namespace whose selectors choose it.
  public var services: Set<String>
  /// The name of its service account, in its namespace.
  public var serviceAccount: String
  /// The ports that its containers name, in the order of the containers: the
  /// first of a name and protocol counts.
  public var namedPorts: [ContainerPort]
  /// The name of the Node that it runs on; `nil` where that is not known.
  public var node: String?

  /// Creates a pod; the namespace's name becomes one of the namespace's labels.
  public init(
    name: String, namespace: String, namespaceLabels: [String: String] = [:],
    labels: [String: String] = [:], addresses: [IPAddress], isHostNetwork: Bool = false,
    services: Set<String> = [], serviceAccount: String = "default",
    namedPorts: [ContainerPort] = [], node: String? = nil
  ) {
    self.name = name
    self.namespace = namespace
    self.namespaceLabels = namespaceLabels
    self.namespaceLabels[Self.namespaceNameLabel] = namespace
    self.labels = labels
    self.addresses = addresses
    self.isHostNetwork = isHostNetwork
    self.services = services
    self.serviceAccount = serviceAccount
    self.namedPorts = namedPorts
    self.node = node
  }

  /// The port that a name stands for at this pod; `nil` where no container
  /// gives it for the protocol.
  public func port(named name: String, _ transport: Traffic.Transport) -> Int? {
    namedPorts.first { $0.name == name && $0.transport == transport }?.port
  }
}
