import Glibc

/// A `NO_PROXY` list: names (which cover their subdomains), `.suffix`, `*`,
/// addresses and CIDRs, each with an optional port.
struct ProxyBypassList: Hashable {
  private let entries: [Substring]

  /// Reads a list separated by commas or spaces.
  init(_ text: String) {
    entries = text.split { $0 == "," || $0 == " " || $0 == "\t" }
  }

  /// Whether a host is reached without a proxy.
  func contains(host: String, port: Int) -> Bool {
    entries.contains { matches($0.lowercased(), host: host.lowercased(), port: port) }
  }

  /// Whether a host is this machine by name or address.
  static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host.hasSuffix(".localhost") { return true }
    guard let address = addressBytes(host) else { return false }
    if address.count == 4 { return address[0] == 127 }
    return address.dropLast().allSatisfy { $0 == 0 } && address.last == 1
  }

  private func matches(_ entry: String, host: String, port: Int) -> Bool {
    if entry == "*" { return true }
    if let slash = entry.firstIndex(of: "/") {
      guard let network = addressBytes(String(entry[..<slash])), let address = addressBytes(host),
        let length = Int(entry[entry.index(after: slash)...]), network.count == address.count
      else { return false }
      return shares(prefix: length, network, address)
    }
    var name = entry
    if let address = addressBytes(name) { return address == addressBytes(host) }
    if let colon = name.lastIndex(of: ":") {
      guard Int(name[name.index(after: colon)...]) == port else { return false }
      name = String(name[..<colon])
      if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
      if let address = addressBytes(name) { return address == addressBytes(host) }
    }
    if name.hasPrefix("*.") { name = String(name.dropFirst()) }
    if name.hasPrefix(".") { return host.hasSuffix(name) }
    return host == name || host.hasSuffix("." + name)
  }
}

/// An IPv4 (4) or IPv6 (16) address in network order, or `nil` for a name.
private func addressBytes(_ text: String) -> [UInt8]? {
  var bytes = [UInt8](repeating: 0, count: 16)
  if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes[..<4]) }
  return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
}

private func shares(prefix length: Int, _ first: [UInt8], _ second: [UInt8]) -> Bool {
  guard (0...first.count * 8).contains(length) else { return false }
  for bit in 0..<length {
    let mask = UInt8(0x80) >> UInt8(bit % 8)
    if first[bit / 8] & mask != second[bit / 8] & mask { return false }
  }
  return true
}
