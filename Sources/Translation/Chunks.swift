/// Work on the elements of a list, on all cores where the caller may wait.
public enum Chunks {
  /// Transforms the elements at the same time, a chunk after another. The
  /// results have the order of the elements.
  public static func map<Element: Sendable, Value: Sendable>(
    _ list: [Element], _ transform: @escaping @Sendable (ArraySlice<Element>) -> [Value]
  ) async -> [Value] {
    // More chunks than cores, since elements differ in size.
    let size = max(64, list.count / 16 + 1)
    if list.count <= size { return transform(list[...]) }
    return await withTaskGroup(of: (Int, [Value]).self) { group in
      for start in stride(from: 0, to: list.count, by: size) {
        group.addTask { (start, transform(list[start..<min(list.count, start + size)])) }
      }
      var parts: [Int: [Value]] = [:]
      for await (start, part) in group { parts[start] = part }
      var result: [Value] = []
      result.reserveCapacity(list.count)
      for start in stride(from: 0, to: list.count, by: size) { result += parts[start] ?? [] }
      return result
    }
  }
}
