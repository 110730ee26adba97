/// Maps elements concurrently, at most `width` at a time, and keeps their
/// order. The first error cancels the rest.
func concurrentMap<Element: Sendable, Output: Sendable>(
  _ elements: [Element], width: Int,
  _ transform: @escaping @Sendable (Element) async throws -> Output
) async throws -> [Output] {
  try await withThrowingTaskGroup(of: (Int, Output).self) { group in
    var slots = [Output?](repeating: nil, count: elements.count)
    var next = 0
    func start(_ group: inout ThrowingTaskGroup<(Int, Output), any Error>) {
      guard next < elements.count else { return }
      let index = next
      let element = elements[index]
      next += 1
      group.addTask { (index, try await transform(element)) }
    }
    for _ in 0..<max(1, min(width, elements.count)) { start(&group) }
    while let (index, output) = try await group.next() {
      slots[index] = output
      start(&group)
    }
    return slots.compactMap { $0 }
  }
}
