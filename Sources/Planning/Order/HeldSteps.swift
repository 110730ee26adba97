import AntreaModel

/// The steps that are not taken: those that must not be, and what has to come
/// after them.
///
/// The order keeps what old and new policies agree on in every state on the way,
/// and a run that leaves out a step together with all that have to come after it
/// ends in one of these states. So whatever is mended later, or never, nothing
/// stays open that both deny, and nothing cut that both allow.
///
/// An object that several steps change is left as it is where one of them is not
/// taken: else a copy would stay beside it.
struct HeldSteps {
  typealias Reference = KubernetesObject.Reference

  /// The objects that are left as they are only because they have to come after
  /// others, with those of the others that are blocked themselves, or wait.
  private(set) var waiting: [Reference: [Reference]] = [:]

  private var held: Set<Int> = []
  private let nodes: [OrderNode]
  private let world: OrderWorld
  /// What has to come after a step although the graph has no edge for it.
  private var others: [Int: [Int]] = [:]

  /// Finds the steps.
  ///
  /// - Parameters:
  ///   - together: Steps each of which would have to come before the others, so
  ///     that all of them are taken or none.
  ///   - unkept: Pairs of steps whose order the graph cannot keep. For a moment
  ///     that is a gap; it must not last until somebody mends what is blocked.
  init(
    _ nodes: [OrderNode], _ graph: OrderGraph, _ world: OrderWorld, together: [[Int]] = [],
    unkept: [DirectionCrossings.Edge] = []
  ) {
    self.nodes = nodes
    self.world = world
    let first = nodes.indices.filter { world.blocked.contains(nodes[$0].object) }
    guard !first.isEmpty else { return }
    for steps in together + Self.parts(nodes) {
      for (step, next) in zip(steps, steps.dropFirst() + steps.prefix(1)) {
        others[step, default: []].append(next)
      }
    }
    for edge in unkept { others[edge.closing, default: []].append(edge.opening) }
    held = Set(first)
    var stack = first
    while let step = stack.popLast() {
      for next in graph.followers[step] + (others[step] ?? []) where held.insert(next).inserted {
        stack.append(next)
      }
    }
    explain(graph)
  }

  /// Whether nothing is held.
  var isEmpty: Bool { held.isEmpty }

  /// Whether a step is not taken.
  func contains(_ step: Int) -> Bool { held.contains(step) }

  /// The steps of objects that have several.
  private static func parts(_ nodes: [OrderNode]) -> [[Int]] {
    Dictionary(grouping: nodes.indices, by: { nodes[$0].object }).values.filter { $0.count > 1 }
  }

  // MARK: Reasons

  private mutating func explain(_ graph: OrderGraph) {
    var earlier: [Reference: Set<Reference>] = [:]
    for step in held {
      let object = nodes[step].object
      for next in graph.followers[step] + (others[step] ?? [])
      where nodes[next].object != object && !world.blocked.contains(nodes[next].object) {
        earlier[nodes[next].object, default: []].insert(object)
      }
    }
    for object in earlier.keys where world.steps[object]?.action.writes == true {
      let named = named(before: object, earlier)
      let blocked = named.intersection(world.blocked)
      waiting[object] = (blocked.isEmpty ? named : blocked).sorted(by: Reference.precedes)
    }
  }

  /// What an object directly comes after. Objects that only name a copy for a
  /// while are passed over: their own steps do not wait.
  private func named(
    before object: Reference, _ earlier: [Reference: Set<Reference>]
  ) -> Set<Reference> {
    var result: Set<Reference> = []
    var seen: Set<Reference> = [object]
    var stack = [object]
    while let next = stack.popLast() {
      for other in earlier[next] ?? [] where seen.insert(other).inserted {
        if world.steps[other]?.action.writes == true {
          result.insert(other)
        } else {
          stack.append(other)
        }
      }
    }
    return result
  }
}
