import Foundation
import Reachability
import Testing

/// The samples of Antrea's documentation, where they lie beside the checkout.
@Suite struct AntreaSampleTests {
  private static let folder: String = {
    var url = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<4 { url.deleteLastPathComponent() }
    let root =
      ProcessInfo.processInfo.environment["NSX_ANTREA_SHARED_DATA"] ?? url.path + "/../shared/data"
    return root + "/antrea/samples"
  }()

  /// What is not evaluated, by the number of the sample.
  private let expected = [
    "09": ["IGMP by type or group", "IGMP by type or group"], "11": ["appliedTo of Nodes"],
    "17": ["action: Deny", "action: Deny"], "18": ["action: Deny", "action: Deny"],
    "22": ["appliedTo of a NodePort Service"], "30": ["appliedTo of Nodes"],
    "31": ["appliedTo of Nodes"], "37": ["externalEntitySelector", "externalEntitySelector"],
    "40": ["serviceAccount"],
  ]

  @Test func everySampleIsEvaluatedOrNamed() throws {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: Self.folder)) ?? []
    let names = files.filter { $0.hasSuffix(".yaml") }.sorted()
    if names.isEmpty { print("note: \(Self.folder) is not there, so this test checks nothing") }
    for name in names {
      let yaml = try String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8)
      let expected = expected[String(name.prefix(2))] ?? []
      let evaluator = try SmallCluster.live(yaml)
      #expect(evaluator.notEvaluated.map(\.construct) == expected, "\(name)")
      if expected.isEmpty {
        #expect(throws: Never.self, "\(name)") { try SmallCluster.strict(yaml) }
      } else {
        #expect(throws: EvaluationError.self, "\(name)") { try SmallCluster.strict(yaml) }
      }
    }
  }
}
