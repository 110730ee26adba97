import AntreaModel
import Foundation
import Importing
import Reachability
import Testing

/// What is imported and translated back gives the verdicts of the originals, for
/// every pair of pods and addresses and all traffic.
@Suite struct RoundTripLawTests {
  /// The seeds of a run. `NSX_ANTREA_TEST_SEEDS=1000-5000` tries others.
  static let seeds: ClosedRange<UInt64> = {
    let bounds = ProcessInfo.processInfo.environment["NSX_ANTREA_TEST_SEEDS"]?
      .split(separator: "-").compactMap { UInt64($0) }
    guard let bounds, bounds.count == 2, bounds[0] <= bounds[1] else { return 1...600 }
    return bounds[0]...bounds[1]
  }()

  @Test func importsDoWhatTheirOriginalsDo() throws {
    var codes: [ImportFindingCode: Int] = [:]
    var proved = 0
    for seed in Self.seeds {
      var generator = RandomPolicies(seed: seed)
      let (originals, pods) = (generator.policies(), generator.pods())
      // A policy that is refused is told by name and left out on both sides.
      let taken = try Import(originals, pods: pods)
      for finding in taken.findings { codes[finding.code, default: 0] += 1 }
      let kept = originals.filter { !taken.refused.contains($0) }
      for object in taken.refused {
        #expect(
          taken.findings.contains { $0.code.isRefusal && $0.source == "\(object.reference)" },
          "seed \(seed): \(object.reference) is refused without a word")
      }
      let (translation, objects) = try taken.translated()
      let errors = translation.findings.filter { $0.severity == .error }
      #expect(errors.isEmpty, "seed \(seed): \(errors)")
      let found = try differences(kept, objects, pods: pods)
      if let first = found.first { Issue.record("seed \(seed): \(first)") }
      proved += kept.count
    }
    print("\(Self.seeds.count) clusters, \(proved) policies proved; findings: \(codes)")
    // A generator that lost a construct would prove nothing about it.
    if Self.seeds == 1...600 {
      #expect(proved > 1000)
      for code in [
        ImportFindingCode.labelMissing, .namedPort, .sctpPort, .namedPortResolved, .sctpProtocol,
        .matchesNothing,
      ] {
        #expect((codes[code] ?? 0) > 2, "\(code.rawValue)")
      }
    }
  }

  /// An import that is wrong is found: else the law would say nothing.
  @Test(arguments: WrongImport.allCases)
  func wrongImportsAreFound(_ wrong: WrongImport) throws {
    var broken: [UInt64] = []
    var found: [UInt64] = []
    for seed in UInt64(1)...60 {
      var generator = RandomPolicies(seed: seed)
      let (originals, pods) = (generator.policies(), generator.pods())
      var taken = try Import(originals, pods: pods)
      guard wrong.apply(to: &taken.policies) else { continue }
      broken.append(seed)
      let (_, objects) = try taken.translated()
      let kept = originals.filter { !taken.refused.contains($0) }
      if try !differences(kept, objects, pods: pods).isEmpty { found.append(seed) }
    }
    print("\(wrong.rawValue): found in \(found.count) of \(broken.count) clusters: \(found)")
    #expect(found.count > 10)
  }

  /// The same with Antrea's own policies before and behind them.
  @Test func policiesOfAntreaKeepTheirPlaces() throws {
    var codes: [ImportFindingCode: Int] = [:]
    var proved = 0
    for seed in Self.seeds {
      var generator = RandomPolicies(seed: seed ^ 0xA17)
      let originals = generator.policies() + generator.antreaPolicies()
      let pods = generator.pods()
      let taken = try Import(originals, pods: pods)
      for finding in taken.findings { codes[finding.code, default: 0] += 1 }
      let kept = originals.filter { !taken.refused.contains($0) }
      let (translation, objects) = try taken.translated()
      let errors = translation.findings.filter { $0.severity == .error }
      #expect(errors.isEmpty, "seed \(seed): \(errors)")
      let found = try differences(kept, objects, pods: pods)
      if let first = found.first { Issue.record("seed \(seed): \(first)") }
      proved += taken.policies.count { $0.ordered != nil }
    }
    print("\(Self.seeds.count) clusters, \(proved) policies of Antrea proved; findings: \(codes)")
    if Self.seeds == 1...600 {
      #expect(proved > 500)
      #expect((codes[.antreaConstruct] ?? 0) > 10)
    }
  }
}
