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
  private var recent: [FlowEnd: (key: Key, position: Int)] = [:]

  mutating func add(_ key: Key, _ source: Int, _ destination: Int, _ pairs: Int) {
    let position = position(of: key, source, destination)
    buckets[position].pairs += pairs
    buckets[position].destinations.insert(destination)
    if buckets[position].last != source {
      buckets[position].last = source
      buckets[position].sources.insert(source)
    }
  }

  private mutating func position(of key: Key, _ source: Int, _ destination: Int) -> Int {
    if let recent = recent[key.end], recent.key == key { return recent.position }
    let position = positions[key] ?? buckets.count
    if position == buckets.count {
      positions[key] = position
      buckets.append(Bucket(key: key, example: (source, destination)))
    }
    recent[key.end] = (key, position)
    return position
  }
}
