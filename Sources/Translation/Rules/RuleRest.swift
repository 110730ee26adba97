import AntreaModel
import NSXModel

/// What is left of a rule, in one direction, after rules before it jumped to
/// Application with some of its traffic.
struct RuleRest {
  /// What is left.
  private(set) var boxes: [RuleBox]
  /// The jumps that took something.
  private(set) var jumps: [Jump] = []
  private let direction: RuleDirection
  private let target: ClusterTarget

  init(_ boxes: [RuleBox], _ direction: RuleDirection, _ target: ClusterTarget) {
    self.boxes = boxes
    self.direction = direction
    self.target = target
  }

  /// Takes out what a rule jumps with.
  ///
  /// - Throws: `jump-remainder`, which names the jump.
  mutating func subtract(_ jump: Jump, _ budget: inout SelectorBudget) throws(Problems) {
    let holes = jump.boxes(direction).filter { hole in
      !boxes.allSatisfy { $0.isDisjoint(from: hole) }
    }
    if holes.isEmpty { return }
    guard jump.problems.isEmpty else {
      throw Problems(list: [
        Problem(
          .jumpRemainder, "\(jump.rule), which was refused, may jump with some of its traffic")
      ])
    }
    do throws(Problem) {
      for hole in holes {
        var rest: [RuleBox] = []
        for box in boxes { rest += try box.subtracting(hole, target, &budget) }
        if rest.count > RuleBox.maximumCount {
          throw Problem(.jumpRemainder, "the rest has more than \(RuleBox.maximumCount) parts")
        }
        boxes = rest
      }
    } catch {
      throw Problems(list: [
        Problem(.jumpRemainder, "\(jump.rule) jumps with some of its traffic: \(error.message)")
      ])
    }
    jumps.append(jump)
  }
}
