import AuditLog
import Foundation
import Testing

@Suite("Summaries of an audit log")
struct AuditReaderTests {
  private func line(
    _ minute: Int, rule: Int = 1003, action: String = "Drop", from: String = "10.1.0.9",
    port: Int = 5432, packets: Int = 1
  ) -> String {
    let two = minute < 10 ? "0\(minute)" : "\(minute)"
    let many = packets > 1 ? " [\(packets) packets in 1s]" : ""
    return
      "2026/02/03 04:\(two):06.000000 AntreaPolicyIngressRule AntreaClusterNetworkPolicy:shop \(rule) Ingress \(action) 1 shop/db-1 \(from) 40000 10.1.0.2 \(port) TCP 60 l\(many)\n"
  }

  private func read(
    _ text: String, chunk: Int = 1 << 20, filter: AuditFilter = AuditFilter(), capacity: Int = 1024
  ) -> AuditSummary {
    var reader = AuditReader(filter: filter, capacity: capacity)
    let bytes = Array(text.utf8)
    bytes.withUnsafeBytes { all in
      var start = 0
      while start < all.count {
        let end = min(start + chunk, all.count)
        reader.add(UnsafeRawBufferPointer(rebasing: all[start..<end]))
        start = end
      }
    }
    reader.end()
    return reader.summary
  }

  @Test("counts do not depend on how the bytes come", arguments: [1, 2, 7, 64, 1000, 1 << 20])
  func chunks(size: Int) {
    let text =
      line(1) + line(2, packets: 5) + "noise\n" + line(3, action: "Allow") + line(4, port: 80)
      + line(5, rule: 7).dropLast()
    let summary = read(text, chunk: size)
    #expect(summary.lines == 6 && summary.auditLines == 5)
    #expect(summary.packets(.drop) == 8 && summary.packets(.allow) == 1)
    let denials = summary.topDenials(10)
    #expect(denials.map(\.packets) == [6, 1, 1])
    #expect(denials[0].source == "10.1.0.9" && denials[0].port == "5432")
    #expect(denials[0].pod == "shop/db-1" && denials[0].rule == "1003")
    #expect(denials[0].bytes == 360)
    #expect(denials[0].last - denials[0].first == 60_000_000)
    #expect(summary.topRules(10).map(\.packets) == [7, 1, 1])
    #expect(summary.uncertainty == 0)
  }

  @Test("a filter by time, action, policy and rule")
  func filters() {
    let text = line(1) + line(2, action: "Allow") + line(3, rule: 7) + line(4)
    let all = read(text)
    let start = all.first ?? 0
    #expect(read(text, filter: AuditFilter(since: start + 60_000_000)).counted == 3)
    #expect(read(text, filter: AuditFilter(until: start)).counted == 1)
    #expect(read(text, filter: AuditFilter(actions: [.allow])).counted == 1)
    #expect(
      read(text, filter: AuditFilter(targets: [.init(policy: "shop", rule: "7")])).counted == 1)
    #expect(
      read(text, filter: AuditFilter(targets: [.init(policy: "shop", rule: nil)])).counted == 4)
    #expect(read(text, filter: AuditFilter(targets: [.init(policy: "op", rule: nil)])).counted == 0)
    let none = read(text, filter: AuditFilter(targets: [.init(policy: "shop", rule: "8")]))
    #expect(none.counted == 0 && none.auditLines == 4)
  }

  @Test("beyond its capacity the table keeps what is frequent, and says how sure it is")
  func bounded() {
    var text = ""
    for round in 0..<200 {
      text += line(1, from: "10.9.9.9", packets: 50)
      for number in 0..<20 { text += line(2, from: "10.\(round).\(number).1") }
    }
    let summary = read(text, capacity: 64)
    #expect(summary.flows <= 64 + 16)
    #expect(summary.lines == 4200)
    let top = summary.topDenials(1)[0]
    #expect(top.source == "10.9.9.9")
    #expect(top.packets == 10_000)
    #expect(summary.uncertainty > 0)
    #expect(top.packets + summary.uncertainty >= 10_000)
  }

  @Test("names without limit take no memory without limit")
  func longNames() {
    let name = String(repeating: "n", count: 60_000)
    var text = ""
    for number in 0..<40 {
      text += line(1, from: "10.9.\(number).1").replacingOccurrences(
        of: " 1003 ", with: " \(name)\(number % 2) ")
    }
    let summary = read(text, capacity: 1024)
    #expect(summary.counted == 40)
    #expect(summary.topRules(5).map(\.packets) == [20, 20])
    #expect(summary.topRules(5).allSatisfy { $0.rule.utf8.count < 300 })
  }

  @Test("a line without an end does not fill the memory")
  func endless() {
    let long = String(repeating: "x", count: 3 * LineSplitter.longest)
    let summary = read(long + "\n" + line(1), chunk: 4096)
    #expect(summary.lines == 2)
    #expect(summary.counted == 1)
  }
}
