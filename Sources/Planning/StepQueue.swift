import AntreaModel

/// The steps of a plan whose turn has come: those that wait for nothing that is
/// not over, first ones first.
struct StepQueue: Sendable {
  private let places: [PlanStep.ID: Int]
  private let waves: [Int]
  /// The steps that wait for a step.
  private var followers: [[Int]]
  /// How many steps each step still waits for.
  private var missing: [Int]
  /// The steps that wait for nothing.
  private var ready = MinHeap()
  /// The number of steps of each wave that are not over.
  private var open: [Int: Int] = [:]
  private var wave = 0
  /// Steps that wait for nothing but their wave.
  private var held: [Int: [Int]] = [:]

  init(_ steps: [PlanStep]) {
    var places: [PlanStep.ID: Int] = [:]
    for (index, step) in steps.enumerated() { places[step.id] = index }
    self.places = places
    waves = steps.map(\.wave)
    followers = Array(repeating: [], count: steps.count)
    missing = Array(repeating: 0, count: steps.count)
    for (index, step) in steps.enumerated() {
      var earlier = Set(step.after.compactMap { places[$0] })
      for reference in step.dependencies {
        for purpose in [PlanStep.Purpose.desired, .standIn] {
          if let place = places[PlanStep.ID(reference, purpose)] { earlier.insert(place) }
        }
      }
      earlier.remove(index)
      missing[index] = earlier.count
      for place in earlier { followers[place].append(index) }
      open[step.wave, default: 0] += 1
    }
    wave = open.keys.min() ?? 0
    for index in steps.indices where missing[index] == 0 { offer(index) }
  }

  /// The place of a step.
  func index(of id: PlanStep.ID) -> Int? { places[id] }

  /// Takes the first step whose turn has come.
  mutating func next() -> Int? { ready.pop() }

  /// Takes the end of a step.
  mutating func finish(_ index: Int) {
    for follower in followers[index] {
      missing[follower] -= 1
      if missing[follower] == 0 { offer(follower) }
    }
    let own = waves[index]
    open[own, default: 1] -= 1
    guard open[own] == 0 else { return }
    open[own] = nil
    guard own == wave, let following = open.keys.min() else { return }
    wave = following
    for waiting in held.removeValue(forKey: wave) ?? [] { ready.push(waiting) }
  }

  private mutating func offer(_ index: Int) {
    guard waves[index] > wave else { return ready.push(index) }
    held[waves[index], default: []].append(index)
  }
}
