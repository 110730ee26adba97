/// Pairs of ends with the same change by the same states.
struct ChangeBuckets {
  struct Key: Hashable {
    var kind: ConnectivityChange.Kind
    var end: FlowEnd
    /// The states at that end.
    var states: IngressTable.States
    /// The number of the traffic that changes.
    var traffic: Int32
    var source: EndpointNaming.Kind
    var destination: EndpointNaming.Kind
  }

  struct Bucket {
    var key: Key
    var sources = EndpointSet()
    var destinations = EndpointSet()
    var pairs = 0
    /// The first pair.
    var example: (source: Int, destination: Int)
    /// The last source, which needs not be added again.
    fileprivate var last = -1
  }

  private(set) var buckets: [Bucket] = []
  private var positions: [Key: Int] = [:]
  /// The last bucket of changes by egress, which is mostly the next one.
  private var recentEgress = -1
  /// The last bucket of changes by ingress for each block of destinations.
  private var recentIngress: [Int]

  /// - Parameter blocks: the number of blocks of destinations.
  init(blocks: Int) { recentIngress = Array(repeating: -1, count: blocks) }

  @inline(__always)
  mutating func add(_ key: Key, at block: Int, _ source: Int, _ destination: Int, _ pairs: Int) {
    var position = key.end == .egress ? recentEgress : recentIngress[block]
    if position < 0 || buckets[position].key != key {
      position = find(key, source, destination)
      if key.end == .egress { recentEgress = position } else { recentIngress[block] = position }
    }
    buckets[position].pairs += pairs
    buckets[position].destinations.insert(destination)
    if buckets[position].last != source {
      buckets[position].last = source
      buckets[position].sources.insert(source)
    }
  }

  private mutating func find(_ key: Key, _ source: Int, _ destination: Int) -> Int {
    if let position = positions[key] { return position }
    positions[key] = buckets.count
    buckets.append(Bucket(key: key, example: (source, destination)))
    return buckets.count - 1
  }
}
