import AntreaModel

/// The addresses of one family by the sets that they are in.
struct AddressClasses {
  /// Ascending and without a gap: each from its first address to the one before
  /// the next.
  private var starts: [UInt128] = [0]
  /// By position in ``starts``: the number of the sets that its addresses are in.
  private var memberships = [MembershipSets.nothing]
  /// The addresses of each class, in the order of their lowest.
  private(set) var classes: [(membership: Int32, ranges: [AddressRange])] = []
  private let family: IPFamily

  /// Sweeps over all boundaries once.
  init(_ sets: [AddressSet], _ family: IPFamily) {
    self.family = family
    var changes: [(place: UInt128, set: Int)] = []
    for (index, set) in sets.enumerated() {
      for range in set.ranges where range.family == family {
        changes.append((range.lower, index))
        if range.upper < family.highest { changes.append((range.upper + 1, index)) }
      }
    }
    changes.sort { $0.place == $1.place ? $0.set < $1.set : $0.place < $1.place }
    var known = MembershipSets(count: sets.count)
    var current = MembershipSets.nothing
    for change in changes {
      current = known.toggle(change.set, in: current)
      if starts.last == change.place {
        memberships[memberships.count - 1] = current
      } else {
        starts.append(change.place)
        memberships.append(current)
      }
    }
    collect()
  }

  private mutating func collect() {
    var positions: [Int32: Int] = [:]
    for index in starts.indices {
      let end = index + 1 < starts.count ? starts[index + 1] - 1 : family.highest
      let range = AddressRange(family: family, lower: starts[index], upper: end)
      if let position = positions[memberships[index]] {
        // Two boundaries may have met without any change.
        if let last = classes[position].ranges.last, last.upper + 1 == range.lower {
          classes[position].ranges[classes[position].ranges.count - 1].upper = end
        } else {
          classes[position].ranges.append(range)
        }
      } else {
        positions[memberships[index]] = classes.count
        classes.append((memberships[index], [range]))
      }
    }
  }

  /// The number of the sets that an address is in.
  func membership(of address: IPAddress) -> Int32 {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= address.value { low = middle } else { high = middle }
    }
    return memberships[low]
  }
}
