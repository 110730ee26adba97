import Foundation
import Testing
import Workflow

@Suite("Shards of a fleet")
struct ShardTests {
  private let names = (0..<2000).map { "cluster-\($0)" }

  private func part(_ name: String, of count: Int) -> [Int] {
    (0..<count).filter { Shard(parsing: "\($0)/\(count)")?.contains(name) == true }
  }

  @Test("every cluster is in exactly one, and they are about equal", arguments: [1, 2, 3, 7, 16])
  func partition(count: Int) throws {
    var sizes = Array(repeating: 0, count: count)
    for name in names {
      let parts = part(name, of: count)
      #expect(parts.count == 1, "\(name) is in \(parts)")
      for index in parts { sizes[index] += 1 }
    }
    let share = names.count / count
    #expect(sizes.allSatisfy { $0 > share / 2 && $0 < share * 3 / 2 + 1 }, "\(sizes)")
  }

  @Test("one more shard takes from each, and moves nothing between the others")
  func growth() {
    for count in 1..<9 {
      let moved = names.filter { part($0, of: count) != part($0, of: count + 1) }
      #expect(moved.allSatisfy { part($0, of: count + 1) == [count] })
      let share = names.count / (count + 1)
      #expect(moved.count > share / 2 && moved.count < share * 2, "\(moved.count) of \(share)")
    }
  }

  @Test("the parts are the same in every version")
  func stable() {
    // Computed apart, by SHA-256 of another language.
    let known = [
      "prod-a": [0, 0, 2, 2, 6], "prod-b": [0, 0, 0, 0, 6], "edge": [0, 0, 0, 3, 15],
      "shop-prod": [0, 0, 2, 2, 6], "shop-test": [0, 1, 1, 1, 10],
    ]
    for (name, parts) in known {
      #expect(zip([1, 2, 3, 4, 16], parts).allSatisfy { part(name, of: $0) == [$1] }, "\(name)")
    }
  }

  @Test(
    "what is no part of the count is a mistake of the command line",
    arguments: ["4/4", "-1/4", "0/0", "1", "a/b", "1/2/3", "+1/2", "/", "0/10001"])
  func outOfRange(text: String) async throws {
    #expect(Shard(parsing: text) == nil)
    let test = TestContext()
    let status = await Run.perform(
      configuration: nil, flags: ["shard": text], context: test.context
    ) { _ in .success }
    #expect(status == .usage)
    #expect(test.talk.contains("from 0 to n - 1"), "\(test.talk)")
  }
}
