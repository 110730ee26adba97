import AntreaModel

/// A Node of the cluster: what its labels and addresses are. Policies select
/// its addresses, never the pods on it.
public struct Node: Sendable, Hashable {
  /// The name.
  public var name: String
  /// Its labels.
  public var labels: [String: String]
  /// The addresses by which Antrea knows it: of each family the Node's, the
  /// gateway's of its pod network, and the one that tunnels use.
  public var addresses: [IPAddress]

  /// Creates a Node.
  public init(name: String, labels: [String: String] = [:], addresses: [IPAddress]) {
    self.name = name
    self.labels = labels
    self.addresses = addresses
  }
}
