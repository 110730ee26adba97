/// The longest increasing subsequence: what keeps its order while the rest
/// moves.
enum IncreasingSubsequence {
  /// The members of one longest increasing subsequence of distinct values.
  static func longest(of values: [Int]) -> Set<Int> {
    var tails: [Int] = []
    var previous = [Int?](repeating: nil, count: values.count)
    for (position, value) in values.enumerated() {
      var low = 0
      var high = tails.count
      while low < high {
        let middle = (low + high) / 2
        if values[tails[middle]] < value { low = middle + 1 } else { high = middle }
      }
      previous[position] = low > 0 ? tails[low - 1] : nil
      if low == tails.count { tails.append(position) } else { tails[low] = position }
    }
    var result: Set<Int> = []
    var next = tails.last
    while let position = next {
      result.insert(values[position])
      next = previous[position]
    }
    return result
  }
}
