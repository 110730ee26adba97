import Documents
import NSXModel
import Rendering
import Testing
import Translation

/// The third law: the same input, whatever its order and whoever works on it,
/// gives the same bytes.
@Suite struct DeterminismLawTests {
  @Test func shuffledInputGivesTheSameBytes() async throws {
    let files = try await LawSetting.forEach(LawSetting.seeds(1...200)) { seed -> Int in
      let setting = LawSetting(seed: seed)
      let estate = EstateGenerator.estate(seed: seed, oddity: 20)
      let shuffled = estate.shuffled(seed: seed &* 31)
      var files = 0
      for mode in TranslationOptions.OnUnsupported.allCases {
        func tree(_ objects: [JSONValue]?) throws -> RenderedTree {
          Renderer.render(
            try estate.translate(
              TranslationOptions(onUnsupported: mode), families: setting.families,
              podNetworks: setting.podNetworks, nodeNetworks: setting.nodeNetworks, objects: objects
            ))
        }
        let (first, second) = (try tree(nil), try tree(shuffled))
        if first != second {
          let paths = zip(first.files, second.files).first { $0 != $1 }.map { $0.0.path }
          Issue.record("seed \(seed), \(mode): \(paths ?? "another number of files")")
        }
        files += first.files.count
      }
      return files
    }
    #expect(files.reduce(0, +) > 10 * files.count)
  }

  @Test func oneCoreOrAllGiveTheSameBytes() async throws {
    for seed in LawSetting.seeds(1...8) {
      var estate = EstateGenerator.estate(seed: seed, oddity: 20)
      // So many that the work is split.
      for number in 0..<300 {
        try estate.policy(
          "many\(number)", number: 100 + number, rules: "[\(rule(number, #""direction":"IN""#))]")
      }
      for mode in TranslationOptions.OnUnsupported.allCases {
        let translator = Translator(
          snapshot: try estate.snapshot(), options: TranslationOptions(onUnsupported: mode))
        let target = ClusterTarget(
          name: Estate.cluster, selection: .controlPlane(Estate.cluster))
        let one = Renderer.render(try translator.translate(cluster: target))
        let all = await Renderer.render(
          concurrently: try await translator.translate(concurrently: target))
        let isSame = one == all
        #expect(isSame && one.files.count > 300, "seed \(seed), \(mode)")
      }
    }
  }
}
