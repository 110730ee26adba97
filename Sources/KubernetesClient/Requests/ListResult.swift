import AntreaModel

/// One page of a list.
public struct ListPage: Sendable {
  /// The objects, each with its `apiVersion` and `kind`.
  public var objects: [KubernetesObject]
  /// Whether the list began anew because its token had expired: what earlier
  /// pages held must be forgotten.
  public var isRestart: Bool

  /// Creates a page.
  public init(objects: [KubernetesObject], isRestart: Bool = false) {
    self.objects = objects
    self.isRestart = isRestart
  }
}

/// How a list ended.
public struct ListResult: Sendable, Hashable {
  /// The version of the collection that was listed.
  public var resourceVersion: String
  /// Whether all pages show the same moment. After an expired token the server
  /// may offer to go on with a newer state.
  public var isConsistent: Bool
  /// The number of pages.
  public var pages: Int

  /// Creates a result.
  public init(resourceVersion: String, isConsistent: Bool = true, pages: Int = 1) {
    self.resourceVersion = resourceVersion
    self.isConsistent = isConsistent
    self.pages = pages
  }
}

/// All objects of a list.
public struct ObjectList: Sendable {
  /// The objects, each with its `apiVersion` and `kind`.
  public var objects: [KubernetesObject]
  /// How the list ended.
  public var result: ListResult

  /// Creates a list.
  public init(objects: [KubernetesObject], result: ListResult) {
    self.objects = objects
    self.result = result
  }
}
