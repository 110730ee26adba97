import AuditLog
import Testing

@Suite("Lines of an audit log")
struct AuditLineTests {
  /// A line's fields as text; absent ones are empty.
  private func read(_ text: String) -> [String: String]? {
    var parser = AuditLineParser()
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBytes { line -> [String: String]? in
      guard let found = parser.parse(line) else { return nil }
      func field(_ span: AuditSpan) -> String { span.text(in: line) ?? "" }
      return [
        "time": String(found.time), "table": field(found.table), "policy": field(found.policy),
        "rule": field(found.rule), "direction": field(found.direction),
        "action": found.action.text, "pod": field(found.appliedTo), "from": field(found.source),
        "sport": field(found.sourcePort), "to": field(found.destination),
        "port": field(found.destinationPort), "protocol": field(found.protocolName),
        "length": String(found.length), "label": field(found.label),
        "packets": String(found.packets),
      ]
    }
  }

  @Test("the present form, with label and several packets")
  func present() throws {
    let found = try #require(
      read(
        "2026/02/03 04:05:06.789012 AntreaPolicyIngressRule AntreaClusterNetworkPolicy:shop-1a2b3c4d 1003 Ingress Drop 14500 shop/db-1 10.1.0.9 40000 10.1.0.2 5432 TCP 60 nsx-1003 [3 packets in 1.002s]"
      ))
    #expect(
      found == [
        "time": "1770091506789012", "table": "AntreaPolicyIngressRule",
        "policy": "AntreaClusterNetworkPolicy:shop-1a2b3c4d", "rule": "1003",
        "direction": "Ingress", "action": "Drop", "pod": "shop/db-1", "from": "10.1.0.9",
        "sport": "40000", "to": "10.1.0.2", "port": "5432", "protocol": "TCP", "length": "60",
        "label": "nsx-1003", "packets": "3",
      ])
  }

  @Test("isolation by Kubernetes' policies has neither rule nor priority nor ports")
  func isolation() throws {
    let found = try #require(
      read(
        "2026/02/03 04:05:06.000001 IngressDefaultRule K8sNetworkPolicy <nil> Ingress Drop <nil> shop/db-1 fd00::9 <nil> fd00::2 <nil> ICMPv6 84 <nil>"
      ))
    #expect(found["policy"] == "K8sNetworkPolicy")
    #expect(found["rule"] == "" && found["port"] == "" && found["label"] == "")
    #expect(found["from"] == "fd00::9" && found["protocol"] == "ICMPv6")
    #expect(found["action"] == "Drop" && found["packets"] == "1")
  }

  @Test(
    "older forms",
    arguments: [
      (
        "2022/07/26 06:55:56.170456 IngressRule K8sNetworkPolicy:shop/allow Allow 190 10.1.0.9 49518 10.1.0.2 80 TCP 60",
        "Allow", "", "80", "1"
      ),
      (
        "2021/03/18 06:55:56.170456 AntreaPolicyEgressRule AntreaNetworkPolicy:shop/out Reject 44900 SRC: 10.1.0.9 DEST: 10.1.0.2 60 TCP [7 packets in 999ms]",
        "Reject", "", "", "7"
      ),
      (
        "2023/01/18 06:55:56 AntreaPolicyEgressRule AntreaNetworkPolicy:shop/out no-way Drop 44900 shop/web 10.1.0.9 49518 10.1.0.2 80 TCP 60 label",
        "Drop", "no-way", "80", "1"
      ),
    ])
  func older(line: String, action: String, rule: String, port: String, packets: String) throws {
    let found = try #require(read(line))
    #expect(found["action"] == action)
    #expect(found["rule"] == rule)
    #expect(found["to"] == "10.1.0.2")
    #expect(found["port"] == port)
    #expect(found["packets"] == packets)
  }

  @Test("names of rules may have blanks, and may be words of the format")
  func names() throws {
    let blank = try #require(
      read(
        "2026/02/03 04:05:06.000001 AntreaPolicyIngressRule AntreaNetworkPolicy:shop/p let them in Ingress Allow 14500 shop/db-1 10.1.0.9 40000 10.1.0.2 5432 TCP 60 <nil>"
      ))
    #expect(blank["rule"] == "let them in")
    let word = try #require(
      read(
        "2026/02/03 04:05:06.000001 AntreaPolicyIngressRule AntreaNetworkPolicy:shop/p Drop Ingress Allow 14500 shop/db-1 10.1.0.9 40000 10.1.0.2 5432 TCP 60 <nil>"
      ))
    #expect(word["rule"] == "Drop" && word["action"] == "Allow")
  }

  @Test(
    "names that read like the format do not hide the line, nor write another into it",
    arguments: [
      ("Allow 443", "Drop"), ("Drop 22", "Allow"), ("to Ingress Drop zone", "Allow"),
      ("x Ingress Allow 1 a/b 10.0.0.1 1 10.0.0.2 2 TCP 60", "Drop"),
    ])
  func misleading(name: String, action: String) throws {
    let found = try #require(
      read(
        "2026/02/03 04:05:06.000001 T AntreaNetworkPolicy:shop/p \(name) Ingress \(action) 14500 shop/db-1 10.1.0.9 40000 10.1.0.2 5432 TCP 60 <nil> [2 packets in 1s]"
      ))
    #expect(found["rule"] == name && found["action"] == action)
    #expect(found["from"] == "10.1.0.9" && found["packets"] == "2")
  }

  @Test("what goes to the engine of application protocols is told as that")
  func redirect() throws {
    let found = try #require(
      read(
        "2026/02/03 04:05:06.000001 AntreaPolicyIngressRule AntreaClusterNetworkPolicy:p 1 Ingress Redirect 14500 shop/db-1 10.1.0.9 40000 10.1.0.2 80 TCP 60 <nil>"
      ))
    #expect(found["action"] == "Redirect" && found["port"] == "80")
  }

  @Test(
    "what is no audit line is none",
    arguments: [
      "", "I0203 04:05:06.000001       1 controller.go:42] Started workers and everything else",
      "2026/02/03 04:05:06.000001 AntreaPolicyIngressRule",
      "2026/13/03 04:05:06.000001 AntreaPolicyIngressRule A:b r Ingress Allow 1 s/p 1.1.1.1 1 1.1.1.2 2 TCP 60",
      "2026/02/03 04:05:06.000001 AntreaPolicyIngressRule A:b r Ingress Maybe 1 s/p 1.1.1.1 1 1.1.1.2 2 TCP 60",
      "2026/02/03 04:05:06.000001 AntreaPolicyIngressRule A:b r Ingress Allow 1 s/p web 1 db 2 TCP 60",
    ])
  func others(line: String) { #expect(read(line) == nil) }

  @Test("no cut of a line and no byte in it breaks the parser")
  func hostile() {
    let line = Array(
      "2026/02/03 04:05:06.789012 T A:p 1003 Ingress Drop 14500 shop/db-1 10.1.0.9 40000 10.1.0.2 5432 TCP 60 l [3 packets in 1s]"
        .utf8)
    var parser = AuditLineParser()
    var seed: UInt64 = 42
    for end in 0...line.count {
      for _ in 0..<20 {
        var bytes = Array(line[..<end])
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        if !bytes.isEmpty { bytes[Int(seed >> 33) % bytes.count] = UInt8(seed >> 56) }
        bytes.withUnsafeBytes { _ = parser.parse($0) }
      }
    }
  }
}
