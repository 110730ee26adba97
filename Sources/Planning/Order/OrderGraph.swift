/// A directed graph of steps by number: an edge means that one comes before
/// another.
struct OrderGraph {
  private(set) var followers: [[Int]]
  private var known: Set<Int> = []
  private let count: Int

  init(count: Int) {
    self.count = count
    followers = Array(repeating: [], count: count)
  }

  /// Adds an edge once; none from a step to itself.
  mutating func add(_ from: Int, _ to: Int) {
    guard from != to, known.insert(from * count + to).inserted else { return }
    followers[from].append(to)
  }

  /// Takes an edge away.
  mutating func remove(_ from: Int, _ to: Int) {
    guard known.remove(from * count + to) != nil else { return }
    followers[from].removeAll { $0 == to }
  }

  /// Whether there is an edge.
  func has(_ from: Int, _ to: Int) -> Bool { known.contains(from * count + to) }

  /// Whether a path leads from one step to another.
  func reaches(_ from: Int, _ to: Int) -> Bool {
    if from == to { return true }
    var seen: Set<Int> = [from]
    var stack = [from]
    while let node = stack.popLast() {
      for next in followers[node] where seen.insert(next).inserted {
        if next == to { return true }
        stack.append(next)
      }
    }
    return false
  }

  /// The graph of some of the steps alone, which are numbered anew in their order.
  func restricted(to kept: [Int]) -> OrderGraph {
    var places = [Int](repeating: -1, count: count)
    for (place, node) in kept.enumerated() { places[node] = place }
    var result = OrderGraph(count: kept.count)
    for node in kept {
      for next in followers[node] where places[next] >= 0 {
        result.add(places[node], places[next])
      }
    }
    return result
  }

  /// Sets of steps each of which would have to come before the others, in order
  /// of their smallest numbers (strongly connected components of more than one
  /// step, after Tarjan).
  func cycles() -> [[Int]] {
    var index = [Int](repeating: -1, count: count)
    var low = [Int](repeating: 0, count: count)
    var isOpen = [Bool](repeating: false, count: count)
    var path: [Int] = []
    var next = 0
    var result: [[Int]] = []
    for root in 0..<count where index[root] < 0 {
      var calls: [(node: Int, edge: Int)] = [(root, 0)]
      while let (node, edge) = calls.last {
        if edge == 0 {
          (index[node], low[node], isOpen[node]) = (next, next, true)
          next += 1
          path.append(node)
        }
        if edge < followers[node].count {
          calls[calls.count - 1].edge += 1
          let child = followers[node][edge]
          if index[child] < 0 {
            calls.append((child, 0))
          } else if isOpen[child] {
            low[node] = min(low[node], index[child])
          }
          continue
        }
        if low[node] == index[node] {
          var component: [Int] = []
          while let last = path.popLast() {
            isOpen[last] = false
            component.append(last)
            if last == node { break }
          }
          if component.count > 1 { result.append(component.sorted()) }
        }
        calls.removeLast()
        if let parent = calls.last?.node { low[parent] = min(low[parent], low[node]) }
      }
    }
    return result.sorted { ($0.first ?? 0) < ($1.first ?? 0) }
  }

  /// All steps in an order that keeps the edges, smaller numbers first where it
  /// is free. What is on a cycle is left out.
  func sorted() -> [Int] {
    var missing = [Int](repeating: 0, count: count)
    for list in followers { for node in list { missing[node] += 1 } }
    var ready = MinHeap()
    for node in 0..<count where missing[node] == 0 { ready.push(node) }
    var result: [Int] = []
    while let node = ready.pop() {
      result.append(node)
      for next in followers[node] {
        missing[next] -= 1
        if missing[next] == 0 { ready.push(next) }
      }
    }
    return result
  }

  /// For each step those before it, without the edges that others imply.
  ///
  /// - Returns: `nil` where there are more edges than can be told one by one.
  func reduced(limit: Int) -> [[Int]]? {
    let order = sorted()
    let involved = order.filter { !followers[$0].isEmpty }
    guard involved.count <= 8_000 else { return nil }
    var bit: [Int: Int] = [:]
    for (place, node) in involved.enumerated() { bit[node] = place }
    var predecessors: [[Int]] = Array(repeating: [], count: count)
    for node in order { for next in followers[node] { predecessors[next].append(node) } }
    let words = involved.count / 64 + 1
    var ancestors: [Int: [UInt64]] = [:]
    var result: [[Int]] = Array(repeating: [], count: count)
    var edges = 0
    for node in order where !predecessors[node].isEmpty {
      var own = [UInt64](repeating: 0, count: words)
      // The latest first: they imply the earlier ones.
      for earlier in predecessors[node].reversed() {
        guard let place = bit[earlier], own[place / 64] >> UInt64(place % 64) & 1 == 0 else {
          continue
        }
        own[place / 64] |= 1 << UInt64(place % 64)
        if let theirs = ancestors[earlier] { for word in 0..<words { own[word] |= theirs[word] } }
        result[node].append(earlier)
        edges += 1
        if edges > limit { return nil }
      }
      ancestors[node] = own
      result[node].sort()
    }
    return result
  }

  /// The length of the longest way to each step: steps of one number need not
  /// wait for each other.
  func waves() -> [Int] {
    var result = [Int](repeating: 0, count: count)
    for node in sorted() {
      for next in followers[node] { result[next] = max(result[next], result[node] + 1) }
    }
    return result
  }
}

/// Numbers, the smallest first.
struct MinHeap: Sendable {
  private var items: [Int] = []

  mutating func push(_ item: Int) {
    items.append(item)
    var index = items.count - 1
    while index > 0, items[index] < items[(index - 1) / 2] {
      items.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func pop() -> Int? {
    guard let first = items.first else { return nil }
    let last = items.removeLast()
    guard !items.isEmpty else { return first }
    items[0] = last
    var index = 0
    while case let child = 2 * index + 1, child < items.count {
      let smaller = child + 1 < items.count && items[child + 1] < items[child] ? child + 1 : child
      guard items[smaller] < items[index] else { break }
      items.swapAt(index, smaller)
      index = smaller
    }
    return first
  }
}
