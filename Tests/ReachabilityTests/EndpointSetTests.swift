import Testing

@testable import Reachability

/// Sets of endpoints against Swift's own sets.
@Suite struct EndpointSetTests {
  @Test func setsDoWhatSwiftsSetsDo() {
    var random = SeededGenerator(state: 7)
    for _ in 0..<500 {
      let bound = [3, 64, 65, 300].randomElement(using: &random) ?? 3
      let offset = [0, 0, 63, 1000].randomElement(using: &random) ?? 0
      func some(_ random: inout SeededGenerator) -> Set<Int> {
        Set(
          (0..<Int.random(in: 0..<12, using: &random)).map { _ in
            offset + Int.random(in: 0..<bound, using: &random)
          })
      }
      let a = some(&random)
      let b = some(&random)
      let (left, right) = (EndpointSet(a.shuffled(using: &random)), EndpointSet(b))
      #expect(left.members == a.sorted() && left.count == a.count && left.first == a.min())
      #expect(left.isEmpty == a.isEmpty && (left == right) == (a == b))
      #expect(left.union(right) == EndpointSet(a.union(b)))
      var union = left
      union.formUnion(right)
      #expect(union == left.union(right))
      #expect(left.intersection(right) == EndpointSet(a.intersection(b)))
      #expect(left.subtracting(right) == EndpointSet(a.subtracting(b)))
      #expect(left.intersects(right) == !a.isDisjoint(with: b))
      #expect(left.isSubset(of: right) == a.isSubset(of: b))
      let count = offset + bound
      #expect(left.complement(in: count) == EndpointSet(Set(0..<count).subtracting(a)))
      for member in [0, offset, offset + bound] {
        #expect(left.contains(member) == a.contains(member))
      }
    }
  }

  @Test func aWholeWordHasItsEnd() {
    for count in [0, 1, 63, 64, 65, 128] {
      #expect(EndpointSet(all: count) == EndpointSet(0..<count), "\(count)")
    }
  }
}
