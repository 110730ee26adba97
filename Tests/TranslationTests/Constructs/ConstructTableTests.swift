import AntreaModel
import Foundation
import Reachability
import Rendering
import Testing
import Translation

/// The table of constructs says what the translation does: each row has samples
/// that become exactly what the row names.
@Suite struct ConstructTableTests {
  private static let rows = ConstructTable(
    FileManager.default.contents(atPath: SharedData.package + "/docs/translation.md")
      .map { String(decoding: $0, as: UTF8.self) } ?? ""
  ).rows

  /// Rows whose outcome needs more than a snapshot, and the tests that show it.
  private static let shownElsewhere: [String: String] = [
    "objects that Antrea's admission would refuse": "AdmissionTests",
    "what the cluster's Antrea would drop": "ResourceSchemaTests",
  ]

  private let world = World(
    workloads: [
      pod("web", labels: ["app": "web"], "10.244.0.1", "fd00:10:244::1", services: ["web"]),
      pod("db", labels: ["app": "db"], "10.244.0.2"),
      pod("other", in: "test", labels: ["app": "api", "tier": "x"], "10.244.0.3"),
    ],
    addresses: ["10.20.0.1", "10.21.0.1", "192.0.2.1", "2001:db8::1"].map { address($0) })

  @Test func everyRowHasSamplesAndTheOtherWayRound() throws {
    let constructs = Self.rows.map(\.construct)
    #expect(constructs.count > 60)
    #expect(Set(constructs).count == constructs.count)
    let known = try Set(ConstructSamples.all.keys).union(Self.shownElsewhere.keys)
    #expect(Set(constructs).subtracting(known) == [], "rows without sample")
    #expect(known.subtracting(constructs) == [], "samples without row")
  }

  @Test func everySampleBecomesWhatItsRowNames() throws {
    for row in Self.rows {
      guard let samples = try ConstructSamples.all[row.construct] else { continue }
      let shown = samples.reduce(into: Set()) { $0.formUnion($1.codes) }
      #expect(shown == row.codes, "\(row.construct): the row or the samples name other codes")
      // What is exact or refused shows both.
      if row.outcome.hasPrefix("exact") {
        #expect(samples.contains { $0.codes.isDisjoint(with: Self.errors) }, "\(row.construct)")
      }
      for sample in samples { try check(sample, row) }
    }
  }

  private static let errors = Set(
    FindingCode.allCases.filter { $0.severity == .error }.map(\.rawValue))

  private func check(_ sample: ConstructSample, _ row: ConstructTable.Row) throws {
    let networks = sample.knowsNetworks ? EstateWords.podNetworks : nil
    let trial = try Trial(
      sample.estate, world, podNetworks: networks,
      nodeNetworks: sample.knowsNetworks ? [] : nil, reading: NSXReading(readsBareScopes: true))
    let codes = Set(trial.translation.findings.map(\.code.rawValue)).subtracting(["no-rules"])
    #expect(codes == sample.codes.subtracting(ConstructSamples.hygiene), "\(row.construct)")
    let isRefused = !sample.codes.isDisjoint(
      with: Self.errors.subtracting(ConstructSamples.hygiene))
    #expect(trial.translation.isApplicable != isRefused, "\(row.construct)")
    let text = Renderer.render(trial.translation).files
      .map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: "\n")
    for part in sample.shows { #expect(text.contains(part), "\(row.construct): \(part)\n\(text)") }
    if !isRefused {
      let differences = try trial.check(limit: 2).differences.map(\.description)
      #expect(differences == [], "\(row.construct)")
    }
  }

  @Test func everyRefusalStandsInSomeRow() {
    let named = Self.rows.reduce(into: Set()) { $0.formUnion($1.codes) }
    #expect(Self.errors.subtracting(named) == [])
  }
}
