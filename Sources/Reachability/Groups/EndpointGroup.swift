import AntreaModel

/// Some endpoints in words, for a person to read.
public struct EndpointGroup: Sendable, Hashable, CustomStringConvertible {
  /// For example `group Web servers (3 pods)`, `shop: app=web (3 pods)`,
  /// `namespace shop (12 pods)`, `10.0.0.0/8`.
  public var words: String
  /// The pods; each once, also where it has two addresses.
  public var pods: Int
  /// The namespaces of the pods, sorted.
  public var namespaces: [String]
  /// The labels that all the pods have, without those that differ for every
  /// version.
  public var labels: [String: String]
  /// The networks, where it is about addresses.
  public var addresses: [CIDR]
  /// The names and patterns of names, where it is about names in the DNS.
  public var hostNames: [String]
  /// Some of the pods, as `namespace/name`, or addresses.
  public var examples: [String]
  /// The name of a group with exactly these members.
  public var name: String?

  /// ``words``.
  public var description: String { words }
}

/// A set of classes that has a name, such as a group of NSX.
public struct GroupName: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The members, pods and addresses.
  public var members: EndpointSet

  /// Creates a name.
  public init(_ name: String, members: EndpointSet) {
    self.name = name
    self.members = members
  }
}
