import AntreaModel

// What a side has at most, where it cannot be told exactly. A deny may stand
// there, and whatever a rule does happens nowhere else.

extension Operand {
  /// Pods that are all in the operand by their labels, whatever else is in it.
  fileprivate func certainPods(_ budget: inout SelectorBudget) throws(Problem) -> PodSelection {
    isAny ? .everyPod : try PodSelection(groups.flatMap(\.pods), &budget)
  }
}

extension OwnSide {
  /// At least all pods of the side.
  func bound(_ budget: inout SelectorBudget) -> PodSelection {
    let all = bound(of: appliedTo, .addressesInAppliedTo, &budget)
    do throws(Problem) {
      if isExcluded {
        return side.isAny
          ? .nothing : try all.subtracting(try side.certainPods(&budget), &budget)
      }
      return try all.intersection(bound(of: side, .addressesAtPodSide, &budget), &budget)
    } catch {
      return all
    }
  }

  private func bound(
    of operand: Operand, _ code: FindingCode, _ budget: inout SelectorBudget
  ) -> PodSelection {
    guard operand.problems.isEmpty, addressProblems(operand, code).isEmpty else { return .everyPod }
    return (try? operand.selection(&budget)) ?? .everyPod
  }
}

extension OtherSide {
  /// At least everything that is on the side.
  func bound(_ universe: PeerUniverse, _ budget: inout SelectorBudget) -> PeerSelection {
    let isKnown = operand.problems.isEmpty
    return (isKnown ? try? selection(universe, &budget) : nil) ?? .everything(universe)
  }

  /// The peers of a deny that takes the rule's place: at least all of the rule's.
  func closed(
    _ target: ClusterTarget, family: IPFamily?, _ names: PodNames, _ budget: inout SelectorBudget
  ) -> PeerSide {
    let universe = PeerUniverse(target, family: family)
    if operand.problems.isEmpty, !operand.isAny, !isExcluded {
      // Where labels cannot say which family, the deny is for both.
      if let peers = try? named(nil, podsMatchFamily: true) { return peers }
    }
    let everything = PeerSelection.everything(universe)
    return (try? PeerSide(everything, names, candidates: [], &budget)) ?? .any
  }
}
