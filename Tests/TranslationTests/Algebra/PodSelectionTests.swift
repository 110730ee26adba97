import AntreaModel
import Testing

@testable import Translation

/// The algebra of pods against membership of single pods.
@Suite struct PodSelectionTests {
  @Test func operationsDoWhatTheySay() throws {
    var disjoint = 0
    var subsets = 0
    let seeds = LawSetting.seeds(1...60)
    for seed in seeds {
      var generator = SetGenerator(random: SeededGenerator(state: seed))
      for _ in 0..<8 {
        var budget = SelectorBudget()
        let a = try generator.set(&budget)
        let b = try generator.set(&budget)
        let union = try a.union(b, &budget)
        let both = try a.intersection(b, &budget)
        let rest = try a.subtracting(b, &budget)
        let isSubset = try a.isSubset(of: b, &budget)
        let isDisjoint = a.isDisjoint(from: b)
        let merged = union.merged
        let widened = try both.widened(&budget)
        for pod in ModelPod.all {
          let (inA, inB) = (pod.isIn(a), pod.isIn(b))
          let isRight =
            pod.isIn(union) == (inA || inB) && pod.isIn(merged) == (inA || inB)
            && pod.isIn(both) == (inA && inB) && pod.isIn(rest) == (inA && !inB)
            && (!isSubset || !inA || inB) && !(isDisjoint && inA && inB)
            && (!(inA && inB) || pod.isIn(widened))
          if isRight { continue }
          Issue.record("seed \(seed): \(a.terms.map(\.key)) \(b.terms.map(\.key)) \(pod)")
          return
        }
        if both.terms.isEmpty { #expect(isDisjoint, "seed \(seed)") }
        if isDisjoint { disjoint += 1 }
        if isSubset { subsets += 1 }
        #expect(merged.terms.count <= union.terms.count)
        #expect(try PodSelection(b.terms.reversed(), &budget).merged == b.merged)
      }
    }
    #expect(disjoint > seeds.count && subsets > seeds.count)
  }

  private func term(_ key: String, _ comparison: LabelRequirement.Operator, _ values: String...)
    throws -> PodTerm
  {
    let requirement = LabelRequirement(key: key, comparison: comparison, values: values)
    return .selector(try #require(SelectorTerm(namespaces: [], pods: [requirement])))
  }

  private func keys(_ terms: [PodTerm]) throws -> [String] {
    var budget = SelectorBudget()
    return try PodSelection(terms, &budget).merged.terms.map(\.key)
  }

  @Test func valuesOfOneLabelBecomeOneTerm() throws {
    #expect(
      try keys([term("x", .in, "b"), term("x", .in, "a"), term("x", .in, "c", "a")])
        == ["selector ns[] pod[x In a,b,c]"])
    #expect(
      try keys([term("x", .notIn, "a", "b"), term("x", .in, "a")])
        == ["selector ns[] pod[x NotIn b]"])
    #expect(try keys([term("x", .exists), term("x", .doesNotExist)]) == ["selector ns[] pod[]"])
    // Kubernetes has no form for "missing or a".
    #expect(try keys([term("x", .in, "a"), term("x", .doesNotExist)]).count == 2)
    // Two labels differ: the union is no conjunction.
    #expect(try keys([term("x", .in, "a"), term("y", .in, "a")]).count == 2)
  }

  @Test func subsumedTermsGo() throws {
    let narrow = try #require(
      SelectorTerm(
        namespaces: [],
        pods: [
          LabelRequirement(key: "x", comparison: .in, values: ["a"]),
          LabelRequirement(key: "y", comparison: .exists),
        ]))
    #expect(
      try keys([.selector(narrow), term("x", .notIn, "b")]) == ["selector ns[] pod[x NotIn b]"])
  }

  @Test func aNamespaceAlwaysHasItsName() {
    let label = ConditionReader.namespaceNameLabel
    let missing = LabelRequirement(key: label, comparison: .doesNotExist)
    #expect(SelectorTerm(namespaces: [missing], pods: []) == nil)
    let there = LabelRequirement(key: label, comparison: .exists)
    #expect(SelectorTerm(namespaces: [there], pods: [])?.isEveryPod == true)
    // A pod may lack a label of that name.
    #expect(SelectorTerm(namespaces: [], pods: [missing]) != nil)
    #expect(SelectorTerm(namespaces: [], pods: [there])?.isEveryPod == false)
  }

  @Test func whatAServiceSelectsIsNeverGuessed() throws {
    var budget = SelectorBudget()
    let service = try #require(PodTerm.service(name: "s", namespace: "n1"))
    let web = try term("app", .in, "web")
    let both = try #require(service.intersection(web))
    #expect(both.members == nil && both.widened == service)
    #expect(service.intersection(try #require(SelectorTerm.namespace("n1")).asTerm) == service)
    #expect(service.intersection(try #require(SelectorTerm.namespace("n2")).asTerm) == nil)
    // A part of the Service's pods, in the union with all of them, is absorbed.
    #expect(try PodSelection([both, service], &budget).terms == [service])
    let rest = try PodSelection([web], &budget).subtracting(
      PodSelection([service], &budget), &budget)
    #expect(rest.inexpressible != nil)
    let elsewhere = try PodSelection([try #require(SelectorTerm.namespace("n2")).asTerm], &budget)
    #expect(try elsewhere.subtracting(PodSelection([service], &budget), &budget) == elsewhere)
  }

  @Test func boundsAreKept() throws {
    var terms: [PodTerm] = []
    for index in 0..<10 {
      let requirements = (0..<10).map {
        LabelRequirement(key: "k\(index)-\($0)", comparison: .in, values: ["v"])
      }
      terms.append(.selector(try #require(SelectorTerm(namespaces: [], pods: requirements))))
    }
    var budget = SelectorBudget()
    let set = try PodSelection(terms, &budget)
    let problem = #expect(throws: Problem.self) {
      try PodSelection.everyPod.subtracting(set, &budget)
    }
    #expect(problem?.code == .selectorBound)
    var small = SelectorBudget(10)
    #expect(throws: Problem.self) { try set.intersection(set, &small) }
  }
}

extension SelectorTerm {
  fileprivate var asTerm: PodTerm { .selector(self) }
}
