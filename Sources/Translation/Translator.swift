import AntreaModel
import Documents
import NSXModel

/// Compiles NSX's distributed firewall to Antrea's policies: every rule
/// exactly, or refused with a finding.
public struct Translator: Sendable {
  private let snapshot: NSXSnapshot
  private let options: TranslationOptions

  /// Creates a translator of a snapshot.
  public init(snapshot: NSXSnapshot, options: TranslationOptions = TranslationOptions()) {
    self.snapshot = snapshot
    self.options = options
  }

  /// Translates for one cluster.
  ///
  /// - Throws: ``TranslationError``.
  public func translate(cluster target: ClusterTarget) throws(TranslationError) -> Translation {
    var run = try start(target)
    return run.translate()
  }

  /// Translates for one cluster on all cores; the result is the same.
  ///
  /// - Throws: ``TranslationError``.
  public func translate(
    concurrently target: ClusterTarget
  ) async throws(TranslationError) -> Translation {
    var run = try start(target)
    return await run.translateConcurrently()
  }

  private func start(_ target: ClusterTarget) throws(TranslationError) -> TranslationRun {
    guard Self.isFolderName(target.name) else { throw .invalidClusterName(target.name) }
    try options.checkTierPriorities()
    let policies = try PolicySelector.select(snapshot, target.selection)
    return TranslationRun(policies, snapshot: snapshot, options: options, target: target)
  }

  /// Whether a cluster's name can be a folder of the repository.
  static func isFolderName(_ name: String) -> Bool {
    guard let first = name.utf8.first, first != UInt8(ascii: "."), name.utf8.count <= 100 else {
      return false
    }
    return name.utf8.allSatisfy {
      ($0 | 0x20) &- 97 < 26 || $0 &- 48 < 10 || $0 == UInt8(ascii: "-")
        || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
    }
  }
}
