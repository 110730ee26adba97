import AntreaModel

/// Endpoints in the order of their addresses.
struct AddressIndex: Sendable {
  private struct Row: Sendable {
    var addresses: [UInt128] = []
    var endpoints: [Int] = []
  }

  private var v4 = Row()
  private var v6 = Row()

  init(_ endpoints: [Endpoint]) {
    let sorted = endpoints.sorted {
      $0.address == $1.address ? $0.index < $1.index : $0.address < $1.address
    }
    for endpoint in sorted {
      if endpoint.address.family == .v4 {
        v4.addresses.append(endpoint.address.value)
        v4.endpoints.append(endpoint.index)
      } else {
        v6.addresses.append(endpoint.address.value)
        v6.endpoints.append(endpoint.index)
      }
    }
  }

  /// The endpoints with addresses in ranges.
  func members(of ranges: [AddressRange]) -> EndpointSet {
    var result = EndpointSet()
    for range in ranges {
      let row = range.family == .v4 ? v4 : v6
      var position = Self.position(of: range.lower, in: row.addresses)
      while position < row.addresses.count, row.addresses[position] <= range.upper {
        result.insert(row.endpoints[position])
        position += 1
      }
    }
    return result
  }

  /// The position of the first address that is not below a bound.
  private static func position(of bound: UInt128, in addresses: [UInt128]) -> Int {
    var (low, high) = (0, addresses.count)
    while low < high {
      let middle = (low + high) / 2
      if addresses[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
