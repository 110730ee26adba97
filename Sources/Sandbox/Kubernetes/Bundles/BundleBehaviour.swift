/// How the cluster's support bundles go.
public struct BundleBehaviour: Sendable {
  /// Whether the gate SupportBundleCollection is on; it is off by default. Without
  /// it the webhook has no handler, so that a create is refused (antrea facts, T15).
  public var collectsBundles = false
  /// Nodes whose agents fail to upload.
  public var failingNodes: [String] = []
  /// How many reads see a collection, or a component's bundle, as not yet ready.
  public var readsUntilReady = 2
  /// Whether the controller's own bundle fails: `Collecting` becomes `None`.
  public var controllerFails = false
  /// What the controller's bundle holds (a gzip tar, as it comes).
  public var controllerBundle: [UInt8] = Array("controller bundle".utf8)
  /// What is wrong with the downloaded bytes: they are cut after so many.
  public var cutsDownload: Int?

  /// Creates the defaults.
  public init() {}

  /// Lets the controller's bundle be an archive.
  ///
  /// - Throws: ArchiveError.
  public mutating func useArchive() throws {
    controllerBundle = try ExampleBundle.bytes(
      "antrea-controller", log: ["I0105 08:00:00.000001       1 controller.go:99] \"Starting\""])
  }
}
