import Documents

/// The cluster that an inventory describes, as NSX is told about it.
public struct InventoryCluster: Sendable, Hashable {
  /// A version of NSX, for example 4.2.
  public struct Version: Sendable, Hashable, Comparable {
    /// Major number.
    public var major: Int
    /// Minor number.
    public var minor: Int

    /// Creates a version.
    public init(_ major: Int, _ minor: Int) {
      self.major = major
      self.minor = minor
    }

    /// Reads the start of NSX's `product_version`, for example
    /// `4.1.2.3.0.23382408`; `nil` where it does not start with two numbers.
    public init?(productVersion text: String) {
      let parts = text.split(separator: ".")
      guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1]) else {
        return nil
      }
      self.init(major, minor)
    }

    /// The NSX that brought gateways, egresses, pools and the newer members.
    static let withNewMembers = Version(4, 1)

    /// Compares major, then minor.
    public static func < (left: Version, right: Version) -> Bool {
      (left.major, left.minor) < (right.major, right.minor)
    }
  }

  /// Name of the cluster in NSX.
  public var name: String
  /// External id of the ContainerCluster.
  public var id: String
  /// `cluster_type`, case-sensitive; `nil` for what the Nodes say.
  public var type: String?
  /// `infrastructure.infra_type`; `nil` for what the Nodes' provider ids say.
  public var infrastructure: String?
  /// The NSX that receives the inventory. Members that NSX before 4.1 does not
  /// know are left out for it, and where the version is unknown.
  public var version: Version?

  /// The uid of the Kubernetes cluster (``InventoryIdentity``); `nil` where it is not
  /// known.
  public var uid: String?

  /// Whether NSX has the cluster: what was not read of it is left out then.
  public var exists = false

  /// Creates a cluster; without an id it gets the one derived from its name.
  public init(
    name: String, id: String? = nil, type: String? = nil, infrastructure: String? = nil,
    version: Version? = nil
  ) {
    self.name = name
    self.id = id ?? Self.derivedID(of: name)
    self.type = type
    self.infrastructure = infrastructure
    self.version = version
  }

  /// Whether the members that came with NSX 4.1 are sent.
  var sendsNewMembers: Bool { version.map { $0 >= .withNewMembers } ?? false }

  /// The id of a cluster that has none in NSX: UUID version 5 of its name in
  /// the X.500 namespace, as nsx-operator makes it.
  public static func derivedID(of name: String) -> String {
    let namespace: [UInt8] = [
      0x6b, 0xa7, 0xb8, 0x14, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30,
      0xc8,
    ]
    var bytes = Array(SHA1.hash(namespace + Array(name.utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x50
    bytes[8] = bytes[8] & 0x3F | 0x80
    let text = hexText(bytes)
    var parts: [Substring] = []
    var rest = text[...]
    for length in [8, 4, 4, 4, 12] {
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return parts.joined(separator: "-")
  }
}
