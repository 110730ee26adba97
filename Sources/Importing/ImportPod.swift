/// A pod that named ports are resolved at: one with an address of its own.
public struct ImportPod: Sendable, Hashable {
  /// A port that a container names.
  public struct Port: Sendable, Hashable {
    /// The name.
    public var name: String
    /// `TCP`, `UDP` or `SCTP`.
    public var transport: String
    /// The number.
    public var number: Int

    /// Creates a port.
    public init(name: String, transport: String, number: Int) {
      self.name = name
      self.transport = transport
      self.number = number
    }
  }

  /// `namespace/name`.
  public var name: String
  /// The labels of its namespace, with `kubernetes.io/metadata.name`.
  public var namespaceLabels: [String: String]
  /// Its labels.
  public var labels: [String: String]
  /// The ports that its containers name: the first of a name and protocol counts.
  public var ports: [Port]

  /// Creates a pod.
  public init(
    name: String, namespaceLabels: [String: String], labels: [String: String], ports: [Port]
  ) {
    self.name = name
    self.namespaceLabels = namespaceLabels
    self.labels = labels
    self.ports = ports
  }
}
