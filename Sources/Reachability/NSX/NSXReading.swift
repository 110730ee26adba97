/// How NSX's documents are read where there is a choice.
public struct NSXReading: Sendable, Hashable {
  /// Whether conditions compare without regard to case, as NSX does. Labels
  /// have case, so that a selector can miss what NSX matches.
  public var ignoresCase: Bool
  /// Whether a tag scope without the prefix `dis:k8s:` means a label. NSX gives
  /// every tag of a label the prefix, so that such a scope matches no pod.
  public var readsBareScopes: Bool

  /// Creates a reading; NSX's own by default.
  public init(ignoresCase: Bool = true, readsBareScopes: Bool = false) {
    self.ignoresCase = ignoresCase
    self.readsBareScopes = readsBareScopes
  }
}
