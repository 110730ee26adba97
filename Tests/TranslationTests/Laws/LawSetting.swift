import AntreaModel
import Foundation

/// What a seed says about the cluster that an estate is translated for.
struct LawSetting {
  /// The families of the pods; `nil` where the configuration does not say, and
  /// pods of one or both are there.
  var families: Set<IPFamily>?
  /// The pods' networks, where the configuration says.
  var podNetworks: [CIDR]?
  /// The Nodes' networks, where the configuration says.
  var nodeNetworks: [CIDR]?

  init(seed: UInt64) {
    families = [nil, [.v4], nil, [.v6], [.v4, .v6]][Int(seed % 5)]
    podNetworks = seed % 3 == 0 ? nil : EstateWords.podNetworks
    nodeNetworks = seed % 7 < 3 ? nil : EstateWords.nodeNetworks
  }

  /// The seeds of a run. `NSX_ANTREA_TEST_SEEDS=1000-5000` tries others; a
  /// failure names its seed.
  static func seeds(_ standard: ClosedRange<UInt64>) -> ClosedRange<UInt64> {
    let bounds = ProcessInfo.processInfo.environment["NSX_ANTREA_TEST_SEEDS"]?
      .split(separator: "-").compactMap { UInt64($0) }
    guard let bounds, bounds.count == 2, bounds[0] <= bounds[1] else { return standard }
    return bounds[0]...bounds[1]
  }

  /// Whether a run is the usual one, whose coverage is known.
  static var isStandard: Bool {
    ProcessInfo.processInfo.environment["NSX_ANTREA_TEST_SEEDS"] == nil
  }

  /// Runs a body for every seed, on all cores.
  static func forEach<Result: Sendable>(
    _ seeds: ClosedRange<UInt64>, _ body: @escaping @Sendable (UInt64) throws -> Result
  ) async throws -> [Result] {
    let workers = UInt64(ProcessInfo.processInfo.activeProcessorCount)
    return try await withThrowingTaskGroup(of: [Result].self) { group in
      for worker in 0..<workers {
        group.addTask {
          try stride(from: seeds.lowerBound + worker, through: seeds.upperBound, by: Int(workers))
            .map(body)
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
  }
}
