import NSXModel
import Testing

@testable import Translation

/// Which policies a cluster gets that NSX does not know.
@Suite struct SelectorTests {
  private func policy(
    _ id: String, _ category: String?, _ tags: [NSXModel.Tag], isDefault: Bool = false
  ) -> SecurityPolicy {
    SecurityPolicy(
      common: CommonFields(id: id, displayName: id, path: "/d/\(id)", tags: tags),
      category: category, isDefault: isDefault)
  }

  private func select(
    categories: [String] = [], tags: [String] = [], paths: [String] = []
  ) throws -> [String] {
    var snapshot = NSXSnapshot()
    snapshot.policies = [
      policy(
        "a", nil,
        [NSXModel.Tag(scope: "team", tag: "shop"), NSXModel.Tag(scope: "env", tag: "prod")]),
      policy("ab", "Emergency", [NSXModel.Tag(scope: "team", tag: "shop")]),
      policy("b", "Application", [NSXModel.Tag(scope: "", tag: "shop")]),
      policy("c", "Application", [NSXModel.Tag(scope: "team", tag: "bank")]),
      policy("default", "Application", [], isDefault: true),
    ]
    return try PolicySelector.select(
      snapshot, .filter(categories: categories, tags: tags, paths: paths)
    ).map(\.id)
  }

  @Test func listsAreJoinedByAndTheirEntriesByOr() throws {
    #expect(try select() == ["a", "ab", "b", "c"])
    #expect(try select(categories: ["application", "Emergency"], tags: ["|shop"]).count == 3)
    #expect(
      try select(categories: ["Application"], tags: ["team|shop", "team|bank"]) == ["a", "c"])
    #expect(try select(categories: ["Emergency"], paths: ["/d/b", "/d/ab"]) == ["ab"])
    #expect(try select(tags: ["team|shop"], paths: ["/d/b"]).isEmpty)
  }

  @Test func tagsAndPathsHaveWildcards() throws {
    #expect(try select(tags: ["|shop"]) == ["a", "ab", "b"])
    #expect(try select(tags: ["shop"]) == ["a", "ab", "b"])
    #expect(try select(tags: ["team|"]) == ["a", "ab", "c"])
    #expect(try select(tags: ["team|shop"]) == ["a", "ab"])
    #expect(try select(tags: ["tea|shop"]).isEmpty)
    #expect(try select(paths: ["/d/a*"]) == ["a", "ab"])
    #expect(try select(paths: ["/d/a"]) == ["a"])
  }

  @Test func tierPrioritiesKeepTheOrderOfTheCategories() throws {
    func error(_ priorities: [Category: Int]) -> TranslationError? {
      do throws(TranslationError) {
        _ = try Translator(
          snapshot: NSXSnapshot(), options: TranslationOptions(tierPriorities: priorities)
        ).translate(
          cluster: ClusterTarget(
            name: "x", selection: .filter(categories: [], tags: [], paths: [])))
        return nil
      } catch {
        return error
      }
    }
    #expect(error([.emergency: 5, .application: 49]) == nil)
    for (category, priority) in [
      (Category.emergency, 4), (.application, 50), (.emergency, -1), (.application, 253),
    ] {
      let expected = TranslationError.invalidTierPriority(category, priority, .outOfRange)
      #expect(error([category: priority]) == expected)
      #expect(expected.failure.kind == .usage)
    }
    #expect(
      error([.emergency: 20]) == .invalidTierPriority(.infrastructure, 12, .notAfter(.emergency)))
    #expect(
      error([.environment: 14]) == .invalidTierPriority(.application, 14, .notAfter(.environment)))
  }

  @Test func defaultSectionsNeedTheirFullPath() throws {
    #expect(try select(paths: ["/d/*"]) == ["a", "ab", "b", "c"])
    #expect(try select(paths: ["/d/default"]) == ["default"])
  }
}
