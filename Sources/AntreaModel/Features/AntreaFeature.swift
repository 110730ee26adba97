/// A minor version of Antrea.
public struct AntreaRelease: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The major version.
  public var major: Int
  /// The minor version.
  public var minor: Int

  /// Creates a version.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads what an AntreaControllerInfo says: `v2.4.1`, also with a suffix.
  public init?(_ text: String) {
    let parts = text.drop { $0 == "v" }.split(
      separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, let major = Int(parts[0]),
      let minor = Int(parts[1].prefix { $0.isASCII && $0.isNumber })
    else { return nil }
    self.init(major, minor)
  }

  /// `2.4`.
  public var description: String { "\(major).\(minor)" }

  /// Older first.
  public static func < (left: AntreaRelease, right: AntreaRelease) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}

/// Since when Antrea has a construct, from the history of its definitions. It
/// only explains what a cluster's schema says: vendors' versions differ.
enum AntreaFeature {
  /// Fields by their ends, the longer before those that end alike.
  private static let fields: [(end: String, since: AntreaRelease)] = [
    (".ipBlock.except", AntreaRelease(2, 2)), (".ipBlocks[].except", AntreaRelease(2, 2)),
    (".namespaces.sameLabels", AntreaRelease(2, 0)), (".namespaces", AntreaRelease(1, 1)),
    (".from[].scope", AntreaRelease(1, 10)), (".toServices[].scope", AntreaRelease(1, 10)),
    (".toServices", AntreaRelease(1, 4)), (".fqdn", AntreaRelease(1, 3)),
    (".l7Protocols[].tls", AntreaRelease(1, 13)), (".l7Protocols", AntreaRelease(1, 10)),
    (".protocols", AntreaRelease(1, 7)), (".logLabel", AntreaRelease(1, 12)),
    (".sourcePort", AntreaRelease(1, 12)), (".sourceEndPort", AntreaRelease(1, 12)),
    (".serviceAccount", AntreaRelease(1, 6)), (".appliedTo[].service", AntreaRelease(1, 8)),
    (".appliedTo[].nodeSelector", AntreaRelease(1, 15)),
    (".from[].nodeSelector", AntreaRelease(1, 6)), (".to[].nodeSelector", AntreaRelease(1, 6)),
  ]

  /// The version that first had a construct; `nil` where that is not known.
  static func first(_ subject: SchemaFault.Subject) -> AntreaRelease? {
    if subject.field.isEmpty { return AntreaRelease(1, 13) }
    if subject.value != nil {
      return subject.field.hasSuffix(".action") && subject.value == "Pass"
        ? AntreaRelease(1, 5) : nil
    }
    if subject.kind == "ClusterGroup", subject.field == "spec.nodeSelector" {
      return AntreaRelease(2, 6)
    }
    return fields.first { subject.field.hasSuffix($0.end) }?.since
  }
}
