/// Counts by key, in bounded memory.
///
/// Up to its capacity every count is exact. Beyond it, the rarer half of the keys is
/// forgotten; a key that comes back starts anew, so that its count may be too low by
/// as much as ``uncertainty``, and never too high. What is counted most often stays.
struct TallyTable: Sendable {
  /// What is counted of one key.
  struct Count: Sendable {
    var packets: Int64
    var lines: Int64
    var bytes: Int64
    /// The earliest and the latest time, in microseconds since 1970.
    var first: Int64
    var last: Int64
  }

  private struct Entry {
    var hash: UInt64
    var start: Int32
    var length: Int32
    var count: Count
  }

  /// The most keys that are kept.
  let capacity: Int
  /// The most bytes of keys.
  private let mostBytes: Int
  /// The most packets that a count may be too low by.
  private(set) var uncertainty: Int64 = 0
  /// How many keys were forgotten.
  private(set) var forgotten = 0
  private var entries: [Entry] = []
  /// The bytes of all keys.
  private var keys: [UInt8] = []
  /// Numbers of entries by hash; -1 for none. Its size is a power of two.
  private var slots: [Int32]

  init(capacity: Int) {
    self.capacity = max(2, capacity)
    mostBytes = max(self.capacity * 512, 1 << 16)
    var size = 16
    while size < self.capacity * 2 { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
  }

  /// How many keys are kept.
  var count: Int { entries.count }

  /// Adds to the count of a key.
  mutating func add(_ key: UnsafeRawBufferPointer, packets: Int64, bytes: Int64, time: Int64) {
    let hash = Self.hash(key)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let number = Int(slots[slot])
      if number < 0 { break }
      if entries[number].hash == hash, isKey(number, key) {
        entries[number].count.packets &+= packets
        entries[number].count.lines &+= 1
        entries[number].count.bytes &+= bytes
        if time < entries[number].count.first { entries[number].count.first = time }
        if time > entries[number].count.last { entries[number].count.last = time }
        return
      }
      slot = (slot + 1) & mask
    }
    if entries.count >= capacity || keys.count + key.count > mostBytes {
      forgetTheRare()
      return insert(
        key, hash, Count(packets: packets, lines: 1, bytes: bytes, first: time, last: time))
    }
    slots[slot] = Int32(truncatingIfNeeded: entries.count)
    append(key, hash, Count(packets: packets, lines: 1, bytes: bytes, first: time, last: time))
  }

  /// The keys that were counted most, the first one first; those that are equal by
  /// their keys.
  func top(_ number: Int) -> [(key: [UInt8], count: Count)] {
    let order = entries.indices.sorted { left, right in
      let (a, b) = (entries[left].count.packets, entries[right].count.packets)
      return a != b ? a > b : key(left).lexicographicallyPrecedes(key(right))
    }
    return order.prefix(number).map { (Array(key($0)), entries[$0].count) }
  }

  private func key(_ number: Int) -> ArraySlice<UInt8> {
    let start = Int(entries[number].start)
    return keys[start..<start + Int(entries[number].length)]
  }

  private func isKey(_ number: Int, _ key: UnsafeRawBufferPointer) -> Bool {
    guard Int(entries[number].length) == key.count, let other = key.baseAddress else {
      return key.isEmpty && entries[number].length == 0
    }
    let start = Int(entries[number].start)
    return keys.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return false }
      var index = 0
      while index + 8 <= key.count {
        if base.loadUnaligned(fromByteOffset: start + index, as: UInt64.self)
          != other.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        {
          return false
        }
        index += 8
      }
      while index < key.count {
        if bytes[start + index] != key[index] { return false }
        index += 1
      }
      return true
    }
  }

  private mutating func append(_ key: UnsafeRawBufferPointer, _ hash: UInt64, _ count: Count) {
    entries.append(
      Entry(
        hash: hash, start: Int32(truncatingIfNeeded: keys.count),
        length: Int32(truncatingIfNeeded: key.count), count: count))
    keys.append(contentsOf: key)
  }

  private mutating func insert(_ key: UnsafeRawBufferPointer, _ hash: UInt64, _ count: Count) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] >= 0 { slot = (slot + 1) & mask }
    slots[slot] = Int32(truncatingIfNeeded: entries.count)
    append(key, hash, count)
  }

  /// Keeps the half of the keys that was counted most.
  private mutating func forgetTheRare() {
    let old = entries
    let oldKeys = keys
    let order = old.indices.sorted { old[$0].count.packets > old[$1].count.packets }
    let kept = order.prefix(max(min(capacity, old.count) / 2, 1))
    if let next = order.dropFirst(kept.count).first {
      uncertainty = uncertainty.addingReportingOverflow(old[next].count.packets).partialValue
    }
    forgotten += old.count - kept.count
    entries.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
    for slot in slots.indices { slots[slot] = -1 }
    oldKeys.withUnsafeBytes { bytes in
      for number in kept {
        let start = Int(old[number].start)
        insert(
          UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(old[number].length)]),
          old[number].hash, old[number].count)
      }
    }
  }

  static func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: key.count) &* 0x9e37_79b9_7f4a_7c15
    guard let base = key.baseAddress else { return hash }
    var index = 0
    while index + 8 <= key.count {
      hash =
        (hash ^ base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        &* 0xff51_afd7_ed55_8ccd
      hash ^= hash >> 32
      index += 8
    }
    var tail: UInt64 = 0
    while index < key.count {
      tail = tail << 8 | UInt64(key[index])
      index += 1
    }
    hash = (hash ^ tail) &* 0xc4ce_b9fe_1a85_ec53
    return hash ^ hash >> 29
  }
}
