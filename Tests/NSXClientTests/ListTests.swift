import Documents
import HTTPTransport
import Testing

@testable import NSXClient

private func items(_ range: Range<Int>) -> [JSONValue] {
  range.map { ["id": .string("o\($0)"), "path": .string("/infra/o\($0)")] }
}

@Suite("Lists")
struct ListTests {
  @Test("Read to the last cursor, past short and empty pages, cursor verbatim")
  func pages() async throws {
    let cursor = "00 a+b/c=&%|ü"
    let manager = ScriptedManager { request in
      switch request.repetition {
      case 0: .list(items(0..<2), count: 5, cursor: cursor)
      case 1: .list([], cursor: "second")
      default: .list(items(2..<5))
      }
    }
    let list = try await connect(manager).list("/policy/api/v1/infra/o", query: ["a": "/x"])
    #expect(list == items(0..<5))
    #expect(
      manager.requests.map(\.query) == [
        "a=%2Fx&page_size=1000",
        "a=%2Fx&cursor=00%20a%2Bb%2Fc%3D%26%25%7C%C3%BC&page_size=1000",
        "a=%2Fx&cursor=second&page_size=1000",
      ])
  }

  @Test("A cursor of zeros ends a list only when nothing is outstanding")
  func zeroCursor() async throws {
    let ended = ScriptedManager { _ in .list(items(0..<2), count: 2, cursor: "00000000") }
    #expect(try await connect(ended).list("/l").count == 2)
    #expect(ended.requests.count == 1)
    let ongoing = ScriptedManager {
      $0.repetition == 0
        ? .list(items(0..<2), count: 3, cursor: "0000400x") : .list(items(2..<3))
    }
    #expect(try await connect(ongoing).list("/l").count == 3)
  }

  @Test("A repeated cursor, a list without results and a page of HTML are errors")
  func broken() async throws {
    for script: ScriptedManager.Script in [
      { _ in .list(items(0..<1), cursor: "same") }, { _ in .json("{}") }, { _ in .json("[]") },
      { _ in .json("{\"result_count\":3}") }, { _ in .html },
      { $0.repetition == 0 ? .list(items(0..<1), count: 2, cursor: "c") : .html },
      {
        $0.repetition == 0 ? .list(items(0..<1), count: 2, cursor: "c") : .json("{\"results\":[{")
      },
    ] {
      let error = await apiError { _ = try await connect(ScriptedManager(script)).list("/l") }
      #expect(error?.reaction == .invalidAnswer)
      #expect(error?.failure.kind == .unreachable)
    }
    let empty = ScriptedManager { _ in .json("{\"result_count\":0}") }
    #expect(try await connect(empty).list("/l") == [])
  }

  @Test("A page that is too large is asked for smaller, from the start")
  func pageSize() async throws {
    let manager = ScriptedManager { request in
      if request.query.contains("page_size=1000") {
        return request.repetition == 0
          ? .list(items(0..<1), count: 2, cursor: "big") : .error(400, 255)
      }
      if request.query.contains("page_size=500") { return .error(503, 60576) }
      return .list(items(0..<2), count: 2)
    }
    #expect(try await connect(manager).list("/l") == items(0..<2))
    #expect(manager.requests.last?.query == "page_size=250")
    let never = ScriptedManager { _ in .error(400, 255) }
    let error = await apiError { _ = try await connect(never).list("/l") }
    #expect(error?.reaction == .pageTooLarge)
    #expect(never.requests.last?.query == "page_size=10")
  }

  @Test("Members on two pages count once; a list with fewer than announced is read again")
  func drift() async throws {
    let manager = ScriptedManager { request in
      switch request.repetition {
      case 0: .list(items(0..<2), count: 4, cursor: "c")
      case 1: .list(items(1..<3))
      default: .list(items(0..<4), count: 4)
      }
    }
    #expect(try await connect(manager).list("/l").count == 4)
    let short = ScriptedManager { _ in .list(items(0..<2), count: 4) }
    let error = await apiError { _ = try await connect(short).list("/l") }
    #expect(error?.reaction == .invalidAnswer)
    #expect(short.requests.count == 3)
    #expect(try await connect(short).listing("/l").isStable == false)
    let wrongCount = ScriptedManager { _ in .list(items(0..<4), count: 2) }
    #expect(try await connect(wrongCount).list("/l").count == 4)
  }

  @Test("Paths and queries are encoded for NSX")
  func encoding() async throws {
    let manager = ScriptedManager { _ in .json("{}") }
    _ = try await connect(manager).get(
      "/policy/api/v1/infra/services/Office_(a),_i*S%Q", query: ["p": "/infra/a b"])
    #expect(
      manager.requests[0].path
        == "/policy/api/v1/infra/services/Office_%28a%29%2C_i%2AS%25Q")
    #expect(manager.requests[0].query == "p=%2Finfra%2Fa%20b")
    #expect(PercentEncoding.segment("a/b") == "a%2Fb")
  }
}
