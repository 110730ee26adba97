/// Random choices that a seed repeats.
struct Dice {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(state: seed) }

  /// A number from 0 to one below the bound.
  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

  /// True in so many of a hundred cases.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// One element of a list that is not empty.
  mutating func one<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

  /// Some elements of a list, each at most once, in any order.
  mutating func some<Element>(_ list: [Element], _ count: ClosedRange<Int>) -> [Element] {
    let number = min(Int.random(in: count, using: &random), list.count)
    return Array(list.shuffled(using: &random).prefix(number))
  }

  /// A list in another order.
  mutating func shuffled<Element>(_ list: [Element]) -> [Element] {
    list.shuffled(using: &random)
  }
}
