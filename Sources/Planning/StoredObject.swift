import AntreaModel

extension PlanStep {
  /// The fields in which the cluster stored another object than was approved, as
  /// a mutating webhook does; empty where it is the same.
  ///
  /// - Parameter object: The answer to the write.
  public func alterations(in object: KubernetesObject) -> [String] {
    guard let desired = manifest.flatMap({ KubernetesObject($0) }) else { return [] }
    return ObjectComparison(desired: desired, live: object).differences.map(\.path)
  }
}
