import AntreaModel

extension TrafficSet {
  /// One kind of traffic, from any port, and ICMP of both families.
  public init(_ traffic: Traffic) {
    switch traffic {
    case .transport(let transport, _, let destination):
      self.init(transport, destination: destination...destination)
    case .icmp(let type, let code):
      self = TrafficSet(icmp: .v4, type: type, code: code)
        .union(TrafficSet(icmp: .v6, type: type, code: code))
    case .other(let number): self.init(protocol: number)
    }
  }
}
