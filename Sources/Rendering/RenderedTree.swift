/// The files of one cluster in the repository.
public struct RenderedTree: Sendable, Hashable {
  /// One file.
  public struct File: Sendable, Hashable {
    /// The path below ``RenderedTree/folder``, for example
    /// `policies/application/web-1a2b3c4d.yaml`.
    public var path: String
    /// The content.
    public var bytes: [UInt8]
  }

  /// The folder in the repository: `clusters/<cluster>`.
  public var folder: String
  /// The files in order of their paths.
  public var files: [File]
}
